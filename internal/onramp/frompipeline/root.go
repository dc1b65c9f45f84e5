package frompipeline

import (
	"fmt"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// appOfApps reads whether one Application brings all others.
func (d *drafter) appOfApps() {
	for _, root := range d.m.Roots {
		brought := 0
		for _, p := range d.deployments {
			if p.app.OK() && slices.ContainsFunc(root.Brought, func(o pipeline.Node) bool { return o.File() == p.app.File() }) {
				brought++
			}
		}
		name, at := pipeline.NameOf(root.Node), root.Get("kind").At()
		switch {
		case brought == 0:
		case brought < len(d.deployments):
			d.leave(at, "a person applies each Application; or write argocd.appOfApps, and the generated root brings all of them", "the Application %s, which brings some of the others", name)
		default:
			d.add(true, at, "argocd", "appOfApps")
			if name != d.name+"-root" || path.Base(root.Dir) != d.name { // the generated one
				d.replaced(root, name)
			}
		}
	}
}

// replaced says what becomes of a root, which looks at its folder as long as it is there, and of the projects that it
// brings.
func (d *drafter) replaced(root pipeline.Root, name string) {
	of := "application " + name + " --namespace " + root.Get("metadata", "namespace").Text()
	help := "before the files in its folder go: kubectl delete " + of
	if root.Get("metadata", "finalizers").OK() || root.Get("spec", "syncPolicy", "automated", "prune").True() {
		help = fmt.Sprintf(`before the files in its folder go, which would delete the Applications with what they deployed: kubectl patch %s --type merge --patch '{"metadata": {"finalizers": null}}', then kubectl delete %s`, of, of)
	}
	d.leave(root.Get("metadata", "name").At(), help, "the Application %s itself: the generated root is another one, with another folder", name)
	for _, o := range root.Brought {
		if o.Get("kind").Text() == "AppProject" {
			d.leave(o.Get("kind").At(), "kubectl apply the generated one, which the root does not bring", "that %s brings the project %s", name, pipeline.NameOf(o))
		}
	}
}
