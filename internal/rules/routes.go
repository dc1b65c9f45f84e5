package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// entrance is a Service to which a way in leads, with the port by name or number.
type entrance struct {
	in         *pipeline.Object
	name, port pipeline.Node
}

// routeKinds are the ways in of the Gateway API that name Services.
var routeKinds = []string{"HTTPRoute", "GRPCRoute"}

// leadsTo are the Services of a target's own namespace to which its ways in lead.
func leadsTo(t *pipeline.Target) []entrance {
	var out []entrance
	for _, i := range t.Kinds("Ingress") {
		for _, r := range i.Get("spec", "rules").Items() {
			for _, p := range r.Get("http", "paths").Items() {
				b := p.Get("backend", "service")
				port := b.Get("port", "name")
				if !port.OK() {
					port = b.Get("port", "number")
				}
				out = append(out, entrance{i, b.Get("name"), port})
			}
		}
	}
	for _, o := range t.Objects {
		if !slices.Contains(routeKinds, o.Kind) {
			continue
		}
		for _, r := range o.Get("spec", "rules").Items() {
			for _, b := range r.Get("backendRefs").Items() {
				if kind := b.Get("kind"); !b.Get("namespace").OK() && (!kind.OK() || kind.Text() == "Service") {
					out = append(out, entrance{o, b.Get("name"), b.Get("port")})
				}
			}
		}
	}
	return out
}
