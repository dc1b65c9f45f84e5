package frompipeline

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/onramp/guess"
)

func (d *drafter) probes(p *program) {
	c := p.last().container
	for _, f := range []struct{ probe, field string }{{"readinessProbe", "readiness"}, {"livenessProbe", "liveness"}} {
		n := c.Get(f.probe)
		switch get := n.Get("httpGet"); {
		case get.OK():
			at, path := get.Get("path"), get.Get("path").Text()
			if path == "" {
				at, path = get, "/"
			}
			l := d.add(path, at.At(), p.field("probes", f.field)...)
			if f.field == "readiness" {
				l.Spare = "/health"
			}
		case n.OK() && !n.Get("tcpSocket").OK():
			d.leave(n.At(), "", "the %s, which asks no path over HTTP", f.probe)
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
			d.guess(guess.Readiness(d.project).Value, "there is no probe over HTTP", readiness...).Spare = "/health"
		}
	}
	s := c.Get("startupProbe")
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
