package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// argocd reads how Argo CD deploys, from the first environment.
func (d *drafter) argocd() {
	first := d.firstApp()
	if !first.OK() {
		return
	}
	add := func(n pipeline.Node, usual string, fields ...string) {
		if n.OK() && n.Text() != usual {
			d.add(n.Text(), n.At(), append([]string{"argocd"}, fields...)...)
		}
	}
	add(first.Get("metadata", "namespace"), usualNamespace, "namespace")
	if p := first.Get("spec", "project"); p.Text() != "default" {
		add(p, d.name, "project")
	}
	add(first.Get("spec", "destination", "server"), usualServer, "server")
	d.sync()
	d.add(pipeline.HasOption(first, "CreateNamespace=true"), first.Get("spec", "syncPolicy", "syncOptions").At(), "argocd", "sync", "createNamespace")
	d.differing(first)
	d.projectSettings(first)
	d.applicationSet()
}

// firstApp returns the Application of the first environment that has one, or a missing node.
func (d *drafter) firstApp() pipeline.Node {
	for _, p := range d.deployments {
		if p.app.OK() {
			return p.app
		}
	}
	return pipeline.Node{}
}

func (d *drafter) projectSettings(app pipeline.Node) {
	project, ok := d.m.Project(app)
	if !ok {
		return
	}
	for _, r := range project.Get("spec", "roles").Items() {
		if groups := r.Get("groups"); len(groups.List()) > 0 && strings.Contains(strings.Join(r.Get("policies").List(), "\n"), "logs, get") {
			field := "viewers"
			if strings.Contains(strings.Join(r.Get("policies").List(), "\n"), "applications, sync, ") {
				field = "operators"
			}
			d.add(groups.List(), groups.At(), "argocd", field)
		}
	}
	for _, policy := range project.Get("spec", "sourceIntegrity", "git", "policies").Items() {
		keys := policy.Get("gpg", "keys")
		fits := func(r pipeline.Node) bool { return pipeline.Repository(r.Get("url").Text()) == d.gitops.repository }
		if slices.ContainsFunc(policy.Get("repos").Items(), fits) && policy.Get("gpg", "mode").Text() == "head" && len(keys.List()) > 0 {
			d.add(keys.List(), keys.At(), "argocd", "signers")
		}
	}
	for _, w := range project.Get("spec", "syncWindows").Items() {
		window := d.tree.Root.Append("argocd", "syncWindows")
		for _, f := range []string{"kind", "schedule", "duration"} {
			window.Put(draft.Setting{Value: w.Get(f).Text(), From: sourceLine(w.Get(f).At())}, f)
		}
		manual := w.Get("manualSync")
		window.Put(draft.Setting{Value: manual.True(), From: sourceLine(manual.At())}, "manualSync")
	}
}
