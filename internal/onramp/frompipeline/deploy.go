package frompipeline

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// resourceFields are the resources that a spec can name.
var resourceFields = []struct{ kubernetes, ours string }{{"cpu", "cpu"}, {"memory", "memory"}, {"ephemeral-storage", "ephemeralStorage"}}

// deploy reads what runs, from the last environment.
func (d *drafter) deploy() {
	w, c, ok := d.program()
	if !ok {
		port := guess.Port(d.project)
		d.guess(port.Value, d.unseen("no workload was found"), "deploy", "port").Spare = 8080
		ready := guess.Readiness(d.project)
		d.guess(ready.Value, d.unseen("no workload was found"), "deploy", "probes", "readiness").Spare = "/health"
		return
	}
	d.ports(w, c)
	if n, ok := w.Get("spec", "replicas").Number(); ok {
		d.add(n, w.Get("spec", "replicas").At(), "deploy", "replicas")
	} else {
		d.add(1, w.At(), "deploy", "replicas").Note = fmt.Sprintf("from %s: without replicas, Kubernetes runs one", sourceLine(w.At()))
	}
	if n := w.Get("spec", "progressDeadlineSeconds"); n.OK() && digitsOnly().MatchString(n.Text()) {
		d.add(n.Text()+"s", n.At(), "deploy", "progressDeadline")
	}
	d.probes(c)
	for _, kind := range []string{"requests", "limits"} {
		for _, r := range resourceFields {
			d.addText(c.Get("resources", kind, r.kubernetes), "deploy", "resources", kind, r.ours)
		}
	}
	for _, r := range resourceFields {
		request, limit := c.Get("resources", "requests", r.kubernetes), c.Get("resources", "limits", r.kubernetes)
		if request.OK() && !limit.OK() {
			d.guess(request.Text(), "the container has no limit: this is what it asks for", "deploy", "resources", "limits", r.ours)
		}
	}
	d.environment(c)
	d.user(w, c)
	d.addText(c.Get("imagePullPolicy"), "deploy", "pullPolicy")
	d.writable(w, c)
	d.egress(w)
}

func (d *drafter) ports(w pipeline.Workload, c pipeline.Node) {
	first := pipeline.Node{}
	for i, p := range c.Get("ports").Items() {
		if i == 0 {
			first = p.Get("containerPort")
			continue
		}
		d.leave(p.At(), "", "a second port of the container")
	}
	if n, ok := first.Number(); ok {
		d.add(n, first.At(), "deploy", "port").Spare = 8080
	} else {
		d.guess(guess.Port(d.project).Value, "the container names no port", "deploy", "port").Spare = 8080
	}
	labels := w.Labels()
	for _, s := range w.Target.Kinds("Service") {
		if !selectsLabels(s.Get("spec", "selector"), labels) {
			continue
		}
		for i, p := range s.Get("spec", "ports").Items() {
			if n, ok := p.Get("port").Number(); ok && i == 0 {
				d.add(n, p.Get("port").At(), "deploy", "servicePort")
			} else if i > 0 {
				d.leave(p.At(), "", "a second port of the Service")
			}
		}
		return
	}
}

func selectsLabels(selector pipeline.Node, labels map[string]string) bool {
	for k, v := range selector.Pairs() {
		if labels[k] != v.Text() {
			return false
		}
	}
	return selector.IsMap()
}
