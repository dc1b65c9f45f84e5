package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// chartBump is a command that writes into a file of values of a chart.
type chartBump struct {
	pipeline.Edit
	writer *pipeline.Writer
	// values are the paths of the values that it sets.
	values []string
}

var assigned = lazy.Regexp(`\.([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\s*=[^=]`)

// bumpsOf are the commands that write into the files of values that an Application gives its chart.
func (d *drafter) bumpsOf(app pipeline.Node) []chartBump {
	source, ok := d.chartIn(app)
	if !ok {
		return nil
	}
	files := append(valuesOf(source), path.Join(source.Get("path").Text(), "values.yaml"))
	var out []chartBump
	for _, w := range d.m.Writers {
		for _, e := range w.Edits {
			if e.Kustomize || !slices.ContainsFunc(legs(w.Job), func(l leg) bool {
				return slices.Contains(files, path.Join(l.fill(e.Folder), path.Base(l.fill(e.Words[len(e.Words)-1]))))
			}) {
				continue
			}
			one := chartBump{Edit: e, writer: w}
			for _, word := range e.Words[1 : len(e.Words)-1] {
				for _, m := range assigned().FindAllStringSubmatch(word, -1) {
					one.values = append(one.values, m[1])
				}
			}
			out = append(out, one)
		}
	}
	return out
}

// bumped are the images whose tags or digests are written into the values of a chart: that of the path, or the only one.
func (d *drafter) bumped(app pipeline.Node) []chartImage {
	var out []chartImage
	for _, b := range d.bumpsOf(app) {
		for _, at := range b.values {
			words := strings.FieldsFunc(strings.ToLower(at), func(r rune) bool { return r == '.' })
			i := slices.IndexFunc(d.images, func(i *image) bool {
				n, ok := i.known()
				return ok && slices.Contains(words, path.Base(n.name))
			})
			if len(d.images) == 1 {
				i = 0
			}
			field := imageField(words[len(words)-1])
			if i < 0 || field == "" {
				continue
			}
			of := slices.IndexFunc(out, func(c chartImage) bool { return c.image == d.images[i] })
			if of < 0 {
				of, out = len(out), append(out, chartImage{image: d.images[i], at: b.At()})
			}
			if value := [2]string{field, at}; !slices.ContainsFunc(out[of].values, func(v [2]string) bool { return v[0] == field }) {
				out[of].values = append(out[of].values, value)
			}
		}
	}
	return out
}

// imageField is what a value of that name has of an image, "" where its name does not say it.
func imageField(name string) string {
	for _, field := range []string{"tag", "digest", "repository", "registry"} {
		if strings.HasSuffix(name, field) {
			return field
		}
	}
	if strings.HasSuffix(name, "image") {
		return "reference"
	}
	return ""
}

// writesChart is the writer that writes into the values that an Application gives its chart, nil for none.
func (d *drafter) writesChart(app pipeline.Node) *pipeline.Writer {
	all := d.bumpsOf(app)
	if len(all) == 0 {
		return nil
	}
	return all[0].writer
}
