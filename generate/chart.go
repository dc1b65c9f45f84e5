package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// ownOf are manifests of the author's.
func ownOf(s input, w schema.Named[schema.Workload]) *plan.Own {
	own := &plan.Own{Folder: w.Value.Own.Kustomize, Images: ids(s.Images)}
	h := w.Value.Own.Helm
	if h == nil {
		return own
	}
	c := h.Chart
	own.Chart = &plan.Chart{Path: w.Value.At + ".own.helm", Folder: c.Folder, Repository: c.Repository, Name: c.Name, Version: c.Version, Release: h.Release}
	for _, file := range h.Values {
		if rest, fromRoot := strings.CutPrefix(file, "/"); fromRoot {
			file = rest
		} else {
			file = path.Join(c.Folder, file)
		}
		own.Chart.Values = append(own.Chart.Values, file)
	}
	images := imagesOfChart(s, *h)
	own.Chart.Images = imageValues(images)
	for _, i := range images {
		for _, v := range i.values() {
			own.Chart.Paths = append(own.Chart.Paths, plan.ChartValue{At: own.Chart.Path + "." + i.Path + "." + v.field, Path: v.path})
		}
	}
	return own
}

// chartImage says by which values a chart gets an image. Path is its place in the spec.
type chartImage struct {
	schema.ChartImage
	Name, Path string
}

// imagesOfChart are the images that the spec gives to a chart, sorted by their names.
func imagesOfChart(s input, h schema.OwnHelm) []chartImage {
	if h.Image != nil && len(s.Images) > 0 {
		return []chartImage{{*h.Image, s.Images[0].ID, "image"}}
	}
	var out []chartImage
	for _, name := range sorted(h.Images) {
		out = append(out, chartImage{h.Images[name], name, schema.Join("images", name)})
	}
	return out
}

// chartValue is a value of a chart, with what a deploy puts in the place of names in braces.
type chartValue struct{ path, field, text string }

// values are those by which the chart gets the image.
func (i chartImage) values() []chartValue {
	name, tag := "name", "{tag}"
	if i.Registry != "" {
		name = "rest"
	}
	if i.Digest == "" {
		tag = "{tag}@{digest}"
	}
	out := []chartValue{
		{i.Reference, "reference", "{name}:{tag}@{digest}"}, {i.Registry, "registry", "{host}"}, {i.Repository, "repository", "{" + name + "}"},
		{i.Tag, "tag", tag}, {i.Digest, "digest", "{digest}"},
	}
	out = slices.DeleteFunc(out, func(v chartValue) bool { return v.path == "" })
	for n := range out {
		out[n].text = strings.ReplaceAll(out[n].text, "{", "{"+i.Name+".")
	}
	return out
}

// imageValues is the text of the values file that deploys write. The keys are the schema's ValuePath, which YAML reads as
// they are unless they are words of its own.
func imageValues(images []chartImage) string {
	var all []chartValue
	for _, i := range images {
		all = append(all, i.values()...)
	}
	return "# The images of the kustomization beside it, as the chart takes them. CI writes both with each deploy.\n" + strings.TrimSuffix(nested(all, ""), "\n")
}

// nested writes values below their keys, in the order in which they are met.
func nested(all []chartValue, indent string) string {
	var out strings.Builder
	written := map[string]bool{}
	for _, v := range all {
		key, _, deeper := strings.Cut(v.path, ".")
		if written[key] {
			continue
		}
		written[key] = true
		out.WriteString(indent + yamlKey(key) + ":")
		if !deeper {
			out.WriteString(" \"" + v.text + "\"\n")
			continue
		}
		var below []chartValue
		for _, other := range all {
			if rest, ok := strings.CutPrefix(other.path, key+"."); ok {
				below = append(below, chartValue{rest, other.field, other.text})
			}
		}
		out.WriteString("\n" + nested(below, indent+"  "))
	}
	return out.String()
}

// yamlKey is a key that no reader takes for a truth value or for nothing.
func yamlKey(key string) string {
	if slices.Contains([]string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}, strings.ToLower(key)) {
		return `"` + key + `"`
	}
	return key
}

