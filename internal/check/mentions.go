package check

import (
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
)

// mention is a path that a kustomization makes kustomize read, or a field that is refused.
type mention struct {
	line  int
	field string
	// value is the path as it is written; "" for a field that is refused with any value.
	value string
}

// refusedFields would start programs, ask other servers or change what kustomize knows
// of Kubernetes for all overlays.
var refusedFields = map[string]string{
	"openapi":                     "it would change how every other overlay is merged",
	"helmCharts":                  "it would start helm and ask other servers",
	"helmChartInflationGenerator": "it would start helm and ask other servers",
	"helmGlobals":                 "it would start helm and ask other servers",
	generators:                    "it may start other programs",
	transformers:                  "it may start other programs",
	"validators":                  "it may start other programs",
	alias:                         "write the value out where it is used",
}

// deprecatedFields are fields that kustomize has replaced (K02, K03). They are harmless to render, so that trees
// written by hand may have them.
var deprecatedFields = map[string]string{
	"bases":                 "it is deprecated: use resources",
	"vars":                  "it is deprecated: use replacements",
	"patchesStrategicMerge": "it is deprecated: use patches",
	"patchesJson6902":       "it is deprecated: use patches",
	"commonLabels":          "it is deprecated, and changes selectors: use labels",
}

// transformers are refused unless kustomize has all of those in their files itself, and generators unless they do nothing
// but have KSOPS decrypt files.
const transformers, generators = "transformers", "generators"

// alias is the name for YAML's aliases and merge keys, through which a path could come from anywhere.
const alias = "an alias"

// pathFields are those whose values are read as paths.
var pathFields = []string{"resources", "components", "crds", "configurations", "patches", "replacements", "configMapGenerator", "secretGenerator"}

// spelled is a field as kustomize's documentation writes it.
func spelled(field string) string {
	for _, known := range slices.Concat(pathFields, slices.Collect(maps.Keys(refusedFields)), slices.Collect(maps.Keys(deprecatedFields))) {
		if strings.EqualFold(field, known) {
			return known
		}
	}
	return field
}

// aliased is the first alias or merge key in a tree, or nil.
func aliased(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Kind == yaml.ScalarNode && n.Tag == "!!merge" {
		return n
	}
	for _, c := range n.Content {
		if found := aliased(c); found != nil {
			return found
		}
	}
	return nil
}

var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

func isKustomization(f artifact.File) bool {
	return f.Root == artifact.GitOps && slices.Contains(kustomizationNames, path.Base(f.Path))
}

// parsed is the first document of a file; nil for what is no YAML.
func parsed(content []byte) (top *yaml.Node) {
	// The parser is known to panic on some damaged input.
	defer func() {
		if recover() != nil {
			top = nil
		}
	}()
	var doc yaml.Node
	if err := yaml.Unmarshal(content, &doc); err != nil || len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

// mentions reads a kustomization. What is no YAML mentions nothing.
func mentions(top *yaml.Node) (out []mention) {
	if top == nil {
		return nil
	}
	if n := aliased(top); n != nil {
		out = append(out, mention{line: n.Line, field: alias})
	}
	for i := 0; i+1 < len(top.Content) && top.Kind == yaml.MappingNode; i += 2 {
		// kustomize takes a field in any case.
		field, value := spelled(top.Content[i].Value), top.Content[i+1]
		if files := texts(field, value); (field == transformers || field == generators) && len(files) == len(value.Content) {
			out = append(out, files...)
			continue
		}
		if refusedFields[field] != "" || deprecatedFields[field] != "" {
			out = append(out, mention{line: top.Content[i].Line, field: field})
		}
		switch field {
		case "resources", "components", "crds", "configurations", "bases", "patchesStrategicMerge":
			out = append(out, texts(field, value)...)
		case "patches", "replacements", "patchesJson6902":
			for _, e := range value.Content {
				out = append(out, texts(field, below(e, "path"))...)
			}
		case "configMapGenerator", "secretGenerator":
			for _, e := range value.Content {
				for _, m := range append(texts(field, below(e, "files")), append(texts(field, below(e, "envs")), texts(field, below(e, "env"))...)...) {
					if _, file, named := strings.Cut(m.value, "="); named {
						m.value = file
					}
					out = append(out, m)
				}
			}
		}
	}
	return out
}

func below(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if strings.EqualFold(n.Content[i].Value, key) {
			return n.Content[i+1]
		}
	}
	return &yaml.Node{}
}

// texts are the paths of a field: one, or a list of them. kustomize reads YAML in the
// place of a path as an object, which names no file.
func texts(field string, n *yaml.Node) []mention {
	switch {
	case n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n"):
		return []mention{{line: n.Line, field: field, value: n.Value}}
	case n.Kind == yaml.SequenceNode:
		var out []mention
		for _, c := range n.Content {
			out = append(out, texts(field, c)...)
		}
		return out
	}
	return nil
}

// Reached returns the files that kustomize reads for some folders. Other files in them, such as notes, do not count.
func Reached(files []artifact.File, folders []string) []artifact.File {
	t := NewRenderer().read(files)
	met := map[string]bool{}
	for _, folder := range folders {
		for _, f := range t.reached(folder) {
			met[f.Path] = true
		}
	}
	var out []artifact.File
	for _, f := range files {
		if f.Root == artifact.GitOps && met[f.Path] {
			out = append(out, f)
		}
	}
	return out
}

// Missing are the paths in the GitOps repository that kustomize would read for some folders beside these files.
func Missing(files []artifact.File, folders []string) []string {
	t := NewRenderer().read(files)
	var out []string
	for _, folder := range folders {
		for _, f := range t.reached(folder) {
			if !isKustomization(f) {
				continue
			}
			for _, m := range t.by.mentions(f) {
				at := path.Join(path.Dir(f.Path), m.value)
				if m.value != "" && len(t.reached(at)) == 0 && !slices.Contains(out, at) {
					out = append(out, at)
				}
			}
		}
	}
	return out
}
