package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// loginSteps log in to a registry: with the run's own token at once, else once it is known that there is a credential.
func loginSteps(l plan.Login) []plan.Step {
	login := plan.Step{ID: plan.StepLogin, Name: "Log in to the registry"}
	if l.Kind == plan.ByRunToken {
		return []plan.Step{login}
	}
	name := "Look for the login"
	switch l.Kind {
	case plan.ByAWSRole:
		name = "Take on the role in AWS"
	case plan.ByGoogleProvider:
		name = "Ask Google for a token"
	case plan.ByAzure:
		name = "Log in to Azure"
	}
	return []plan.Step{{ID: plan.StepIdentity, Name: name}, login}
}

// biting is a step at which a criterion bites. If there is one, its id is in the name of the step.
func biting(id, name string, c *plan.Criterion) plan.Step {
	if c == nil {
		return plan.Step{ID: id, Name: name}
	}
	return plan.Step{ID: id, Name: name + " (criterion " + c.ID + ")", Path: c.At(), Bites: c.ID}
}

// promisedStep is a step that is there for a criterion.
func promisedStep(id, name string, c *plan.Criterion) []plan.Step {
	if c == nil {
		return nil
	}
	return []plan.Step{biting(id, name, c)}
}

// testSteps are pipegen's own steps of the tests.
func testSteps(s input, t schema.Named[schema.Test]) []plan.Step {
	c := s.demands.By(plan.Covered, testJob(t.ID), "")
	if language, of := t.Value.Toolchain(); of != nil && presets[language].format == "" && (c == nil || of.Run == "") {
		return []plan.Step{biting(plan.StepTest, "Run the tests", c)}
	} else if of != nil || t.Value.Report != nil {
		return promisedStep(plan.StepTest, "Require the coverage", c)
	}
	return nil
}

// candidateSteps build the image and try it. A job that pushes and has nothing to try needs none of them: it builds the
// image as it pushes.
func candidateSteps(s input, i schema.Named[schema.Image], pushes bool) []plan.Step {
	out := []plan.Step{{ID: plan.StepBuild, Name: "Build the image"}}
	if triedAs(s, i) != "" {
		out = append(out, plan.Step{ID: plan.StepTry, Name: "Try the image as the cluster would run it"})
	}
	out = append(out, promisedStep(plan.StepScan, "Refuse known vulnerabilities", s.demands.By(plan.Scanned, i.ID, ""))...)
	if pushes && len(out) == 1 {
		return nil
	}
	return out
}

// nameSteps give the image its name, and sign it.
func nameSteps(s input, i schema.Named[schema.Image]) []plan.Step {
	out := append(loginSteps(loginOf(s, i.Value.Registry)), promisedStep(plan.StepSign, "Sign the image", s.demands.By(plan.Signed, i.ID, ""))...)
	if i.Value.Attest && !attestsApart(s, i) {
		out = append(out, attestStep(s, i))
	}
	return out
}

func attestStep(s input, i schema.Named[schema.Image]) plan.Step {
	return biting(plan.StepAttest, "Attest where the image comes from", s.demands.By(plan.Attested, i.ID, ""))
}

// pushSteps come before every change of what is live.
func pushSteps(s input) []plan.Step {
	look := plan.Step{ID: plan.StepCredential, Name: "Look for the credential"}
	checkout := plan.Step{ID: plan.StepCheckout, Name: "Check out the GitOps repository"}
	switch credentialOf(s).Kind {
	case plan.WorkflowCredential:
		return []plan.Step{checkout}
	case plan.TokenCredential, plan.KeyCredential:
		return []plan.Step{look, checkout}
	}
	return []plan.Step{look,
		{ID: plan.StepToken, Name: "Ask for a token that may write to the GitOps repository alone"},
		{ID: plan.StepAuthor, Name: "Look up whom the commit is by"},
		checkout}
}

// measureSteps report the promises that nothing can enforce but a run can measure.
func measureSteps(s input) []plan.Step {
	var out []plan.Step
	for _, m := range s.demands.Measures {
		out = append(out, plan.Step{ID: plan.StepMeasure + m.ID, Name: "Measure criterion " + m.ID, Path: m.Path, Measures: m.ID})
	}
	return out
}
