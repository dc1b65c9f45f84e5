package live

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// SetImages writes images into the kustomization of a live folder as 'kustomize edit set image' does, so that a deploy by
// hand and one by CI give the same file: the list is sorted by name, and all else keeps its text.
func SetImages(file []byte, images map[string]Reference) ([]byte, error) {
	var k struct {
		Images []map[string]any `yaml:"images"`
	}
	var doc yaml.Node
	if yaml.Unmarshal(file, &k) != nil || yaml.Unmarshal(file, &doc) != nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode || doc.Content[0].Style == yaml.FlowStyle {
		return nil, errors.New("kustomization.yaml is no YAML of a kustomization")
	}
	kept := slices.DeleteFunc(k.Images, func(i map[string]any) bool {
		name, _ := i["name"].(string)
		_, set := images[name]
		return set
	})
	for name, r := range images {
		kept = append(kept, map[string]any{"name": name, "newName": r.Name, "newTag": r.Tag, "digest": r.Digest})
	}
	slices.SortStableFunc(kept, func(a, b map[string]any) int {
		one, _ := a["name"].(string)
		other, _ := b["name"].(string)
		return strings.Compare(one, other)
	})
	written, err := yaml.Marshal(map[string]any{"images": kept})
	if err != nil {
		return nil, err
	}
	// As kustomize indents a list.
	block := strings.ReplaceAll(string(written), "\n    ", "\n")
	lines := strings.SplitAfter(string(file), "\n")
	from, to := len(lines), len(lines)
	for i := 0; i < len(doc.Content[0].Content); i += 2 {
		key := doc.Content[0].Content[i]
		switch {
		case key.Value == "images":
			from = key.Line - 1
		case from < len(lines) && to == len(lines):
			// What is said above the next field is about that one.
			for to = key.Line - 1; strings.HasPrefix(lines[to-1], "#"); to-- {
			}
		}
	}
	if from == len(lines) && lines[from-1] != "" {
		block = "\n" + block
	}
	return []byte(strings.Join(lines[:from], "") + block + strings.Join(lines[to:], "")), nil
}
