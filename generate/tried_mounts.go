package generate

import (
	"cmp"
	"math/big"

	"github.com/pipegen/pipegen/internal/plan"
)

// triedMounts are the volumes with which an image is tried: folders of the usual size, those with one of their own, as
// lines with the path and the size, and the texts of files by their paths, as JSON. Missing are those that only a
// cluster has, in words.
type triedMounts struct {
	writable, sized []string
	files           string
	missing         []string
}

func mountsToTry(p plan.Plan, w plan.Workload) triedMounts {
	var out triedMounts
	for _, v := range w.Volumes {
		size := leastSize(p, w, v)
		for _, m := range v.Mounts {
			switch {
			case v.Kind == plan.EmptyVolume && size == plan.VolumeSize && !v.Memory:
				if m.Path != "" {
					out.writable = append(out.writable, m.At)
				}
			case v.Kind == plan.EmptyVolume:
				out.sized = append(out.sized, m.At+" "+dockerBytes(plan.Quantity(size)))
			case v.Kind == plan.ClaimVolume && !m.ReadOnly:
				// It is empty, as before the first pod.
				out.sized = append(out.sized, m.At+" "+dockerBytes(plan.Quantity(cmp.Or(size, plan.VolumeSize))))
				if !v.Claim.Made {
					out.missing = append(out.missing, "what is in "+m.At)
				}
			case v.Kind != plan.FilesVolume && v.Kind != plan.StoreVolume:
				out.missing = append(out.missing, m.At)
			}
		}
	}
	if len(w.Files) == 0 {
		return out
	}
	if out.files = triedFiles(w); len(out.files) > longestVariable/2 {
		out.files = ""
		for _, f := range w.Files {
			out.missing = append(out.missing, f.At)
		}
	}
	return out
}

// leastSize is the smallest size of a volume in any environment.
func leastSize(p plan.Plan, w plan.Workload, v plan.Volume) string {
	least := ""
	for _, e := range p.Environments {
		if size := e.SizeOf(w, v); w.RunsIn(e.Name) && (least == "" || plan.Quantity(size).Cmp(plan.Quantity(least)) < 0) {
			least = size
		}
	}
	return least
}

// dockerBytes is a number of bytes as Docker reads it, in MiB where it is whole.
func dockerBytes(bytes *big.Rat) string {
	if whole := mebibytes(bytes); whole != "" {
		return whole + "m"
	}
	return bytes.FloatString(0)
}

// mebibytes is a number of bytes in MiB, "" where that is not whole.
func mebibytes(bytes *big.Rat) string {
	whole := new(big.Rat).Quo(bytes, big.NewRat(1<<20, 1))
	if !whole.IsInt() {
		return ""
	}
	return whole.FloatString(0)
}
