package frompipeline

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// chartIn is the source of an Application that is a Helm chart: in a folder of the repository, or published.
func (d *drafter) chartIn(app pipeline.Node) (source pipeline.Node, ok bool) {
	for _, s := range pipeline.Sources(app) {
		dir := path.Clean(s.Get("path").Text())
		if s.Get("chart").OK() || s.Get("path").OK() && d.m.File(artifact.GitOps, path.Join(dir, "Chart.yaml")) != nil && len(d.foldersOf(dir)) == 0 {
			return s, true
		}
	}
	return pipeline.Node{}, false
}

func (d *drafter) foldersOf(dir string) []*pipeline.Folder {
	if t := d.m.Target(dir); t != nil {
		return t.Folders
	}
	return nil
}

// charted reports a target that Helm renders.
func (d *drafter) charted(t *pipeline.Target) bool {
	return d.choice.Own != Never && slices.ContainsFunc(t.Apps, func(a pipeline.Node) bool { _, ok := d.chartIn(a); return ok })
}

// published are the charts of chart repositories that Applications render, each with these.
func (d *drafter) published() []*pipeline.Target {
	var out []*pipeline.Target
	for _, a := range d.m.Applications {
		s, ok := d.chartIn(a)
		if name := s.Get("chart").Text(); ok && name != "" && d.choice.Own != Never {
			i := slices.IndexFunc(out, func(t *pipeline.Target) bool { return t.Dir == name })
			if i < 0 {
				i, out = len(out), append(out, &pipeline.Target{Dir: name})
			}
			out[i].Apps = append(out[i].Apps, a)
		}
	}
	return out
}

// valuesOf are the files of values that a chart gets in an Application, from the root of the repository.
func valuesOf(source pipeline.Node) []string {
	var out []string
	for _, f := range source.Get("helm", "valueFiles").List() {
		if ref, rest, ok := strings.Cut(f, "/"); ok && strings.HasPrefix(ref, "$") {
			out = append(out, path.Clean(rest))
		} else {
			out = append(out, path.Join(source.Get("path").Text(), f))
		}
	}
	return out
}

// chartImage says by which values a chart gets an image that is built here.
type chartImage struct {
	image *image
	at    pipeline.Place
	// values are the paths of the values, by the fields of a spec.
	values [][2]string
}

// chartImages are the images built here that the values of a chart name, or that a job writes into them.
func (d *drafter) chartImages(t *pipeline.Target) []chartImage {
	var out []chartImage
	var read func(n pipeline.Node, at []string)
	take := func(name string, n pipeline.Node, values ...[2]string) {
		i := d.imageNamed(alias{name: lower(name)})
		if i != nil && !slices.ContainsFunc(out, func(c chartImage) bool { return c.image == i }) {
			out = append(out, chartImage{i, n.At(), values})
		}
	}
	read = func(n pipeline.Node, at []string) {
		dotted := func(key string) string { return strings.Join(append(slices.Clone(at), key), ".") }
		if name := n.Get("repository"); name.Text() != "" {
			values := [][2]string{{"repository", dotted("repository")}, {"tag", dotted("tag")}}
			whole := name.Text()
			if host := n.Get("registry").Text(); host != "" {
				whole, values = host+"/"+whole, append([][2]string{{"registry", dotted("registry")}}, values...)
			}
			if n.Get("digest").OK() {
				values = append(values, [2]string{"digest", dotted("digest")})
			}
			take(whole, name, values...)
		}
		for key, v := range n.Pairs() {
			if name := pipeline.ParseImage(v.Text()).Name; name != "" && strings.Contains(name, "/") && key != "repository" {
				take(name, v, [2]string{"reference", dotted(key)})
			}
			if v.IsMap() {
				read(v, append(slices.Clone(at), key))
			}
		}
	}
	for _, a := range t.Apps {
		s, _ := d.chartIn(a)
		read(s.Get("helm", "valuesObject"), nil)
		for _, name := range append(valuesOf(s), path.Join(s.Get("path").Text(), "values.yaml")) {
			if f := d.m.File(artifact.GitOps, name); f != nil && len(f.Docs) > 0 {
				read(f.Docs[0], nil)
			}
		}
	}
	for _, a := range t.Apps {
		for _, c := range d.bumped(a) {
			if !slices.ContainsFunc(out, func(o chartImage) bool { return o.image == c.image }) {
				out = append(out, c)
			}
		}
	}
	return out
}

var wordParts = lazy.Regexp(`[a-z0-9]+`)

// chartEnvironment is the name of the environment to which an Application deploys a chart: that in the names of its values,
// its own name or its namespace, or else the usual one.
func (d *drafter) chartEnvironment(app pipeline.Node) string {
	s, _ := d.chartIn(app)
	texts := append(valuesOf(s), pipeline.NameOf(app), app.Get("spec", "destination", "namespace").Text())
	for _, text := range texts {
		for _, word := range slices.Backward(wordParts().FindAllString(strings.ToLower(text), -1)) {
			if slices.Contains(stages, word) {
				return word
			}
		}
	}
	return "production"
}

