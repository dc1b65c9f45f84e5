package frompipeline

import (
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
	d.appOfApps()
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
