package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/draft"
	"github.com/pipegen/pipegen/internal/existing"
)

// argocd reads how Argo CD deploys.
func (d *drafter) argocd() {
	var app existing.Node
	for _, p := range d.places {
		if p.app.OK() {
			app = p.app
		}
	}
	if !app.OK() {
		return
	}
	add := func(n existing.Node, usual string, fields ...string) {
		if n.OK() && n.Text() != usual {
			d.add(n.Text(), n.At(), append([]string{"argocd"}, fields...)...)
		}
	}
	add(app.Get("metadata", "namespace"), "argocd", "namespace")
	if p := app.Get("spec", "project"); p.Text() != "default" {
		add(p, d.name, "project")
	}
	add(app.Get("spec", "destination", "server"), "https://kubernetes.default.svc", "server")
	if n := app.Get("spec", "destination", "name"); n.OK() && n.Text() != "in-cluster" {
		d.leave(n.At(), "write the address of its API server as argocd.server", "the cluster by the name %q", n.Text())
	}
	policy := app.Get("spec", "syncPolicy")
	auto := policy.Get("automated")
	if auto.OK() && !auto.Get("enabled").False() {
		d.add(auto.Get("prune").True(), auto.Get("prune").At(), "argocd", "sync", "prune")
		d.add(auto.Get("selfHeal").True(), auto.Get("selfHeal").At(), "argocd", "sync", "selfHeal")
	} else {
		d.add(false, policy.At(), "argocd", "sync", "automated")
	}
	d.add(existing.HasOption(app, "CreateNamespace=true"), policy.Get("syncOptions").At(), "argocd", "sync", "createNamespace")
	d.projectSettings(app)
	d.applicationSet()
}

func (d *drafter) projectSettings(app existing.Node) {
	project, ok := d.m.Project(app)
	if !ok {
		return
	}
	for _, r := range project.Get("spec", "roles").Items() {
		if groups := r.Get("groups"); len(groups.List()) > 0 && strings.Contains(strings.Join(r.Get("policies").List(), "\n"), "logs, get") {
			d.add(groups.List(), groups.At(), "argocd", "viewers")
		}
	}
	for _, w := range project.Get("spec", "syncWindows").Items() {
		window := d.tree.Root.Append("argocd", "syncWindows")
		for _, f := range []string{"kind", "schedule", "duration"} {
			window.Put(draft.Setting{Value: w.Get(f).Text(), From: placeOf(w.Get(f).At())}, f)
		}
		manual := w.Get("manualSync")
		window.Put(draft.Setting{Value: manual.True(), From: placeOf(manual.At())}, "manualSync")
	}
}
