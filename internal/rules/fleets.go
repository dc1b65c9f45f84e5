package rules

import (
	"maps"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// fleetOf are the clusters by labels to which an Application is deployed, nil where it is for one cluster.
func (c *Case) fleetOf(app pipeline.Node) *Fleet {
	if c.Facts == nil {
		return nil
	}
	for n := range c.Facts.Environments {
		if s := c.siteOf(&c.Facts.Environments[n], app); s != nil && s.Fleet != nil {
			return s.Fleet
		}
	}
	return nil
}

// eachClusterFound looks for ApplicationSets that find clusters and take them for one and, with a spec, for those that
// find others than it says.
func eachClusterFound(c *Case) {
	for _, s := range c.sets() {
		found, name := s.Clusters(), pipeline.NameOf(s.Node)
		if !found.OK() {
			continue
		}
		for _, a := range s.Apps {
			if at := a.Get("metadata", "name"); !strings.Contains(at.Text(), pipeline.SampleCluster) {
				c.broken(at.At(), found.At(), "end it in {{ .nameNormalized }}", "every cluster that %s finds gets an Application %s, and there can be one of that name", name, quoted(at.Text()))
			}
			if d := a.Get("spec", "destination"); pipeline.Cluster(d) != pipeline.SampleCluster {
				c.broken(d.At(), found.At(), "name: '{{ .name }}'", "%s finds clusters, and its Applications deploy to %s alone", name, quoted(pipeline.Cluster(d)))
			}
			if c.Facts != nil {
				c.fleetAsked(s, found, a)
			}
		}
	}
}

// fleetAsked holds the labels that an ApplicationSet asks for, and the mark by which its Applications are listed, against
// the spec.
func (c *Case) fleetAsked(s *pipeline.ApplicationSet, found, app pipeline.Node) {
	fleet, name := c.fleetOf(app), pipeline.NameOf(s.Node)
	if fleet == nil {
		c.broken(found.At(), app.Get("metadata", "name").At(), regenerate, "%s finds clusters by labels, and no environment of the spec is in such", name)
		return
	}
	asked := map[string]string{}
	for key, n := range found.Get("selector", "matchLabels").Pairs() {
		asked[key] = n.Text()
	}
	if !maps.Equal(asked, fleet.Labels) || found.Get("selector", "matchExpressions").OK() {
		c.broken(found.Get("selector").At(), app.Get("metadata", "name").At(), regenerate, "%s asks for other labels of clusters than the spec", name)
	}
	if mark := app.Get("metadata", "labels", fleet.Mark); mark.Text() != name {
		c.broken(app.Get("metadata", "labels").At(), s.Get("metadata", "name").At(), fleet.Mark+": "+name, "the Applications of %s lack the label by which verify lists them", name)
	}
}
