package criteria

import (
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// tests promises that nothing is built from code whose tests fail.
var tests = Kind{
	Kind: plan.Kind{
		Name: "tests", Mode: plan.Enforced, Rules: []string{"T02"},
		Reach: ofImages,
		Gate:  "the jobs publish, image and deploy need the job test", Fails: "nothing is built, pushed or deployed",
		Asks:   wants(plan.Tested),
		Keeps:  keepsUntested,
		Labels: label(plan.ToBuild, "tests pass"),
	},
	Support:  []Part{waitsForTest, requiredGate, triggers, shells, testJob, imageJobs, gateJob},
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
	Lacks: Reasons{"Proof": "the rule T02 proves it for every pipeline", "Check": canHold, "Loosened": noFigure},
}

// keepsUntested says which tests each image waits for.
func keepsUntested(p plan.Plan, c plan.Criterion) string {
	var out []string
	for _, i := range p.ImagesOf(c) {
		jobs := make([]string, len(i.Tests))
		for n, id := range i.Tests {
			jobs[n] = "the job " + p.Jobs.Find(id).Name
		}
		what := i.Name + " is not built"
		if len(p.Images) == 1 {
			what = "Nothing is built"
		}
		out = append(out, what+" when "+strings.Join(jobs, " or ")+" fails.")
	}
	return strings.Join(out, " ")
}
