package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

var loginStep = plan.Step{ID: plan.StepLogin, Name: "Log in to the registry"}

// biting is a step at which a criterion of a kind bites, with that one's id in its name, where there is one.
func biting(s schema.Spec, id, name, kind string) plan.Step {
	c, at, ok := promiseOf(s, kind)
	if !ok {
		return plan.Step{ID: id, Name: name}
	}
	return plan.Step{ID: id, Name: name + " (criterion " + c.ID + ")", Path: at, Bites: c.ID}
}

// promisedStep is a step that is there for a criterion of a kind.
func promisedStep(s schema.Spec, id, name, kind string) []plan.Step {
	if step := biting(s, id, name, kind); step.Bites != "" {
		return []plan.Step{step}
	}
	return nil
}

// testSteps are those of the tests that are not the author's own.
func testSteps(s schema.Spec) []plan.Step {
	switch {
	case s.Test.Python != nil:
		return []plan.Step{biting(s, plan.StepTest, "Run the tests", "coverage")}
	case s.Test.Report != nil:
		return promisedStep(s, plan.StepTest, "Require the coverage", "coverage")
	}
	return nil
}

// candidateSteps build the image and try it. Where nothing is tried, only a job that does not push builds it so.
func candidateSteps(s schema.Spec, pushes bool) []plan.Step {
	out := []plan.Step{{ID: plan.StepBuild, Name: "Build the image"}}
	if s.Image.SmokeTest {
		out = append(out, plan.Step{ID: plan.StepTry, Name: "Try the image as the cluster would run it"})
	}
	out = append(out, promisedStep(s, plan.StepScan, "Refuse known vulnerabilities", "scanned")...)
	if pushes && len(out) == 1 {
		return nil
	}
	return out
}

// nameSteps give the image its name, and sign it.
func nameSteps(s schema.Spec) []plan.Step {
	out := append([]plan.Step{loginStep}, promisedStep(s, plan.StepSign, "Sign the image", "signed")...)
	if s.Image.Attest && !attestsApart(s) {
		out = append(out, attestStep(s))
	}
	return out
}

func attestStep(s schema.Spec) plan.Step {
	return biting(s, plan.StepAttest, "Attest where the image comes from", "attested")
}

// pushSteps come before every change of what is live.
func pushSteps(s schema.Spec) []plan.Step {
	look := plan.Step{ID: plan.StepCredential, Name: "Look for the credential"}
	checkout := plan.Step{ID: plan.StepCheckout, Name: "Check out the GitOps repository"}
	switch credentialOf(s).Kind {
	case plan.WorkflowCredential:
		return []plan.Step{checkout}
	case plan.TokenCredential:
		return []plan.Step{look, checkout}
	}
	return []plan.Step{look,
		{ID: plan.StepToken, Name: "Ask for a token that may write to the GitOps repository alone"},
		{ID: plan.StepAuthor, Name: "Look up whom the commit is by"},
		checkout}
}

// measureSteps report what nothing can hold but a run can measure.
func measureSteps(s schema.Spec) []plan.Step {
	var out []plan.Step
	for _, c := range s.Criteria {
		if c.Value.Triggered != nil || c.Value.Published != nil {
			out = append(out, plan.Step{ID: plan.StepMeasure + c.ID, Name: "Measure criterion " + c.ID, Path: schema.Join("criteria", c.ID), Measures: c.ID})
		}
	}
	return out
}
