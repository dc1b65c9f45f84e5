package generate

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

func testsOf(s input) []plan.Test {
	var out []plan.Test
	for _, t := range s.Tests {
		out = append(out, testOf(s, t.ID, t.Value))
	}
	return out
}

// testJob is the id of the job that tests an image, or the whole source for "".
func testJob(image string) string {
	if image == "" {
		return plan.TestJob
	}
	return plan.TestJob + "-" + image
}

func testOf(s input, image string, own schema.Test) plan.Test {
	t := plan.Test{
		Path: own.At, Job: testJob(image), Image: image, Services: servicesOf(own.Services), Env: own.Env,
		Cached: s.Source.ReleaseTags == "" && !strings.Contains(s.Source.Branch, "release"),
	}
	if own.Python != nil {
		py := plan.Python(*own.Python)
		t.Python = &py
	}
	for i, step := range own.Steps {
		t.Steps = append(t.Steps, plan.OwnStep{Path: schema.Item(own.At+".steps", i), Name: step.Name, Run: step.Run, Uses: step.Uses, With: step.With, Env: step.Env})
	}
	switch {
	case own.Report != nil:
		t.Report, t.Format = own.Report.Path, own.Report.Format
	case own.Python != nil && s.demands.By(plan.Covered, t.Job, "") != nil:
		t.Report = path.Join(own.Python.Directory, "coverage.xml")
	}
	return t
}

func servicesOf(all map[string]schema.Service) map[string]plan.Service {
	out := map[string]plan.Service{}
	for name, s := range all {
		out[name] = plan.Service(s)
	}
	return out
}

// additionsOf are what the author adds to one of pipegen's jobs. A word means the jobs of all environments, or of all
// images.
func additionsOf(s input, job string) plan.Additions {
	for _, word := range []string{plan.TestJob, buildJob, publishJob, imageJob, deployWord} {
		if strings.HasPrefix(job, word+"-") {
			job = word
		}
	}
	at, a := "workflow.jobs."+job, s.Workflow.Jobs[job]
	return plan.Additions{Path: at, Before: ownSteps(at+".before", a.Before), After: ownSteps(at+".after", a.After), Env: a.Env}
}

func ownSteps(at string, all []schema.ExtraStep) []plan.OwnStep {
	out := make([]plan.OwnStep, len(all))
	for i, s := range all {
		outputs := map[string]string{}
		for variable, name := range s.Outputs {
			outputs[variable] = imageJob + ".outputs." + name
		}
		out[i] = plan.OwnStep{
			Path: schema.Item(at, i), Name: s.Name, Run: s.Run, Uses: s.Uses, Version: s.Version, With: s.With, Env: s.Env,
			Secrets: s.Secrets, Vars: s.Vars, Outputs: outputs, Token: s.Token, If: s.If,
		}
	}
	return out
}

func extraJobOf(j schema.Named[schema.ExtraJob]) plan.Job {
	at, v := pathOfJob(j.ID), j.Value
	return plan.Job{
		ID: j.ID, Name: jobTitle(j), Path: at, Required: v.Required, Rights: ownRights(at, v),
		Limit: plan.Limit{Minutes: minutesOf(v.Timeout), Path: at + ".timeout"},
		Own: &plan.OwnJob{
			Runner: v.Runner, Environment: v.Environment, Granted: v.Permissions, Checkout: v.Checkout,
			Services: servicesOf(v.Services), Env: v.Env, Steps: ownSteps(at+".steps", v.Steps),
		},
	}
}

func patchesOf(s input) []plan.Patch {
	var out []plan.Patch
	for i, p := range s.Patches {
		at := schema.Item("patches", i)
		patch := plan.Patch{Path: at, File: p.File, In: p.In, Reason: p.Reason}
		for j, o := range p.Ops {
			patch.Ops = append(patch.Ops, plan.Operation{Path: schema.Item(at+".ops", j), Op: o.Op, At: o.Path, From: o.From, Value: o.Value})
		}
		out = append(out, patch)
	}
	return out
}

// secretsOf are the names under which something must be stored: for the program, for the cluster that pulls, for the
// deploys, and for the author's own steps.
func secretsOf(s input) []plan.Secret {
	var out []plan.Secret
	read := map[string][]plan.SecretVariable{}
	for _, w := range s.Workloads {
		for _, v := range secretVariables(w.Value) {
			read[v.Secret] = append(read[v.Secret], v)
		}
	}
	for _, name := range sorted(read) {
		out = append(out, plan.Secret{Store: plan.InNamespaces, Reader: plan.ByProgram, Name: name, Variables: read[name]})
	}
	pulls := map[string]bool{}
	for _, i := range s.Images {
		if name := i.Value.PullSecret; name != "" && !pulls[name] {
			pulls[name] = true
			out = append(out, plan.Secret{Store: plan.InNamespaces, Reader: plan.ByCluster, Name: name})
		}
	}
	add := func(in plan.Store, by plan.Reader, names ...string) {
		for _, n := range names {
			out = append(out, plan.Secret{Store: in, Reader: by, Name: n})
		}
	}
	switch c := credentialOf(s); c.Kind {
	case plan.AppCredential:
		add(plan.InGitHub, plan.ByDeploys, c.PrivateKey)
		add(plan.VariableInGitHub, plan.ByDeploys, c.ClientID)
	case plan.TokenCredential:
		add(plan.InGitHub, plan.ByDeploys, c.Token)
	}
	add(plan.InGitHub, plan.BySteps, readBy(s.Workflow, func(step schema.ExtraStep) map[string]string { return step.Secrets })...)
	add(plan.VariableInGitHub, plan.BySteps, readBy(s.Workflow, func(step schema.ExtraStep) map[string]string { return step.Vars })...)
	return out
}

func secretVariables(w schema.Workload) []plan.SecretVariable {
	var out []plan.SecretVariable
	for _, variable := range sorted(w.Secrets) {
		k := w.Secrets[variable]
		out = append(out, plan.SecretVariable{Path: schema.Join(w.At+".secrets", variable), Variable: variable, Secret: k.Name, Key: k.Key})
	}
	return out
}

func readBy(w schema.Workflow, of func(schema.ExtraStep) map[string]string) []string {
	names := map[string]bool{}
	w.EachStep(func(_ string, step schema.ExtraStep) {
		for _, name := range of(step) {
			names[name] = true
		}
	})
	return sorted(names)
}
