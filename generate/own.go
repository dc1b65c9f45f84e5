package generate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

func testsOf(s input) []plan.Test {
	var out []plan.Test
	for _, t := range s.Tests {
		out = append(out, testOf(s, t))
	}
	return out
}

// testJob is the id of the job of some tests: of those without a name, of those with one, or of those of an image.
func testJob(name string) string {
	if name == "" {
		return plan.TestJob
	}
	return plan.TestJob + "-" + name
}

// isTest reports whether a name means one of the jobs that test.
func isTest(job string) bool { return job == plan.TestJob || strings.HasPrefix(job, plan.TestJob+"-") }

func testOf(s input, of schema.Named[schema.Test]) plan.Test {
	own := of.Value
	t := plan.Test{
		Path: own.At, Job: testJob(of.ID), Name: of.ID, Image: own.Image, Container: containerOf(own.At+".container", own.Container), Services: servicesOf(own.Services), Env: own.Env, Cached: takesCache(s),
		Matrix: axesOf(own.At+".matrix", own.Matrix), Secrets: testSecrets(own),
	}
	if own.Schedule != "" {
		t.Schedule = plan.Value{Path: own.At + ".schedule", Value: own.Schedule}
	}
	t.Feeds, t.FeedVariables = feedsFor(s, ofTest(own))
	if own.Directory != "" {
		t.Directory = plan.Value{Path: own.At + ".directory", Value: own.Directory}
	}
	for i, step := range own.Steps {
		t.Steps = append(t.Steps, plan.OwnStep{Path: schema.Item(own.At+".steps", i), Name: step.Name, Run: step.Run, Uses: step.Uses, With: step.With, Env: step.Env})
	}
	if own.Report != nil {
		t.Report, t.Format = plan.Value{Path: own.At + ".report.path", Value: own.Report.Path}, own.Report.Format
	}
	if preset, project := presetOf(s, of); preset != nil {
		t.Tools, t.Directory = preset.steps(project), project.field("", "directory", project.Directory)
		if !slices.ContainsFunc(t.Tools, func(s plan.ToolStep) bool { return s.Fetches }) {
			// What runs the tests of this language gets the packages, too.
			for i := range t.Tools {
				t.Tools[i].Fetches = t.Tools[i].Tests
			}
		}
		if project.measured && project.Run == "" {
			t.Report.Value, t.Format = cmp.Or(preset.report[project.PackageManager], preset.report[""]), preset.format
		}
		t.Measures = project.Run == ""
	}
	t.Measures = t.Measures || own.Report != nil
	return t
}

// axesOf are the axes of a matrix in the order of their names.
func axesOf(at string, matrix map[string][]string) []plan.Axis {
	var out []plan.Axis
	for _, name := range sorted(matrix) {
		out = append(out, plan.Axis{Name: name, Path: schema.Join(at, name), Values: matrix[name]})
	}
	return out
}

func containerOf(at string, c *schema.JobContainer) *plan.JobContainer {
	if c == nil {
		return nil
	}
	out := plan.JobContainer{Path: at, Image: c.Image, Private: c.Private}
	if c.User != nil {
		out.User = strconv.Itoa(*c.User)
	}
	return &out
}

func servicesOf(all map[string]schema.Service) map[string]plan.Service {
	out := map[string]plan.Service{}
	for name, s := range all {
		out[name] = plan.Service(s)
	}
	return out
}

// additionsOf are what the author adds to one of pipegen's jobs: to the jobs of all environments or images, and to this
// one.
func additionsOf(s input, job string) []plan.Additions {
	var out []plan.Additions
	for _, word := range sorted(s.Workflow.Jobs) {
		if job == word || slices.Contains(words, word) && strings.HasPrefix(job, word+"-") {
			at, a := "workflow.jobs."+word, s.Workflow.Jobs[word]
			out = append(out, plan.Additions{Path: at, Before: ownSteps(s, at+".before", a.Before), After: ownSteps(s, at+".after", a.After), Env: a.Env})
		}
	}
	return out
}

func ownSteps(s input, at string, all []schema.ExtraStep) []plan.OwnStep {
	out := make([]plan.OwnStep, len(all))
	for i, step := range all {
		outputs := map[string]string{}
		for variable, output := range step.Outputs {
			if image, name := outputOf(s, output); image != nil {
				outputs[variable] = imageJobsOf(s, *image).Name + ".outputs." + name
			} else if job, name, own := strings.Cut(output, "."); own {
				outputs[variable] = job + ".outputs." + name
			}
		}
		out[i] = plan.OwnStep{
			Path: schema.Item(at, i), Name: step.Name, Run: step.Run, Uses: step.Uses, Version: step.Version, With: step.With, Env: step.Env,
			Secrets: step.Secrets, Vars: step.Vars, Outputs: outputs, Token: step.Token, If: step.If, Sets: step.Sets,
		}
		if len(step.Sets) > 0 {
			out[i].ID = fmt.Sprintf("own-%d", i+1)
		}
	}
	return out
}

