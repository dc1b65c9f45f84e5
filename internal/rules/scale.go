package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// asksForShares requires a request of each container whose share of it an autoscaler follows. A limit without a request
// is one.
func asksForShares(c *Case) {
	for _, t := range c.targets {
		for _, s := range t.Scalers() {
			for _, resource := range sharesOf(s) {
				for _, w := range t.Workloads() {
					if w.Scaled(s) {
						c.lacksRequest(w, resource)
					}
				}
			}
		}
	}
}

// sharesOf are the names of the resources of whose requests an autoscaler follows a share.
func sharesOf(s *pipeline.Object) []pipeline.Node {
	var out []pipeline.Node
	for _, m := range s.Get("spec", "metrics").Items() {
		if m.Get("resource", "target", "averageUtilization").OK() {
			out = append(out, m.Get("resource", "name"))
		}
	}
	for _, t := range s.Get("spec", "triggers").Items() {
		if kind := t.Get("type"); kind.Text() == "cpu" || kind.Text() == "memory" {
			out = append(out, kind)
		}
	}
	return out
}

func (c *Case) lacksRequest(w pipeline.Workload, resource pipeline.Node) {
	for _, container := range w.Containers() {
		needs := container.Get("resources")
		if running(w, container) && !needs.Get("requests", resource.Text()).OK() && !needs.Get("limits", resource.Text()).OK() {
			c.broken(container.At(), resource.At(), "give it a request", "the number of pods of %s follows their use of %s, and the container %s asks for none", w.Label(), resource.Text(), quoted(container.Get("name").Text()))
		}
	}
}

// running reports whether a container runs as long as its pod: those that run before it do not, unless they are started
// again whenever they end.
func running(w pipeline.Workload, container pipeline.Node) bool {
	for _, before := range w.Pod().Get("initContainers").Items() {
		if before.At() == container.At() {
			return container.Get("restartPolicy").Text() == "Always"
		}
	}
	return true
}
