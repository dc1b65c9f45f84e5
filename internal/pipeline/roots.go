package pipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Root is an Application that brings others: what it deploys are objects of Argo CD.
type Root struct {
	Node
	// Dir is the folder that it names, and Brought are the objects in it.
	Dir     string
	Brought []Node
}

// readRoots finds the Applications that bring others. In a known pipeline one such object in the folder is enough, so that
// all else there is seen to be wrong.
func (m *Model) readRoots() {
	m.Applications = slices.DeleteFunc(m.Applications, func(app Node) bool {
		r := Root{Node: app, Dir: path.Clean(Sources(app)[0].Get("path").Text())}
		r.Brought = m.inFolder(r)
		if len(r.Brought) == 0 || !slices.ContainsFunc(r.Brought, OfArgoCD) || m.known == nil && slices.ContainsFunc(r.Brought, func(n Node) bool { return !OfArgoCD(n) }) {
			return false
		}
		m.Roots = append(m.Roots, r)
		return m.known != nil
	})
}

// OfArgoCD reports an object that says what Argo CD deploys.
func OfArgoCD(n Node) bool {
	return GroupOf(n.Get("apiVersion").Text()) == "argoproj.io" && slices.Contains([]string{"Application", "ApplicationSet", "AppProject"}, n.Get("kind").Text())
}

// inFolder are the objects that a root brings: those of all files in its folder, or of those that a kustomization there
// names. What a chart makes is not known.
func (m *Model) inFolder(r Root) []Node {
	source := Sources(r.Node)[0]
	if len(Sources(r.Node)) > 1 || !source.Get("path").OK() || source.Get("chart").OK() || m.File(artifact.GitOps, path.Join(r.Dir, "Chart.yaml")) != nil {
		return nil
	}
	var named []string
	for _, f := range m.Files {
		if f.Root == artifact.GitOps && path.Dir(f.Path) == r.Dir && isKustomization(f.Path) {
			named = f.Doc().Get("resources").List()
			if len(named) == 0 {
				return nil
			}
		}
	}
	var out []Node
	for _, f := range m.Files {
		below, in := strings.CutPrefix(f.Path, r.Dir+"/")
		if f.Root != artifact.GitOps || !in && r.Dir != "." || isKustomization(f.Path) {
			continue
		}
		if deeper := strings.Contains(below, "/"); named == nil && deeper && !source.Get("directory", "recurse").True() || named != nil && !slices.Contains(named, below) {
			continue
		}
		for _, d := range f.Docs {
			if d.Get("kind").OK() {
				out = append(out, d)
			}
		}
	}
	return out
}
