package criteria

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
)

// tests promises that nothing is built from code whose tests fail.
var tests = Kind{
	Kind: plan.Kind{
		Name: "tests", Mode: plan.Enforced, Rules: []string{"T02"},
		Reach: ofImages,
		Gate:  "the jobs publish, image and deploy need the job test", Fails: "nothing is built, pushed or deployed",
		Asks:   wants(plan.Tested),
		Check:  func(p plan.Plan, c plan.Criterion) diag.List { return areTested(p, c, p.ImagesOf(c)) },
		Keeps:  keepsUntested,
		Labels: label(plan.ToBuild, "tests pass"),
	},
	Support:  []Part{waitsForTest, requiredGate, triggers, shells, changesJob, testJob, imagesRun, gateJob, promoted},
	Promised: func(plan.Criterion) string { return "nothing is built when the tests fail" },
	// It is kept too when they failed and nothing was built: that is the promise.
	Judge: func(_ plan.Criterion, d Delivery) Outcome {
		if !d.Jobs.Known {
			return d.Jobs.Missing()
		}
		switch test, image := d.Jobs.Value.Test, d.Jobs.Value.Image; {
		case test.Succeeded && test.Ended.What == "":
			return Kept.By("nothing that is tested has changed", image.Ended)
		case test.Succeeded:
			return Kept.By("the "+test.Ended.What+" passed", test.Ended)
		case image.Succeeded:
			return Broken.By("the image was published although the "+test.Ended.What+" did not pass", test.Ended, image.Ended)
		case test.Done:
			return Kept.By("the "+test.Ended.What+" failed, and nothing was published", test.Ended)
		}
		return d.unfinished("the " + d.Jobs.Value.Test.Ended.What + " has no result")
	},
	Lacks: Reasons{"Proof": "the rule T02 proves it for every pipeline", "Loosened": noFigure},
}

// areTested refuses a promise about the tests of images that somebody else tests.
func areTested(p plan.Plan, c plan.Criterion, images []plan.Image) diag.List {
	var out diag.List
	for _, i := range images {
		if i.Untested != "" {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: c.At(),
				Message: fmt.Sprintf("criterion %s is about tests, and nothing tests the image %s here: %s", c.ID, i.Name, i.Untested),
				Help:    "leave it out, name with of the images that are tested, or let a person confirm it: manual: {by: …, how: …}"})
		}
	}
	return out
}

// keepsUntested says which tests each image waits for.
func keepsUntested(p plan.Plan, c plan.Criterion) string {
	var out []string
	for _, i := range p.ImagesOf(c) {
		jobs := make([]string, len(i.Tests))
		for n, id := range i.Tests {
			jobs[n] = "the job " + p.Jobs.Find(id).Title()
		}
		what := i.Name + " is not built"
		if len(p.Images) == 1 {
			what = "Nothing is built"
		}
		out = append(out, what+" when "+strings.Join(jobs, " or ")+" fails.")
	}
	return strings.Join(out, " ")
}
