package live

import (
	"github.com/pipegen/pipegen/internal/live/prometheus"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// figures fills in what Prometheus says of an environment.
func (g gatherer) figures(e *Environment, p Destination) {
	for _, q := range p.Figures {
		e.Figures = append(e.Figures, Figured{q, g.figure(q)})
	}
}

// figure asks how many requests there were, and for the figure of them.
func (g gatherer) figure(q Inquiry) Fact[Figure] {
	if why := g.clients.Unasked; why != "" {
		return unknown[Figure](why)
	}
	var out Figure
	var err error
	if out.Requests, err = g.clients.Prometheus.Figure(g.ctx, q.Server, q.Requests); remote.Is(err, prometheus.None) {
		return Fact[Figure]{Why: "Prometheus: " + q.Server + " has no figures of requests to " + q.Workload, Kind: prometheus.None}
	} else if err != nil {
		return factFrom(out, "", err)
	}
	out.Value, err = g.clients.Prometheus.Figure(g.ctx, q.Server, q.Query)
	if remote.Is(err, prometheus.None) {
		return known(out, q.Server)
	}
	out.Given = true
	return factFrom(out, q.Server, err)
}
