package pipeline

import (
	"path"
	"slices"
	"strings"
)

// Charts are the files that make a folder a Helm chart.
func (m *Model) Charts() []*File {
	var out []*File
	for _, f := range m.Files {
		if path.Base(f.Path) == "Chart.yaml" {
			out = append(out, f)
		}
	}
	return out
}

// Broken are the files that should be YAML and are not. The templates of a chart only become YAML.
func (m *Model) Broken() []*File {
	charts := m.Charts()
	var out []*File
	for _, f := range m.Files {
		if f.Fault != "" && !slices.ContainsFunc(charts, func(c *File) bool { return within(f.Path, path.Dir(c.Path)) }) {
			out = append(out, f)
		}
	}
	return out
}

func within(name, dir string) bool { return dir == "." || strings.HasPrefix(name, dir+"/") }