// deployCharts reads the environments to which Applications deploy a chart, each by an Application of its own.
func (d *drafter) deployCharts(t *pipeline.Target) {
	for _, a := range t.Apps {
		name := d.chartEnvironment(a)
		i := slices.IndexFunc(d.deployments, func(p *deployment) bool { return p.env == name && !slices.Contains(p.targets, t) })
		if i < 0 {
			used := map[string]bool{}
			for _, p := range d.deployments {
				used[p.env] = true
			}
			i, d.deployments = len(d.deployments), append(d.deployments, &deployment{env: draft.Free(name, used), app: a})
		} else {
			d.leave(a.At(), "let one Application of each environment deploy all of it", "Application %s: the draft has Application %s for the environment %s", pipeline.NameOf(a), pipeline.NameOf(d.deployments[i].app), name)
		}
		d.deployments[i].targets = append(d.deployments[i].targets, t)
		d.deployments[i].charts = append(d.deployments[i].charts, a)
		if w := d.writesChart(a); w != nil {
			d.deployments[i].writer = w
		}
	}
}

// ownChart writes a chart, its values files and the images that it gets.
func (d *drafter) ownChart(t *pipeline.Target, at []string) {
	field := below(append(slices.Clone(at), "own", "helm")...)
	var values, releases []string
	var first pipeline.Node
	for _, e := range d.deployments {
		for _, app := range e.charts {
			s, _ := d.chartIn(app)
			if !slices.ContainsFunc(t.Apps, app.Same) {
				continue
			}
			mine, release := d.patterns(s, e.env), strings.ReplaceAll(s.Get("helm", "releaseName").Text(), e.env, "{environment}")
			if !first.OK() {
				first, values = s, mine
			}
			if !slices.Equal(values, mine) {
				d.leave(s.Get("helm", "valueFiles").At(), "let their names differ in that of the environment alone", "the values files of Application %s, which are others than those of the first", pipeline.NameOf(app))
			}
			if release != "" && !slices.Contains(releases, release) {
				releases = append(releases, release)
			}
			for _, inline := range []string{"values", "valuesObject", "parameters", "fileParameters"} {
				d.leaveField(s.Get("helm", inline), "move them into a file of values in the GitOps repository", "the %s that Application %s gives its chart by itself", inline, pipeline.NameOf(app))
			}
			if version := s.Get("targetRevision"); s.Get("chart").OK() && version.Text() != first.Get("targetRevision").Text() {
				d.leave(version.At(), "", "another version of the chart in Application %s", pipeline.NameOf(app))
			}
		}
	}
	if name := first.Get("chart"); name.OK() {
		repository := first.Get("repoURL").Text()
		if !strings.Contains(repository, "://") {
			repository = "oci://" + repository
		}
		d.add(strings.TrimSuffix(repository, "/"), first.Get("repoURL").At(), field("chart", "repository")...)
		d.addText(name, field("chart", "name")...)
		d.addText(first.Get("targetRevision"), field("chart", "version")...)
	} else {
		d.add(path.Clean(first.Get("path").Text()), first.Get("path").At(), field("chart")...)
	}
	if len(releases) == 1 {
		d.add(releases[0], first.Get("helm", "releaseName").At(), field("release")...)
	} else if len(releases) > 1 {
		d.leave(first.Get("helm", "releaseName").At(), "", "that the release of the chart has several names")
	}
	if len(values) > 0 {
		d.add(values, first.Get("helm", "valueFiles").At(), field("values")...)
	}
	for _, c := range d.chartImages(t) {
		to := field("image")
		if len(d.chosen) > 1 {
			to = field("images", c.image.key)
		}
		for _, v := range c.values {
			d.add(v[1], c.at, append(slices.Clone(to), v[0])...)
		}
	}
	d.leave(first.At(), "name those of its kinds that most applications do not have under custom: kinds, and what it refers to and does not bring under existing",
		"what the chart %s renders, which was not looked at", t.Dir)
}

// patterns are the values files of a chart as a spec names them, in which a word that is the environment stands for any.
func (d *drafter) patterns(source pipeline.Node, env string) []string {
	word := regexp.MustCompile(`(^|[/._-])` + regexp.QuoteMeta(env) + `($|[/._-])`)
	var out []string
	for _, name := range valuesOf(source) {
		dir := path.Clean(source.Get("path").Text())
		switch inside, ok := strings.CutPrefix(name, dir+"/"); {
		case source.Get("chart").OK():
		case dir == ".":
		case ok:
			name = inside
		default:
			name = "/" + name
		}
		out = append(out, word.ReplaceAllString(name, "${1}{environment}${2}"))
	}
	return out
}
