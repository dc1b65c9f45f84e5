package main

import (
	"fmt"
	"slices"

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
	folders := c.plan.Folders()
	if len(folders) == 0 {
		return nil, nil
	}
	files = slices.Clone(files)
	given := map[string]bool{}
	for _, f := range files {
		given[f.Path] = f.Root == artifact.GitOps || given[f.Path]
	}
	for _, folder := range folders {
		own, err := workspace.AuthorFolder(c.roots, artifact.GitOps, folder)
		if err != nil {
			return nil, err
		}
		for _, f := range own {
			if !given[f.Path] {
				files = append(files, f)
			}
		}
	}
	var out []artifact.File
	for _, f := range check.Reached(files, folders) {
		if !given[f.Path] {
			out = append(out, f)
		}
	}
	return out, nil
}