// liveValues seeds the values file of an environment that runs a chart. CI owns it from then on.
func (r *renderer) liveValues(e plan.Environment, deployed []plan.Image) {
	c := r.plan.Chart(e)
	if c == nil {
		return
	}
	var images []artifact.LiveImage
	for _, i := range deployed {
		image := artifact.LiveImage{As: i.Name, Name: i.Reference, Tag: artifact.NeverDeployedTag, Digest: artifact.NeverDeployedDigest}
		if d := e.Deployed[i.Name]; d != (plan.Deployed{}) {
			image.Tag, image.Digest = d.Tag, d.Digest
		}
		images = append(images, image)
	}
	content := artifact.ChartValues(c.Images+"\n", images)
	origins := slices.Repeat([]string{c.Path}, strings.Count(string(content), "\n"))
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(e.Live, artifact.ChartValuesFile), Content: content, Origins: origins, Owner: artifact.Live})
}

// renderedChart is a chart as an Application renders it: environment and live are the texts that stand for the name and
// for the live folder of its environment.
type renderedChart struct {
	*plan.Chart
	environment, live string
}

// chartSource is the source of an Application that is a chart of the author's.
func (r *renderer) chartSource(in plan.Instance, c renderedChart) yamldoc.Values {
	at, root, here := c.Path+".chart", "/", c.In(c.environment)
	v := yamldoc.Values{
		"ref": yamldoc.Omit, "chartURL": r.argoReads(in), "chartRevision": r.own("gitops.branch", "refs/heads/"+r.plan.GitOps.Branch),
		"chartPath": r.optional(at, here.Folder), "chart": r.optional(at, c.Name), "release": r.optional(c.Path+".release", here.Release),
	}
	if c.Folder == "" {
		root, v["ref"] = "$values/", r.own(at, "values")
		v["chartURL"], v["chartRevision"] = r.own(at+".repository", c.URL()), r.own(at+".version", c.Version)
	}
	var values []string
	for _, file := range here.Values {
		values = append(values, root+file)
	}
	v["values"] = r.own(c.Path+".values", append(values, root+c.live+"/"+artifact.ChartValuesFile))
	return v
}

// publishedAt is where a chart is published, which the project has to allow as well.
func (r *renderer) publishedAt() yamldoc.Value {
	for _, e := range r.plan.Environments {
		if c := r.plan.Chart(e); c != nil && c.Folder == "" {
			return r.own(c.Path+".chart.repository", c.URL())
		}
	}
	return yamldoc.Omit
}

// chartVariables are what a script needs to know of the chart of an environment.
func (r *renderer) chartVariables(e plan.Environment) yamldoc.Values {
	v := yamldoc.Values{"chart": yamldoc.Omit, "chartRelease": yamldoc.Omit, "chartNamespace": yamldoc.Omit, "chartValues": yamldoc.Omit, "chartImages": yamldoc.Omit}
	c := r.plan.Chart(e)
	if c == nil {
		return v
	}
	if v["chartImages"] = r.own(c.Path, c.Images); c.Folder == "" {
		return v
	}
	here := c.In(e.Name)
	v["chart"] = r.own(c.Path+".chart", here.Folder)
	v["chartRelease"] = r.own(c.Path, c.ReleaseIn(e))
	v["chartNamespace"] = r.own(e.Path+".namespace", e.Namespace)
	if len(c.Values) > 0 {
		v["chartValues"] = r.own(c.Path+".values", strings.Join(here.Values, "\n"))
	}
	return v
}

// getHelm gets the program that renders a chart of the repository.
func (r *renderer) getHelm(e plan.Environment) yamldoc.Doc {
	if c := r.plan.Chart(e); c == nil || c.Folder == "" {
		return yamldoc.Doc{}
	}
	helm := r.tool("helm")
	return r.fill("github/helm", yamldoc.Values{
		"helm": r.ofTool("helm", helm.Version), "helmSum": r.ofTool("helm", strings.TrimPrefix(helm.Digest, "sha256:")), "getHelm": r.script("get-helm"),
	})
}

// theirs is the row of a README about manifests of the author's.
func theirs(own plan.Own, runs string) string {
	at, how, whose := "`"+own.Folder+"`", "an overlay includes it", "yours: pipegen never writes there"
	if c := own.Chart; c != nil {
		at, how = "`"+c.Folder+"`", "Helm renders it"
		if c.Folder == "" {
			at, whose = "the chart `"+c.Name+"` "+c.Version+" of `"+c.Repository+"`", "of those who publish it"
		}
	}
	return "| " + at + " | " + runs + ", as " + how + " | " + whose + " |"
}
