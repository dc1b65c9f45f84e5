package check

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// ChartValue is the path of a value by which a chart gets a part of an image, with its place in the spec.
type ChartValue struct{ At, Path string }

// Faults are what is wrong with the charts themselves, as Helm renders them with what files have live.
func (c *Charts) Faults(files []artifact.File) diag.List {
	var out diag.List
	said := map[string]bool{}
	for _, overlay := range slices.Sorted(maps.Keys(c.of)) {
		chart := c.of[overlay]
		found := chart.faults()
		if _, err := c.Objects(files, overlay); err != nil && len(found) == 0 {
			found = append(found, c.unrendered(chart, err))
		}
		for _, d := range found {
			// What environments share is said once.
			if anywhere := strings.ReplaceAll(d.Message, path.Base(overlay), ""); !said[anywhere] {
				said[anywhere], out = true, append(out, d)
			}
		}
	}
	return out
}

// faults are what needs no Helm to be seen.
func (c Chart) faults() diag.List {
	if c.file(path.Join(c.Folder, "Chart.yaml")) == nil {
		return diag.List{{Code: diag.Overlay, Path: c.At + ".chart", Message: fmt.Sprintf("%s.chart is %s, and the GitOps repository has no chart there", c.At, c.Folder),
			Help: "name the folder that has Chart.yaml"}}
	}
	var out diag.List
	for i, name := range c.Values {
		if c.file(name) == nil {
			out = append(out, diag.Diagnostic{Code: diag.Overlay, Path: fmt.Sprintf("%s.values[%d]", c.At, i), Message: fmt.Sprintf("%s.values names %s, which is no file of the GitOps repository%s", c.At, name, diag.Meant(name, c.names())),
				Help: "each environment needs its values file; an empty one will do"})
		}
	}
	known := c.valuePaths()
	for _, v := range c.Paths {
		if slices.Contains(known, v.Path) || c.mentions(v.Path) {
			continue
		}
		out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: v.At, Message: fmt.Sprintf("%s is %q, which neither the values nor the templates of %s have%s", v.At, v.Path, c.Folder, diag.Meant(v.Path, known)),
			Help: "name the value from which the chart takes it"})
	}
	return out
}

func (c Chart) file(name string) *artifact.File {
	if i := slices.IndexFunc(c.Files, func(f artifact.File) bool { return f.Path == name }); i >= 0 {
		return &c.Files[i]
	}
	return nil
}

func (c Chart) names() []string {
	var out []string
	for _, f := range c.Files {
		if ext := path.Ext(f.Path); ext == ".yaml" || ext == ".yml" {
			out = append(out, f.Path)
		}
	}
	return out
}

// valuePaths are the paths of the values that the chart and its values files have, those of mappings as well.
func (c Chart) valuePaths() []string {
	var out []string
	var visit func(n pipeline.Node, at string, depth int)
	visit = func(n pipeline.Node, at string, depth int) {
		for key, v := range n.Pairs() {
			name := strings.TrimPrefix(at+"."+key, ".")
			if out = append(out, name); depth < deepest {
				visit(v, name, depth+1)
			}
		}
	}
	for _, name := range append([]string{path.Join(c.Folder, "values.yaml")}, c.Values...) {
		if f := c.file(name); f != nil {
			visit(pipeline.Parse(*f, f.Path).Doc(), "", 0)
		}
	}
	return out
}

// mentions reports whether a template may read a value: one has its last key after a dot, or is in an archive.
func (c Chart) mentions(value string) bool {
	last := value[strings.LastIndex(value, ".")+1:]
	return slices.ContainsFunc(c.Files, func(f artifact.File) bool {
		inside, below := strings.CutPrefix(f.Path, c.Folder+"/")
		if below && path.Ext(f.Path) == ".tgz" {
			return true
		}
		return below && strings.Contains("/"+inside, "/templates/") && strings.Contains(string(f.Content), "."+last)
	})
}

var (
	inTemplate = lazy.Regexp(`\(?\b([A-Za-z0-9_./-]+/templates/[^\s:()]+)(?::(\d+))?`)
	absent     = lazy.Regexp(`missing in charts/ directory: (.*)`)
)

// unrendered reports that Helm cannot render a chart, at the line that Helm names.
func (c *Charts) unrendered(chart Chart, err error) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Overlay, Path: chart.At + ".chart", Message: fmt.Sprintf("Helm cannot render %s with the values of %s: %s", chart.Folder, path.Base(chart.Overlay), oneLine(err))}
	if m := absent().FindStringSubmatch(err.Error()); m != nil {
		d.Message = fmt.Sprintf("Helm cannot render %s without what it depends on: %s", chart.Folder, m[1])
		d.Help = "type 'helm dependency build " + chart.Folder + "' in the GitOps repository: nothing is fetched here"
		return d
	}
	if m := inTemplate().FindStringSubmatch(err.Error()); m != nil {
		if f := chart.template(m[1]); path.Base(f.Path) != "Chart.yaml" {
			line := 1
			_, _ = fmt.Sscan(m[2], &line)
			d.Path, d.Pos = "", diag.Position{File: c.place(f), Line: line}
		}
	}
	return d
}
