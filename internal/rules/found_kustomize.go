package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x01: CI edits what Argo CD renders.
func findsX01(f *Case) {
	for _, w := range f.Writers {
		for _, e := range w.Edits {
			f.edited(w, e)
		}
	}
	for _, a := range f.Applications {
		for _, s := range pipeline.Sources(a) {
			p := s.Get("path")
			if p.OK() && !s.Get("chart").OK() && f.Target(p.Text()) == nil && f.here(s) {
				f.broken(p.At(), f.anywhere(), "name the folder of an overlay", "Application %s renders %s, where there is nothing to render", pipeline.NameOf(a), quoted(p.Text()))
			}
		}
	}
}

// here reports whether an Application's source is the repository that CI writes to.
func (f *Case) here(source pipeline.Node) bool {
	for _, w := range f.Writers {
		if w.Repository != "" {
			return strings.EqualFold(pipeline.Repository(source.Get("repoURL").Text()), w.Repository)
		}
	}
	return true
}

func (f *Case) anywhere() pipeline.Place {
	for _, t := range f.Targets {
		return t.At()
	}
	return nowhere
}

func (f *Case) edited(w *pipeline.Writer, e pipeline.Edit) {
	if strings.ContainsAny(e.Folder, "‹\x00") || len(f.Targets) == 0 {
		return
	}
	rendered, held := f.anywhere(), false
	for _, t := range f.Targets {
		held = held || t.Holds(e.Folder) || t.Dir == e.Folder
		if len(t.Apps) == 0 {
			continue
		}
		rendered = pipeline.Sources(t.Apps[0])[0].Get("path").At()
		if t.Holds(e.Folder) || t.Dir == e.Folder {
			return
		}
	}
	switch {
	case !held:
		f.broken(e.At(), rendered, "edit the folder of an overlay", "job %s edits %s, which belongs to nothing that is rendered: nothing is deployed", w.ID, quoted(e.Folder))
	case len(f.Applications) > 0 && !f.Unfollowed():
		f.broken(e.At(), rendered, "let the job and the Application's source.path name one overlay", "job %s edits %s, which no Application renders", w.ID, quoted(e.Folder))
	}
}
