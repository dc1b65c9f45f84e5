package check

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

// nothing is the kustomization of a component that changes nothing.
var nothing = []byte("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []\n")

// authorsFault finds the folder of the author's own without which an overlay could be
// rendered.
func (c checker) authorsFault(overlay string) (diag.Diagnostic, bool) {
	for i, f := range c.files {
		if f.Owner != artifact.Seeded || !isKustomization(f) {
			continue
		}
		without := slices.Clone(c.files)
		without[i].Content = nothing
		_, before := c.renderer.Overlays(c.files)(overlay)
		if _, err := c.renderer.Overlays(without)(overlay); err != nil || before == nil {
			continue
		}
		said := oneLine(before)
		return diag.Diagnostic{Code: diag.Overlay,
			Pos:     diag.Position{File: c.place(c.named(f, said)), Line: 1},
			Message: overlay + " cannot be rendered with what is written here: " + reason(before),
			Help:    "try 'kustomize build " + overlay + "' in the GitOps repository"}, true
	}
	return diag.Diagnostic{}, false
}

// named is the file in the folder of a kustomization that an error speaks of, else
// the kustomization itself.
func (c checker) named(kustomization artifact.File, said string) artifact.File {
	for _, f := range c.files {
		if f.Owner == artifact.Seeded && f.Root == artifact.GitOps && !isKustomization(f) && strings.HasPrefix(f.Path, path.Dir(kustomization.Path)+"/") && strings.Contains(said, path.Base(f.Path)) {
			return f
		}
	}
	return kustomization
}
