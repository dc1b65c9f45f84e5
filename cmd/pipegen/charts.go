package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/workspace"
)

// readCharts reads the charts of the author's that Helm renders here. Those that it cannot render are named in what is
// skipped.
func (c *compiled) readCharts() error {
	var charts []check.Chart
	for _, e := range c.plan.Environments {
		chart := c.plan.Chart(e)
		switch {
		case chart == nil:
			continue
		case chart.Folder == "":
			c.skip(fmt.Sprintf("the chart %s %s is published elsewhere: what it renders to is not proven", chart.Name, chart.Version))
			continue
		case !isFolder(c.roots[artifact.GitOps]):
			c.skip("the chart " + chart.Folder + " is in the GitOps repository, which is not here: what it renders to is not proven")
			continue
		}
		one, err := c.chart(*chart, e)
		if err != nil {
			return err
		}
		charts = append(charts, one)
	}
	c.charts = check.NewCharts(charts, c.roots.Place)
	if len(charts) > 0 {
		c.saysHelm(charts)
	}
	return nil
}

func (c *compiled) skip(why string) {
	if c.unseen = true; !slices.Contains(c.skipped, why) {
		c.skipped = append(c.skipped, why)
	}
}

// saysHelm says where no Helm is installed, or one that renders otherwise than Argo CD may.
func (c *compiled) saysHelm(charts []check.Chart) {
	major := func(version string) string {
		first, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
		return first
	}
	bundled := generate.BundledHelm(c.plan.ArgoCD.Version)
	switch version := c.charts.Version; {
	case version == "":
		for _, one := range charts {
			c.skip("Helm is not installed: what the chart " + one.Folder + " renders to is not proven")
		}
	case bundled != "" && major(bundled) != major(version):
		c.skipped = append(c.skipped, fmt.Sprintf("charts are rendered by Helm %s, and Argo CD %s has %s: the same chart may become other objects there", strings.TrimPrefix(version, "v"), c.plan.ArgoCD.Version, bundled))
	}
}

// chart reads a chart for an environment.
func (c *compiled) chart(of plan.Chart, e plan.Environment) (check.Chart, error) {
	here := of.In(e.Name)
	out := check.Chart{
		At: of.Path, Overlay: e.Overlay, Live: e.Live, Folder: here.Folder, Values: here.Values, Images: of.Images, Release: of.ReleaseIn(e), Namespace: e.Namespace,
	}
	for _, v := range of.Paths {
		out.Paths = append(out.Paths, check.ChartValue(v))
	}
	var err error
	if out.Files, err = workspace.AuthorFolder(c.roots, artifact.GitOps, out.Folder); err != nil {
		return out, err
	}
	for _, name := range out.Values {
		if strings.HasPrefix(path.Clean(name), out.Folder+"/") {
			continue
		}
		if content, _, err := workspace.Read(c.roots, artifact.GitOps, name); err == nil && content != nil {
			out.Files = append(out.Files, artifact.File{Root: artifact.GitOps, Path: name, Content: content, Owner: artifact.Seeded})
		}
	}
	return out, nil
}
