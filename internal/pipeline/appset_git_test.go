package pipeline_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// found is an ApplicationSet with a generator of git.
func found(generator, name, at string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: shop, namespace: argocd}\nspec:\n  generators:\n  - git:\n      repoURL: https://github.com/acme/gitops.git\n      revision: refs/heads/main\n" + generator +
		"  template:\n    metadata: {name: '" + name + "'}\n    spec:\n      project: shop\n      source: {repoURL: https://github.com/acme/gitops, targetRevision: main, path: '" + at + "'}\n"
}

// repository is what the generators look through.
func repository() []*pipeline.File {
	var out []*pipeline.File
	for _, f := range [][2]string{
		{"shop/overlays/Staging_EU/kustomization.yaml", "resources: []"},
		{"shop/overlays/production/live/kustomization.yaml", "images: []"},
		{"shop/overlays/old/kustomization.yaml", "resources: []"},
		{"shop/.hidden/x/kustomization.yaml", "resources: []"},
		{"shop/config/one.yaml", "name: one\npath: elsewhere\ncluster: {name: eu, weight: 2}"},
		{"shop/config/two.yaml", "- {name: two, cluster: {name: us}}\n- {name: three, cluster: {name: ap}}"},
	} {
		out = append(out, pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: f[0], Content: []byte(f[1])}, f[0]))
	}
	return out
}

// TestGenerators finds folders and files as the controller does.
func TestGenerators(t *testing.T) {
	const directories = "      directories: [{path: shop/overlays/*}, {path: shop/overlays/old, exclude: true}, {path: 'shop/*/x'}]\n"
	for _, c := range []struct {
		generator, name, at string
		deep                bool
		want                []string
	}{
		{directories, "shop-{{ .path.basenameNormalized }}", "{{ .path.path }}", true, []string{"shop-staging-eu shop/overlays/Staging_EU", "shop-production shop/overlays/production"}},
		{directories, "{{ index .path.segments 0 }}-{{ .path.basenameNormalized }}", "{{ .path.path }}", true, []string{"shop-staging-eu shop/overlays/Staging_EU", "shop-production shop/overlays/production"}},
		{directories, "{{path[0]}}-{{path.basenameNormalized}}", "{{path}}", false, []string{"shop-staging-eu shop/overlays/Staging_EU", "shop-production shop/overlays/production"}},
		{"      files: [{path: shop/config/*.yaml}]\n", "{{ .name }}", "{{ .path.path }}/{{ .cluster.name }}", true, []string{"one shop/config/eu", "two shop/config/us", "three shop/config/ap"}},
		{"      files: [{path: shop/config/*.yaml}, {path: shop/config/two.yaml, exclude: true}]\n", "{{name}}", "{{path}}/{{cluster.name}}{{cluster.weight}}", false, []string{"one shop/config/eu2"}},
	} {
		apps, faults := pipeline.Expand(parse(t, found(c.generator, c.name, c.at)), c.deep, false, repository()...)
		var got []string
		for _, a := range apps {
			var read struct {
				Metadata struct{ Name string }
				Spec     struct{ Source struct{ Path string } }
			}
			if err := a.Object.Decode(&read); err != nil {
				t.Fatal(err)
			}
			app := read.Metadata.Name + " " + read.Spec.Source.Path
			got = append(got, app)
			if a.Line != 9 {
				t.Errorf("%s is in line %d", app, a.Line)
			}
		}
		if len(faults) > 0 || strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s of %s gives %v, %v, and not %v", c.name, c.generator, got, faults, c.want)
		}
	}
}

// TestUnfound: what a generator reads elsewhere, or nobody here knows, is not followed.
func TestUnfound(t *testing.T) {
	for _, c := range []struct{ generator, old, new, want string }{
		{"      directories: [{path: shop/overlays/*}]\n", "gitops.git", "others.git", "the generator reads https://github.com/acme/others.git, and the template renders"},
		{"      directories: [{path: shop/overlays/*}]\n", "refs/heads/main", "next", "the generator reads next"},
		{"      directories: [{path: web/*}]\n", "", "", "nothing in the repository fits"},
		{"      directories: [{path: shop/overlays/*}]\n      values: {a: b}\n", "", "", "the generator of git has values"},
		{"      files: [{path: shop/config/*.json}]\n", "", "", "only files of YAML"},
		{"      files: [{path: shop/*.yaml}]\n", "", "", "depends on how Argo CD is set up"},
	} {
		_, faults := pipeline.Expand(parse(t, strings.Replace(found(c.generator, "{{ .path.basename }}", "{{ .path.path }}"), c.old, c.new, 1)), true, false, repository()...)
		if len(faults) != 1 || !strings.Contains(faults[0].Message, c.want) {
			t.Errorf("%s: %v", c.want, faults)
		}
	}
}
