package check

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Images are what the rendered objects of an overlay name as image, in any place.
func Images(files []artifact.File, overlay string) ([]string, error) {
	objects, err := Render(files, overlay)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, o := range objects {
		out = imagesOf(o, out)
	}
	return out, nil
}

func imagesOf(n *yaml.Node, out []string) []string {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "image" && c.Kind == yaml.ScalarNode {
			out = append(out, c.Value)
		}
		out = imagesOf(c, out)
	}
	return out
}