// outputOf is the image of which an author asks for the digest or the tag: the one that is named, or the one there is. An
// output of a job of the author's own is of none.
func outputOf(s input, output string) (image *schema.Named[schema.Image], name string) {
	of, name, named := strings.Cut(output, ".")
	if !named {
		of, name = "", output
	} else if j := ownJob(s, of); j != nil && slices.Contains(saidBy(j.Value), name) {
		return nil, name
	}
	for i := range s.Images {
		if of == s.Images[i].ID || !named && len(s.Images) == 1 {
			return &s.Images[i], name
		}
	}
	return nil, name
}

func extraJobOf(s input, j schema.Named[schema.ExtraJob]) plan.Job {
	at, v := pathOfJob(j.ID), j.Value
	var where []plan.Value
	for _, output := range sorted(v.Where) {
		where = append(where, plan.Value{Name: strings.Replace(output, ".", ".outputs.", 1), Path: schema.Join(at+".where", output), Value: v.Where[output]})
	}
	matrix := axesOf(at+".matrix", v.Matrix)
	return reads(plan.Job{
		ID: j.ID, Name: jobTitle(j) + legTitle(matrix), Path: at, Required: !v.Sometimes() && (v.Required == nil || *v.Required), Rights: ownRights(at, v), Granted: v.Permissions,
		Limit: plan.Limit{Minutes: minutesOf(v.Timeout), Path: at + ".timeout"}, RunsOn: plan.RunsOn{Path: at + ".runner", Labels: []string{v.Runner}},
		Own: &plan.OwnJob{
			Environment: v.Environment, Checkout: v.Checkout, OnFailure: v.OnFailure(), Where: where, Matrix: matrix,
			Container: containerOf(at+".container", v.Container), Services: servicesOf(v.Services), Env: v.Env, Steps: ownSteps(s, at+".steps", v.Steps),
		},
	}, readersFor(s, pulledBy(at, v.Services, v.Container)))
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

// secretsOf are the names under which something must be stored: for the cluster that pulls, for the deploys, for the
// logins to registries, and for the author's own steps.
func secretsOf(s input) []plan.Secret {
	var out []plan.Secret
	certificates := map[string]bool{}
	for _, w := range s.workloads {
		if r := w.Route; r != nil && r.Secret != "" && !certificates[r.Secret] {
			certificates[r.Secret] = true
			out = append(out, plan.Secret{Store: plan.InNamespaces, Reader: plan.ByWayIn, Name: r.Secret})
		}
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
	case plan.KeyCredential:
		add(plan.InGitHub, plan.ByDeploys, c.DeployKey)
	}
	for _, r := range readersOf(s) {
		if r.Login.Kind == plan.ByPassword {
			add(plan.InGitHub, plan.ByPulls, r.Login.Password)
			add(plan.VariableInGitHub, plan.ByPulls, r.Login.User)
		}
	}
	for _, r := range s.Registries {
		l := loginOf(s, r.ID)
		add(plan.InGitHub, plan.ByLogins, l.Secrets()...)
		if l.User != "" {
			add(plan.VariableInGitHub, plan.ByLogins, l.User)
		}
	}
	add(plan.InGitHub, plan.ByWork, workSecrets(s)...)
	for _, f := range s.Feeds {
		if f.Value.User != "" {
			add(plan.VariableInGitHub, plan.ByWork, f.Value.User)
		}
	}
	add(plan.InGitHub, plan.BySteps, readBy(s.Workflow, func(step schema.ExtraStep) map[string]string { return step.Secrets })...)
	if n := noticeOf(s); n != nil {
		add(plan.InGitHub, plan.BySteps, n.Secret)
	}
	if p := prometheusOf(s); p != nil && p.Outside != nil {
		if p.Outside.Secret != "" {
			add(plan.InGitHub, plan.ByPromotions, p.Outside.Secret)
		}
		if p.Outside.User != "" {
			add(plan.VariableInGitHub, plan.ByPromotions, p.Outside.User)
		}
	}
	add(plan.VariableInGitHub, plan.BySteps, readBy(s.Workflow, func(step schema.ExtraStep) map[string]string { return step.Vars })...)
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
