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

// x14: one GitOps repository.
func findsX14(f *Case) {
	for _, a := range f.apps() {
		for _, s := range pipeline.Sources(a) {
			url := s.Get("repoURL")
			if s.Get("chart").OK() {
				continue
			}
			if project, ok := f.Project(a); ok && !f.listed(project.Get("spec", "sourceRepos"), url.Text()) {
				f.broken(url.At(), project.Get("spec", "sourceRepos").At(), "add it to sourceRepos", "project %s does not take the repository of Application %s", pipeline.NameOf(project), pipeline.NameOf(a))
			}
			for _, w := range f.Writers {
				if have := pipeline.Repository(url.Text()); have != "" && w.Repository != "" && !strings.EqualFold(have, w.Repository) {
					f.broken(url.At(), w.Checkout.At(), "let both name one repository", "Application %s renders %s, and job %s writes to %s", pipeline.NameOf(a), have, w.ID, w.Repository)
				}
			}
		}
	}
}

func (f *Case) listed(list pipeline.Node, url string) bool {
	plain := func(s string) string { return strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(s), "/"), ".git") }
	for _, have := range list.List() {
		if ok, err := path.Match(plain(have), plain(url)); have == "*" || ok && err == nil || plain(have) == plain(url) {
			return true
		}
	}
	return false
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

// x17: the project allows the kinds that are rendered, those that the cluster makes of them down to pods, and no others.
func findsX17(f *Case) {
	for _, p := range f.Projects {
		used, all, any := map[string]bool{}, true, false
		for _, t := range f.Targets {
			for _, a := range t.Apps {
				if a.Get("spec", "project").Text() != pipeline.NameOf(p) {
					continue
				}
				any, all = true, all && t.Fault == "" && !roomForMore(t)
				for _, o := range t.Objects {
					used[o.Group+"/"+o.Kind] = true
					f.permitted(p, o)
					f.shown(p, o, used)
				}
			}
		}
		if !any || !all {
			continue
		}
		for _, k := range p.Get("spec", "namespaceResourceWhitelist").Items() {
			if kind := k.Get("kind").Text(); kind != "*" && !used[k.Get("group").Text()+"/"+kind] {
				f.broken(k.At(), nowhere, "remove it", "project %s allows %s, which nothing renders", pipeline.NameOf(p), quoted(kind))
			}
		}
	}
}

// shown: Argo CD shows nothing of a kind that the project does not allow, nor of what is
// below it.
func (f *Case) shown(project pipeline.Node, o *pipeline.Object, used map[string]bool) {
	list := project.Get("spec", "namespaceResourceWhitelist")
	var missing []string
	for _, m := range pipeline.MadeOf(o.Group, o.Kind) {
		if !used[m[0]+"/"+m[1]] && list.OK() && !allowed(list, m[0], m[1]) {
			missing = append(missing, m[1])
		}
		used[m[0]+"/"+m[1]] = true
	}
	if len(missing) > 0 {
		f.broken(list.At(), o.At(), "add them to namespaceResourceWhitelist", "project %s does not allow %s: Argo CD hides the pods of %s, and their logs",
			pipeline.NameOf(project), strings.Join(missing, " and "), o.Kind)
	}
}

// roomForMore reports a folder that is included and still empty: the project may
// allow what is to come there.
func roomForMore(t *pipeline.Target) bool {
	for _, folder := range t.Folders {
		empty := true
		for field, n := range folder.Kust.Pairs() {
			empty = empty && (field == "apiVersion" || field == "kind" || n.IsList() && len(n.Items()) == 0)
		}
		if empty {
			return true
		}
	}
	return false
}

func (f *Case) permitted(project pipeline.Node, o *pipeline.Object) {
	name := "namespaceResourceWhitelist"
	if pipeline.ClusterScoped(o.Kind) {
		name = "clusterResourceWhitelist"
	}
	list := project.Get("spec", name)
	if !list.OK() && !pipeline.ClusterScoped(o.Kind) {
		return // without a list everything in a namespace is allowed
	}
	if !allowed(list, o.Group, o.Kind) {
		f.broken(list.At(), o.At(), "add the kind to "+name, "project %s does not allow %s: the sync fails", pipeline.NameOf(project), o.Kind)
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
