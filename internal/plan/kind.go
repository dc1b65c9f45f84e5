package plan

import (
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
)

// Kind is what the compiler needs of a kind of criterion. It is handed in, so that the compiler knows none by its name.
type Kind struct {
	// Name is the field in the spec.
	Name string
	Mode Mode
	// Gate is where it bites, and Fails what happens there; both "" where nothing does.
	Gate, Fails string
	// Figured are both with the figures of the pipeline, nil where they have none.
	Figured func(Plan, Criterion) (gate, fails string)
	// Only says of a criterion that nothing enforces it, and what reports it, where it is unlike others of the kind; "" where
	// it is not, and nil where none is.
	Only func(Criterion) (measure string)
	// Measure is what reports it, "" where nothing does.
	Measure string
	// Rules are the ids of the rules of arithmetic and contradiction behind it.
	Rules []string
	// Tool is downloaded for it alone, "" for none.
	Tool string
	// Twice says what to do about a second one for the same; Several allows it.
	Twice   string
	Several bool
	// Reach is what a criterion can be for, and where.
	Reach Reach
	// Asks notes what a criterion asks of the pipeline.
	Asks func(Criterion, *Demands)
	// Gauge is what is measured of a workload's new version, where Asks asks for that.
	Gauge func(Prometheus, Workload, Criterion) Gauge
	// Alarm are the rules by which Prometheus warns of a workload in a namespace, where Asks asks for that.
	Alarm func(p Prometheus, w Workload, namespace string, c Criterion) []RuleGroup
	// Asked is what is asked of all requests to a workload, where a promotion waits for it.
	Asked func(Prometheus, Workload, Criterion) Inquiry
	// Whole is what a person asks, over all of the time that a criterion is about.
	Whole func(Prometheus, Workload, Criterion) Inquiry
	// Check says why a criterion cannot hold in a pipeline.
	Check func(Plan, Criterion) diag.List
	// Keeps says in a sentence what keeps or measures it, with the figures of the pipeline.
	Keeps func(Plan, Criterion) string
	// Labels are its places in the picture of the flow.
	Labels func(Plan, Criterion) []Label
}

// Mode says what happens when a promise is not kept.
type Mode string

const (
	// Enforced: something fails.
	Enforced Mode = "enforced"
	// Measured: something reports it, and nothing fails.
	Measured Mode = "measured"
	// Confirmed: a person says so.
	Confirmed Mode = "confirmed"
	// ByHand: the author has taken it out of pipegen's hands, and answers for it.
	ByHand Mode = "by hand"
)

// Edge is a way between two stations of the flow.
type Edge int

const (
	ToTest Edge = iota
	ToBuild
	ToImage
	// ToDeploy leads from the images to the first environments.
	ToDeploy
	ToSync
	ToRollout
	ToSmoke
	// Back leads from a rollout to the rollback.
	Back
)

// Label is a promise on an edge of the flow.
type Label struct {
	On Edge
	// Image and Workload are those whose edges they are; "" for the edges of all for which the criterion is.
	Image, Workload string
	Text            string
	// Criterion is whose label it is.
	Criterion Criterion
	// Measured is set where nothing enforces it, and Last puts it behind the others.
	Measured, Last bool
}

// at reports whether a label belongs to a spot.
func (l Label) at(s Spot) bool {
	is := func(name string, names []string) bool {
		return name == "" || names == nil || slices.Contains(names, name)
	}
	return l.Criterion.HoldsAt(s) && is(l.Image, s.Images) && is(l.Workload, s.Workloads)
}

// LabelsOn are the labels on an edge, each text once.
func (p Plan) LabelsOn(on Edge, s Spot) []Label {
	var out []Label
	for _, l := range p.Labels {
		same := func(x Label) bool { return x.Text == l.Text }
		if l.On == on && l.at(s) && !slices.ContainsFunc(out, same) {
			out = append(out, l)
		}
	}
	return append(slices.DeleteFunc(slices.Clone(out), func(l Label) bool { return l.Last }), slices.DeleteFunc(out, func(l Label) bool { return !l.Last })...)
}
