package generate

import (
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// tlsSecret ends the name of the Secret into which cert-manager writes a certificate.
const tlsSecret = "-tls"

// routeOf is the way in to a workload, nil where there is none.
func routeOf(w schema.Named[schema.Workload]) *plan.Route {
	r := w.Value.Route
	if r == nil {
		return nil
	}
	at := w.Value.At + ".route"
	out := &plan.Route{Kind: plan.ByGateway, Path: at, Hosts: r.Hosts, HostsPath: at + ".hosts", Paths: r.Paths, GatewayPath: at + ".gateway"}
	if r.Paths == nil {
		out.Paths = []string{"/"}
	}
	switch {
	case r.Gateway != nil:
		out.Gateway = plan.Gateway(*r.Gateway)
		if r.GRPC != nil {
			out.GRPC, out.Services, out.Paths = true, r.GRPC.Services, nil
		}
	case r.Ingress != nil:
		out.Kind, out.Class, out.Annotations = plan.ByIngress, r.Ingress.Class, r.Ingress.Annotations
	case r.LoadBalancer != nil:
		out.Kind, out.Class, out.Annotations, out.Paths = plan.ByLoadBalancer, r.LoadBalancer.Class, r.LoadBalancer.Annotations, nil
	}
	if t := r.TLS; t != nil {
		switch {
		case t.Secret != "":
			out.Secret = t.Secret
		case t.Issuer != "":
			out.Secret, out.Issuer, out.IssuerKind = w.ID+tlsSecret, t.Issuer, "issuer"
		default:
			out.Secret, out.Issuer, out.IssuerKind = w.ID+tlsSecret, t.ClusterIssuer, "cluster-issuer"
		}
	}
	return out
}

func routeDelta(d schema.Difference) plan.RouteDelta {
	if d.Route == nil {
		return plan.RouteDelta{}
	}
	return plan.RouteDelta{None: d.Route.None, Hosts: d.Route.Hosts, Gateway: (*plan.Gateway)(d.Route.Gateway)}
}

// addressOf is where people reach an environment, by its routes: the first name with a certificate that a browser can
// open, and the path that is everything, if there is one. It is "" where no route says so.
func addressOf(workloads []plan.Workload, e plan.Environment) string {
	out := ""
	for _, w := range workloads {
		r := e.Route(w)
		if r == nil || !r.Encrypted() || r.GRPC {
			continue
		}
		for _, host := range r.Hosts {
			if strings.HasPrefix(host, "*.") {
				continue
			}
			for _, path := range r.Paths {
				address := "https://" + host + strings.TrimSuffix(path, "/")
				if path == "/" {
					return address
				}
				if out == "" {
					out = address
				}
			}
		}
	}
	return out
}
