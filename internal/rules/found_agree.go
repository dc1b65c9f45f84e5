package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x12: one application's deploy waits for no other's.
func findsX12(f *Case) {
	groups := map[string]*pipeline.Writer{}
	for _, w := range f.Writers {
		c := w.Get("concurrency")
		group := c.Get("group").Text() + c.Text()
		other := groups[group]
		if group == "" || len(w.Edits) == 0 {
			continue
		}
		if other != nil && other.Edits[0].Folder != w.Edits[0].Folder && !strings.Contains(group, "${{") {
			f.broken(c.At(), other.Get("concurrency").At(), "give each overlay a group of its own", "job %s shares its group with job %s: of three that wait, one is dropped", w.ID, other.ID)
		}
		groups[group] = w
	}
}

// x13: each overlay is rendered by one Application and written by one job.
func findsX13(f *Case) {
	for _, t := range f.targets {
		overlay := path.Base(path.Dir(t.Dir)) == "overlays"
		if overlay && len(t.Apps) == 0 && len(f.Applications) > 0 && !f.Unfollowed() {
			f.broken(t.At(), f.aPath(), "remove it, or give it an Application", "no Application renders the overlay %s", quoted(t.Dir))
		}
		for i, a := range t.Apps {
			for _, b := range t.Apps[:i] {
				if pipeline.Cluster(a.Get("spec", "destination")) == pipeline.Cluster(b.Get("spec", "destination")) && a.Get("spec", "destination", "namespace").Text() == b.Get("spec", "destination", "namespace").Text() {
					f.broken(pipeline.Sources(a)[0].Get("path").At(), pipeline.Sources(b)[0].Get("path").At(), "keep one", "the Applications %s and %s both render %s", pipeline.NameOf(b), pipeline.NameOf(a), quoted(t.Dir))
				}
			}
		}
	}
	editors := map[string]*pipeline.Writer{}
	for _, w := range f.Writers {
		for _, e := range w.Edits {
			if other := editors[e.Folder]; other != nil && other != w && !strings.ContainsAny(e.Folder, "‹\x00") {
				f.broken(e.At(), other.Edits[0].At(), "let one job write it", "the jobs %s and %s both write %s", other.ID, w.ID, quoted(e.Folder))
			}
			editors[e.Folder] = w
		}
	}
}

func (f *Case) aPath() pipeline.Place {
	for _, a := range f.Applications {
		return pipeline.Sources(a)[0].Get("path").At()
	}
	return nowhere
}

// x15: CI pushes to the branch that Argo CD follows.
func findsX15(f *Case) {
	for _, a := range f.apps() {
		for _, s := range pipeline.Sources(a) {
			n := s.Get("targetRevision")
			follows := strings.TrimPrefix(n.Text(), "refs/heads/")
			if s.Get("chart").OK() || follows == "" || follows == "HEAD" {
				continue
			}
			for _, w := range f.Writers {
				if w.Branch != "" && w.Branch != follows {
					f.broken(w.BranchAt, n.At(), "let both name one branch", "job %s pushes to %s, and Application %s follows %s", w.ID, quoted(w.Branch), pipeline.NameOf(a), quoted(follows))
				}
			}
		}
	}
}

// x18: one writer for the image.
func findsX18(f *Case) {
	if len(f.Writers) == 0 {
		return
	}
	for _, a := range f.apps() {
		for name, n := range a.Get("metadata", "annotations").Pairs() {
			if strings.HasPrefix(name, "argocd-image-updater.argoproj.io/image-list") {
				f.broken(n.At(), f.Writers[0].At(), "keep one of the two", "Image Updater and job %s both write the image of Application %s", f.Writers[0].ID, pipeline.NameOf(a))
			}
		}
	}
}
