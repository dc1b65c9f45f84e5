package frompipeline

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

const usualNamespace = "argocd"

// differing records each Application whose value differs from the draft where a spec has one value for all
// environments: the draft has those of the first Application.
func (d *drafter) differing(first pipeline.Node) {
	for _, p := range d.deployments {
		if !p.app.OK() {
			continue
		}
		unlike := func(at pipeline.Node, what, have, taken string) {
			if have != taken {
				d.leave(at.At(), "", "the %s %q of Application %s: a spec has one for all environments, and the draft has %q", what, have, pipeline.NameOf(p.app), taken)
			}
		}
		if d.m.Instance(p.app) == "" {
			unlike(p.app.Get("metadata", "namespace"), "namespace of Argo CD", argoNamespace(p.app), argoNamespace(first))
		}
		unlike(p.app.Get("spec", "syncPolicy", "syncOptions"), "sync option", createsNamespace(p.app), createsNamespace(first))
		d.sourceUnlike(p.app)
		for i, t := range p.targets {
			for _, other := range t.Apps {
				switch {
				case d.charted(t): // each may be for an environment of its own
				case pipeline.NameOf(other) == pipeline.NameOf(p.app):
				case len(d.sites(p)) > 0:
					d.syncedUnlike(other, p.app)
				case i == 0:
					d.leave(other.At(), "", "the Application %s, which renders %s as Application %s does: an environment has one", pipeline.NameOf(other), t.Dir, pipeline.NameOf(p.app))
				default:
					d.leave(other.At(), "'pipegen import --code FOLDER' drafts a pipeline for one folder of the code; else delete it with --cascade=orphan before "+pipeline.NameOf(p.app)+" renders all", "the Application %s, which renders %s beside Application %s: an environment has one", pipeline.NameOf(other), t.Dir, pipeline.NameOf(p.app))
				}
			}
		}
	}
}

// syncedUnlike records that the Applications of one environment are synced in different ways.
func (d *drafter) syncedUnlike(app, first pipeline.Node) {
	policy := func(a pipeline.Node) [3]string {
		auto := a.Get("spec", "syncPolicy", "automated")
		return [3]string{strconv.FormatBool(auto.OK()), auto.Get("prune").Text(), auto.Get("selfHeal").Text()}
	}
	if policy(app) != policy(first) {
		d.leave(app.Get("spec", "syncPolicy").At(), "make an environment of each cluster, each with its own sync", "the sync policy of Application %s, which is not that of %s: all clusters of an environment are synced in one way", pipeline.NameOf(app), pipeline.NameOf(first))
	}
}

// projectOf returns the project of an Application, "" for default, which allows everything: the draft has a project of
// its own instead, and a flaw says why.
func projectOf(app pipeline.Node) string {
	if name := app.Get("spec", "project").Text(); name != "default" {
		return name
	}
	return ""
}

func argoNamespace(app pipeline.Node) string {
	return cmp.Or(app.Get("metadata", "namespace").Text(), usualNamespace)
}

func createsNamespace(app pipeline.Node) string {
	if pipeline.HasOption(app, "CreateNamespace=true") {
		return "CreateNamespace=true"
	}
	return "CreateNamespace=false"
}

// sourceUnlike records a repository or a branch that differs from the draft's.
func (d *drafter) sourceUnlike(app pipeline.Node) {
	sources := pipeline.Sources(app)
	if url := sources[0].Get("repoURL"); url.OK() && d.m.Instance(app) == "" && !strings.EqualFold(repositoryNamed(url), d.gitops.repository) {
		d.leave(url.At(), "", "the repository %q of Application %s: a spec has one for all environments, and the draft has %q", url.Text(), pipeline.NameOf(app), d.gitops.repository)
	}
	have := revisionOf(app)
	if d.gitops.rendered {
		return // it reads what a workflow has rendered of that branch
	}
	if have == "HEAD" && d.onlyHEAD() {
		return // the branch that CI writes to counts
	}
	if have != d.gitops.branch {
		d.leave(sources[0].Get("targetRevision").At(), "", "the branch %q of Application %s: a spec has one for all environments, and the draft has %q", have, pipeline.NameOf(app), d.gitops.branch)
	}
}

// repositoryNamed returns the OWNER/NAME of an address, or the address itself if it is not on GitHub.
func repositoryNamed(url pipeline.Node) string {
	return cmp.Or(pipeline.Repository(url.Text()), url.Text())
}

// revisionOf returns the branch that an Application follows; HEAD is the default branch of the repository.
func revisionOf(app pipeline.Node) string {
	return cmp.Or(strings.TrimPrefix(pipeline.Sources(app)[0].Get("targetRevision").Text(), "refs/heads/"), "HEAD")
}

// onlyHEAD reports whether no Application names its branch.
func (d *drafter) onlyHEAD() bool {
	for _, p := range d.deployments {
		if p.app.OK() && revisionOf(p.app) != "HEAD" {
			return false
		}
	}
	return true
}

// writersUnlike records each job that writes to another place, or in another way, than the draft.
func (d *drafter) writersUnlike() {
	for _, w := range d.m.Writers {
		if w.Branch != "" && w.Branch != d.gitops.branch {
			d.leave(w.BranchAt, "", "the branch %q that the job %s writes to: a spec has one for all environments, and the draft has %q", w.Branch, w.ID, d.gitops.branch)
		}
		if w.Repository != "" && !strings.EqualFold(w.Repository, d.gitops.repository) {
			d.leave(w.Checkout.At(), "", "the repository %q that the job %s writes to: a spec has one for all environments, and the draft has %q", w.Repository, w.ID, d.gitops.repository)
		}
		if w.Proposes && d.m.Together {
			d.leave(w.At(), "", "the pull request of the job %s: the draft pushes", w.ID)
		}
	}
}
