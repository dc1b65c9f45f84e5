package schema

import (
	"maps"
	"slices"
)

// choices are the fields of which manifests of the author's have exactly one.
func (o *Own) choices(at string, pick func(path, names string, set ...bool)) {
	if o == nil {
		return
	}
	pick(at, "kustomize and helm", o.Kustomize != "", o.Helm != nil)
	if o.Helm == nil {
		return
	}
	at += ".helm"
	pick(at, "image and images", o.Helm.Image != nil, len(o.Helm.Images) > 0)
	if o.Helm.Image != nil {
		o.Helm.Image.choices(at+".image", pick)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Helm.Images)) {
		image := o.Helm.Images[name]
		image.choices(join(at+".images", name), pick)
	}
}

func (i *ChartImage) choices(at string, pick func(path, names string, set ...bool)) {
	if i.Reference == "" && i.Tag == "" && i.Digest == "" {
		pick(at, "reference, tag and digest", false)
	}
	parts := i.Registry != "" || i.Repository != "" || i.Tag != "" || i.Digest != ""
	if i.Reference != "" && parts {
		pick(at, "reference and the parts of it", true, true)
	}
}
