package main

import (
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/manifest"
)

// specFile is the path of the spec in its code repository. If the output goes elsewhere, to be looked at, it is the path
// in the repository around the spec, provided that this is known to be the spec's own: by its remote or by its manifest.
func (o *specOptions) specFile(l *located) string {
	if rel, ok := pathIn(l.roots[artifact.Code], o.spec); ok {
		return printable(rel)
	}
	source := l.loaded.Spec.Source.Repository
	if top := gitrepo.Root(filepath.Dir(o.spec)); top != "" {
		if rel, ok := pathIn(top, o.spec); ok && strings.Contains(rel, "/") {
			remote, _ := gitrepo.ParseRemote(gitrepo.Origin(top))
			_, err := os.Lstat(filepath.Join(top, filepath.FromSlash(manifest.Path(artifact.Code, source, rel))))
			if err == nil || strings.EqualFold(remote.Repository, source) {
				return printable(rel)
			}
		}
	}
	return headerPath(o.spec, l.roots[artifact.Code])
}

// headerPath returns the spec as the headers of the output name it: its path in the code repository, or its name if it
// is elsewhere.
func headerPath(spec, code string) string {
	if rel, ok := pathIn(code, spec); ok {
		return printable(rel)
	}
	return printable(filepath.Base(spec))
}

// pathIn returns the path of a file in a folder, with slashes, also where only one of the two is named through a link.
func pathIn(folder, file string) (rel string, ok bool) {
	for _, seen := range []func(string) (string, error){filepath.Abs, filepath.EvalSymlinks} {
		root, err := filepath.Abs(folder)
		if err != nil {
			return "", false
		}
		dir, err := filepath.Abs(filepath.Dir(file))
		if err != nil {
			return "", false
		}
		if root, err = seen(root); err != nil {
			return "", false
		}
		if dir, err = seen(dir); err != nil {
			return "", false
		}
		if rel, err := filepath.Rel(root, filepath.Join(dir, filepath.Base(file))); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel), true
		}
	}
	return "", false
}

// printable is a path that can be written into comments of YAML and HTML, which it must not end. What folders may be
// called, the compiler says.
func printable(rel string) string {
	folder, base := filepath.ToSlash(filepath.Dir(rel)), filepath.Base(rel)
	if strings.ContainsFunc(base, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(base, "--") {
		base = usualSpec
	}
	if folder == "." {
		return base
	}
	return folder + "/" + base
}
