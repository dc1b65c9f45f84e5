package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// harmlessRights write reports on a run and publish nothing.
var harmlessRights = []string{"checks", "discussions", "issues", "pull-requests", "security-events", "statuses"}

// ownWork are commands that only pipegen's own steps may run, each with what a second use of it would cause.
var ownWork = []struct{ command, why string }{
	{"kustomize edit", "CI edits the live image in one place, and a proof follows that edit"},
	{"git revert", "a deploy is taken back by a workflow for that alone"},
	{"imagetools create", "the image is named once, and everything after it uses that digest"},
}

// reachingOut are commands that reach beyond the run. A job of the author's own may
// run them in releases; added to a job of pipegen's, they would act with its rights.
var reachingOut = []string{"docker login", "docker push", "--push", "git push", "kubectl apply", "argocd app"}

// onlyOnce refuses scripts that do pipegen's own work a second time.
func onlyOnce(s input) diag.List {
	var out diag.List
	refuse := func(at, message, help string) {
		out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: at + ".run", Message: at + ".run: " + message, Help: help})
	}
	s.Workflow.EachStep(func(at string, step schema.ExtraStep) {
		for _, w := range ownWork {
			if strings.Contains(step.Run, w.command) {
				refuse(at, fmt.Sprintf("%q is a step of pipegen's own: %s", w.command, w.why), "leave it to that step")
			}
		}
		rest, ours := strings.CutPrefix(at, "workflow.jobs.")
		if !ours {
			return
		}
		job, _, _ := strings.Cut(rest, ".")
		if step.Token {
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: at + ".token",
				Message: fmt.Sprintf("%s.token: the token of the job %s has the rights that pipegen's own steps need", at, job),
				Help:    "make it a job of its own in workflow.extraJobs, with the permissions it needs"})
		}
		for _, command := range reachingOut {
			if strings.Contains(step.Run, command) {
				refuse(at, fmt.Sprintf("%q would act with the rights of the job %s", command, job), "make it a job of its own in workflow.extraJobs, with the right it needs")
			}
		}
		for _, file := range []string{"GITHUB_ENV", "GITHUB_PATH"} {
			if !isTest(job) && strings.Contains(at, ".before[") && strings.Contains(step.Run, file) {
				// A shell can do as much in other ways: see the steps that explain names beside a criterion.
				refuse(at, fmt.Sprintf("%s changes what the steps after it run, and they hold credentials", file), "set variables in the env of the steps that need them")
				out[len(out)-1].Severity = diag.Warning
			}
		}
	})
	return out
}

// secretsHaveRoom: a job may read a secret only if it has an environment, which can require approvals and limit
// branches (W21), and an output of the image only if it waits for the image.
func secretsHaveRoom(s input) diag.List {
	var out diag.List
	no := func(code diag.Code, rule, path, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Rule: rule, Path: path, Message: fmt.Sprintf(format, args...), Help: help})
	}
	steps := func(at string, all []schema.ExtraStep, job string, environment bool, waits func(image string) bool) {
		for i, step := range all {
			for _, name := range sorted(step.Secrets) {
				if !environment {
					no(diag.Contradiction, "W21", schema.Join(schema.Item(at, i)+".secrets", name), "read it in deploy, or in an extra job with an environment",
						"the job %s has no environment: its secrets would be open to every run of every branch", job)
				}
			}
			for _, variable := range sorted(step.Outputs) {
				output, path := step.Outputs[variable], schema.Join(schema.Item(at, i)+".outputs", variable)
				image, name := outputOf(s, output)
				if of, _, named := strings.Cut(output, "."); image == nil && named && (ownJob(s, of) != nil || name != "digest" && name != "tag") {
					out = append(out, saidTo(s, job, path, output)...)
					continue
				}
				switch {
				case image == nil:
					no(diag.ChooseOne, "", path, "write one of "+strings.Join(outputsOf(s, name), ", "), "%s is %q, and no image is meant by that", path, output)
				case !waits(image.ID):
					no(diag.NotApplicable, "", path, fmt.Sprintf("add %q to the needs of a job of your own", imageJobsOf(s, *image).Name),
						"the job %s does not wait for the image, and knows no %s of it", job, output)
				}
			}
		}
	}
	for _, job := range sorted(s.Workflow.Jobs) {
		at, a, deploys := "workflow.jobs."+job, s.Workflow.Jobs[job], job == deployWord
		waits := func(string) bool { return deploys }
		steps(at+".before", a.Before, job, deploys, waits)
		steps(at+".after", a.After, job, deploys, waits)
	}
	for _, j := range s.Workflow.ExtraJobs {
		waits := func(image string) bool {
			return slices.Contains(j.Value.Needs, imageJob) || slices.Contains(j.Value.Needs, imageJob+"-"+image)
		}
		steps(pathOfJob(j.ID)+".steps", j.Value.Steps, j.ID, j.Value.Environment != "", waits)
	}
	return out
}

