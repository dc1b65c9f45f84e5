package generate

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// mostNames is how many names and how many paths a route of the Gateway API may have.
const mostNames = 16

// obeyedAnnotations are the domains of annotations that Argo CD, kustomize and kubectl obey.
var obeyedAnnotations = []string{"argocd.argoproj.io", "config.kubernetes.io", "internal.config.kubernetes.io", "kustomize.config.k8s.io", "kubectl.kubernetes.io", "pipegen"}

// routesFit refuses ways in that lead nowhere, or to two things at once.
func routesFit(s input) diag.List {
	var out diag.List
	for i, w := range s.workloads {
		if w.Route != nil {
			out = append(out, routeFits(s.Workloads[i].Value, w)...)
			out = append(out, redirectNamed(s.workloads, w)...)
			out = append(out, leftOut(s, w)...)
		}
	}
	environments := routedIn(s)
	for _, e := range (plan.Plan{Environments: environments}).Running() {
		out = append(out, answeredOnce(s.workloads, e)...)
		out = append(out, oneKind(s.workloads, e)...)
		out = append(out, urlFits(s, e)...)
	}
	return append(out, hostsApart(s.workloads, plan.Plan{Environments: environments}.Sites())...)
}

// routedIn are the environments as far as routes are about them.
func routedIn(s input) []plan.Environment {
	var out []plan.Environment
	for _, e := range s.Environments {
		at := schema.Join("environments", e.ID)
		in := plan.Environment{Name: e.ID, Path: at, Overlay: e.ID, URL: e.Value.URL, Cluster: clusterOf(s, e.Value.Cluster)}
		for _, d := range e.Value.Differences {
			in.Deltas = append(in.Deltas, plan.Delta{Path: d.Value.At, Workload: d.ID, Route: routeDelta(d.Value)})
		}
		in.Sites = sitesOf(s, e, in)
		out = append(out, in)
	}
	return out
}

func routeFits(w schema.Workload, of plan.Workload) diag.List {
	var out diag.List
	r, at := *w.Route, of.Route.Path
	refuse := func(code diag.Code, path, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Path: path, Message: fmt.Sprintf(format, args...), Help: help})
	}
	if !of.Outside {
		refuse(diag.Contradiction, w.At+".from", `add "outside" to from, or leave the route out`, "%s lets in what comes from outside, and %s.from keeps it out", at, w.At)
	}
	if r.LoadBalancer != nil {
		for _, field := range []struct {
			name string
			set  bool
		}{{"hosts", r.Hosts != nil}, {"paths", r.Paths != nil}} {
			if field.set {
				refuse(diag.NotApplicable, at+"."+field.name, "leave it out: the name is given to its address by whoever keeps the DNS", "%s.%s does nothing: a load balancer reads no requests", at, field.name)
			}
		}
	}
	if r.GRPC != nil {
		switch {
		case r.Gateway == nil:
			refuse(diag.NotApplicable, at+".grpc", "lead it through a Gateway, or leave grpc out: an Ingress has annotations for it, and a load balancer passes everything on", "%s.grpc does nothing: it is about routes through a Gateway", at)
		case r.Gateway.Redirect != "":
			refuse(diag.NotApplicable, at+".gateway.redirect", "leave it out", "programs that speak gRPC follow no redirect, so %s.gateway.redirect helps nobody", at)
		}
		if r.Paths != nil {
			refuse(diag.NotApplicable, at+".paths", `name the services: grpc: services: ["orders.v1.Orders"]`, "%s.paths does nothing: requests of gRPC have a service in place of a path", at)
		}
	}
	if r.TLS != nil && r.Ingress == nil {
		refuse(diag.NotApplicable, at+".tls", "leave it out; cert-manager gets certificates for a Gateway by an annotation of the Gateway", "%s.tls does nothing: the listener of a Gateway, or the cloud's load balancer, has the certificate", at)
	}
	if g := r.Gateway; g != nil && g.Redirect != "" && (g.Listener == "" || g.Listener == g.Redirect) {
		refuse(diag.Contradiction, at+".gateway.redirect", `name the listener with TLS, for example listener: "https", redirect: "http"`, "requests to the listener %s would be sent on to https and answered at once", g.Redirect)
	}
	for i, p := range r.Paths {
		if slices.Contains(strings.Split(p, "/"), ".") || slices.Contains(strings.Split(p, "/"), "..") {
			refuse(diag.BadValue, schema.Item(at+".paths", i), "write the path that it means", "%s has . or .. in it, which Kubernetes refuses", p)
		}
	}
	for _, l := range []struct {
		name string
		n    int
	}{{"hosts", len(r.Hosts)}, {"paths", len(r.Paths)}, {"grpc.services", len(of.Route.Services)}} {
		if l.n > mostNames {
			refuse(diag.BadValue, at+"."+l.name, "make two workloads of it, or write a file of your own", "%s.%s has %d entries, and a route takes %d", at, l.name, l.n, mostNames)
		}
	}
	out = append(out, annotationsFit(of)...)
	if r.Ingress != nil && r.Ingress.Class == "nginx" {
		refuse(diag.NotApplicable, at+".ingress.class", "move to a Gateway, or to a controller that is maintained; if it is the one of F5, or another, all is well", "the controller ingress-nginx, whose class is called nginx as a rule, was retired in March 2026: nobody mends its holes any longer")
		out[len(out)-1].Severity = diag.Warning
	}
	return out
}

