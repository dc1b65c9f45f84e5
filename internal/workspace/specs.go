package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"sort"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/manifest"
)

// Recorded is a spec that has files in a code repository, as its manifest there says.
type Recorded struct {
	Claim
	// Files are the paths of those that were generated from it.
	Files []string
	// Gone is set if the spec itself is no longer there.
	Gone bool
}

// Specs returns the specs that have files in a code repository, by their paths.
func Specs(roots Roots) ([]Recorded, error) {
	d, err := openDisk(roots[artifact.Code])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the code repository %s: %w", roots[artifact.Code], cause(err))
	}
	defer d.Close()
	var out []Recorded
	for _, name := range manifestsIn(d, path.Join(manifest.Folder, "code"), nil) {
		src, err := d.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the manifests of the code repository: %w", cause(err))
		}
		// A broken manifest is reported where its own spec is compared with the disk.
		m, err := manifest.Parse(src)
		if err != nil || name != manifest.Path(artifact.Code, m.Source, m.Spec) || !filepath.IsLocal(m.Spec) {
			continue
		}
		r := Recorded{Claim: Claim{m.Source, m.Spec, name}, Gone: gone(d, m)}
		for _, e := range m.Files {
			if e.Owner == artifact.Generated.String() {
				r.Files = append(r.Files, e.Path)
			}
		}
		out = append(out, r)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Spec < out[j].Spec })
	return out, nil
}

// gone reports whether the spec of a manifest of the code repository is no longer there.
func gone(d disk, m manifest.Manifest) bool {
	_, err := d.Lstat(path.Clean(m.Spec))
	return errors.Is(err, fs.ErrNotExist)
}
