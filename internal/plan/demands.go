package plan

// Ask is something that criteria ask of a pipeline.
type Ask int

const (
	// Tested: an image is not built before its tests have passed.
	Tested Ask = iota
	// Covered: the tests of a job fail below a percentage.
	Covered
	// Named: the limits of the jobs on the way to an image sum below a time.
	Named
	// Scanned, Signed and Attested are for an image.
	Scanned
	Signed
	Attested
	// Started bounds the time that a container of a workload has for its first good answer.
	Started
	// Asked: a Job asks a workload through its Service after each sync.
	Asked
	// TakenBack: a workflow takes deploys to an environment back, and a stuck rollout is noticed in time.
	TakenBack
	// Shown: a role of the Argo CD project may read logs in the places that the criterion names.
	Shown
	// NoGap and Pods are about how the pods of a workload are replaced, and how many run.
	NoGap
	Pods
	// Judged: the new version of a workload is measured while it gets requests.
	Judged
	// Warned: Prometheus warns before it is broken.
	Warned
)

// Demands are what the criteria ask of a pipeline.
type Demands struct {
	All []Demand
	// Measures are what a run measures by itself.
	Measures []Measure
}

// Demand is a criterion with something that it asks.
type Demand struct {
	Ask       Ask
	Criterion Criterion
}

// Measure is a promise that nothing can enforce but a run can measure.
type Measure struct {
	Criterion
	// Pushed says that the time of the push is needed for it.
	Pushed bool
}

// Add notes what a criterion asks.
func (d *Demands) Add(a Ask, c Criterion) { d.All = append(d.All, Demand{a, c}) }

// By returns the criterion that asks something of an image, a test or a workload in an environment, nil where none does.
// "" stands for any. Of several it is the one that leaves the least time.
func (d Demands) By(a Ask, of, in string) *Criterion {
	var least *Criterion
	for i, x := range d.All {
		if x.Ask == a && x.Criterion.Covers(of, in) && (least == nil || x.Criterion.Within < least.Within) {
			least = &d.All[i].Criterion
		}
	}
	return least
}
