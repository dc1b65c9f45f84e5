package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x11: a path filter lets through every file that ships: the source, the
// Dockerfile and its ignore file, the lock files, and the workflow itself. A check
// that is required has no filter at all: skipped, it would be pending for ever (W26).
func provesX11(m *Case) {
	for _, w := range m.Workflows {
		if !w.Builds() {
			continue
		}
		for _, event := range []string{"pull_request", "merge_group"} {
			t, _ := w.Trigger(event)
			for _, f := range []string{"paths", "paths-ignore"} {
				if filter := t.Get(f); filter.OK() {
					m.broken(filter.At(), m.gateName(w), "remove the filter", "%s is filtered by path: the required check stays pending where the filter skips it", event)
				}
			}
		}
		push, _ := w.Trigger("push")
		for _, file := range shipped(w) {
			if only := push.Get("paths"); only.OK() && !pipeline.FilterMatches(only.List(), file.name) {
				m.broken(only.At(), file.at, "add it to paths", "a change of %s alone does not start the pipeline, and it ships", file.name)
			}
			if not := push.Get("paths-ignore"); not.OK() && pipeline.FilterMatches(not.List(), file.name) {
				m.broken(not.At(), file.at, "ignore the live folders only", "a change of %s alone does not start the pipeline, and it ships", file.name)
			}
		}
	}
}

type shippedFile struct {
	name string
	at   pipeline.Place
}

// shipped are files that change the image or its pipeline, one of each sort.
func shipped(w *pipeline.Workflow) []shippedFile {
	out := []shippedFile{{w.File.Path, w.At()}}
	seen := map[string]bool{}
	add := func(name string, at pipeline.Place) {
		if name = path.Clean(name); !seen[name] {
			seen[name] = true
			out = append(out, shippedFile{name, at})
		}
	}
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.Uses == "docker/build-push-action" {
				dir := s.With("context")
				add(path.Join(dir.Text(), "a", "source.file"), dir.At())
				add(path.Join(dir.Text(), ".dockerignore"), dir.At())
				add(s.With("file").Text(), s.With("file").At())
			}
			if locks := s.With("cache-dependency-path"); locks.OK() {
				for _, l := range strings.Fields(locks.Text()) {
					add(l, locks.At())
				}
			}
		}
	}
	return out
}
