package plan

import "strings"

// RouteKind is what a way in from outside is.
type RouteKind string

const (
	// ByGateway leads through a listener of a Gateway.
	ByGateway RouteKind = "gateway"
	// ByIngress leads through the controller of an Ingress.
	ByIngress RouteKind = "ingress"
	// ByLoadBalancer leads through a load balancer of its own.
	ByLoadBalancer RouteKind = "loadBalancer"
)

// Route is the way in to a workload from outside the cluster.
type Route struct {
	Kind RouteKind
	Path string
	// Hosts are the names under which it answers, and HostsPath their place in the spec. A load balancer has none.
	Hosts     []string
	HostsPath string
	// Paths lead to it, each with all below it.
	Paths []string
	// GRPC says that it speaks gRPC, and Services are those of gRPC that lead to it, none: every one. It has no Paths.
	GRPC     bool
	Services []string
	// Gateway is what ByGateway leads through, and GatewayPath its place.
	Gateway     Gateway
	GatewayPath string
	// Class and Annotations are those of an Ingress or of the Service.
	Class       string
	Annotations map[string]string
	// Secret has the certificate of an Ingress, "" without one. Where Issuer is not "", cert-manager writes it: IssuerKind
	// is issuer or cluster-issuer.
	Secret, Issuer, IssuerKind string
}

// Gateway is a listener of a Gateway. Namespace is "" for the one of the environment, Listener for all listeners, and
// Redirect where no requests are sent on to https.
type Gateway struct{ Name, Namespace, Listener, Redirect string }

// RouteDelta is what an environment changes in a Route, nil: as in the workload.
type RouteDelta struct {
	// None says that nothing leads in there.
	None    bool
	Hosts   []string
	Gateway *Gateway
}

// Empty reports that it changes nothing.
func (d RouteDelta) Empty() bool { return !d.None && d.Hosts == nil && d.Gateway == nil }

// Route is the way in to a workload in an environment, nil where there is none.
func (e Environment) Route(w Workload) *Route {
	if w.Route == nil || !w.RunsIn(e.Name) {
		return nil
	}
	r := *w.Route
	for _, d := range e.All(w.Name) {
		if d.Route.None {
			return nil
		}
		if d.Route.Hosts != nil {
			r.Hosts, r.HostsPath = d.Route.Hosts, d.Path+".route.hosts"
		}
		if d.Route.Gateway != nil {
			r.Gateway, r.GatewayPath = *d.Route.Gateway, d.Path+".route.gateway"
		}
	}
	return &r
}

// Asked are the paths of requests that lead to it, without a / at their ends: gRPC puts the service first.
func (r Route) Asked() []string {
	if r.GRPC && len(r.Services) == 0 {
		return []string{""}
	}
	var out []string
	for _, s := range r.Services {
		out = append(out, "/"+s)
	}
	for _, p := range r.Paths {
		out = append(out, strings.TrimSuffix(p, "/"))
	}
	return out
}

// Object is the kind of the Gateway API that it is.
func (r Route) Object() string {
	if r.GRPC {
		return "GRPCRoute"
	}
	return "HTTPRoute"
}

// Encrypted reports whether people reach it by https, as far as the spec says: the listener of a Gateway is expected to.
func (r Route) Encrypted() bool { return r.Kind == ByGateway || r.Secret != "" }
