package pipeline_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// TestInstances: projects of one name in folders of their own are those of several Argo CDs, where each has Applications
// beside it that deploy to its own cluster.
func TestInstances(t *testing.T) {
	const own = "server: https://kubernetes.default.svc"
	object := func(kind, name, spec string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n"
	}
	project := object("AppProject", "shop", "destinations: []")
	app := func(destination string) string {
		return object("Application", "shop", "project: shop, source: {path: shop}, destination: {"+destination+"}")
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"folders below clusters": {map[string]string{
			"clusters/eu/argocd/project.yaml": project, "clusters/eu/argocd/shop.yaml": app(own),
			"clusters/us/argocd/project.yaml": project, "clusters/us/argocd/shop.yaml": app("name: in-cluster"),
		}, `clusters/eu/argocd/shop.yaml is for "eu", in the project of clusters/eu/argocd/project.yaml
clusters/us/argocd/shop.yaml is for "us", in the project of clusters/us/argocd/project.yaml
`},
		"a hub": {map[string]string{
			"clusters/eu/project.yaml": project, "clusters/eu/shop.yaml": app(own),
			"clusters/us/project.yaml": project, "clusters/us/shop.yaml": app("name: us-prod"),
		}, `clusters/eu/shop.yaml is for "", in the project of clusters/eu/project.yaml
clusters/us/shop.yaml is for "", in the project of clusters/us/project.yaml
`},
		"a patch of the project": {map[string]string{
			"argocd/base/project.yaml": project, "argocd/base/shop.yaml": app(own), "argocd/overlays/eu/project.yaml": project,
		}, `argocd/base/shop.yaml is for "", in the project of argocd/base/project.yaml
`},
	} {
		t.Run(name, func(t *testing.T) {
			var files []*pipeline.File
			for _, path := range slices.Sorted(maps.Keys(c.files)) {
				files = append(files, pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: path, Content: []byte(c.files[path])}, path))
			}
			m, got := pipeline.New(files, nil), ""
			for _, a := range m.Applications {
				p, _ := m.Project(a)
				got += fmt.Sprintf("%s is for %q, in the project of %s\n", a.File().Path, m.Instance(a), p.File().Path)
			}
			if got != c.want {
				t.Errorf("%s\nwant\n%s", got, c.want)
			}
		})
	}
}
