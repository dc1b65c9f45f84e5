package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Within leaves of a pipeline what is for one folder of the code: the workflows that build something in it, or that only
// a change in it starts. It reports whether there are any. A repository may have a pipeline for each of many folders.
func Within(m *pipeline.Model, folder string) bool {
	inside := func(p string) bool {
		p = path.Clean(strings.TrimPrefix(p, "./"))
		return p == folder || strings.HasPrefix(p, folder+"/")
	}
	m.Workflows = slices.DeleteFunc(m.Workflows, func(w *pipeline.Workflow) bool {
		push, _ := w.Trigger("push")
		if slices.ContainsFunc(push.Get("paths").List(), inside) {
			return false
		}
		return !slices.ContainsFunc(w.Jobs, func(j *pipeline.Job) bool {
			return slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool {
				return slices.ContainsFunc(legs(j), func(l leg) bool {
					return s.Builds() && (inside(l.fill(s.With("context").Text())) || inside(l.fill(s.With("file").Text())))
				}) || slices.ContainsFunc(s.Commands(), func(c pipeline.Command) bool {
					return isBuild(c) && inside(path.Join(c.Dir, c.Words[len(c.Words)-1]))
				})
			})
		})
	})
	m.Writers = slices.DeleteFunc(m.Writers, func(w *pipeline.Writer) bool { return !slices.Contains(m.Workflows, w.Workflow) })
	return len(m.Workflows) > 0
}
