package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Guarded is the code of output that does what a non-goal leaves out.
const Guarded diag.Code = "non-goal"

// guards look for what a non-goal leaves out, in the rendered objects, the
// Applications and the workflows. Each reports what it finds and where.
var guards = map[string]func(c *Case, report func(pipeline.Place, string)){
	"multi-environment":    severalOverlays,
	"multi-cluster":        severalClusters,
	"progressive-delivery": apis("progressive-delivery"),
	"secrets-management":   secretStores,
	"ingress":              waysIn,
	"database":             databases,
	"cluster-scoped":       clusterObjects,
	"auto-sync":            syncsAlone,
	"notifications":        notifications,
	"previews":             previewsMade,
	"arm64":                platform("linux/arm64"),
	"amd64":                platform("linux/amd64"),
}

// Guards returns the names of all guards.
func Guards() []string { return slices.Sorted(maps.Keys(guards)) }

// guard holds the non-goals against the output. A contradiction is reported at both
// lines: that of the non-goal, and that of what breaks it.
func (c *Case) guard() {
	for _, n := range c.Facts.NonGoals {
		look, ok := guards[n.Guard]
		if !ok {
			continue
		}
		c.unsure(n)
		look(c, func(at pipeline.Place, what string) {
			c.found = append(c.found, diag.Diagnostic{
				Code: Guarded, Path: n.Path,
				Message: fmt.Sprintf("non-goal %s leaves this out, and the output has %s (%s)", n.ID, what, at),
				Help:    "take it out again, or remove the non-goal: then a reviewer sees that the aim has changed",
				Notes:   []diag.Note{{Pos: diag.Position{File: at.File.Place, Line: at.Line}, Message: "what breaks it"}},
			})
		})
	}
}

// unsure notes the objects of which nobody knows here whether they are what a guard keeps out.
func (c *Case) unsure(n NonGoal) {
	if groups[n.Guard] == nil {
		return
	}
	c.eachObject(func(o *pipeline.Object) {
		if known(o) {
			return
		}
		if s := fmt.Sprintf("whether %s (%s) is what the non-goal %s leaves out is not known: no guard knows this API", o.Kind, o.Get("apiVersion").Text(), n.ID); !slices.Contains(c.Unsure, s) {
			c.Unsure = append(c.Unsure, s)
		}
	})
}

func severalOverlays(c *Case, report func(pipeline.Place, string)) {
	var first *pipeline.Target
	for _, t := range c.targets {
		switch {
		case c.isPreview(t): // those have a guard of their own
		case first == nil:
			first = t
		default:
			report(t.At(), "the overlay "+t.Dir+" beside "+first.Dir)
		}
	}
}

func severalClusters(c *Case, report func(pipeline.Place, string)) {
	first := ""
	for _, a := range c.Applications {
		d := a.Get("spec", "destination")
		cluster := pipeline.Cluster(d)
		if by := c.argoOf(a); by != nil {
			cluster = by.Cluster
		}
		switch {
		case cluster == pipeline.SampleCluster:
			report(d.At(), "every cluster with some labels")
			continue
		case first == "":
			first = cluster
		}
		if cluster != first {
			report(d.At(), "the cluster "+cluster+" beside "+first)
		}
	}
}

func syncsAlone(c *Case, report func(pipeline.Place, string)) {
	for _, a := range c.Applications {
		if auto := a.Get("spec", "syncPolicy", "automated"); auto.OK() && auto.Get("enabled").Text() != "false" {
			report(auto.At(), "an Application that syncs without being asked")
		}
	}
}

// previewsMade looks for Applications that come with pull requests.
func previewsMade(c *Case, report func(pipeline.Place, string)) {
	for _, s := range c.ApplicationSets {
		if pulls := s.Pulls(); pulls.OK() {
			report(pulls.At(), "an Application for each pull request")
		}
	}
}

// notifications looks for those of Argo CD, and for jobs that say what failed.
func notifications(c *Case, report func(pipeline.Place, string)) {
	for _, a := range c.apps() {
		for name, n := range a.Get("metadata", "annotations").Pairs() {
			if strings.HasPrefix(name, pipeline.Subscribes) {
				report(n.At(), "the subscription "+strings.TrimPrefix(name, pipeline.Subscribes))
			}
		}
	}
	for _, w := range c.Workflows {
		for _, j := range w.Jobs {
			if why, _ := c.privilege(j); why != "" && c.tells(j) {
				report(j.At(), j.Label()+", which sends a message")
			}
		}
	}
}

// apis looks for the objects of the groups of a guard.
func apis(guard string) func(*Case, func(pipeline.Place, string)) {
	return func(c *Case, report func(pipeline.Place, string)) {
		c.eachObject(func(o *pipeline.Object) {
			if within(o, groups[guard]) {
				report(o.Get("kind").At(), o.Label())
			}
		})
	}
}

// databases looks for the objects of databases, and for pods that run what the spec says is elsewhere: it names the image
// that is in its place beside the tests.
func databases(c *Case, report func(pipeline.Place, string)) {
	apis("database")(c, report)
	c.pods(func(_ *pipeline.Target, w pipeline.Workload) {
		for _, container := range w.Pod().Get("containers").Items() {
			image := container.Get("image")
			runs := pipeline.ParseImage(image.Text()).Name
			for _, d := range c.Facts.Dependencies {
				if runs != "" && runs == pipeline.ParseImage(d.Image).Name {
					report(image.At(), w.Label()+", which runs the dependency "+d.Name)
				}
			}
		}
	})
}

// secretStores looks for objects that bring secrets, and for pods that get them past any object.
func secretStores(c *Case, report func(pipeline.Place, string)) {
	apis("secrets-management")(c, report)
	for _, t := range c.targets {
		for _, w := range t.Workloads() {
			for name, a := range w.Template.Get("metadata", "annotations").Pairs() {
				if strings.HasPrefix(name, "vault.hashicorp.com/agent-inject") {
					report(a.At(), "secrets of Vault in "+w.Label())
				}
			}
			for _, v := range w.Pod().Get("volumes").Items() {
				if driver := v.Get("csi", "driver"); driver.Text() == storeDriver {
					report(driver.At(), "a volume with secrets in "+w.Label())
				}
			}
		}
	}
}

func waysIn(c *Case, report func(pipeline.Place, string)) {
	apis("ingress")(c, report)
	c.eachObject(func(o *pipeline.Object) {
		t := o.Get("spec", "type")
		if o.Kind == "Service" && (t.Text() == "LoadBalancer" || t.Text() == "NodePort") {
			report(t.At(), o.Label()+" of type "+t.Text())
		}
	})
}

func clusterObjects(c *Case, report func(pipeline.Place, string)) {
	c.eachObject(func(o *pipeline.Object) {
		if pipeline.ClusterScoped(o.Kind) {
			report(o.Get("kind").At(), o.Label())
		}
	})
}

func platform(name string) func(*Case, func(pipeline.Place, string)) {
	return func(c *Case, report func(pipeline.Place, string)) {
		for _, w := range c.Workflows {
			w.Scalars(func(n pipeline.Node) {
				if strings.Contains(n.Text(), name) {
					report(n.At(), "a build for "+name)
				}
			})
		}
	}
}

func (c *Case) eachObject(visit func(*pipeline.Object)) {
	for _, t := range c.targets {
		for _, o := range t.Objects {
			visit(o)
		}
	}
}
