package frompipeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// wayIn is what leads from outside to the Service of a run.
type wayIn struct {
	in *pipeline.Object
	// hosts and paths lead there, each of the one with each of the other.
	hosts, paths []string
	// redirect sends requests on to https, nil for none.
	redirect *pipeline.Object
}

// The fields of ways in that the draft reads.
var ofHTTPRoute = known{
	"parentRefs": nil, "hostnames": nil, "rules[].name": nil, "rules[].matches[].path.type": {"PathPrefix"}, "rules[].matches[].path.value": nil,
	"rules[].backendRefs[].name": nil, "rules[].backendRefs[].port": nil, "rules[].backendRefs[].group": {""}, "rules[].backendRefs[].kind": {"Service"},
	"rules[].backendRefs[].weight": {"1", "100", "0"},
}

var ofGRPCRoute = known{
	"parentRefs": nil, "hostnames": nil, "rules[].name": nil, "rules[].matches[].method.type": {"Exact"}, "rules[].matches[].method.service": nil,
	"rules[].backendRefs[].name": nil, "rules[].backendRefs[].port": nil, "rules[].backendRefs[].group": {""}, "rules[].backendRefs[].kind": {"Service"},
	"rules[].backendRefs[].weight": {"1", "100", "0"},
}

var ofIngress = known{
	"ingressClassName": nil, "tls": nil, "rules[].host": nil, "rules[].http.paths[].path": nil, "rules[].http.paths[].pathType": {"Prefix"},
	"rules[].http.paths[].backend.service": nil,
}

// asked is a host and a path, or a service of gRPC, under which something asks a Service.
type asked struct{ host, path, service string }

// asks are the hosts and paths of a way in, each with the Service that it asks.
func asks(o *pipeline.Object) []asked {
	var out []asked
	for _, rule := range o.Get("spec", "rules").Items() {
		if o.Kind == "Ingress" {
			for _, p := range rule.Get("http", "paths").Items() {
				out = append(out, asked{rule.Get("host").Text(), cmp.Or(p.Get("path").Text(), "/"), p.Get("backend", "service", "name").Text()})
			}
			continue
		}
		var paths []string
		for _, m := range rule.Get("matches").Items() {
			paths = append(paths, cmp.Or(m.Get("path", "value").Text(), m.Get("method", "service").Text(), "/"))
		}
		if paths == nil {
			paths = []string{"/"}
		}
		for _, b := range rule.Get("backendRefs").Items() {
			for _, host := range o.Get("spec", "hostnames").List() {
				for _, p := range paths {
					out = append(out, asked{host, p, b.Get("name").Text()})
				}
			}
		}
	}
	return out
}

