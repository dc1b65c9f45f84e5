package frompipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// applicationSet reads whether one ApplicationSet generates all Applications.
func (d *drafter) applicationSet() {
	named := slices.DeleteFunc(slices.Clone(d.deployments), func(p *deployment) bool { return d.finds(p.app) != nil })
	for _, set := range d.m.ApplicationSets {
		made := 0
		for _, p := range named {
			if p.app.OK() && set.Makes(p.app) {
				made++
			}
		}
		switch made {
		case 0:
			continue
		case len(named):
			from := any(true)
			if slices.ContainsFunc(set.Get("spec", "generators").Items(), func(g pipeline.Node) bool { return findsIn(g, "files") }) {
				from = "files"
			}
			d.add(from, set.Get("kind").At(), "argocd", "applicationSet")
			d.unlike(set)
		default:
			d.leave(set.Get("kind").At(), "each environment gets an Application; or write argocd.applicationSet, and all come out of one", "the ApplicationSet %s, which makes some of the Applications", pipeline.NameOf(set.Node))
		}
	}
}

// unlike records what the generated ApplicationSet does differently.
func (d *drafter) unlike(set *pipeline.ApplicationSet) {
	if name := set.Get("metadata", "name"); name.Text() != d.name {
		d.leave(name.At(), fmt.Sprintf("before the generated one is applied: kubectl delete applicationset %s --namespace %s --cascade=orphan", name.Text(), set.Get("metadata", "namespace").Text()),
			"the name of the ApplicationSet %s, which holds its Applications until it is deleted", name.Text())
	}
	for _, g := range set.Get("spec", "generators").Items() {
		how := fmt.Sprintf("how the ApplicationSet %s finds its environments", pipeline.NameOf(set.Node))
		switch {
		case slices.ContainsFunc(g.Get("git", "files").Items(), func(f pipeline.Node) bool {
			return strings.HasSuffix(f.Get("path").Text(), "/environments/"+d.name+"/*.yaml")
		}): // as the generated one
		case findsIn(g, "files"):
			d.leave(g.At(), "name each new environment in the spec: the generated ApplicationSet reads a file for each, which pipegen writes into a folder of its own", "%s", how)
		case findsIn(g, "directories"):
			d.leave(g.At(), "name each new environment in the spec: the generated ApplicationSet lists them", "%s", how)
		}
	}
	policy := set.Get("spec", "syncPolicy")
	if sync := policy.Get("applicationsSync"); !slices.Contains([]string{"create-only", "create-update"}, sync.Text()) {
		d.leave(sync.At(), "the generated ApplicationSet leaves them: its README says how to delete one", "that an Application is deleted with its element")
	}
	for _, field := range []string{"strategy", "ignoreApplicationDifferences", "preservedFields"} {
		d.leaveField(set.Get("spec", field), "", "the %s of the ApplicationSet", field)
	}
}

// findsIn reports a generator that finds elements in git, among its files or its directories, or a matrix of one.
func findsIn(g pipeline.Node, what string) bool {
	return g.Get("git", what).OK() || slices.ContainsFunc(g.Get("matrix", "generators").Items(), func(g pipeline.Node) bool { return g.Get("git", what).OK() })
}
