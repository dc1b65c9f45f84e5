package judge

import (
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
)

// Unseen are what is rendered in place of manifests of the author's where their repository is not here: nothing.
func Unseen(p plan.Plan) []artifact.File {
	var out []artifact.File
	for _, folder := range p.OwnFolders() {
		out = append(out, artifact.File{Root: artifact.GitOps, Path: path.Join(folder, "kustomization.yaml"), Owner: artifact.Seeded,
			Content: []byte("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n")})
	}
	return out
}
