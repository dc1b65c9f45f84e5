package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var charts = []Rule{
	{
		ID:    "X36",
		Title: "Helm gets the images of the live folder last, and nothing after them",
		Why:   "Of several values Helm takes the last. Where another file, or a parameter of the Application, comes after what CI writes, each deploy is green and the chart runs another image.",
		Evidence: []Source{
			{Says: "which value wins", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-value-precedence"},
		},
		By:    Proof,
		Check: imagesLast,
	},
}

// ChartFact is a chart of the author's that an environment runs beside its overlay.
type ChartFact struct {
	// Folder is where it is in the GitOps repository; else Name is published at URL in Version.
	Folder, URL, Name, Version string
	// Release is the name that the spec gives its release, "" for that of the Application.
	Release string
	// Values are its values files from the root of the GitOps repository, without the one that CI writes, which has the
	// text Images with what runs in the place of names in braces.
	Values []string
	Images string
}

// sources are the addresses from which Applications take what they render: the GitOps repository, and where charts are
// published.
func (f Facts) sources(url string) []string {
	out := []string{url}
	for _, e := range f.Environments {
		if e.Chart != nil && e.Chart.Folder == "" && !slices.Contains(out, e.Chart.URL) {
			out = append(out, e.Chart.URL)
		}
	}
	return out
}

// imagesLast holds the sources of each Application against the chart of its environment, and the values file that CI
// writes against the live folder.
func imagesLast(c *Case) {
	if c.Facts == nil {
		return
	}
	for _, o := range c.overlays {
		if o.env == nil || o.env.Chart == nil {
			continue
		}
		for _, a := range o.Apps {
			c.chartOf(o, a)
		}
		c.valuesAgree(o)
	}
}

func (c *Case) chartOf(o *overlay, app pipeline.Node) {
	fact, root := o.env.Chart, "/"
	var own []pipeline.Node
	for _, s := range pipeline.Sources(app) {
		if s.Get("helm").OK() {
			own = append(own, s)
		}
	}
	if len(own) != 1 {
		c.broken(app.Get("spec", "sources").At(), o.At(), regenerate, "Application %s has %d charts, and the environment has one", pipeline.NameOf(app), len(own))
		return
	}
	s := own[0]
	url, version := c.urlFor(app), "refs/heads/"+c.Facts.GitOps.Branch
	if fact.Folder == "" {
		root, url, version = "$values/", fact.URL, fact.Version
	}
	for _, f := range []struct{ field, want string }{{"path", fact.Folder}, {"chart", fact.Name}, {"repoURL", url}, {"targetRevision", version}} {
		if n := s.Get(f.field); n.Text() != f.want {
			c.broken(n.At(), o.At(), regenerate, "Application %s renders a chart with %s %s, and the spec says %s", pipeline.NameOf(app), f.field, quoted(n.Text()), quoted(f.want))
		}
	}
	if n := s.Get("helm", "releaseName"); n.Text() != fact.Release {
		c.broken(n.At(), o.At(), regenerate, "Application %s calls the release %s, and the spec %s: its objects would get other names", pipeline.NameOf(app), quoted(n.Text()), quoted(fact.Release))
	}
	for field, n := range s.Get("helm").Pairs() {
		if field != "releaseName" && field != "valueFiles" {
			c.broken(n.At(), s.Get("helm", "valueFiles").At(), "write it in a values file", "Application %s gives the chart %s, which Helm takes after what CI writes", pipeline.NameOf(app), field)
		}
	}
	var want []string
	for _, file := range append(slices.Clone(fact.Values), o.Dir+"/live/"+artifact.ChartValuesFile) {
		want = append(want, root+file)
	}
	if files := s.Get("helm", "valueFiles"); !slices.Equal(files.List(), want) {
		c.broken(files.At(), o.At(), regenerate, "Application %s gives the chart the values %s, and the spec %s", pipeline.NameOf(app), strings.Join(files.List(), ", "), strings.Join(want, ", "))
	}
}

// valuesAgree requires that the values file in the live folder says what the kustomization beside it does.
func (c *Case) valuesAgree(o *overlay) {
	live := o.Dir + "/live"
	kust, values := c.File(artifact.GitOps, path.Join(live, "kustomization.yaml")), c.File(artifact.GitOps, path.Join(live, artifact.ChartValuesFile))
	if kust == nil || values == nil {
		return // what is missing is reported as drift
	}
	want := artifact.ChartValues(o.env.Chart.Images+"\n", pipeline.LiveImages(kust.Content))
	if string(artifact.Normal(values.Content)) != string(artifact.Normal(want)) {
		c.doubtful(values.At(1), kust.At(1), "deploy again, or write it as the spec and the kustomization have it", "%s says otherwise than the kustomization beside it which image runs: Helm gets one, and everybody else reads the other", values.Path)
	}
}
