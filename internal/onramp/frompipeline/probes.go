package frompipeline

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/onramp/guess"
	"github.com/pipegen/pipegen/internal/pipeline"
)

func (d *drafter) probes(c pipeline.Node) {
	for _, p := range []struct{ probe, field string }{{"readinessProbe", "readiness"}, {"livenessProbe", "liveness"}} {
		n := c.Get(p.probe)
		switch get := n.Get("httpGet"); {
		case get.OK():
			at, path := get.Get("path"), get.Get("path").Text()
			if path == "" {
				at, path = get, "/"
			}
			l := d.add(path, at.At(), "deploy", "probes", p.field)
			if p.field == "readiness" {
				l.Spare = "/health"
			}
		case n.OK() && !n.Get("tcpSocket").OK():
			d.leave(n.At(), "", "the %s, which asks no path over HTTP", p.probe)
		}
	}
	if !d.tree.Root.Has("deploy", "probes", "readiness") {
		liveness := d.tree.Root.Leaf("deploy", "probes", "liveness")
		switch {
		case liveness != nil:
			d.guess(liveness.Value, "there is no readiness probe over HTTP: this is the liveness path", "deploy", "probes", "readiness").Spare = "/health"
		default:
			d.guess(guess.Readiness(d.project).Value, "there is no probe over HTTP", "deploy", "probes", "readiness").Spare = "/health"
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
	d.add(fmt.Sprintf("%ds", seconds), s.At(), "deploy", "probes", "startup")
}
