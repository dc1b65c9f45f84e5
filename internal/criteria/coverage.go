package criteria

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// coverage promises how much of the code the tests run.
var coverage = Kind{
	Kind: plan.Kind{
		Name: "coverage", Mode: plan.Enforced, Rules: []string{"T02"},
		Reach: plan.Reach{Of: plan.OfTests, Everywhere: builtOnce},
		Gate:  "the threshold of the test step", Fails: "the job Test fails, and nothing after it runs",
		Asks:  wants(plan.Covered),
		Check: isMeasured,
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			var out []string
			for _, t := range p.Tests {
				for _, of := range testedBy(p, c, t) {
					out = append(out, named(p.Images, of)+fmt.Sprintf("The job %s fails below %s.", p.Jobs.Find(t.Job).Title(), percent(c)))
				}
			}
			return strings.Join(out, " ")
		},
		Labels: func(_ plan.Plan, c plan.Criterion) []plan.Label {
			return []plan.Label{{On: plan.ToBuild, Text: "coverage ≥ " + percent(c)}}
		},
	},
	Support: []Part{
		Stops(InPipeline, `^jobs\.test\.steps\.env\.COVERAGE_MIN$`, "coverage threshold").calculated(),
		waitsForTest, requiredGate, triggers, shells, changesJob, testJob, imagesRun, gateJob, promoted,
	},
	Proof:    measures,
	Promised: func(c plan.Criterion) string { return "at least " + percent(c) },
	// The figure itself is in the summary of the run, which the API does not give.
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		return d.step(c.ID, "the gate at "+percent(c)+" passed", "the gate did not pass", "the gate")
	},
	Loosened: []Loosening{{
		Code: "coverage-lowered", Why: "Code with fewer tests is deployed.",
		Says: func(before, after plan.Criterion) string {
			if after.AtLeast >= before.AtLeast {
				return ""
			}
			return fmt.Sprintf("asks for a coverage of %g %% instead of %g %%", after.AtLeast, before.AtLeast)
		},
	}},
}

func percent(c plan.Criterion) string { return c.Percent() + " %" }

// testedBy are the names of the images for whose tests a criterion asks in a job. "" are all, where it asks in all jobs.
func testedBy(p plan.Plan, c plan.Criterion, t plan.Test) []string {
	switch {
	case !c.Covers(t.Job, ""):
		return nil
	case t.Image != "" || len(c.Of) == len(p.Tests):
		return []string{t.Image}
	}
	var out []string
	for _, i := range p.Images {
		if !slices.ContainsFunc(p.Tests, func(own plan.Test) bool { return own.Image == i.Name }) {
			out = append(out, i.Name)
		}
	}
	return out
}

// isMeasured: somebody must say where the tests leave what they have measured.
func isMeasured(p plan.Plan, c plan.Criterion) diag.List {
	out := areTested(p, c, p.Images)
	for _, t := range p.Tests {
		if !t.Measures && c.Covers(t.Job, "") {
			help := `for example report: {format: "cobertura", path: "coverage.xml"} in ` + t.Path
			if len(p.Tests) > 1 {
				help += "; or say with of whose coverage is meant"
			}
			out = append(out, diag.Diagnostic{Code: diag.Unmeasured, Path: c.Path,
				Message: fmt.Sprintf("criterion %s promises coverage, but %s.report does not say where the steps leave a coverage report", c.ID, t.Path),
				Help:    help})
		}
	}
	return out
}

// measures: a step of each of the tests that always runs requires the coverage.
func measures(c plan.Criterion, on *rules.Case) {
	for _, w := range on.Workflows {
		if !on.Ships(w) {
			continue
		}
		tests := on.Tests(w)
		for _, id := range c.Of {
			// A job that was renamed is one of them all the same.
			own := slices.DeleteFunc(slices.Clone(tests), func(j *pipeline.Job) bool { return j.ID != id })
			if len(own) == 0 {
				own = tests
			}
			requires(c, on, w, own)
		}
	}
}

// requires: the strictest step of some tests requires the coverage.
func requires(c plan.Criterion, on *rules.Case, w *pipeline.Workflow, tests []*pipeline.Job) {
	best, at := -1.0, w.Get("jobs")
	for _, j := range tests {
		for _, s := range j.Steps {
			n := s.Env("COVERAGE_MIN")
			v, err := strconv.ParseFloat(n.Text(), 64)
			if err != nil || !strings.Contains(s.Run(), "${COVERAGE_MIN}") || !on.Bites(s) {
				continue
			}
			if v > best {
				best, at = v, n
			}
		}
		if best < 0 {
			at = j.Get("steps")
		}
	}
	switch name := w.Get("name").At(); {
	case best < 0:
		on.Unkept("W31", at.At(), name, "keep the step that requires the coverage", "no step of the tests requires any coverage")
	case best < c.AtLeast:
		on.Unkept("W31", at.At(), name, "COVERAGE_MIN: at least "+c.Percent(), "the tests pass with %s %% of coverage, and %s are promised", at.Text(), percent(c))
	}
}
