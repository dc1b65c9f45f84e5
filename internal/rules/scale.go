package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// asksForShares requires a request of each container whose share of it an autoscaler follows. A limit without a request
// is one.
func asksForShares(c *Case) {
	for _, t := range c.targets {
		for _, h := range t.Kinds("HorizontalPodAutoscaler") {
			for _, m := range h.Get("spec", "metrics").Items() {
				share := m.Get("resource", "target", "averageUtilization")
				if !share.OK() {
					continue
				}
				for _, w := range t.Workloads() {
					if w.Scaled(h) {
						c.lacksRequest(w, m.Get("resource", "name"))
					}
				}
			}
		}
	}
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
