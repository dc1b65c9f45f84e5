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
	if set := d.finds(e.app); set != nil {
		d.fleetOf(e, set, at)
		return
	}
	if sites := d.sites(e); len(sites) > 0 {
		for _, app := range sites {
			d.siteOf(e, app, at)
		}
		return
	}
	to := e.app.Get("spec", "destination")
	switch {
	case e.app.OK() && d.m.Instance(e.app) != "": // each cluster is named
	case pipeline.Cluster(to) == "", to.Get("server").Text() == d.server(), to.Get("name").Text() == usualCluster && d.server() == usualServer && !d.namedInSet(e.app):
		return
	}
	d.add(d.keyIn(e, e.app), to.At(), at("cluster")...)
}

// namedInSet reports an Application of an ApplicationSet that gives another one a cluster by its name: one template names all
// clusters alike.
func (d *drafter) namedInSet(app pipeline.Node) bool {
	return slices.ContainsFunc(d.m.ApplicationSets, func(s *pipeline.ApplicationSet) bool {
		return s.Makes(app) && slices.ContainsFunc(s.Apps, func(other pipeline.Node) bool {
			n := other.Get("spec", "destination", "name").Text()
			return n != "" && n != usualCluster
		})
	})
}

// sites are the Applications that bring one overlay to a namespace in several clusters, nil where there is one cluster.
func (d *drafter) sites(p *deployment) []pipeline.Node {
	if len(p.targets) != 1 {
		return nil
	}
	apps := p.targets[0].Apps
	var clusters []string
	for _, app := range apps {
		to := app.Get("spec", "destination")
		cluster := d.clusterIn(app)
		if cluster == "" || slices.Contains(clusters, cluster) || to.Get("namespace").Text() != p.app.Get("spec", "destination", "namespace").Text() {
			return nil
		}
		clusters = append(clusters, cluster)
	}
	if len(apps) < 2 {
		return nil
	}
	return apps
}

// clusterIn is the cluster of an Application: that of its own Argo CD, or the one that it names, "" where neither is known.
func (d *drafter) clusterIn(app pipeline.Node) string {
	return cmp.Or(d.m.Instance(app), pipeline.Cluster(app.Get("spec", "destination")))
}

// ofAnother records that an environment is made of the overlay of another, as a cluster of that one may be: the draft
// deploys to each by itself.
func (d *drafter) ofAnother(e *deployment) {
	for _, t := range e.targets {
		for _, f := range t.Folders {
			i := slices.IndexFunc(d.deployments, func(o *deployment) bool {
				return o != e && slices.ContainsFunc(o.targets, func(t *pipeline.Target) bool { return t.Dir == f.Dir })
			})
			if i >= 0 && d.namespace(e).Text() == d.namespace(d.deployments[i]).Text() {
				other := d.deployments[i].env
				d.leave(e.app.At(), "if it is a cluster of that environment, write what differs into environments."+other+".clusters, and take "+e.env+" out",
					"that %s is made of the overlay of %s: the draft has two environments, each with deploys of its own", e.env, other)
				return
			}
		}
	}
}

// keyIn is what the draft calls the cluster of an Application, which it describes.
func (d *drafter) keyIn(e *deployment, app pipeline.Node) string {
	if of := d.m.Instance(app); of != "" {
		return d.keyOfArgoCD(of, app)
	}
	name, server := app.Get("spec", "destination", "name"), app.Get("spec", "destination", "server")
	n, field := server, "server"
	if !server.OK() {
		n, field = name, "name"
	}
	key, known := d.clusters[n.Text()]
	if !known {
		key = d.keyOf(n.Text(), cmp.Or(e.site, e.env))
		d.clusters[n.Text()] = key
		d.add(n.Text(), n.At(), "clusters", key, field)
	}
	return key
}

// keyOfArgoCD is what the draft calls a cluster with an Argo CD of its own, which has a folder of that name.
func (d *drafter) keyOfArgoCD(folder string, app pipeline.Node) string {
	key, known := d.clusters[folder]
	if known {
		return key
	}
	key = d.keyOf(folder, "cluster")
	d.clusters[folder] = key
	at := below("clusters", key, "argocd")
	d.guess("https://argocd."+key+".example.org", "no file says where the Argo CD of "+folder+" answers", at("address")...)
	if n, usual := app.Get("metadata", "namespace"), cmp.Or(d.firstApp().Get("metadata", "namespace").Text(), usualNamespace); n.OK() && n.Text() != usual {
		d.add(n.Text(), n.At(), at("namespace")...)
	}
	if n := pipeline.Sources(app)[0].Get("repoURL"); n.OK() && n.Text() != "https://github.com/"+pipeline.Repository(n.Text()) {
		d.add(n.Text(), n.At(), at("repository")...)
	}
	return key
}

// keyOf is what the draft calls a cluster.
func (d *drafter) keyOf(cluster, environment string) string {
	taken := slices.Collect(maps.Values(d.clusters))
	for _, key := range []string{cluster, environment, environment + "-2", environment + "-3"} {
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
