package generate

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// chartsFit refuses charts that get an image in no way or in two, and those that would not be rendered everywhere.
func chartsFit(s input) diag.List {
	var out diag.List
	in, published := map[string]plan.Workload{}, ""
	for n, w := range s.workloads {
		if w.Own == nil || w.Own.Chart == nil {
			continue
		}
		out = append(out, chartFits(s, *s.Workloads[n].Value.Own.Helm, *w.Own.Chart)...)
		c := w.Own.Chart
		if published != "" && c.Repository != "" && published != c.Repository {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: c.Path + ".chart.repository", Message: fmt.Sprintf("%s.chart is published in %s, and another one of the spec in %s", c.Path, c.Repository, published),
				Help: "take both from one repository, or give one a spec of its own"})
		}
		published = cmp.Or(published, c.Repository)
		if len(inOneSet(s)) > 0 && len(w.Only) > 0 {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: w.Path + ".only",
				Message: "an ApplicationSet gives every environment the same sources, and the chart runs in some alone", Help: "leave argocd.applicationSet out, or only"})
		}
		for _, e := range s.Environments {
			if !w.RunsIn(e.ID) {
				continue
			}
			if other, twice := in[e.ID]; twice {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: c.Path,
					Message: fmt.Sprintf("%s and %s are both charts in %s, and an environment can have one", other.Path, w.Path, e.ID),
					Help:    "make one of them a dependency of the other, or give it a spec of its own"})
			}
			in[e.ID] = w
			if ours := path.Join(gitopsOf(s).Folder, overlays); c.Folder != "" && inside(c.In(e.ID).Folder, ours) {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: c.Path + ".chart", Message: fmt.Sprintf("%s.chart is in %s, where pipegen writes", c.Path, ours),
					Help: `let pipegen write below a folder of its own, for example gitops: path: "delivery"`})
			}
		}
	}
	return out
}

// chartFits holds the values of one chart against the images of the spec.
func chartFits(s input, h schema.OwnHelm, c plan.Chart) diag.List {
	var out diag.List
	if h.Image != nil && len(s.Images) > 1 {
		return diag.List{{Code: diag.ChooseOne, Path: c.Path + ".image", Message: c.Path + ".image does not say which of the images it means",
			Help: "write it for each of them: " + c.Path + ".images: NAME: {…}"}}
	}
	names, met := map[string]bool{}, map[string]string{}
	for _, i := range imagesOfChart(s, h) {
		at := c.Path + "." + i.Path
		out = append(out, unknownName(at, i.Name, "image", ids(s.Images))...)
		names[i.Name] = true
		if i.Registry != "" && i.Repository == "" {
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: at + ".registry", Message: at + ".repository is missing: with registry, the rest of the name needs a value too"})
		}
		for _, v := range i.values() {
			for _, known := range sorted(met) {
				if known == v.path || strings.HasPrefix(known, v.path+".") || strings.HasPrefix(v.path, known+".") {
					out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + "." + v.field, Message: fmt.Sprintf("%s.%s and %s write to one value: %s", at, v.field, met[known], v.path), Help: "name another value"})
					break
				}
			}
			met[v.path] = at + "." + v.field
		}
	}
	for _, id := range ids(s.Images) {
		if !names[id] {
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: c.Path, Message: fmt.Sprintf("%s does not say by which values the chart gets the image %s: a deploy would not change it", c.Path, id),
				Help: fmt.Sprintf("for example images: %q: {repository: \"image.repository\", tag: \"image.tag\"}", id)})
		}
	}
	return out
}
