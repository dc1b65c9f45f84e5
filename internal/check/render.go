package check

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Render returns the objects of an overlay, a folder of the GitOps repository, as
// kustomize's own library holds them.
func Render(files []artifact.File, overlay string) ([]*yaml.Node, error) {
	if err := confined(files); err != nil {
		return nil, err
	}
	fs, err := repository(files)
	if err != nil {
		return nil, err
	}
	rendered, err := Build(fs, overlay)
	if err != nil {
		return nil, err
	}
	var out []*yaml.Node
	for _, r := range rendered.Resources() {
		out = append(out, r.YNode())
	}
	return out, nil
}
