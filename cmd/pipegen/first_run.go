package main

import (
	"fmt"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/workspace"
)

// firstRun reports what the jobs ask of the repository and what is not in it: the first run would be red. It sees the
// working tree, so a file that git leaves out counts as being there.
func (c *compiled) firstRun() diag.List {
	source, ok := workspace.SourceOf(c.roots, artifact.Code)
	if !ok {
		return nil
	}
	var out diag.List
	for _, need := range c.plan.Needs {
		if !slices.ContainsFunc(need.Paths, source.Has) {
			out = append(out, diag.Diagnostic{Code: diag.FirstRun, Severity: diag.Warning, Path: need.Path, Pos: c.loaded.Locate(need.Path),
				Message: fmt.Sprintf("the first run fails: there is no %s, %s", need.Paths[0], need.Is), Help: need.Remedy})
		}
		if f, ok := workspace.Author(c.roots, artifact.Code, need.Paths[0]); ok && need.Scripted && !detect.HasTest(f.Content) {
			out = append(out, diag.Diagnostic{Code: diag.FirstRun, Severity: diag.Warning, Path: need.Path, Pos: c.loaded.Locate(need.Path),
				Message: "the first run fails: " + need.Paths[0] + " has no test script",
				Help:    "add one, write a command as run, or test: none with the reason"})
		}
		if need.Hashed {
			out = append(out, c.withoutHashes(need.Paths[0], map[string]bool{})...)
		}
	}
	type build struct{ dockerfile, context string }
	seen := map[build]bool{}
	for _, i := range c.plan.Images {
		b := build{i.Dockerfile, i.Context}
		if f, ok := c.dockerfilesOf()[i.Dockerfile]; ok && !c.prepared(i) && !seen[b] {
			seen[b] = true
			out = append(out, c.unbuilt(source, f, i.Context)...)
		}
	}
	return out
}

// withoutHashes reports the requirements files of pip, those that a file includes too, in which something has no hash.
func (c *compiled) withoutHashes(name string, seen map[string]bool) diag.List {
	f, ok := workspace.Author(c.roots, artifact.Code, name)
	if !ok || seen[name] {
		return nil
	}
	seen[name] = true
	var out diag.List
	read := detect.ParseRequirements(string(f.Content))
	if !read.Hashed {
		out = append(out, diag.Diagnostic{Code: diag.FirstRun, Severity: diag.Warning, Pos: diag.Position{File: c.roots.Place(f), Line: 1},
			Message: "the first run fails: the job installs with --require-hashes, and not all that " + name + " names has a hash",
			Help:    "write the file with 'pip-compile --generate-hashes'"})
	}
	for _, inner := range read.Includes {
		out = append(out, c.withoutHashes(path.Join(path.Dir(name), inner), seen)...)
	}
	return out
}

// prepared reports whether steps of the author's own come before the build of an image: they may make what it copies.
func (c *compiled) prepared(i plan.Image) bool {
	return slices.ContainsFunc([]string{i.Jobs.Build, i.Jobs.Publish}, func(job string) bool {
		return slices.ContainsFunc(c.plan.Jobs.Find(job).Added, func(a plan.Additions) bool { return len(a.Before) > 0 })
	})
}

// unbuilt reports why docker refuses a Dockerfile, and what it copies and what is not in its context.
func (c *compiled) unbuilt(source workspace.Source, f artifact.File, context string) diag.List {
	var out diag.List
	image := pipeline.ParseDockerfile(f.Path, string(f.Content))
	if image.Fault != "" {
		out = append(out, diag.Diagnostic{Code: diag.FirstRun, Severity: diag.Warning, Pos: diag.Position{File: c.roots.Place(f), Line: image.FaultLine},
			Message: "the first run fails: docker refuses the Dockerfile: " + image.Fault, Help: "'docker build --check .' says all that is wrong with it"})
	}
	for _, copied := range image.Copies {
		if at := path.Join(context, copied.Source); !source.Has(at) {
			out = append(out, diag.Diagnostic{Code: diag.FirstRun, Severity: diag.Warning, Pos: diag.Position{File: c.roots.Place(f), Line: copied.Line},
				Message: fmt.Sprintf("the first run fails: the Dockerfile copies %s, which the repository does not have", at),
				Help:    "commit it, or let a stage of the Dockerfile build it: the job that builds the image has what is committed, and no more"})
		}
	}
	return out
}
