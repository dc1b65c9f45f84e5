package criteria

import "github.com/pipegen/pipegen/internal/plan"

// builtOnce is why what is promised of an image holds everywhere.
const builtOnce = "an image is built once, for every environment"

var ofImages = plan.Reach{Of: plan.OfImages, Everywhere: builtOnce}

// staysHere reports whether a workload runs all the time, from an image of this pipeline. What is not built here changes
// with no deploy, and each of its pods has data of its own.
func staysHere(w plan.Workload) bool { return w.Kind.Stays() && w.Changes() }

// orOwn lets a criterion be for manifests of the author's too, where they are rendered here: its proof counts what they
// render to.
func orOwn(fits func(plan.Workload) bool) func(plan.Workload) bool {
	return func(w plan.Workload) bool { return w.Own != nil && w.Own.Seen() || fits(w) }
}
