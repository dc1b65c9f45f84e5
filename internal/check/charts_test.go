package check

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
)

// teamsChart is the chart of an example, with the values of one environment.
func teamsChart(t *testing.T) Chart {
	t.Helper()
	c := Chart{At: "deploy.own.helm", Overlay: "o/overlays/production", Live: "o/overlays/production/live", Folder: "charts/shop", Release: "shop", Namespace: "shop",
		Values: []string{"charts/shop/values-production.yaml"}, Images: "image:\n  repository: \"{shop.name}\"\n  tag: \"{shop.tag}\"\n  digest: \"{shop.digest}\""}
	root := os.DirFS("../../specs/own-helm/given/deployments")
	err := fs.WalkDir(root, "charts", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, name)
		c.Files = append(c.Files, artifact.File{Root: artifact.GitOps, Path: name, Content: content, Owner: artifact.Seeded})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var teamsLive = []artifact.File{{Root: artifact.GitOps, Path: "o/overlays/production/live/kustomization.yaml",
	Content: []byte("images:\n- digest: sha256:" + strings.Repeat("a", 64) + "\n  name: shop\n  newName: ghcr.io/example/shop/shop\n  newTag: v7\n")}}

const teamsImage = "ghcr.io/example/shop/shop:v7@sha256:"

// TestChartObjects reads what Helm has printed once: the objects have the lines of their templates.
func TestChartObjects(t *testing.T) {
	record, err := os.ReadFile("testdata/helm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	charts := NewCharts(nil, func(f artifact.File) string { return f.Path })
	chart := teamsChart(t)
	objects, err := charts.objects(chart, record)
	if err != nil || len(objects) != 3 {
		t.Fatalf("%d objects, %v", len(objects), err)
	}
	var got []string
	for _, o := range objects {
		y := yaml.NewRNode(o.Object)
		got = append(got, y.GetKind()+" "+path.Base(o.Template.Path))
		if y.GetKind() != "Deployment" {
			continue
		}
		template := strings.Split(string(o.Template.Content), "\n")
		for _, field := range [][]string{{"spec", "replicas"}, {"spec", "progressDeadlineSeconds"}, {"spec", "template", "spec", "securityContext", "runAsUser"}} {
			n, err := y.Pipe(yaml.Lookup(field...))
			if err != nil || n == nil {
				t.Fatal(field, err)
			}
			if line := n.YNode().Line; !strings.Contains(template[line-1], field[len(field)-1]+":") {
				t.Errorf("%s is in line %d: %s", strings.Join(field, "."), line, template[line-1])
			}
		}
	}
	if fmt.Sprint(got) != "[ConfigMap configmap.yaml Service service.yaml Deployment deployment.yaml]" {
		t.Error(got)
	}
}

// TestChartIsRendered holds that record against the Helm that is installed, and finds the live image in its pods.
func TestChartIsRendered(t *testing.T) {
	chart := teamsChart(t)
	charts := NewCharts([]Chart{chart}, func(f artifact.File) string { return f.Path })
	if charts.Version == "" {
		t.Skip("Helm is not installed")
	}
	images, err := charts.Images(teamsLive, chart.Overlay)
	if err != nil || len(images) != 1 || !strings.HasPrefix(images[0], teamsImage) {
		t.Fatal(images, err)
	}
	objects, err := charts.Objects(teamsLive, chart.Overlay)
	if err != nil {
		t.Fatal(err)
	}
	record, err := os.ReadFile("testdata/helm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := charts.objects(chart, record)
	if err != nil || len(want) != len(objects) {
		t.Fatalf("%d objects, and %d in the record: %v", len(objects), len(want), err)
	}
	for i := range want {
		if a, b := yaml.NewRNode(objects[i].Object).MustString(), yaml.NewRNode(want[i].Object).MustString(); a != b {
			t.Errorf("Helm %s gives\n%s\nand the record says\n%s", charts.Version, a, b)
		}
	}
}

// TestHelmIsConfined: a chart that names others fetches nothing, and one that cannot be read is reported at its line.
func TestHelmIsConfined(t *testing.T) {
	chart := teamsChart(t)
	for i, f := range chart.Files {
		if path.Base(f.Path) == "Chart.yaml" {
			chart.Files[i].Content = append(f.Content, "dependencies:\n- {name: redis, version: 1.0.0, repository: \"https://127.0.0.1:1\"}\n"...)
		}
	}
	charts := NewCharts([]Chart{chart}, func(f artifact.File) string { return f.Path })
	if charts.Version == "" {
		t.Skip("Helm is not installed")
	}
	if found := charts.Faults(teamsLive); len(found) != 1 || !strings.Contains(found[0].Message, "without what it depends on: redis") {
		t.Error(found)
	}
}
