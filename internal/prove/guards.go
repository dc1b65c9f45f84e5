package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// Guarded is the code of output that does what a non-goal leaves out.
const Guarded diag.Code = "non-goal"

// NonGoal is what the spec leaves out on purpose, with the guard that keeps it out.
type NonGoal struct {
	// ID and Path are its name and its place in the spec.
	ID, Path string
	// Guard is one of Guards.
	Guard string
}

// guards look for what a non-goal leaves out, in the rendered objects, the
// Applications and the workflows. Each reports what it finds and where.
var guards = map[string]func(m *model, report func(place, string)){
	"multi-environment":    severalOverlays,
	"multi-cluster":        severalClusters,
	"progressive-delivery": kinds("Rollout", "Canary", "AnalysisTemplate", "Experiment"),
	"secrets-management":   kinds("Secret", "ExternalSecret", "SealedSecret", "SecretStore", "ClusterSecretStore"),
	"ingress":              waysIn,
	"database":             kinds("StatefulSet", "PersistentVolumeClaim", "PersistentVolume"),
	"cluster-scoped":       clusterObjects,
	"auto-sync":            syncsAlone,
	"arm64":                platform("linux/arm64"),
	"amd64":                platform("linux/amd64"),
}

// Guards returns the names of all guards.
func Guards() []string { return slices.Sorted(keys(guards)) }

// guard holds the non-goals against the output. A contradiction is told at both
// lines: that of the non-goal, and that of what breaks it.
func (m *model) guard() {
	for _, n := range m.facts.NonGoals {
		look, ok := guards[n.Guard]
		if !ok {
			continue
		}
		look(m, func(at place, what string) {
			m.found = append(m.found, diag.Diagnostic{
				Code: Guarded, Path: n.Path,
				Message: fmt.Sprintf("non-goal %s leaves this out, and the output has %s (%s)", n.ID, what, at),
				Help:    "take it out again, or remove the non-goal: then a reviewer sees that the aim has changed",
				Notes:   []diag.Note{{Pos: diag.Position{File: at.src.place, Line: at.line}, Message: "what breaks it"}},
			})
		})
	}
}

func severalOverlays(m *model, report func(place, string)) {
	for i, o := range m.overlays {
		if i > 0 {
			report(o.at(), "the overlay "+o.dir+" beside "+m.overlays[0].dir)
		}
	}
}

func severalClusters(m *model, report func(place, string)) {
	first := ""
	for _, a := range m.apps {
		d := a.get("spec", "destination")
		cluster := d.get("server").text() + d.get("name").text()
		if first == "" {
			first = cluster
		}
		if cluster != first {
			report(d.at(), "the cluster "+cluster+" beside "+first)
		}
	}
}

func syncsAlone(m *model, report func(place, string)) {
	for _, a := range m.apps {
		if auto := a.get("spec", "syncPolicy", "automated"); auto.ok() && auto.get("enabled").text() != "false" {
			report(auto.at(), "an Application that syncs without being asked")
		}
	}
}

func kinds(names ...string) func(*model, func(place, string)) {
	return func(m *model, report func(place, string)) {
		m.eachObject(func(o *object) {
			if slices.Contains(names, o.kind) {
				report(o.get("kind").at(), o.label())
			}
		})
	}
}

func waysIn(m *model, report func(place, string)) {
	kinds("Ingress", "HTTPRoute", "GRPCRoute", "TLSRoute", "Gateway", "VirtualService")(m, report)
	m.eachObject(func(o *object) {
		t := o.get("spec", "type")
		if o.kind == "Service" && (t.text() == "LoadBalancer" || t.text() == "NodePort") {
			report(t.at(), o.label()+" of type "+t.text())
		}
	})
}

func clusterObjects(m *model, report func(place, string)) {
	m.eachObject(func(o *object) {
		if clusterScoped[o.kind] {
			report(o.get("kind").at(), o.label())
		}
	})
}

func platform(name string) func(*model, func(place, string)) {
	return func(m *model, report func(place, string)) {
		for _, w := range m.workflows {
			w.strings(func(n node) {
				if strings.Contains(n.text(), name) {
					report(n.at(), "a build for "+name)
				}
			})
		}
	}
}

func (m *model) eachObject(f func(*object)) {
	for _, o := range m.overlays {
		for _, obj := range o.objects {
			f(obj)
		}
	}
}
