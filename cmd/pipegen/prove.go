package main

import (
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/internal/workspace"
)

// proof reads a set of files for the rules that lie between them, and the author's Dockerfile, which must agree with
// them (X21, X22).
func (c *compiled) proof(files []artifact.File) (*rules.Case, error) {
	files = append(slices.Clone(files), c.custom...)
	known := c.dockerfilesOf()
	for _, i := range c.plan.Images {
		if f, ok := known[i.Dockerfile]; ok {
			files = append(files, f)
		}
	}
	return c.read(files)
}

// dockerfilesOf are the author's Dockerfiles, by their paths.
func (c *compiled) dockerfilesOf() map[string]artifact.File {
	if c.dockerfiles == nil {
		c.dockerfiles = map[string]artifact.File{}
		for _, i := range c.plan.Images {
			if f, ok := workspace.Author(c.roots, artifact.Code, i.Dockerfile); ok {
				c.dockerfiles[i.Dockerfile] = f
			}
		}
	}
	return c.dockerfiles
}

// read reads a set of files for the rules.
func (c *compiled) read(files []artifact.File) (*rules.Case, error) {
	facts := judge.Facts(c.plan)
	facts.Unseen = c.unseen
	return rules.Read(rules.Input{Files: files, Facts: facts, Render: c.renderer.Overlays, Charts: c.charts.Objects, Texts: &c.texts, Place: c.roots.Place, Schemas: c.schemas})
}

// edited returns the output as it is on disk if somebody has changed a generated file; else ok is false.
func edited(changes []workspace.Change) (files []artifact.File, ok bool) {
	if !slices.ContainsFunc(changes, byHand) {
		return nil, false
	}
	return withDisk(changes, func(c workspace.Change) bool {
		return byHand(c) || c.Status == workspace.Live || c.Status == workspace.Seeded || c.Status == workspace.Unmanaged
	}), true
}

// byHand reports a generated file that is not as pipegen wrote it.
func byHand(c workspace.Change) bool {
	return c.Status == workspace.Drifted && c.File.Owner == artifact.Generated && c.Cause != workspace.BySpec
}