// annotationsFit refuses annotations that change what becomes of the object, or that another field writes.
func annotationsFit(w plan.Workload) diag.List {
	var out diag.List
	at := w.Route.Path + "." + string(w.Route.Kind) + ".annotations"
	for _, name := range sorted(w.Route.Annotations) {
		domain, _, _ := strings.Cut(name, "/")
		switch {
		case slices.Contains(obeyedAnnotations, domain):
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: schema.Join(at, name),
				Message: name + " changes how the object is rendered or synced, and the promises count on that", Help: "leave it out, or write it by a JSON patch, which is held against them"})
		case w.Route.Issuer != "" && domain == "cert-manager.io" && strings.HasSuffix(name, "issuer"):
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: schema.Join(at, name), Message: fmt.Sprintf("%s is what %s.tls writes", name, w.Route.Path), Help: "keep one"})
		}
	}
	return out
}

// leftOut refuses a way in where a non-goal leaves ways in out. The proof of the non-goal says so too, but at the line of
// the non-goal.
func leftOut(s input, w plan.Workload) diag.List {
	for _, n := range s.NonGoals {
		if n.Value.Guard == "ingress" {
			return diag.List{{Code: diag.Contradiction, Path: w.Route.Path, Message: fmt.Sprintf("%s is a way in from outside, which the non-goal %s leaves out", w.Route.Path, n.ID),
				Help: "take the route out, or remove the non-goal: then a reviewer sees that the aim has changed"}}
		}
	}
	return nil
}

// redirectNamed refuses a workload whose route has the name of the one that sends requests on to https.
func redirectNamed(all []plan.Workload, w plan.Workload) diag.List {
	for _, other := range all {
		if w.Route.Gateway.Redirect != "" && other.Route != nil && other.Name == w.Name+redirectSuffix {
			return diag.List{{Code: diag.Duplicate, Path: other.Path, Message: fmt.Sprintf("a workload with a route may not be called %s: that is the name of the route that sends requests for %s on to https", other.Name, w.Name), Help: "take another name"}}
		}
	}
	return nil
}

// hostAt is the place of one of the names under which a route answers.
func hostAt(r plan.Route, i int) string { return schema.Item(r.HostsPath, i) }

// answeredOnce refuses names that are missing in an environment, and two workloads that answer the same requests. Of
// overlapping paths the longest counts, for a Gateway as for an Ingress, so those are no mistake.
func answeredOnce(workloads []plan.Workload, e plan.Environment) diag.List {
	var out diag.List
	first := map[string]plan.Workload{}
	for _, w := range workloads {
		r := e.Route(w)
		if r == nil || r.Kind == plan.ByLoadBalancer {
			continue
		}
		if len(r.Hosts) == 0 {
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: r.Path,
				Message: fmt.Sprintf("%s has no name in %s: it would answer to all names, also to those of others", r.Path, e.Name),
				Help:    fmt.Sprintf(`for example environments: %s: workloads: %s: route: hosts: ["%s.example.org"], or route: none: true`, e.Name, w.Name, w.Name)})
		}
		for i, host := range r.Hosts {
			if slices.Contains(r.Hosts[:i], host) {
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: hostAt(*r, i), Message: host + " is in the list twice", Help: "keep one"})
				continue
			}
			for n, p := range r.Asked() {
				asked := host + p
				if other, taken := first[asked]; taken {
					at := schema.Item(r.Path+".paths", n)
					switch {
					case r.Services != nil:
						at = schema.Item(r.Path+".grpc.services", n)
					case len(r.Asked()) == 1 && p == "":
						at = hostAt(*r, i)
					}
					whose := "of " + other.Name + " and of " + w.Name
					if other.Name == w.Name {
						whose = "of " + w.Name + " twice"
					}
					out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at, Message: fmt.Sprintf("in %s, %s is %s: it is chance which of them answers", e.Name, host+cmp.Or(p, "/"), whose), Help: "give each a path or a name of its own"})
					continue
				}
				first[asked] = w
			}
		}
	}
	return out
}

