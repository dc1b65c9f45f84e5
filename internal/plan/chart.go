package plan

import (
	"cmp"
	"slices"
	"strings"
)

// Own are manifests of the author's. Any of the Images may run in them. Folder renders them, from the root of the GitOps
// repository, with {environment} for the name of an environment; it is "" where Helm does.
type Own struct {
	Folder string
	Chart  *Chart
	Images []string
}

// Chart is a Helm chart of the author's, which Argo CD renders beside the overlay. Its texts may have {environment}.
type Chart struct {
	// Path is its place in the spec.
	Path string
	// Folder is where it is in the GitOps repository, "" for one that a chart repository has published.
	Folder                    string
	Repository, Name, Version string
	Release                   string
	// Values are the author's values files from the root of the GitOps repository, and Images the text of the one by which
	// deploys give it images, with their names in braces.
	Values []string
	Images string
	// Paths are those of the values in it.
	Paths []ChartValue
}

// ChartValue is the path of a value by which a chart gets a part of an image, with its place in the spec.
type ChartValue struct{ At, Path string }

// For is a text of manifests of the author's in an environment.
func For(text, environment string) string {
	return strings.ReplaceAll(text, "{environment}", environment)
}

// In is the folder that renders them in an environment.
func (o Own) In(environment string) string { return For(o.Folder, environment) }

// Overlaid reports whether its manifests are the author's and the overlay of an environment takes them in.
func (w Workload) Overlaid() bool { return w.Own != nil && w.Own.Chart == nil }

// Seen reports whether it is rendered here, and not by Argo CD alone.
func (o Own) Seen() bool { return o.Chart == nil || o.Chart.Folder != "" }

// Says names what decides what is rendered in an environment.
func (o Own) Says(environment string) string {
	switch {
	case o.Chart == nil:
		return o.In(environment)
	case o.Chart.Folder == "":
		return "the chart " + o.Chart.Name + " " + o.Chart.Version
	}
	return For(o.Chart.Folder, environment)
}

// OwnFolders are the folders of manifests of the author's, from the root of the GitOps repository.
func (p Plan) OwnFolders() []string {
	var out []string
	for _, e := range p.Environments {
		for _, w := range p.Workloads {
			if w.Overlaid() && w.RunsIn(e.Name) {
				out = append(out, w.Own.In(e.Name))
			}
		}
	}
	return out
}

// Chart is the chart that an environment runs, nil for none.
func (p Plan) Chart(e Environment) *Chart {
	for _, w := range p.Workloads {
		if w.Own != nil && w.Own.Chart != nil && w.RunsIn(e.Name) {
			// Its release has one name in all clusters of an environment, and not that of each Application.
			if c := *w.Own.Chart; c.Release == "" && (e.Site != "" || len(e.Sites) > 0 || e.Cluster.Fleet != nil) {
				c.Release = p.Environment(e.Name).Application
				return &c
			}
			return w.Own.Chart
		}
	}
	return nil
}

// HasCharts reports whether some environment runs a chart.
func (p Plan) HasCharts() bool {
	return slices.ContainsFunc(p.Workloads, func(w Workload) bool {
		return w.Own != nil && w.Own.Chart != nil && slices.ContainsFunc(p.Environments, func(e Environment) bool { return w.RunsIn(e.Name) })
	})
}

// In is the chart as it is in an environment.
func (c Chart) In(environment string) Chart {
	var values []string
	for _, file := range c.Values {
		values = append(values, For(file, environment))
	}
	c.Folder, c.Release, c.Values = For(c.Folder, environment), For(c.Release, environment), values
	return c
}

// ReleaseIn is the name of its release in an environment: that of the Application where the spec gives none.
func (c Chart) ReleaseIn(e Environment) string {
	return cmp.Or(c.In(e.Name).Release, e.Application)
}

// URL is where it is published, as Argo CD names it.
func (c Chart) URL() string { return strings.TrimPrefix(c.Repository, "oci://") }
