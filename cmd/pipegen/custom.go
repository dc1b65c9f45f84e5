package main

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/workspace"
)

// patches names the generated files that the spec changes, in every run.
func patches(c *compiled) []string {
	var out []string
	for _, p := range c.plan.Patches {
		out = append(out, fmt.Sprintf("%s is patched (%s)", p.File, p.Reason))
	}
	return out
}

// customFiles returns what kustomize reads in the author's own folders, in addition to the output.
func (c *compiled) customFiles(files []artifact.File) ([]artifact.File, error) {
	folders, manifests := c.plan.Folders(), c.plan.OwnFolders()
	if len(folders)+len(manifests) == 0 {
		return nil, nil
	}
	if len(manifests) > 0 && !isFolder(c.roots[artifact.GitOps]) {
		c.unseen = true
		return generate.Unseen(c.plan), nil
	}
	r := authorsFiles{roots: c.roots, files: slices.Clone(files), given: map[string]bool{}}
	for _, f := range files {
		r.given[f.Path] = f.Root == artifact.GitOps || r.given[f.Path]
	}
	for _, folder := range slices.Concat(folders, manifests) {
		if err := r.read(folder); err != nil {
			return nil, err
		}
	}
	if err := r.follow(manifests); err != nil {
		return nil, err
	}
	added := map[string]bool{}
	for _, f := range r.files[len(files):] {
		added[f.Path] = true
	}
	return slices.DeleteFunc(check.Reached(r.files, slices.Concat(folders, manifests)), func(f artifact.File) bool { return !added[f.Path] }), nil
}

// authorsFiles gathers files of the author's own beside others.
type authorsFiles struct {
	roots workspace.Roots
	files []artifact.File
	given map[string]bool // paths in the GitOps repository
}

// read takes what is at a path: a file, or all files below a folder.
func (r *authorsFiles) read(at string) error {
	own, err := workspace.AuthorFolder(r.roots, artifact.GitOps, at)
	if err != nil {
		return err
	}
	if content, _, err := workspace.Read(r.roots, artifact.GitOps, at); err == nil && content != nil {
		own = append(own, artifact.File{Root: artifact.GitOps, Path: at, Content: content, Owner: artifact.Seeded})
	}
	for _, f := range own {
		if !r.given[f.Path] {
			r.given[f.Path], r.files = true, append(r.files, f)
		}
	}
	return nil
}

// follow takes what the author's manifests read elsewhere in the repository.
func (r *authorsFiles) follow(manifests []string) error {
	for tried := map[string]bool{}; ; {
		more := slices.DeleteFunc(check.Missing(r.files, manifests), func(at string) bool { return tried[at] || !fs.ValidPath(at) || at == "." })
		if len(more) == 0 {
			return nil
		}
		for _, at := range more {
			tried[at] = true
			if err := r.read(at); err != nil {
				return err
			}
		}
	}
}
