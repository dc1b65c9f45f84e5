package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var routes = []Rule{{
	ID:       "X37",
	Title:    "a Gateway gets a name from routes of one kind",
	Why:      "A listener lets in an HTTPRoute or a GRPCRoute for a name, and refuses the younger one of two: after a deploy, or when the cluster is made anew, that may be the one that was answered before.",
	Evidence: []Source{{Says: "the documentation of GRPCRoute's hostnames", URL: "https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutespec"}},
	By:       Proof | Refusal | Import | Output,
	Check:    routesOfOneKind,
}}

// routesOfOneKind looks for an HTTPRoute and a GRPCRoute of one name at one listener.
func routesOfOneKind(c *Case) {
	for _, t := range c.targets {
		for _, g := range t.Kinds("GRPCRoute") {
			for _, h := range t.Kinds("HTTPRoute") {
				if name, meet := nameOfBoth(g, h); meet && oneListener(g, h) {
					c.broken(name.At(), h.Get("spec", "hostnames").At(), "give each a name of its own", "%s and %s are both for %s: a Gateway lets in one of them", g.Label(), h.Label(), quoted(name.Text()))
				}
			}
		}
	}
}

// nameOfBoth is a name of the one route that the other one has, too.
func nameOfBoth(g, h *pipeline.Object) (pipeline.Node, bool) {
	for _, a := range g.Get("spec", "hostnames").Items() {
		for _, b := range h.Get("spec", "hostnames").Items() {
			if covers(a.Text(), b.Text()) || covers(b.Text(), a.Text()) {
				return a, true
			}
		}
	}
	return pipeline.Node{}, false
}

// covers reports whether a name of a route is another one, or that of all below it.
func covers(host, name string) bool {
	below, all := strings.CutPrefix(host, "*")
	return host == name || all && strings.HasSuffix(name, below)
}

// oneListener reports whether two routes come to the same one; without a name they come to all.
func oneListener(g, h *pipeline.Object) bool {
	for _, a := range g.Get("spec", "parentRefs").Items() {
		for _, b := range h.Get("spec", "parentRefs").Items() {
			x, y := a.Get("sectionName").Text(), b.Get("sectionName").Text()
			if a.Get("name").Text() == b.Get("name").Text() && a.Get("namespace").Text() == b.Get("namespace").Text() && (x == y || x == "" || y == "") {
				return true
			}
		}
	}
	return false
}

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
