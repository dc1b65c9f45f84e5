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
	if len(manifests) > 0 && !isFolder(c.roots[artifact.GitOps]) && !isFolder(c.home[artifact.GitOps]) {
		c.unseen = true
		return generate.Unseen(c.plan), nil
	}
	r := authorsFiles{roots: c.roots, home: c.home, files: slices.Clone(files), given: map[string]bool{}, brought: map[string]bool{}}
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
	out := slices.DeleteFunc(check.Reached(r.files, slices.Concat(folders, manifests)), func(f artifact.File) bool { return !added[f.Path] })
	for _, f := range out {
		if r.brought[f.Path] {
			c.brought = append(c.brought, workspace.Change{File: f, Status: workspace.Missing})
		}
	}
	return out, nil
}

// seededAtHome takes files of the author's own from the repositories of the spec, where --out names a folder that does not
// have them.
func (c *compiled) seededAtHome() error {
	for i, change := range c.changes {
		if change.Status != workspace.Missing || change.File.Owner != artifact.Seeded || c.home == nil {
			continue
		}
		content, _, err := workspace.Read(c.home, change.File.Root, change.File.Path)
		if err != nil {
			return err
		}
		if content != nil {
			c.changes[i].File.Content, c.changes[i].File.Origins = content, nil
		}
	}
	return nil
}

// authorsFiles gathers files of the author's own beside others.
type authorsFiles struct {
	// home are the repositories of the spec, where roots are others.
	roots, home workspace.Roots
	files       []artifact.File
	// given and brought are paths in the GitOps repository, brought those that are only at home.
	given, brought map[string]bool
}

// read takes what is at a path: a file, or all files below a folder.
func (r *authorsFiles) read(at string) error {
	own, err := authored(r.roots, at)
	if err == nil && len(own) == 0 && r.home != nil {
		own, err = authored(r.home, at)
		for _, f := range own {
			r.brought[f.Path] = true
		}
	}
	if err != nil {
		return err
	}
	for _, f := range own {
		if !r.given[f.Path] {
			r.given[f.Path], r.files = true, append(r.files, f)
		}
	}
	return nil
}

func authored(roots workspace.Roots, at string) ([]artifact.File, error) {
	own, err := workspace.AuthorFolder(roots, artifact.GitOps, at)
	if err != nil {
		return nil, err
	}
	if content, _, err := workspace.Read(roots, artifact.GitOps, at); err == nil && content != nil {
		own = append(own, artifact.File{Root: artifact.GitOps, Path: at, Content: content, Owner: artifact.Seeded})
	}
	return own, nil
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
