package main

import (
	"path"
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/migration"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// givenTwice renders what is generated and the manifests of the author's apart, and reports the objects that both have.
func (c *compiled) givenTwice(files []artifact.File) diag.List {
	folders := c.plan.OwnFolders()
	if len(folders) == 0 && !c.plan.HasCharts() {
		return nil
	}
	rest := slices.DeleteFunc(slices.Clone(c.custom), func(f artifact.File) bool { return slices.Contains(folders, path.Dir(f.Path)) })
	ours := c.renderings(artifact.Over(slices.Concat(files, rest), generate.Unseen(c.plan)), plan.Folders(c.plan.Running()), c.charts.Objects)
	theirs := c.renderings(c.custom, folders, nil)
	return migration.GivenTwice(c.plan, ours, theirs)
}

// renderings is what kustomize makes of some folders, and Helm beside them. What it cannot render is reported elsewhere.
func (c *compiled) renderings(files []artifact.File, folders []string, charts func([]artifact.File, string) ([]pipeline.Charted, error)) *pipeline.Model {
	var read []*pipeline.File
	for _, f := range files {
		read = append(read, c.texts.Parse(f, c.roots.Place(f)))
	}
	m := pipeline.New(read, &pipeline.Known{GitOps: c.plan.GitOps.Repository, Overlays: folders, Charts: charts})
	m.RenderWith(files, c.renderer.Overlays)
	return m
}
