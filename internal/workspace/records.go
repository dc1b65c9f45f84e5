package workspace

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/manifest"
)

// records are what the manifests on disk say, by repository.
type records map[artifact.Root]*record

// record is what the manifests of one repository say.
type record struct {
	// path is the path of our own manifest, and want its content in the set.
	path string
	want manifest.Manifest
	// own is our manifest on disk; fault is what is wrong with it.
	own   manifest.Manifest
	fault *manifest.Error
	// former are the manifests, by path, of a spec that was moved: ours takes over their entries.
	former map[string]manifest.Manifest
	// others maps a path to the other spec that has put a file there.
	others map[string]Claim
	// read are all manifests of the repository that could be read, by path.
	read map[string]manifest.Manifest
}

// most bounds how many manifests are read. A repository has one for each application.
const most = 500

// readRecords reads the manifests of all repositories that the set has one for.
func readRecords(files []artifact.File, ds disks) (records, error) {
	out := records{}
	for _, f := range files {
		if f.Owner != artifact.Record {
			continue
		}
		want, err := manifest.Parse(f.Content)
		if err != nil {
			return nil, fmt.Errorf("the manifest %s of the set: %w", f.Path, err)
		}
		out[f.Root] = &record{path: f.Path, want: want, former: map[string]manifest.Manifest{}, others: map[string]Claim{}, read: map[string]manifest.Manifest{}}
	}
	for root, r := range out {
		if ds[root] == nil {
			continue
		}
		if err := r.readAll(ds[root]); err != nil {
			return nil, fmt.Errorf("cannot read the manifests of the %s repository: %w", root, cause(err))
		}
	}
	out.succeed(files, ds)
	return out, nil
}

func (r *record) readAll(d disk) error {
	for _, name := range manifestsIn(d, manifest.Folder, nil) {
		src, err := d.ReadFile(name)
		if err != nil {
			return err
		}
		m, err := manifest.Parse(src)
		if err != nil {
			// A broken manifest of another spec is ignored; our own is reported.
			if name == r.path {
				errors.As(err, &r.fault)
			}
			continue
		}
		r.read[name] = m
		switch {
		case name == r.path:
			r.own = m
		case m.Source == r.want.Source && m.Spec == r.want.Spec:
			// Our manifest for the other repository, which lies in the same folder.
		default:
			for _, e := range m.Files {
				r.others[e.Path] = Claim{m.Source, m.Spec, name}
			}
		}
	}
	return nil
}

// manifestsIn lists the manifests below a folder. A link, or a folder that cannot be read, has none: manifests are only
// hints.
func manifestsIn(d disk, folder string, found []string) []string {
	if info, err := d.Lstat(folder); err != nil || !info.IsDir() {
		return found
	}
	entries, err := d.ReadDir(folder)
	if err != nil || strings.Count(folder, "/") > 10 {
		return found
	}
	for _, e := range entries {
		switch name := path.Join(folder, e.Name()); {
		case len(found) >= most:
			return found
		case e.IsDir():
			found = manifestsIn(d, name, found)
		case path.Ext(name) == ".json" && folder != manifest.Folder:
			if exists, _, err := lookUp(d, name); exists && err == nil {
				found = append(found, name)
			}
		}
	}
	return found
}

// succeed finds the manifests of a spec that was moved: its manifest is still in the code repository, the spec is not,
// and our spec gives one of the files that were generated from it. The files that it listed are then ours, in both
// repositories. Files that are seeded say nothing, since every spec of a repository gives the same.
func (rs records) succeed(files []artifact.File, ds disks) {
	code, d := rs[artifact.Code], ds[artifact.Code]
	if code == nil || d == nil {
		return
	}
	for name, m := range code.read {
		if name != manifest.Path(artifact.Code, m.Source, m.Spec) || m.Source != code.want.Source || m.Spec == code.want.Spec || !rs.overlap(m, files) {
			continue
		}
		if gone(d, m) {
			for root, r := range rs {
				r.inherit(manifest.Path(root, m.Source, m.Spec))
			}
		}
	}
}

// overlap reports whether one of the files was generated from the spec of a manifest before.
func (rs records) overlap(m manifest.Manifest, files []artifact.File) bool {
	for root, r := range rs {
		old := r.read[manifest.Path(root, m.Source, m.Spec)]
		for _, f := range files {
			if e, ok := old.Find(f.Path); ok && f.Root == root && e.Owner == artifact.Generated.String() {
				return true
			}
		}
	}
	return false
}

func (r *record) inherit(name string) {
	m, ok := r.read[name]
	if !ok {
		return
	}
	r.former[name] = m
	for _, e := range m.Files {
		delete(r.others, e.Path)
	}
}

// wrote returns the hash of what pipegen wrote to a path for this spec.
func (r *record) wrote(p string) (hash string, ok bool) {
	if r == nil {
		return "", false
	}
	if e, ok := r.own.Find(p); ok {
		return e.SHA256, true
	}
	for _, m := range r.former {
		if e, ok := m.Find(p); ok {
			return e.SHA256, true
		}
	}
	return "", false
}

// claim returns the other spec to which a path belongs, or nil.
func (r *record) claim(p string) *Claim {
	if r == nil {
		return nil
	}
	if c, ok := r.others[p]; ok {
		return &c
	}
	return nil
}

func hashOf(content []byte) string { return manifest.Hash(content) }
