package generate

import (
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// The files of ways in.
const (
	gatewayFile  = "httproute.yaml"
	grpcFile     = "grpcroute.yaml"
	redirectFile = "redirect.yaml"
	ingressFile  = "ingress.yaml"
	serviceFile  = "service.yaml"
)

// cleartextHTTP2 is what a Gateway speaks to a program that speaks gRPC, as it reads in the port of a Service.
const cleartextHTTP2 = "kubernetes.io/h2c"

// redirectSuffix ends the name of the route that sends requests on to https.
const redirectSuffix = "-redirect"

// routes are the objects of the way in to a workload. A load balancer is its Service.
func (r *renderer) routes(w plan.Workload) []baseFile {
	switch route := w.Route; {
	case route == nil || route.Kind == plan.ByLoadBalancer:
		return nil
	case route.Kind == plan.ByIngress:
		return []baseFile{{ingressFile, r.ingressObject(w)}}
	case route.Gateway.Redirect != "":
		return []baseFile{{gatewayFile, r.gatewayRoute(w)}, {redirectFile, r.redirect(w)}}
	}
	return []baseFile{{routeFile(w), r.gatewayRoute(w)}}
}

// routeFile is the file of a route through a Gateway.
func routeFile(w plan.Workload) string {
	if w.Route.GRPC {
		return grpcFile
	}
	return gatewayFile
}

func (r *renderer) gatewayRoute(w plan.Workload) yamldoc.Doc {
	route := *w.Route
	return r.fill("kustomize/"+strings.ToLower(route.Object()), yamldoc.Values{
		"name": r.name(w), "annotations": r.wave(w),
		"parents": r.parent(route, route.Gateway.Listener, ".listener"), "hosts": r.hosts(route),
		"matches": r.matches(route), "backends": r.backends(w),
	})
}

func (r *renderer) redirect(w plan.Workload) yamldoc.Doc {
	route := *w.Route
	return r.fill("kustomize/httproute-redirect", yamldoc.Values{
		"name": r.redirectName(w), "annotations": r.wave(w),
		"parents": r.parent(route, route.Gateway.Redirect, ".redirect"), "hosts": r.hosts(route), "matches": r.matches(route),
	})
}

// matches are the paths of a route, or the services of one that speaks gRPC; none takes every request.
func (r *renderer) matches(route plan.Route) yamldoc.Value {
	var out []yamldoc.Doc
	for i, s := range route.Services {
		out = append(out, r.fill("kustomize/route-match-grpc", yamldoc.Values{"service": r.own(schema.Item(route.Path+".grpc.services", i), s)}))
	}
	for i, p := range route.Paths {
		out = append(out, r.fill("kustomize/route-match", yamldoc.Values{"path": r.own(schema.Item(route.Path+".paths", i), p)}))
	}
	if len(out) == 0 {
		return yamldoc.Omit
	}
	return list(out...)
}

func (r *renderer) redirectName(w plan.Workload) yamldoc.Value {
	return r.own(w.NamePath, w.Name+redirectSuffix)
}

// parent is the listener of a Gateway. What the API server would add is written out: Argo CD would show it as a
// difference, since kustomize and Argo CD take a list of this kind as a whole.
func (r *renderer) parent(route plan.Route, listener, field string) yamldoc.Value {
	g, at := route.Gateway, route.GatewayPath
	return list(r.fill("kustomize/route-parent", yamldoc.Values{
		"gateway": r.own(at+".name", g.Name), "namespace": r.optional(at+".namespace", g.Namespace), "listener": r.optional(at+field, listener),
	}))
}

// hosts are the names under which a route answers, or nothing where each environment has its own.
func (r *renderer) hosts(route plan.Route) yamldoc.Value {
	if len(route.Hosts) == 0 {
		return yamldoc.Omit
	}
	return r.own(route.HostsPath, route.Hosts)
}

func (r *renderer) ingressObject(w plan.Workload) yamldoc.Doc {
	route := *w.Route
	own := r.entries(route.Path+".ingress.annotations", route.Annotations)
	if route.Issuer != "" {
		own = append(own, yamldoc.Entry{Key: "cert-manager.io/" + route.IssuerKind, Value: r.own(route.Path+".tls", route.Issuer)})
	}
	return r.fill("kustomize/ingress", yamldoc.Values{
		"name": r.name(w), "annotations": r.annotations(w, own), "class": r.optional(route.Path+".ingress.class", route.Class),
		"tls": r.ingressTLS(route), "rules": r.ingressRules(w, route),
	})
}

// ingressTLS is the certificate of an Ingress for all its names, or nothing.
func (r *renderer) ingressTLS(route plan.Route) yamldoc.Value {
	if route.Secret == "" || len(route.Hosts) == 0 {
		return yamldoc.Omit
	}
	return list(r.fill("kustomize/ingress-tls", yamldoc.Values{"hosts": r.hosts(route), "secret": r.own(route.Path+".tls", route.Secret)}))
}

// ingressRules lead each name and path to the Service. Where each environment has names of its own, there are none here.
func (r *renderer) ingressRules(w plan.Workload, route plan.Route) yamldoc.Value {
	var rules []yamldoc.Doc
	for i, host := range route.Hosts {
		var paths []yamldoc.Doc
		for n, p := range route.Paths {
			paths = append(paths, r.fill("kustomize/ingress-path", yamldoc.Values{
				"path": r.own(schema.Item(route.Path+".paths", n), p), "service": r.name(w), "port": r.own(w.Path+".servicePort", w.ServicePort)}))
		}
		rules = append(rules, r.fill("kustomize/ingress-rule", yamldoc.Values{"host": r.own(schema.Item(route.HostsPath, i), host), "paths": list(paths...)}))
	}
	if len(rules) == 0 {
		return yamldoc.Of([]string{})
	}
	return list(rules...)
}

// patchRoute is what an environment changes in a way in.
func (r *renderer) patchRoute(w plan.Workload, e plan.Environment) []baseFile {
	d, route := e.Delta(w.Name).Route, e.Route(w)
	switch {
	case w.Route == nil || d.Empty():
		return nil
	case route == nil:
		return r.closeRoute(w)
	case route.Kind == plan.ByIngress:
		return []baseFile{{ingressFile, r.fill("kustomize/overlay-patch-ingress", yamldoc.Values{"name": r.name(w), "tls": r.ingressTLS(*route), "rules": r.ingressRules(w, *route)})}}
	}
	listeners := func(name yamldoc.Value, listener, field string) yamldoc.Doc {
		values := yamldoc.Values{"kind": yamldoc.Of(w.Route.Object()), "name": name, "parents": yamldoc.Omit, "hosts": yamldoc.Omit}
		if d.Gateway != nil {
			values["parents"] = r.parent(*route, listener, field)
		}
		if d.Hosts != nil {
			values["hosts"] = r.hosts(*route)
		}
		return r.fill("kustomize/overlay-patch-route", values)
	}
	out := []baseFile{{routeFile(w), listeners(r.name(w), route.Gateway.Listener, ".listener")}}
	if w.Route.Gateway.Redirect != "" {
		out = append(out, baseFile{redirectFile, listeners(r.redirectName(w), route.Gateway.Redirect, ".redirect")})
	}
	return out
}

// closeRoute takes the way in away in an environment where there is none.
func (r *renderer) closeRoute(w plan.Workload) []baseFile {
	remove := func(file, apiVersion, kind string, name yamldoc.Value) baseFile {
		return baseFile{file, r.fill("kustomize/overlay-patch-delete", yamldoc.Values{"apiVersion": yamldoc.Of(apiVersion), "kind": yamldoc.Of(kind), "name": name})}
	}
	switch w.Route.Kind {
	case plan.ByIngress:
		return []baseFile{remove(ingressFile, "networking.k8s.io/v1", "Ingress", r.name(w))}
	case plan.ByLoadBalancer:
		return []baseFile{{serviceFile, r.fill("kustomize/overlay-patch-service", yamldoc.Values{"name": r.name(w)})}}
	}
	out := []baseFile{remove(routeFile(w), "gateway.networking.k8s.io/v1", w.Route.Object(), r.name(w))}
	if w.Route.Gateway.Redirect != "" {
		out = append(out, remove(redirectFile, "gateway.networking.k8s.io/v1", "HTTPRoute", r.redirectName(w)))
	}
	return out
}
