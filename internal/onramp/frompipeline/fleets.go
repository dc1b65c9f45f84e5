package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// finds is the ApplicationSet that finds the clusters of an Application, nil where its cluster is named.
func (d *drafter) finds(app pipeline.Node) *pipeline.ApplicationSet {
	i := slices.IndexFunc(d.m.ApplicationSets, func(s *pipeline.ApplicationSet) bool { return s.Clusters().OK() && s.Makes(app) })
	if !app.OK() || i < 0 {
		return nil
	}
	return d.m.ApplicationSets[i]
}

// fleetOf reads an environment that is in all clusters with some labels.
func (d *drafter) fleetOf(e *deployment, set *pipeline.ApplicationSet, at func(...string) []string) {
	found := set.Clusters()
	wanted := found.Get("selector", "matchLabels")
	var selector []string
	for key, n := range wanted.Pairs() {
		selector = append(selector, key+"="+n.Text())
	}
	slices.Sort(selector)
	called := strings.Join(selector, ",")
	key, known := d.clusters[called]
	if !known {
		key = d.keyOf("", e.env)
		d.clusters[called] = key
		for label, n := range wanted.Pairs() {
			d.add(n.Text(), n.At(), "clusters", key, "labels", label)
		}
		if len(selector) == 0 {
			d.guess("production", "the ApplicationSet "+pipeline.NameOf(set.Node)+" takes every cluster: give those that are meant a label", "clusters", key, "labels", "tier")
		}
		if n := found.Get("selector", "matchExpressions"); n.OK() {
			d.leave(n.At(), "give the clusters that are meant one label more, and write it into clusters."+key+".labels", "the matchExpressions by which the ApplicationSet %s finds clusters", pipeline.NameOf(set.Node))
		}
		d.namesOf(e, key)
	}
	d.add(key, found.At(), at("cluster")...)
	name := e.app.Get("metadata", "name")
	switch before, ok := strings.CutSuffix(name.Text(), "-"+pipeline.SampleCluster); {
	case !ok:
		d.leave(name.At(), "the generated ApplicationSet calls them by the environment and the cluster: delete the old ones, which leave what runs where they have no finalizer", "how the Applications of the ApplicationSet %s are called", pipeline.NameOf(set.Node))
	case before != d.name+"-"+e.env:
		d.add(before, name.At(), at("application")...)
	}
	if sync := set.Get("spec", "syncPolicy", "applicationsSync"); !slices.Contains([]string{"create-only", "create-update"}, sync.Text()) {
		d.leave(sync.At(), "the generated ApplicationSet leaves it: its README says how to delete one", "that an Application is deleted when its cluster loses the labels")
	}
}

// namesOf reads the pattern of names of clusters that the project of an environment allows.
func (d *drafter) namesOf(e *deployment, key string) {
	project, _ := d.m.Project(e.app)
	for _, to := range project.Get("spec", "destinations").Items() {
		if n := to.Get("name"); n.Text() != "*" && strings.Contains(n.Text(), "*") && to.Get("namespace").Text() == e.app.Get("spec", "destination", "namespace").Text() {
			d.add(n.Text(), n.At(), "clusters", key, "names")
			return
		}
	}
}