// outputsOf are the ways in which an output of the images can be written.
func outputsOf(s input, name string) []string {
	if len(s.Images) == 1 {
		return []string{name}
	}
	out := make([]string, len(s.Images))
	for n, i := range s.Images {
		out[n] = i.ID + "." + name
	}
	return out
}

// guardedPowers: a job that can change something outside of its run does so in
// releases only, and behind the tests (X07, T02).
func guardedPowers(s input) diag.List {
	g, bad := graphOf(s)
	if len(bad) > 0 {
		return nil
	}
	release := releaseOf(s)
	var tests []string
	for _, t := range s.Tests {
		tests = append(tests, testJob(t.ID))
	}
	if slices.Contains(tests, plan.TestJob) {
		tests = []string{plan.TestJob}
	}
	tested := g.jobs.After(tests...)
	var out diag.List
	for _, j := range s.Workflow.ExtraJobs {
		at := pathOfJob(j.ID)
		path, what := powerOf(j)
		if path == "" {
			continue
		}
		if j.Value.OnFailure() {
			// It looks after what others left: it may know secrets, with which it tells somebody, and bring nothing about.
			tested[j.ID] = true
			rest := j
			rest.Value.Environment = ""
			if at, may := powerOf(rest); at != "" {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T02", Path: at,
					Message: fmt.Sprintf("job %s %s, and runs when the tests have failed as well", j.ID, may),
					Help:    "let it tell somebody, and do the rest in a job that runs when all went well"})
			}
		}
		if runs := g.job(j.ID).Runs; runs != release.Runs {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "X07", Path: path,
				Message: fmt.Sprintf("job %s %s, and takes part in %s: a pull request must never do that", j.ID, what, sayRuns(release, runs)),
				Help:    `write when: "release" in ` + at})
		}
		if !tested[j.ID] {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T02", Path: path,
				Message: fmt.Sprintf("job %s %s, and does not wait for the tests", j.ID, what),
				Help:    `write needs: ["test"] in ` + at})
		}
		if strings.EqualFold(s.GitOps.Repository, s.Source.Repository) && j.Value.Permissions["contents"] == "write" {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "X18", Path: schema.Join(at+".permissions", "contents"),
				Message: fmt.Sprintf("job %s may write to %s, where the deployed state lies: only the deploy jobs write there", j.ID, s.GitOps.Repository),
				Help:    "grant contents: \"read\", or keep the deployed state in a repository of its own"})
		}
	}
	return out
}

// powerOf says what a job can change outside of its run, and which field of the spec lets it; "" for nothing.
func powerOf(j schema.Named[schema.ExtraJob]) (path, what string) {
	at := pathOfJob(j.ID)
	for _, right := range sorted(j.Value.Permissions) {
		if j.Value.Permissions[right] == "write" && !slices.Contains(harmlessRights, right) {
			return schema.Join(at+".permissions", right), "has the right " + right + ": write"
		}
	}
	if j.Value.Environment != "" {
		return at + ".environment", "reads the secrets of an environment"
	}
	for i, step := range j.Value.Steps {
		for _, command := range reachingOut {
			if strings.Contains(step.Run, command) {
				return schema.Item(at+".steps", i) + ".run", fmt.Sprintf("runs %q", command)
			}
		}
	}
	return "", ""
}
