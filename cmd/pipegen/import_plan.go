package main

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/onramp/frompipeline"
	"github.com/pipegen/pipegen/internal/onramp/migration"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/report"
)

// printPlan renders what the draft gives, and says what becomes of each object that is rendered today.
func (o importOptions) printPlan(d frompipeline.Drafted, again string, s streams) error {
	built, found, err := build.Text("pipeline.cue", d.Text, generate.Options{SpecFile: "pipeline.cue"})
	if err != nil || built == nil {
		return bug(fmt.Errorf("the draft cannot be built: %v %v", err, found))
	}
	var files []*pipeline.File
	own := kept(built.Plan, d.Own)
	unseen := len(own) == 0
	if unseen {
		own = generate.Unseen(built.Plan)
	}
	contents := slices.DeleteFunc(artifact.Over(built.Set.Files(), own), func(f artifact.File) bool { return f.Owner == artifact.Record })
	for _, f := range contents {
		files = append(files, pipeline.Parse(f, f.Path))
	}
	m := pipeline.New(files, &pipeline.Known{GitOps: built.Plan.GitOps.Repository, Overlays: plan.Folders(built.Plan.Overlays())})
	m.RenderWith(contents, check.NewRenderer().Overlays)
	out := report.Migration{Accepted: o.accept, By: "the draft"}
	for _, e := range built.Plan.Overlays() {
		then := m.Target(e.Overlay)
		if then == nil || then.Fault != "" {
			return bug(fmt.Errorf("the overlay %s of the draft cannot be rendered", e.Overlay))
		}
		objects := then.Objects
		var today []*pipeline.Object
		for _, read := range d.Environments {
			if read.Name == e.Name && (read.Site == e.Site || e.Over == "" && read.Site == "") {
				for _, t := range read.Targets {
					today = append(today, t.Objects...)
				}
			}
		}
		if unseen && len(built.Plan.OwnFolders()) > 0 {
			// What cannot be rendered here stays as it is, and so does what is seen of it.
			objects = append(slices.Clone(objects), today...)
		}
		out.Environments = append(out.Environments, report.MigratedEnvironment{Name: e.Where(), Prunes: e.Sync.Automated && e.Sync.Prune, Objects: migration.Compare(migration.Side{Objects: today, Namespace: e.Namespace}, migration.Side{Objects: objects, Namespace: e.Namespace})})
	}
	if unknown := out.Unknown(); len(unknown) > 0 {
		return exitError{exitUsage, fmt.Errorf("--accept %s: the plan loses and replaces no such object", unknown[0])}
	}
	if !slices.Contains(resultFormats, o.format) {
		o.format = "text"
	}
	shown := out.Document()
	if !shown.Findings.Failed() {
		shown.Next = fmt.Sprintf("'%s' writes the draft", again)
		if out.Takes() && len(built.Plan.OwnFolders()) == 0 {
			shown.Next += ", and 'pipegen adopt' takes over the files of today"
		}
	}
	if err := show(s, o.format, shown); err != nil {
		return failed(err)
	}
	if shown.Findings.Failed() {
		return exitError{code: exitFindings}
	}
	return nil
}
