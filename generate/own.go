package generate

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

func testOf(s input) plan.Test {
	t := plan.Test{
		Services: servicesOf(s.Test.Services), Env: s.Test.Env,
		Cached: s.Source.ReleaseTags == "" && !strings.Contains(s.Source.Branch, "release"),
	}
	if s.Test.Python != nil {
		py := plan.Python(*s.Test.Python)
		t.Python = &py
	}
	for i, step := range s.Test.Steps {
		t.Steps = append(t.Steps, plan.OwnStep{Path: schema.Item("test.steps", i), Name: step.Name, Run: step.Run, Uses: step.Uses, With: step.With, Env: step.Env})
	}
	if c := s.demands.Covered; c != nil {
		t.Coverage, t.CoverageID = c.Percent(), c.ID
	}
	switch {
	case s.Test.Report != nil:
		t.Report, t.Format = s.Test.Report.Path, s.Test.Report.Format
	case s.Test.Python != nil && t.Coverage != "":
		t.Report = path.Join(s.Test.Python.Directory, "coverage.xml")
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

// additionsOf are what the author adds to one of pipegen's jobs: deploy means the deploy jobs of all environments.
func additionsOf(s input, job string) plan.Additions {
	if strings.HasPrefix(job, deployPrefix) {
		job = "deploy"
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
	for _, v := range secretVariables(s) {
		read[v.Secret] = append(read[v.Secret], v)
	}
	for _, name := range sorted(read) {
		out = append(out, plan.Secret{Store: plan.InNamespaces, Reader: plan.ByProgram, Name: name, Variables: read[name]})
	}
	if s.Image.PullSecret != "" {
		out = append(out, plan.Secret{Store: plan.InNamespaces, Reader: plan.ByCluster, Name: s.Image.PullSecret})
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

func secretVariables(s input) []plan.SecretVariable {
	var out []plan.SecretVariable
	for _, variable := range sorted(s.Deploy.Secrets) {
		k := s.Deploy.Secrets[variable]
		out = append(out, plan.SecretVariable{Path: schema.Join("deploy.secrets", variable), Variable: variable, Secret: k.Name, Key: k.Key})
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
