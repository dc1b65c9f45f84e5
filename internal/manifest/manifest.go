// Package manifest is the committed list of the files that pipegen owns in a repository, each with a hash of what
// pipegen wrote.
package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Folder holds the manifests of a repository.
const Folder = ".pipegen"

// format is the version of the manifest's own form.
const format = 1

// Manifest lists what one spec has put into one repository.
type Manifest struct {
	// Generator is the version of pipegen that wrote the list.
	Generator string
	// Source is the code repository, as OWNER/NAME, and Spec the spec's path in it.
	Source, Spec string
	// Files are in the order of their paths.
	Files []Entry
}

// Entry is one file.
type Entry struct {
	Path string
	// Owner is generated, live or seeded.
	Owner string
	// SHA256 is the hash of what pipegen wrote, in hexadecimal: see Hash. It is empty for files that are no longer
	// pipegen's once they are written.
	SHA256 string
}

// Hash returns the hash of a file's content for a manifest: line endings and the version in the header do not count.
func Hash(content []byte) string {
	sum := sha256.Sum256(artifact.Normal(content))
	return hex.EncodeToString(sum[:])
}

// Path returns the path of a spec's manifest in a repository. It contains nothing that the spec can change, so that a
// pipeline with a new name still knows its old files.
func Path(root artifact.Root, source, spec string) string {
	spec = strings.TrimSuffix(clean(spec), ".cue") + ".json"
	if root == artifact.Code {
		return path.Join(Folder, "code", spec)
	}
	return path.Join(Folder, "gitops", clean(source), spec)
}

// clean turns a path into one of plain characters that cannot leave its folder.
func clean(p string) string {
	p = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-/", r):
			return r
		}
		return '-'
	}, p)
	return strings.TrimPrefix(path.Clean("/"+p), "/")
}

// Of lists the files of one repository.
func Of(root artifact.Root, source, spec, generator string, files []artifact.File) Manifest {
	m := Manifest{Generator: generator, Source: source, Spec: spec}
	for _, f := range files {
		if f.Root != root || f.Owner == artifact.Record || f.Owner == artifact.Unmanaged {
			continue
		}
		e := Entry{Path: f.Path, Owner: f.Owner.String()}
		if f.Owner == artifact.Generated {
			e.SHA256 = Hash(f.Content)
		}
		m.Files = append(m.Files, e)
	}
	return m
}

// With adds entries of files that are no longer in the spec but still on disk.
func (m Manifest) With(more ...Entry) Manifest {
	m.Files = slices.Concat(m.Files, more)
	sort.SliceStable(m.Files, func(i, j int) bool { return m.Files[i].Path < m.Files[j].Path })
	return m
}

// Without leaves out the entries of some paths.
func (m Manifest) Without(leave func(path string) bool) Manifest {
	m.Files = slices.DeleteFunc(slices.Clone(m.Files), func(e Entry) bool { return leave(e.Path) })
	return m
}

// Same reports whether two manifests list the same files for the same spec, even if other versions wrote them.
func (m Manifest) Same(other Manifest) bool {
	return m.Source == other.Source && m.Spec == other.Spec && slices.Equal(m.Files, other.Files)
}

// Find returns the entry of a path.
func (m Manifest) Find(p string) (Entry, bool) {
	for _, e := range m.Files {
		if e.Path == p {
			return e, true
		}
	}
	return Entry{}, false
}

// Encode writes a manifest, one line for each file, so that two branches that change different files can be merged.
func (m Manifest) Encode() []byte {
	var b strings.Builder
	b.WriteString("{\n")
	field := func(name string, v any) { b.WriteString("  " + text(name) + ": " + text(v) + ",\n") }
	field("format", format)
	field("generator", m.Generator)
	field("source", m.Source)
	field("spec", m.Spec)
	b.WriteString("  \"files\": [")
	for i, e := range m.Files {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n    {\"path\": " + text(e.Path) + ", \"owner\": " + text(e.Owner))
		if e.SHA256 != "" {
			b.WriteString(", \"sha256\": " + text(e.SHA256))
		}
		b.WriteString("}")
	}
	if len(m.Files) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("]\n}\n")
	return []byte(b.String())
}

// text encodes a value as JSON, which cannot fail for strings and numbers.
func text(v any) string {
	out, _ := json.Marshal(v)
	return string(out)
}
