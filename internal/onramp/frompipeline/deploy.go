package frompipeline

import (
	"slices"

	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// resourceFields are the resources that a spec can name.
var resourceFields = []struct{ kubernetes, ours string }{{"cpu", "cpu"}, {"memory", "memory"}, {"ephemeral-storage", "ephemeralStorage"}}

// deploy reads what runs.
func (d *drafter) deploy() {
	if len(d.programs) == 0 {
		port := guess.Port(d.project)
		d.guess(port.Value, d.unseen("no workload was found"), "deploy", "port").Spare = 8080
		ready := guess.Readiness(d.project)
		d.guess(ready.Value, d.unseen("no workload was found"), "deploy", "probes", "readiness").Spare = "/health"
		return
	}
	for _, p := range d.programs {
		d.program(p)
	}
}

// program reads a workload, from the last environment in which it runs.
func (d *drafter) program(p *program) {
	w, c := p.last().workload, p.last().container
	image := c.Get("image")
	switch {
	case p.image == nil:
		d.add(image.Text(), image.At(), p.field("external")...)
	case len(d.chosen) > 1:
		d.add(p.image.key, image.At(), p.field("image")...)
	}
	kind := d.kind(p)
	switch kind {
	case service:
		d.ports(p)
	case worker:
		d.worker(p)
	case cron:
		d.cron(p)
	case job:
		d.job(p)
	}
	if kind.stays() {
		d.pods(p)
		if n := w.Get("spec", "progressDeadlineSeconds"); n.OK() && digitsOnly().MatchString(n.Text()) {
			d.add(n.Text()+"s", n.At(), p.field("progressDeadline")...)
		}
		d.rollout(p)
		d.stateful(p)
		d.progressive(p)
	}
	if kind == service {
		d.probes(p)
	}
	d.requests(p)
	d.placement(p)
	d.account(p)
	d.names(p)
	d.words(p)
	d.environment(p)
	d.user(p)
	d.addText(c.Get("imagePullPolicy"), p.field("pullPolicy")...)
	d.mounts(p)
	d.init(p)
	if d.stopsFirst(p) {
		d.tree.Root.Remove(p.field("rollout", "strategy")...) // it follows from the claim
	}
	d.egress(p)
	if kind == service {
		d.callers(p)
		d.route(p)
	}
	d.only(p)
	d.unnamed(p)
}

// requests reads what a container asks for, and what it may use.
func (d *drafter) requests(p *program) {
	c := p.last().container
	for _, kind := range []string{"requests", "limits"} {
		for _, r := range resourceFields {
			d.addText(c.Get("resources", kind, r.kubernetes), p.field("resources", kind, r.ours)...)
		}
	}
	for _, r := range resourceFields {
		request, limit := c.Get("resources", "requests", r.kubernetes), c.Get("resources", "limits", r.kubernetes)
		if request.OK() && !limit.OK() {
			d.guess(request.Text(), "the container has no limit: this is what it asks for", p.field("resources", "limits", r.ours)...)
		}
	}
}

// words reads what is run instead of the image's own entry point.
func (d *drafter) words(p *program) {
	for _, field := range []string{"command", "args"} {
		n := p.last().container.Get(field)
		if !n.OK() {
			continue
		}
		var words []string
		for _, w := range n.Items() {
			words = append(words, w.Text())
		}
		if len(words) > 0 {
			d.add(words, n.At(), p.field(field)...)
		}
	}
}

// only names the environments, if the program does not run in all of them.
func (d *drafter) only(p *program) {
	if len(p.runs) == len(d.deployments) {
		return
	}
	var names []string
	for _, r := range p.runs {
		names = append(names, r.in.env)
	}
	d.add(names, p.last().in.targets[0].At(), p.field("only")...)
}

// unnamed records names that the draft does not keep: objects are called by the workload's key.
func (d *drafter) unnamed(p *program) {
	if len(d.programs) == 1 {
		return
	}
	for _, r := range p.runs {
		if n := r.workload.Get("metadata", "name"); n.OK() && n.Text() != p.key {
			d.leave(n.At(), "", "the name %q of %s: what it gives is called %s", n.Text(), r.workload.Label(), p.key)
			return
		}
	}
}

func (d *drafter) ports(p *program) {
	first := pipeline.Node{}
	for i, n := range p.last().container.Get("ports").Items() {
		if i == 0 {
			first = n.Get("containerPort")
			continue
		}
		if !d.probedAlone(p, n) && !d.ofPeers(p, n) {
			d.keepField(p, p.last().workload.Object, n, "", "a second port of the container")
		}
	}
	services := d.services(p.last())
	if n, ok := first.Number(); ok {
		d.add(n, first.At(), p.field("port")...).Spare = 8080
	} else {
		d.guess(guess.Port(d.project).Value, "the container names no port", p.field("port")...).Spare = 8080
	}
	for at, s := range services {
		if s.Name != p.key && len(d.programs) > 1 {
			d.keepEverywhere(s, "let those who call it ask for "+p.key, "the name of Service %s: that of %s is called like it", s.Name, p.key)
		} else if at > 0 {
			d.keepEverywhere(s, "", "a second Service of %s", p.key)
		}
		if at > 0 {
			continue
		}
		for i, n := range s.Get("spec", "ports").Items() {
			if port, ok := n.Get("port").Number(); ok && i == 0 {
				d.add(port, n.Get("port").At(), p.field("servicePort")...)
			} else if i > 0 {
				d.keepField(p, s, n, "", "a second port of the Service")
			}
		}
	}
}

// services are those that select the pods of a program.
func (d *drafter) services(r run) []*pipeline.Object {
	var out []*pipeline.Object
	labels := r.workload.Labels()
	for _, s := range r.workload.Target.Kinds("Service") {
		if selectsLabels(s.Get("spec", "selector"), labels) {
			out = append(out, s)
		}
	}
	if second := secondOf(r.workload); len(out) > 1 {
		out = slices.DeleteFunc(out, func(s *pipeline.Object) bool { return s.Name == second })
	}
	// The Service that gives pods their names is not the one that others call, where there is another.
	if names := r.headless(); names != nil && len(out) > 1 {
		out = slices.DeleteFunc(out, func(s *pipeline.Object) bool { return s == names })
	}
	return out
}

func selectsLabels(selector pipeline.Node, labels map[string]string) bool {
	for k, v := range selector.Pairs() {
		if labels[k] != v.Text() {
			return false
		}
	}
	return selector.IsMap()
}
