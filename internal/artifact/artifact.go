// Package artifact holds the files that a spec compiles to, in memory.
package artifact

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Root names the repository that a file belongs to.
type Root string

const (
	// Code is the repository that holds the application's source.
	Code Root = "code"
	// GitOps is the repository that Argo CD renders.
	GitOps Root = "gitops"
)

// Ownership says who may change a file once it is on disk.
type Ownership int

const (
	// Generated files belong to pipegen: every run writes them anew.
	Generated Ownership = iota
	// Live files hold the deployed state. pipegen writes them once; from then on CI does, and their content is data.
	Live
	// Seeded files are written once, as a start for people. pipegen never looks at their content again.
	Seeded
	// Unmanaged files are generated ones that the spec leaves to be edited by hand: they are shown in every check, and
	// proven as they are, but neither written nor compared.
	Unmanaged
	// Record files are the manifests, in which pipegen lists the other files.
	Record
)

func (o Ownership) String() string {
	switch o {
	case Live:
		return "live"
	case Seeded:
		return "seeded"
	case Unmanaged:
		return "unmanaged"
	case Record:
		return "record"
	}
	return "generated"
}

// File is one file of the output.
type File struct {
	Root Root
	// Path is slash-separated and relative to the root.
	Path    string
	Content []byte
	Owner   Ownership
	// Origins holds, for each line of Content (index 0 is line 1), the path in the spec that the line's value came
	// from, or "" for a constant of pipegen's.
	Origins []string
}

// Origin returns the spec path from which a line, counted from 1, comes, or "".
func (f File) Origin(line int) string {
	if line < 1 || line > len(f.Origins) {
		return ""
	}
	return f.Origins[line-1]
}

// Set is a set of files with different paths. The zero value is empty and ready for use.
type Set struct {
	files []File
	// places holds the path of the file at a place, and folders that of a file somewhere below a place.
	places, folders map[string]string
}

// Add puts f into the set. It refuses a path that leaves its root or is not in canonical form, and one that another
// file has. Paths that differ only in case count as the same: on some file systems they are one file.
func (s *Set) Add(f File) error {
	if err := validPath(f.Path); err != nil {
		return err
	}
	// Files at "a" and "a/b" cannot both exist: the second needs a directory at "a".
	place := string(f.Root) + "/" + strings.ToLower(f.Path)
	if s.places == nil {
		s.places, s.folders = map[string]string{}, map[string]string{}
	}
	if other, taken := s.places[place]; taken {
		return fmt.Errorf("%s: two files fall on this path (the other is %s)", f.Path, other)
	}
	other, taken := s.folders[place]
	for above := path.Dir(place); above != "." && !taken; above = path.Dir(above) {
		other, taken = s.places[above]
	}
	if taken {
		return fmt.Errorf("%s: a file and a directory fall on the same path as %s", f.Path, other)
	}
	for above := path.Dir(place); above != "."; above = path.Dir(above) {
		s.folders[above] = f.Path
	}
	s.places[place] = f.Path
	s.files = append(s.files, f)
	return nil
}

func validPath(p string) error {
	switch {
	case p == "" || p == ".":
		return fmt.Errorf("%q is not a file path", p)
	case strings.ContainsAny(p, "\\\x00\n\r") || strings.Contains(p, ":"):
		return fmt.Errorf("%q has a character that no generated path may have", p)
	case path.IsAbs(p) || p == ".." || strings.HasPrefix(p, "../"):
		return fmt.Errorf("%q leaves its repository", p)
	case path.Clean(p) != p:
		return fmt.Errorf("%q is not in its shortest form %q", p, path.Clean(p))
	case OfGit(p):
		return fmt.Errorf("%q is git's own", p)
	}
	return nil
}

// OfGit reports whether a path lies in a folder that is git's own on some system: not every system distinguishes letter
// case, and dots and blanks at the end of a name.
func OfGit(p string) bool {
	return slices.ContainsFunc(strings.Split(p, "/"), func(name string) bool {
		return strings.EqualFold(strings.TrimRight(name, ". "), ".git")
	})
}

// Files returns the files by root and path.
func (s *Set) Files() []File {
	out := slices.Clone(s.files)
	slices.SortStableFunc(out, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path))
	})
	return out
}

// Lookup returns the file at a path.
func (s *Set) Lookup(root Root, p string) (File, bool) {
	for _, f := range s.files {
		if f.Root == root && f.Path == p {
			return f, true
		}
	}
	return File{}, false
}
