package frompipeline

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const (
	usualServer = "https://kubernetes.default.svc"
	// usualCluster is its name in Argo CD.
	usualCluster = "in-cluster"
)

// nameOfCluster is what a spec may call a cluster.
var nameOfCluster = lazy.Regexp(`^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$`)

// clusterOf reads the cluster of an environment, unless it is the one of argocd.server. A cluster is called by its name
// in Argo CD where a spec may do so, and else by the first environment in it.
func (d *drafter) clusterOf(e *deployment, at func(...string) []string) {
	to := e.app.Get("spec", "destination")
	name, server := to.Get("name"), to.Get("server")
	switch {
	case pipeline.Cluster(to) == "", server.Text() == d.server(), name.Text() == usualCluster && d.server() == usualServer:
		return
	}
	n, field := server, "server"
	if !server.OK() {
		n, field = name, "name"
	}
	key, known := d.clusters[n.Text()]
	if !known {
		key = d.keyOf(n.Text(), e.env)
		d.clusters[n.Text()] = key
		d.add(n.Text(), n.At(), "clusters", key, field)
	}
	d.add(key, n.At(), at("cluster")...)
}

// keyOf is what the draft calls a cluster.
func (d *drafter) keyOf(cluster, environment string) string {
	taken := slices.Collect(maps.Values(d.clusters))
	for _, key := range []string{cluster, environment} {
		if nameOfCluster().MatchString(key) && !slices.Contains(taken, key) {
			return key
		}
	}
	return environment + "-cluster"
}

// server is the argocd.server of the draft: the address that the first Application names.
func (d *drafter) server() string {
	return cmp.Or(d.firstApp().Get("spec", "destination", "server").Text(), usualServer)
}
