package prove

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x11: a path filter lets through every file that ships: the source, the
// Dockerfile and its ignore file, the lock files, and the workflow itself. A check
// that is required has no filter at all: skipped, it would be pending for ever (W26).
func x11(m *model) {
	for _, w := range m.workflows {
		if !w.builds() {
			continue
		}
		for _, event := range []string{"pull_request", "merge_group"} {
			t, _ := w.trigger(event)
			for _, f := range []string{"paths", "paths-ignore"} {
				if filter := t.get(f); filter.ok() {
					m.broken(X11, filter.at(), m.gateName(w), "remove the filter", "%s is filtered by path: the required check stays pending where the filter skips it", event)
				}
			}
		}
		push, _ := w.trigger("push")
		for _, file := range w.shipped() {
			if only := push.get("paths"); only.ok() && !pipeline.FilterMatches(only.list(), file.name) {
				m.broken(X11, only.at(), file.at, "add it to paths", "a change of %s alone does not start the pipeline, and it ships", file.name)
			}
			if not := push.get("paths-ignore"); not.ok() && pipeline.FilterMatches(not.list(), file.name) {
				m.broken(X11, not.at(), file.at, "ignore the live folders only", "a change of %s alone does not start the pipeline, and it ships", file.name)
			}
		}
	}
}

type shippedFile struct {
	name string
	at   place
}

// shipped are files that change the image or its pipeline, one of each sort.
func (w *workflow) shipped() []shippedFile {
	out := []shippedFile{{w.src.Path, w.at()}}
	seen := map[string]bool{}
	add := func(name string, at place) {
		if name = path.Clean(name); !seen[name] {
			seen[name] = true
			out = append(out, shippedFile{name, at})
		}
	}
	for _, j := range w.jobs {
		for _, s := range j.steps {
			if s.uses == "docker/build-push-action" {
				dir := s.with("context")
				add(path.Join(dir.text(), "a", "source.file"), dir.at())
				add(path.Join(dir.text(), ".dockerignore"), dir.at())
				add(s.with("file").text(), s.with("file").at())
			}
			if locks := s.with("cache-dependency-path"); locks.ok() {
				for _, l := range strings.Fields(locks.text()) {
					add(l, locks.at())
				}
			}
		}
	}
	return out
}
