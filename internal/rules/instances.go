package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// ArgoCD is one that runs in a cluster and deploys there alone.
type ArgoCD struct {
	// Cluster is the name of its cluster in the spec, and Folder that of its manifests.
	Cluster, Folder string
	// Namespace is the one that it runs in, and URL the address by which it reads the GitOps repository.
	Namespace, URL string
}

// argoOf is the Argo CD of a cluster that an object of its folder is for: nil where one deploys to all clusters, or nobody
// says.
func (c *Case) argoOf(n pipeline.Node) *ArgoCD {
	if c.Facts == nil || n.File() == nil {
		return nil
	}
	return first(c.Facts.ArgoCDs, func(a ArgoCD) bool { return strings.HasPrefix(n.File().Path, a.Folder+"/") })
}

// beside reports two objects of one Argo CD.
func (c *Case) beside(a, b pipeline.Node) bool {
	if c.Facts == nil {
		return c.Instance(a) == c.Instance(b)
	}
	return c.argoOf(a) == c.argoOf(b)
}

// Project is the AppProject that an Application names: the one in its own Argo CD, where each cluster has one.
func (c *Case) Project(app pipeline.Node) (pipeline.Node, bool) {
	p, ok := c.Model.Project(app)
	return p, ok && c.beside(app, p)
}

// urlFor is the address by which the GitOps repository is read for an object.
func (c *Case) urlFor(n pipeline.Node) string {
	if a := c.argoOf(n); a != nil {
		return a.URL
	}
	return c.Facts.GitOpsURL()
}

// siteOf is the cluster of an environment to which an Application deploys, nil for none.
func (c *Case) siteOf(e *Environment, app pipeline.Node) *Site {
	a := c.argoOf(app)
	return first(e.Sites, func(s Site) bool {
		return s.Application == pipeline.NameOf(app) && (a == nil || a.Cluster == s.ArgoCD)
	})
}

// eachInItsCluster holds what each Argo CD of a cluster is given against what it is there for.
func eachInItsCluster(c *Case) {
	if c.Facts == nil || len(c.Facts.ArgoCDs) == 0 {
		return
	}
	objects := slices.Concat(c.Applications, c.Projects)
	for _, s := range c.ApplicationSets {
		objects = append(objects, s.Node)
	}
	for _, r := range c.Roots {
		objects = append(objects, r.Node)
	}
	for _, o := range objects {
		a, name := c.argoOf(o), o.Get("kind").Text()+" "+pipeline.NameOf(o)
		if a == nil {
			c.broken(o.Get("metadata", "name").At(), c.firstOfOne(objects), "move it into the folder of one: "+path.Join(path.Dir(c.Facts.ArgoCDs[0].Folder), "CLUSTER"), "%s is for no Argo CD: each cluster has one of its own", name)
			continue
		}
		if n := o.Get("metadata", "namespace"); n.Text() != a.Namespace {
			c.broken(n.At(), o.Get("kind").At(), "namespace: "+a.Namespace, "%s is in the namespace %s, and the Argo CD of %s looks in %s", name, quoted(n.Text()), a.Cluster, a.Namespace)
		}
		for _, d := range append(o.Get("spec", "destinations").Items(), o.Get("spec", "destination")) {
			if cluster := pipeline.Cluster(d); d.OK() && !pipeline.OwnCluster(cluster) {
				c.broken(d.At(), o.Get("metadata", "name").At(), "server: https://kubernetes.default.svc", "%s names the cluster %s, and the Argo CD of %s deploys to its own alone", name, quoted(cluster), a.Cluster)
			}
		}
	}
}

// firstOfOne is the place of the first object that is for one of them.
func (c *Case) firstOfOne(objects []pipeline.Node) pipeline.Place {
	if i := slices.IndexFunc(objects, func(o pipeline.Node) bool { return c.argoOf(o) != nil }); i >= 0 {
		return objects[i].Get("kind").At()
	}
	return nowhere
}
