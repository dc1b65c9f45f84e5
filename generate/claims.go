package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// claimFile is the file of a claim, and of what an environment changes in it.
func claimFile(c plan.Claim) string { return "claim-" + c.Name + ".yaml" }

// claim writes one in the wave of the pods: in an earlier one Argo CD would wait for it to be bound, and a storage class
// may bind it only when a pod asks for it.
func (r *renderer) claim(w plan.Workload, c plan.Claim) yamldoc.Doc {
	wave := yamldoc.Omit
	if w.Wave != 0 {
		wave = yamldoc.Of(number(w.Wave))
	}
	return r.fill("kustomize/claim", yamldoc.Values{
		"name":   r.own(c.Path, c.Name),
		"wave":   wave,
		"access": r.own(c.Path+".access", c.Access),
		"class":  r.optional(c.Path+".storageClass", c.StorageClass),
		"size":   r.own(c.Path+".size", c.Size),
	})
}

// claimPatches are what an environment changes in the claims of a workload.
func (r *renderer) claimPatches(w plan.Workload, d plan.Delta) []baseFile {
	var out []baseFile
	for _, size := range d.Sizes {
		for _, v := range w.Volumes {
			if v.Name != size.Volume || v.Claim == nil || v.Claim.Each {
				continue
			}
			out = append(out, baseFile{claimFile(*v.Claim), r.fill("kustomize/overlay-claim", yamldoc.Values{
				"name": r.own(v.Claim.Path, v.Claim.Name), "size": r.own(size.Path, size.Size),
			})})
		}
	}
	return out
}

// patchVolumes are the volumes of a pod whose size an environment changes, and those that are not there.
func (r *renderer) patchVolumes(w plan.Workload, d plan.Delta) yamldoc.Value {
	var out []yamldoc.Doc
	for _, v := range d.Unmounted {
		out = append(out, r.fill("kustomize/volume-delete", yamldoc.Values{"name": yamldoc.Of(v.Name)}))
	}
	for _, size := range d.Sizes {
		for _, v := range w.Volumes {
			if v.Name == size.Volume && v.Kind == plan.EmptyVolume {
				out = append(out, r.fill("kustomize/volume", yamldoc.Values{"name": yamldoc.Of(v.Name), "medium": yamldoc.Omit, "size": r.own(size.Path, size.Size)}))
			}
		}
	}
	return list(out...)
}
