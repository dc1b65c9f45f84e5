package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

const (
	usualServer    = "https://kubernetes.default.svc"
	usualNamespace = "argocd"
)

// differing notes each Application that has another value than the draft where a spec
// has one for all environments: the draft has those of the first.
func (d *drafter) differing(first pipeline.Node) {
	taken := first.Get("spec", "destination", "server").Text()
	if taken == "" {
		taken = usualServer
	}
	project := projectOf(first)
	if project == "" {
		project = d.name
	}
	for _, p := range d.places {
		if !p.app.OK() {
			continue
		}
		unlike := func(at pipeline.Node, what, have, taken string) {
			if have != taken {
				d.leave(at.At(), "", "the %s %q of Application %s: a spec has one for all environments, and the draft has %q", what, have, pipeline.NameOf(p.app), taken)
			}
		}
		server, name := p.app.Get("spec", "destination", "server"), p.app.Get("spec", "destination", "name")
		switch {
		case server.OK():
			unlike(server, "cluster", server.Text(), taken)
		case name.OK() && name.Text() != "in-cluster":
			d.leave(name.At(), "write the address of its API server as argocd.server", "the cluster by the name %q", name.Text())
		default:
			unlike(name, "cluster", usualServer, taken)
		}
		if have := projectOf(p.app); have != "" {
			unlike(p.app.Get("spec", "project"), "project", have, project)
		}
		unlike(p.app.Get("metadata", "namespace"), "namespace of Argo CD", argoNamespace(p.app), argoNamespace(first))
		unlike(p.app.Get("spec", "syncPolicy", "syncOptions"), "sync option", createsNamespace(p.app), createsNamespace(first))
		d.sourceUnlike(p.app)
		for _, other := range p.target.Apps {
			if pipeline.NameOf(other) != pipeline.NameOf(p.app) {
				d.leave(other.At(), "", "the Application %s, which renders %s as Application %s does: an environment has one", pipeline.NameOf(other), p.target.Dir, pipeline.NameOf(p.app))
			}
		}
	}
}

// projectOf is the project of an Application, "" for the one that allows everything:
// the draft has one of its own in its place, and a flaw says why.
func projectOf(app pipeline.Node) string {
	if name := app.Get("spec", "project").Text(); name != "default" {
		return name
	}
	return ""
}

func argoNamespace(app pipeline.Node) string {
	if n := app.Get("metadata", "namespace"); n.OK() {
		return n.Text()
	}
	return usualNamespace
}

func createsNamespace(app pipeline.Node) string {
	if pipeline.HasOption(app, "CreateNamespace=true") {
		return "CreateNamespace=true"
	}
	return "CreateNamespace=false"
}

// sourceUnlike notes a repository and a branch that are not the draft's.
func (d *drafter) sourceUnlike(app pipeline.Node) {
	sources := pipeline.Sources(app)
	if url := sources[0].Get("repoURL"); url.OK() && !strings.EqualFold(repositoryNamed(url), d.gitops.repository) {
		d.leave(url.At(), "", "the repository %q of Application %s: a spec has one for all environments, and the draft has %q", url.Text(), pipeline.NameOf(app), d.gitops.repository)
	}
	have := revisionOf(app)
	if have == "HEAD" && d.onlyHEAD() {
		return // the branch of CI is the one that is meant
	}
	if have != d.gitops.branch {
		d.leave(sources[0].Get("targetRevision").At(), "", "the branch %q of Application %s: a spec has one for all environments, and the draft has %q", have, pipeline.NameOf(app), d.gitops.branch)
	}
}

// repositoryNamed is the OWNER/NAME that an address leads to, or the address itself
// where that is not on GitHub.
func repositoryNamed(url pipeline.Node) string {
	if name := pipeline.Repository(url.Text()); name != "" {
		return name
	}
	return url.Text()
}

// revisionOf is the branch that an Application follows; HEAD is the usual one of the
// repository.
func revisionOf(app pipeline.Node) string {
	if name := strings.TrimPrefix(pipeline.Sources(app)[0].Get("targetRevision").Text(), "refs/heads/"); name != "" {
		return name
	}
	return "HEAD"
}

// onlyHEAD reports that no Application names its branch.
func (d *drafter) onlyHEAD() bool {
	for _, p := range d.places {
		if p.app.OK() && revisionOf(p.app) != "HEAD" {
			return false
		}
	}
	return true
}

// writersUnlike notes each job that writes elsewhere, or in another way, than the draft.
func (d *drafter) writersUnlike() {
	proposes := d.tree.Root.Has("gitops", "write")
	for _, w := range d.m.Writers {
		if w.Branch != "" && w.Branch != d.gitops.branch {
			d.leave(w.BranchAt, "", "the branch %q that the job %s writes to: a spec has one for all environments, and the draft has %q", w.Branch, w.ID, d.gitops.branch)
		}
		if w.Repository != "" && !strings.EqualFold(w.Repository, d.gitops.repository) {
			d.leave(w.Checkout.At(), "", "the repository %q that the job %s writes to: a spec has one for all environments, and the draft has %q", w.Repository, w.ID, d.gitops.repository)
		}
		switch {
		case w.Proposes && !proposes:
			d.leave(w.At(), "", "the pull request of the job %s: the draft pushes", w.ID)
		case !w.Proposes && proposes:
			d.leave(w.At(), "", "that the job %s pushes: the draft opens a pull request in all environments", w.ID)
		}
	}
}