// oneKind refuses a name under which one workload speaks gRPC and another one does not: of routes of both kinds a
// Gateway takes the older one (X37).
func oneKind(workloads []plan.Workload, e plan.Environment) diag.List {
	var out diag.List
	for n, w := range workloads {
		r := e.Route(w)
		if r == nil || r.Kind != plan.ByGateway {
			continue
		}
		for i, host := range r.Hosts {
			k := slices.IndexFunc(workloads[:n], func(other plan.Workload) bool {
				o := e.Route(other)
				return o != nil && o.Kind == plan.ByGateway && o.GRPC != r.GRPC && meet(r.Gateway, o.Gateway) &&
					slices.ContainsFunc(o.Hosts, func(h string) bool { return h == host || covers(h, host) || covers(host, h) })
			})
			if k >= 0 {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "X37", Path: hostAt(*r, i),
					Message: fmt.Sprintf("in %s, %s is a name of %s and of %s, and only one of them speaks gRPC: a Gateway lets in one of the two routes", e.Name, host, workloads[k].Name, w.Name),
					Help:    "give each a name of its own"})
			}
		}
	}
	return out
}

// meet reports whether two routes come to one listener. The one that redirects has an HTTPRoute, too.
func meet(a, b plan.Gateway) bool {
	if a.Name != b.Name || a.Namespace != b.Namespace {
		return false
	}
	listeners := func(g plan.Gateway) []string { return []string{g.Listener, cmp.Or(g.Redirect, g.Listener)} }
	return slices.ContainsFunc(listeners(a), func(l string) bool {
		return l == "" || slices.Contains(listeners(b), l) || slices.Contains(listeners(b), "")
	})
}

// hostsApart refuses a name in two environments of one cluster, where the same listeners answer to it.
func hostsApart(workloads []plan.Workload, environments []plan.Environment) diag.List {
	var out diag.List
	first := map[string]string{}
	said := map[string]bool{}
	for _, e := range environments {
		for _, w := range workloads {
			r := e.Route(w)
			if r == nil || r.Kind == plan.ByLoadBalancer {
				continue
			}
			for i, host := range r.Hosts {
				other, taken := first[e.Cluster.At(host)]
				if !taken {
					first[e.Cluster.At(host)] = e.Name
				} else if at := hostAt(*r, i); other != e.Name && !said[at] {
					said[at] = true
					out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at,
						Message: fmt.Sprintf("%s is a name of %s and of %s, which are in one cluster: it is chance which of them answers", host, other, e.Name),
						Help:    fmt.Sprintf(`give each its own, for example environments: %s: workloads: %s: route: hosts: ["%s.%s"]`, e.Name, w.Name, e.Name, strings.TrimPrefix(host, "*."))})
				}
			}
		}
	}
	return out
}

// urlFits refuses an address to which no route of the environment answers.
func urlFits(s input, e plan.Environment) diag.List {
	var hosts []string
	for _, w := range s.workloads {
		r := e.Route(w)
		if r != nil && r.Kind == plan.ByLoadBalancer {
			return nil // its name is somebody else's to give
		}
		if r != nil {
			hosts = append(hosts, r.Hosts...)
		}
	}
	address, err := url.Parse(e.URL)
	if e.URL == "" || err != nil || len(hosts) == 0 || slices.ContainsFunc(hosts, func(h string) bool { return covers(h, address.Hostname()) }) {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Path: e.Path + ".url",
		Message: fmt.Sprintf("people reach %s at %s, and its routes answer to %s alone", e.Name, address.Hostname(), plan.And(hosts)),
		Help:    "write one of these, add the name to the route, or leave url out: then it is the first of them"}}
}

// covers reports whether a name of a route is an address's, or the one of all below it.
func covers(host, name string) bool {
	below, all := strings.CutPrefix(host, "*")
	return host == name || all && strings.HasSuffix(name, below) && len(name) > len(below)
}
