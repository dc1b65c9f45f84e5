package plan

import "strings"

// Outside is the word for an endpoint that is promised from outside the cluster.
const Outside = "outside"

// Question is what somebody outside the cluster asks a workload, for a criterion.
type Question struct{ Criterion, Workload, URL string }

// Questions are those of an environment, as far as its routes or its url say where to ask.
func (p Plan) Questions(e Environment) []Question {
	var out []Question
	for _, c := range p.Criteria {
		if c.From != Outside {
			continue
		}
		for _, w := range p.In(e) {
			if address := p.AddressOf(w, e); address != "" && w.Asked() && c.Covers(w.Name, e.Name) {
				out = append(out, Question{c.ID, w.Name, strings.TrimRight(address, "/") + c.Asks(w)})
			}
		}
	}
	return out
}

// Asks is the path that an endpoint asks a workload for.
func (c Criterion) Asks(w Workload) string {
	if c.Endpoint != "" {
		return c.Endpoint
	}
	return w.HealthPath()
}

// AddressOf is where a workload is reached from outside in an environment: the first name of its route, or the address of
// the environment where no other workload has a route; "" where nothing says so.
func (p Plan) AddressOf(w Workload, e Environment) string {
	r := e.Route(w)
	for _, other := range p.In(e) {
		if r == nil && e.Route(other) != nil {
			return ""
		}
	}
	if r == nil || r.Kind == ByLoadBalancer {
		return e.URL
	}
	if r.GRPC || !r.Encrypted() {
		return ""
	}
	for _, host := range r.Hosts {
		if !strings.HasPrefix(host, "*.") {
			return "https://" + host
		}
	}
	return ""
}

// Leads reports whether a path is one of those that lead to a route.
func (r Route) Leads(path string) bool {
	for _, p := range r.Asked() {
		if p == "" || path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}