// wayIn is the way in to a run that a spec can say, nil for none: a Gateway's or an Ingress's, with as many names as one
// likes and the same paths for each.
func (d *drafter) wayIn(r run) *wayIn {
	services := d.services(r)
	t := r.workload.Target
	for _, o := range slices.Concat(t.Kinds("HTTPRoute"), t.Kinds("GRPCRoute"), t.Kinds("Ingress")) {
		w := wayIn{in: o}
		pairs := 0
		for _, a := range asks(o) {
			if !slices.ContainsFunc(services, func(s *pipeline.Object) bool { return s.Name == a.service }) {
				continue
			}
			if strings.ContainsAny(a.path, `()[]{}*+?^$|\`) {
				pairs = 0 // an expression of the controller's, by which it may rewrite the path: it stays as it is
				break
			}
			pairs++
			w.hosts, w.paths = with(w.hosts, a.host), with(w.paths, a.path)
		}
		if pairs > 0 && pairs == len(w.hosts)*len(w.paths) && !slices.Contains(w.hosts, "") && len(parents(o)) < 2 {
			w.redirect = redirectOf(o)
			return &w
		}
	}
	return nil
}

// with is a list with a text in it.
func with(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func parents(o *pipeline.Object) []pipeline.Node { return o.Get("spec", "parentRefs").Items() }

// redirectOf is the route that sends the requests of another one on to https, nil without one.
func redirectOf(o *pipeline.Object) *pipeline.Object {
	for _, other := range o.Target.Kinds("HTTPRoute") {
		filters := 0
		for _, rule := range other.Get("spec", "rules").Items() {
			for _, f := range rule.Get("filters").Items() {
				if f.Get("type").Text() == "RequestRedirect" && f.Get("requestRedirect", "scheme").Text() == "https" && !rule.Get("backendRefs").OK() {
					filters++
				}
			}
		}
		if filters == 1 && other.Name == o.Name+"-redirect" && len(parents(other)) == 1 && slices.Equal(other.Get("spec", "hostnames").List(), o.Get("spec", "hostnames").List()) {
			return other
		}
	}
	return nil
}

// route reads the way in to a program.
func (d *drafter) route(p *program) {
	at := below(p.field("route")...)
	w := d.wayIn(p.last())
	if w == nil {
		d.loadBalancer(p, at)
		return
	}
	d.add(w.hosts, w.in.Get("spec").At(), at("hosts")...)
	of, each := ofHTTPRoute, at("paths")
	switch w.in.Kind {
	case "Ingress":
		of = ofIngress
		d.ingress(w.in, at)
	case "GRPCRoute":
		of, each = ofGRPCRoute, at("grpc", "services")
		d.gateway(w, at("gateway"))
	default:
		d.gateway(w, at("gateway"))
	}
	switch all := slices.Equal(w.paths, []string{"/"}); {
	case !all:
		d.add(w.paths, w.in.Get("spec", "rules").At(), each...)
	case w.in.Kind == "GRPCRoute":
		d.add(struct{}{}, w.in.Get("spec").At(), at("grpc")...)
	}
	d.lost(w.in, of, "route")
}

// gateway reads the listener that a way in leads through.
func (d *drafter) gateway(w *wayIn, at []string) {
	field := below(at...)
	for _, g := range parents(w.in) {
		d.addText(g.Get("name"), field("name")...)
		d.addText(g.Get("namespace"), field("namespace")...)
		d.addText(g.Get("sectionName"), field("listener")...)
	}
	if w.redirect != nil {
		d.addText(parents(w.redirect)[0].Get("sectionName"), field("redirect")...)
	}
}

// ingress reads the class, the certificate and the annotations of an Ingress.
func (d *drafter) ingress(o *pipeline.Object, at func(...string) []string) {
	notes := o.Get("metadata", "annotations")
	const oldClass = "kubernetes.io/ingress.class"
	class := o.Get("spec", "ingressClassName")
	if !class.OK() {
		class = notes.Get(oldClass)
	}
	d.addText(class, at("ingress", "class")...)
	issued := ""
	if certificates := o.Get("spec", "tls").Items(); len(certificates) > 0 {
		for _, f := range []struct{ annotation, ours string }{{"cert-manager.io/issuer", "issuer"}, {"cert-manager.io/cluster-issuer", "clusterIssuer"}} {
			if issuer := notes.Get(f.annotation); issuer.OK() {
				issued = f.annotation
				d.addText(issuer, at("tls", f.ours)...)
			}
		}
		if issued == "" {
			d.addText(certificates[0].Get("secretName"), at("tls", "secret")...)
		}
	}
	if d.annotations(o, at("ingress", "annotations"), oldClass, issued); !d.tree.Root.Has(at("ingress")...) {
		d.add(struct{}{}, o.At(), at("ingress")...)
	}
}

// annotations reads the annotations of an object but for those that the draft says otherwise.
func (d *drafter) annotations(o *pipeline.Object, at []string, but ...string) {
	notes := maps.Collect(o.Get("metadata", "annotations").Pairs())
	for _, name := range slices.Sorted(maps.Keys(notes)) {
		n := notes[name]
		switch {
		case slices.Contains(but, name), name == "email" && d.tree.Root.Has("owner"), d.ordered(name, n), strings.HasPrefix(name, "kubectl.kubernetes.io/"):
		case strings.HasPrefix(name, "argocd.argoproj.io/"):
			d.leave(n.At(), d.patching(nil), "the annotation %s of %s", name, o.Label())
		default:
			d.addText(n, append(slices.Clone(at), name)...)
		}
	}
}

// balanced is the Service of a run, where it is a load balancer of its own and nothing else leads in.
func (d *drafter) balanced(r run) *pipeline.Object {
	if all := d.services(r); len(all) > 0 && all[0].Get("spec", "type").Text() == "LoadBalancer" && d.wayIn(r) == nil {
		return all[0]
	}
	return nil
}

// balances reports whether an object is the Service of a program that has a load balancer in the draft, in any environment.
func (d *drafter) balances(o *pipeline.Object) bool {
	return slices.ContainsFunc(d.rendered[o.Target], func(r rendered) bool {
		return slices.Contains(d.services(r.run), o) && d.balanced(r.of.last()) != nil
	})
}

func (d *drafter) loadBalancer(p *program, at func(...string) []string) {
	if s := d.balanced(p.last()); s != nil {
		d.addText(s.Get("spec", "loadBalancerClass"), at("loadBalancer", "class")...)
		if d.annotations(s, at("loadBalancer", "annotations")); !d.tree.Root.Has(at("loadBalancer")...) {
			d.add(struct{}{}, s.Get("spec", "type").At(), at("loadBalancer")...)
		}
	}
}

// routesUnlike reads where another name or Gateway leads in than in the last environment, or nothing.
func (d *drafter) routesUnlike(p, last run, at func(...string) []string) {
	mine, theirs := d.wayIn(p), d.wayIn(last)
	switch {
	case theirs == nil:
		if d.balanced(last) != nil && d.balanced(p) == nil {
			d.add(true, p.workload.At(), at("route", "none")...)
		}
	case mine == nil || mine.in.Kind != theirs.in.Kind:
		d.add(true, p.workload.At(), at("route", "none")...)
	default:
		if !slices.Equal(mine.hosts, theirs.hosts) {
			d.add(mine.hosts, mine.in.Get("spec").At(), at("route", "hosts")...)
		}
		if len(parents(mine.in)) == 1 && scalars(parents(mine.in)[0]) != scalars(parents(theirs.in)[0]) {
			d.gateway(mine, at("route", "gateway"))
		}
	}
}

// leadsIn reports whether an object is a way in that the draft has.
func (d *drafter) leadsIn(o *pipeline.Object) bool {
	if !slices.Contains([]string{"HTTPRoute", "GRPCRoute", "Ingress"}, o.Kind) {
		return false
	}
	return slices.ContainsFunc(d.rendered[o.Target], func(r rendered) bool {
		w := d.wayIn(r.run)
		return w != nil && (w.in == o || w.redirect == o) && d.kind(r.of) == service && d.wayIn(r.of.last()) != nil
	}) && d.allLeadOn(o)
}

// allLeadOn reports whether each Service that a way in asks is one of a program's.
func (d *drafter) allLeadOn(o *pipeline.Object) bool {
	ours := map[string]bool{}
	for _, r := range d.rendered[o.Target] {
		for _, s := range d.services(r.run) {
			ours[s.Name] = true
		}
		ours[secondOf(r.run.workload)] = true
	}
	return !slices.ContainsFunc(asks(o), func(a asked) bool { return !ours[a.service] })
}
