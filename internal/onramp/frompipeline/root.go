package frompipeline

import (
	"fmt"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// appOfApps reads whether one Application brings all others: one in each Argo CD, where there are several.
func (d *drafter) appOfApps() {
	var apps []pipeline.Node
	for _, p := range d.deployments {
		apps = append(append(apps, p.app), d.sites(p)...)
	}
	var whole, some []pipeline.Root
	for _, root := range d.m.Roots {
		beside := slices.DeleteFunc(slices.Clone(apps), func(a pipeline.Node) bool { return a.OK() && d.m.Instance(a) != d.m.Instance(root.Node) })
		brings := func(a pipeline.Node) bool {
			return a.OK() && slices.ContainsFunc(root.Brought, func(o pipeline.Node) bool { return o.File() == a.File() })
		}
		switch {
		case !slices.ContainsFunc(beside, brings):
		case slices.ContainsFunc(beside, func(a pipeline.Node) bool { return !brings(a) }):
			some = append(some, root)
		default:
			whole = append(whole, root)
		}
	}
	if slices.ContainsFunc(apps, func(a pipeline.Node) bool {
		return !a.OK() || !slices.ContainsFunc(whole, func(r pipeline.Root) bool { return d.m.Instance(r.Node) == d.m.Instance(a) })
	}) {
		whole, some = nil, append(whole, some...)
	}
	for _, root := range some {
		d.leave(root.Get("kind").At(), "a person applies each Application; or write argocd.appOfApps, and the generated root brings all of them", "the Application %s, which brings some of the others", pipeline.NameOf(root.Node))
	}
	for i, root := range whole {
		if i == 0 {
			d.add(true, root.Get("kind").At(), "argocd", "appOfApps")
		}
		if name := pipeline.NameOf(root.Node); name != d.name+"-root" || path.Base(root.Dir) != d.name { // the generated one
			d.replaced(root, name)
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
