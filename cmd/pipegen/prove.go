package main

import (
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/facts"
	"github.com/pipegen/pipegen/internal/prove"
	"github.com/pipegen/pipegen/internal/workspace"
)

// proven holds the rules that lie between files against a set of files, and
// against the author's Dockerfile, which must agree with them (X21, X22).
func (c *compiled) proven(files []artifact.File) (diag.List, error) {
	if f, ok := workspace.Author(c.roots, artifact.Code, c.plan.Spec.Image.Dockerfile); ok {
		files = append(slices.Clone(files), f)
	}
	return prove.Run(prove.Input{Files: files, Facts: facts.Of(c.plan), Render: check.Render, Place: c.roots.Place})
}

// edited is the output as it stands on disk, where a person has changed a
// generated file; ok is false where nobody has.
func edited(changes []workspace.Change) (files []artifact.File, ok bool) {
	files = effective(changes)
	for i, c := range changes {
		if c.Status == workspace.Updated {
			files[i].Content, files[i].Origins, ok = c.Old, nil, true
		}
	}
	return files, ok
}
