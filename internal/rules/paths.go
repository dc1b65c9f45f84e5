package rules

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// filtersLetThrough: a filter of paths lets through what changes the image.
func filtersLetThrough(c *Case) {
	for _, w := range c.Workflows {
		if !w.Builds() {
			continue
		}
		files := c.shipped(w)
		for _, event := range []string{"push", "pull_request"} {
			trigger, _ := w.Trigger(event)
			for _, filter := range []pipeline.Node{trigger.Get("paths"), trigger.Get("paths-ignore")} {
				ignores := filter.Same(trigger.Get("paths-ignore"))
				at, omitted := nowhere, []string{}
				for _, f := range files {
					if filter.OK() && pipeline.FilterMatches(filter.List(), f.name) == ignores {
						at, omitted = f.at, append(omitted, f.name)
					}
				}
				if len(omitted) > 0 {
					c.broken(filter.At(), at, "let the filter name "+strings.Join(omitted, " and "), "a change of %s alone does not start this workflow, and it ships", strings.Join(omitted, ", or of "))
				}
			}
		}
	}
}

type shippedFile struct {
	name string
	at   pipeline.Place
}

// shipped are files that change the image or its pipeline, one of each sort: the workflow
// and the Dockerfile. What else ships, only the Dockerfile could tell; with a spec, it is
// the whole of the source or the files that the spec names, and what is tested is locked by the files that the cache names.
func (c *Case) shipped(w *pipeline.Workflow) []shippedFile {
	out := []shippedFile{{w.File.Path, w.At()}}
	add := func(name string, at pipeline.Place) {
		if name = path.Clean(name); !slices.ContainsFunc(out, func(f shippedFile) bool { return f.name == name }) {
			out = append(out, shippedFile{name, at})
		}
	}
	for _, s := range w.Steps() {
		if name, ok := dockerfileOf(s); ok && s.Builds() {
			add(name, s.At())
		}
		if c.Facts == nil {
			continue
		}
		if dir := s.With("context"); s.Builds() {
			// What counts of the root of the repository, the spec may say.
			if path.Clean(dir.Text()) != "." || len(c.Facts.Paths) == 0 {
				add(path.Join(dir.Text(), "a", "source.file"), dir.At())
			}
			for _, p := range c.Facts.Paths {
				for _, any := range []string{"a", "a/b"} {
					add(strings.ReplaceAll(p, "*", any), dir.At())
				}
				add(path.Join(strings.ReplaceAll(p, "*", "a"), "a", "source.file"), dir.At())
			}
			add(path.Join(dir.Text(), ".dockerignore"), dir.At())
		}
		locks := s.With("cache-dependency-path")
		for _, l := range strings.Fields(locks.Text()) {
			add(l, locks.At())
		}
	}
	return out
}

// dockerfileOf is the one that a step builds from, unless an expression says which.
func dockerfileOf(s *pipeline.Step) (name string, ok bool) {
	name = s.With("file").Text()
	if name == "" {
		name = path.Join(s.With("context").Text(), "Dockerfile")
	}
	return path.Clean(name), !strings.Contains(name, "${{") && !strings.Contains(name, "://")
}

// deploysStartNothing: where code and desired state share a repository, the commit of a
// deploy starts the pipeline again, and that deploys. A push with the run's own token
// starts nothing; one with any other does, unless its files are filtered out.
func deploysStartNothing(c *Case) {
	for _, w := range c.Writers {
		branch, together := cmp.Or(w.Branch, c.branch), c.Together || w.Repository == "" && len(c.Targets) > 0
		var token pipeline.Node
		if c.Facts != nil {
			token, branch, together = w.Step.Env("GH_TOKEN"), c.Facts.GitOps.Branch, c.Facts.SameRepository()
		} else if w.Checkout != nil {
			token = w.Checkout.With("token")
		}
		if key := w.Checkout; key != nil && key.With("ssh-key").OK() {
			token = key.With("ssh-key")
		}
		if !together || c.elsewhere(w) || len(w.Pushes) == 0 || pipeline.RunToken(token.Text()) || c.Facts == nil && !token.OK() {
			continue
		}
		for _, started := range c.Workflows {
			push, ok := started.Trigger("push")
			if !ok || !startsFor(push, branch) || started != w.Workflow && !started.Builds() {
				continue
			}
			if file := let(push, c.changedBy(w)); file != "" {
				c.broken(push.At(), token.At(), "add paths-ignore under push: with the folders that CI writes", "the commit of %s changes %s and starts this workflow again", w.Label(), file)
			}
		}
	}
}

// startsFor reports whether a push of a branch starts what these settings belong to.
func startsFor(push pipeline.Node, branch string) bool {
	if not := push.Get("branches-ignore"); not.OK() {
		return !pipeline.FilterMatches(not.List(), branch)
	}
	if only := push.Get("branches"); only.OK() {
		return pipeline.FilterMatches(only.List(), branch)
	}
	return !push.Get("tags").OK()
}

// changedBy are the files that a deploy changes, as far as they are known.
func (c *Case) changedBy(w *pipeline.Writer) []string {
	var out []string
	for _, e := range w.Edits {
		if !e.Kustomize || strings.ContainsAny(e.Folder, shell.Unknown+"‹") {
			continue
		}
		out = append(out, path.Join(e.Folder, "kustomization.yaml"))
		if c.Facts != nil {
			out = append(out, path.Join(e.Folder, "source-commit"))
		}
	}
	return out
}

// let is the first of some files that filters let through, "" for none. Without filters it
// does not matter which files they are.
func let(push pipeline.Node, files []string) string {
	only, not := push.Get("paths"), push.Get("paths-ignore")
	if !only.OK() && !not.OK() && len(files) == 0 {
		return "the manifests"
	}
	at := slices.IndexFunc(files, func(name string) bool {
		return (!only.OK() || pipeline.FilterMatches(only.List(), name)) && (!not.OK() || !pipeline.FilterMatches(not.List(), name))
	})
	if at < 0 {
		return ""
	}
	return files[at]
}
