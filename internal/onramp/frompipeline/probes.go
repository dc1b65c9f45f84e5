package frompipeline

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
)

func (d *drafter) probes(p *program) {
	c := p.last().container
	ready, alive := c.Get("readinessProbe"), c.Get("livenessProbe")
	if d.askedOtherwise(p, ready, alive) {
		d.toStart(p)
		return
	}
	for _, f := range []struct {
		n            pipeline.Node
		probe, field string
	}{{ready, "readinessProbe", "readiness"}, {alive, "livenessProbe", "liveness"}} {
		switch get := f.n.Get("httpGet"); {
		case get.OK():
			at, path := get.Get("path"), get.Get("path").Text()
			if path == "" {
				at, path = get, "/"
			}
			l := d.add(path, at.At(), p.field("probes", f.field)...)
			if f.field == "readiness" {
				l.Spare = "/health"
				d.askedAt(p, get.Get("port"))
			}
		case f.n.OK() && !f.n.Get("tcpSocket").OK():
			d.leave(f.n.At(), "", "the %s, which asks no path over HTTP", f.probe)
		}
	}
	readiness := p.field("probes", "readiness")
	if !d.tree.Root.Has(readiness...) {
		liveness := d.tree.Root.Leaf(p.field("probes", "liveness")...)
		switch {
		case p.image == nil && liveness == nil:
			return // the open port is asked
		case liveness != nil:
			d.guess(liveness.Value, "there is no readiness probe over HTTP: this is the liveness path", readiness...).Spare = "/health"
		default:
			d.guess(guess.Readiness(d.shownOf(p)).Value, "there is no probe over HTTP", readiness...).Spare = "/health"
		}
	}
	d.toStart(p)
}

// askedOtherwise reads a readiness probe that does not speak HTTP.
func (d *drafter) askedOtherwise(p *program, ready, alive pipeline.Node) bool {
	at := below(p.field("probes")...)
	grpc, exec := ready.Get("grpc"), ready.Get("exec", "command")
	switch {
	case grpc.OK():
		if service := grpc.Get("service"); service.Text() != "" {
			d.add(service.Text(), service.At(), at("grpc", "service")...)
		} else {
			d.add(map[string]any{}, grpc.At(), at("grpc")...)
		}
		if other := alive.Get("grpc", "service"); other.Text() != grpc.Get("service").Text() && other.Text() != "" && grpc.Get("service").Text() != "" {
			d.add(other.Text(), other.At(), at("grpc", "liveness")...)
		}
		d.askedAt(p, grpc.Get("port"))
	case exec.OK():
		d.add(exec.List(), exec.At(), at("exec")...)
	case ready.Get("tcpSocket").OK():
		if d.askedAt(p, ready.Get("tcpSocket", "port")); p.image == nil && !d.tree.Root.Has(at("port")...) {
			return true // as without probes
		}
		d.add(true, ready.Get("tcpSocket").At(), at("tcp")...)
	default:
		return false
	}
	if how := alive.Get("httpGet"); how.OK() {
		d.leave(how.At(), "", "the livenessProbe, which asks otherwise than readiness: the open port is asked")
	}
	return true
}

// askedAt reads the port of a probe, where it is not the one that others call.
func (d *drafter) askedAt(p *program, port pipeline.Node) {
	called := 0
	for i, n := range p.last().container.Get("ports").Items() {
		number, _ := n.Get("containerPort").Number()
		if i == 0 {
			called = number
		}
		if asked, ok := port.Number(); number != called && number > 0 && (n.Get("name").OK() && n.Get("name").Text() == port.Text() || ok && asked == number) {
			d.add(number, port.At(), p.field("probes", "port")...)
		}
	}
}

// probedAlone reports whether a port of the container is the one that readiness asks.
func (d *drafter) probedAlone(p *program, port pipeline.Node) bool {
	ready := p.last().container.Get("readinessProbe")
	for _, how := range []string{"httpGet", "grpc", "tcpSocket"} {
		if asked := ready.Get(how, "port").Text(); asked != "" && (asked == port.Get("name").Text() || asked == port.Get("containerPort").Text()) {
			return true
		}
	}
	return false
}

// toStart reads how long the program may take to start.
func (d *drafter) toStart(p *program) {
	s := p.last().container.Get("startupProbe")
	if !s.OK() {
		return
	}
	number := func(field string, usual int) int {
		if n, ok := s.Get(field).Number(); ok {
			return n
		}
		return usual
	}
	seconds := number("initialDelaySeconds", 0) + number("periodSeconds", 10)*number("failureThreshold", 3)
	d.add(fmt.Sprintf("%ds", seconds), s.At(), p.field("probes", "startup")...)
}
