package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// TestBeyond names each way in which a kustomization could reach out of the files.
func TestBeyond(t *testing.T) {
	for text, says := range map[string]string{
		"resources: [x.yaml]\n":                                  "",
		"resources: [x.yaml, sub]\npatches: [{path: x.yaml}]\n":  "",
		"patches: [{patch: 'a: 1'}]\n":                           "",
		"patches:\n- x.yaml\n":                                   "",
		"resources: [y.yaml]\n":                                  "names y.yaml",
		"resources: [https://example.org/x.yaml]\n":              "names https://example.org/x.yaml",
		"resources: ['git::https://example.org/x']\n":            "names git::",
		"resources: [&a x.yaml, *a]\n":                           "an alias cannot be used",
		"x: &a [https://e.org/x]\nresources: *a\n":               "an alias cannot be used",
		"<<: {resources: [https://e.org/x]}\n":                   "an alias cannot be used",
		"Resources: [https://e.org/x]\n":                         "names https://e.org/x",
		"HELMCHARTS: []\n":                                       "helmCharts cannot be used",
		"patches: [{PATH: 'https://example.org/x'}]\n":           "patches names",
		"resources: [github.com/a/b]\n":                          "names github.com/a/b",
		"components: [../../..]\n":                               "names ../../..",
		"resources: [/etc/passwd]\n":                             "names /etc/passwd",
		"crds: [https://example.org/x]\n":                        "crds names",
		"configurations: [https://example.org/x]\n":              "configurations names",
		"patches: [{path: 'https://example.org/x'}]\n":           "patches names",
		"replacements: [{path: 'https://example.org/x'}]\n":      "replacements names",
		"configMapGenerator: [{files: [a=x.yaml]}]\n":            "",
		"configMapGenerator: [{files: ['a=https://e.org/x']}]\n": "configMapGenerator names https://e.org/x",
		"configMapGenerator: [{envs: ['https://e.org/x']}]\n":    "configMapGenerator names",
		"secretGenerator: [{env: 'https://e.org/x'}]\n":          "secretGenerator names",
		"helmCharts: []\n":                                       "helmCharts cannot be used",
		"openapi: {path: x.yaml}\n":                              "openapi cannot be used",
		"transformers: [x.yaml]\n":                               "transformers cannot be used",
		"transformers: [sub]\n":                                  "transformers cannot be used",
		"transformers: [gone.yaml]\n":                            "transformers names gone.yaml",
		"transformers: [labels.yaml]\n":                          "",
		"transformers: [labels.yaml, x.yaml]\n":                  "transformers cannot be used",
		"transformers: [program.yaml]\n":                         "transformers cannot be used",
		"transformers: [reads.yaml]\n":                           "transformers cannot be used",
		"transformers:\n- |\n  apiVersion: builtin\n":            "transformers cannot be used",
		"generators:\n- |\n  kind: Exec\n":                       "generators cannot be used",
		"bases: [sub]\n":                                         "",
		"bases: ['https://example.org/x']\n":                     "bases names https://example.org/x",
		"patchesStrategicMerge: [/etc/passwd]\n":                 "patchesStrategicMerge names /etc/passwd",
		"patchesJson6902: [{path: ../../x}]\n":                   "patchesJson6902 names ../../x",
		"[]\n":                                                   "",
		"a: [\n":                                                 "",
		"":                                                       "",
	} {
		files := []artifact.File{
			{Root: artifact.GitOps, Path: "app/kustomization.yaml", Content: []byte(text), Owner: artifact.Seeded},
			{Root: artifact.GitOps, Path: "app/x.yaml"},
			{Root: artifact.GitOps, Path: "app/labels.yaml", Content: []byte("apiVersion: builtin\nkind: LabelTransformer\n---\napiVersion: builtin\nkind: SuffixTransformer\n")},
			{Root: artifact.GitOps, Path: "app/program.yaml", Content: []byte("apiVersion: builtin\nkind: LabelTransformer\n---\napiVersion: example.org/v1\nkind: LabelTransformer\n")},
			{Root: artifact.GitOps, Path: "app/reads.yaml", Content: []byte("apiVersion: builtin\nkind: PatchTransformer\n")},
			{Root: artifact.GitOps, Path: "app/sub/kustomization.yml", Content: []byte("resources: []\n")},
			{Root: artifact.Code, Path: "app/y.yaml"},
		}
		err := NewRenderer().confined(files)
		switch {
		case says == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

func TestReached(t *testing.T) {
	var files []artifact.File
	for name, content := range map[string]string{
		"base/custom/kustomization.yaml":       "resources: [a.yaml, sub]\n",
		"base/custom/a.yaml":                   "resources: [notes.yaml]\n",
		"base/custom/notes.yaml":               "",
		"base/custom/sub/Kustomization":        "patches: [{path: p.yaml}]\nresources: [..]\n",
		"base/custom/sub/p.yaml":               "",
		"overlays/x/custom/kustomization.yaml": "",
	} {
		files = append(files, artifact.File{Root: artifact.GitOps, Path: name, Content: []byte(content)})
	}
	var got []string
	for _, f := range Reached(files, []string{"base/custom", "nowhere"}) {
		got = append(got, f.Path)
	}
	slices.Sort(got)
	want := []string{"base/custom/a.yaml", "base/custom/kustomization.yaml", "base/custom/sub/Kustomization", "base/custom/sub/p.yaml"}
	if !slices.Equal(got, want) {
		t.Errorf("reached %v, want %v", got, want)
	}
}

// FuzzMentions: no content of a kustomization ends the program.
func FuzzMentions(f *testing.F) {
	f.Add([]byte("resources: [a]\npatches: [{path: b}]\n"))
	f.Add([]byte("resources: &a [*a]\n"))
	f.Add([]byte("a: &a {resources: *a}\nresources: *a\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, m := range mentions(parsed(content)) {
			if m.line < 1 {
				t.Errorf("no line: %+v", m)
			}
		}
	})
}

// TestRetiredFields: files of the author's in pipegen's tree have no field that kustomize has replaced; a tree that a team
// has, and that an overlay of pipegen's renders, may have them.
func TestRetiredFields(t *testing.T) {
	labels := []byte("commonLabels: {env: production}\n")
	for at, refused := range map[string]bool{"shop/base/custom": true, "apps/shop/overlays/production": false} {
		c := checker{place: func(f artifact.File) string { return f.Path }, renderer: NewRenderer(), files: []artifact.File{
			{Root: artifact.GitOps, Path: "shop/base/kustomization.yaml", Content: []byte("resources: []\n")},
			{Root: artifact.GitOps, Path: at + "/kustomization.yaml", Content: labels, Owner: artifact.Seeded},
		}}
		if out := c.beyond(true); out.Failed() != refused {
			t.Errorf("%s: %v", at, out)
		}
	}
}
