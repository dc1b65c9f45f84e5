package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// extraVariables refuses variables that would reach into pipegen's own steps: the
// workflow's, and those of its jobs.
func extraVariables(s input) diag.List {
	out := reaching("workflow.env", s.Workflow.Env, reachesIn)
	for _, job := range sorted(s.Workflow.Jobs) {
		at, env := "workflow.jobs."+job+".env", s.Workflow.Jobs[job].Env
		if isTest(job) && len(env) > 0 {
			own := "test.env"
			for _, t := range s.Tests {
				if testJob(t.ID) == job {
					own = t.Value.At + ".env"
				}
			}
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
				Message: at + ": the variables of the test job stand in " + own, Help: "move them there"})
			continue
		}
		out = append(out, reaching(at, env, reachesIn)...)
	}
	return out
}

// additionsFindJobs refuses additions to a job of an image that is not there.
func additionsFindJobs(s input) diag.List {
	var out diag.List
	names := slices.Concat([]string{plan.TestJob, buildJob, publishJob, imageJob, deployWord}, ownJobs(s).jobs.IDs())
	names = slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(names, func(id string) bool { return !canBeAddedTo(id) }))))
	for _, job := range sorted(s.Workflow.Jobs) {
		if at := "workflow.jobs." + job; !slices.Contains(names, job) {
			out = append(out, diag.Diagnostic{Code: diag.UnknownJob, Path: at,
				Message: fmt.Sprintf("%s names the job %q, which is not there%s", at, job, diag.Meant(job, names)),
				Help:    "the jobs are " + strings.Join(names, ", ")})
		}
	}
	return out
}

// canBeAddedTo reports a job that takes steps of the author's.
func canBeAddedTo(job string) bool {
	word, _, _ := strings.Cut(job, "-")
	return job == deployWord || slices.Contains([]string{plan.TestJob, buildJob, publishJob, imageJob}, word)
}

// testVariables refuses such variables of the test job.
func testVariables(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		out = append(out, reaching(t.Value.At+".env", t.Value.Env, reachesInTests)...)
	}
	return out
}

func reaching(at string, env map[string]string, why func(string) string) diag.List {
	var out diag.List
	for _, name := range sorted(env) {
		if why := why(name); why != "" {
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: schema.Join(at, name),
				Message: fmt.Sprintf("%s: %s", schema.Join(at, name), why),
				Help:    "use another name, or set it in the env of the one step that needs it"})
		}
	}
	return out
}

// extraVariablesOnce refuses a variable that a step sets twice, and names to which pipegen's own steps give a meaning
// that the rules rely on.
func extraVariablesOnce(s input) diag.List {
	var out diag.List
	s.Workflow.EachStep(func(at string, step schema.ExtraStep) {
		seen := map[string]string{}
		for _, m := range []struct {
			field string
			vars  map[string]string
		}{{"env", step.Env}, {"secrets", step.Secrets}, {"vars", step.Vars}, {"outputs", step.Outputs}} {
			for _, name := range sorted(m.vars) {
				path := schema.Join(at+"."+m.field, name)
				if other, taken := seen[name]; taken {
					out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: path,
						Message: fmt.Sprintf("%s: the step has the variable %s in %s already", path, name, other), Help: "keep one"})
				}
				seen[name] = m.field
				if slices.Contains(provenVariables, name) {
					out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: path,
						Message: fmt.Sprintf("%s: pipegen's own steps use %s, and its proofs read it in that sense", path, name),
						Help:    "use another name, for example MY_" + name})
				}
			}
		}
	})
	return out
}

// containersRun refuses a container on a runner that has no Linux.
func containersRun(s input) diag.List {
	var out diag.List
	for _, j := range s.Workflow.ExtraJobs {
		if at := pathOfJob(j.ID); j.Value.Container != nil && !strings.HasPrefix(j.Value.Runner, "ubuntu-") {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".runner",
				Message: fmt.Sprintf("job %s runs in a container, and on %s, where GitHub starts none", j.ID, j.Value.Runner), Help: "leave runner out, or container"})
		}
	}
	return out
}

// publishingActions reach beyond the run; pipegen places them itself, where the
// promises need them.
var publishingActions = []string{
	"actions/attest", "actions/attest-build-provenance", "actions/create-github-app-token", "docker/bake-action",
	"docker/build-push-action", "docker/login-action", "peter-evans/create-pull-request",
}

// forExtraSteps are the actions of the pin table that a step outside of the tests
// may use by name.
var forExtraSteps = slices.Sorted(slices.Values(append(slices.Clone(forSteps),
	"actions/checkout", "anchore/sbom-action", "aquasecurity/trivy-action", "aws-actions/configure-aws-credentials", "azure/login",
	"docker/setup-buildx-action", "docker/setup-qemu-action", "github/codeql-action/upload-sarif", "google-github-actions/auth",
	"google-github-actions/setup-gcloud", "sigstore/cosign-installer", "slackapi/slack-github-action", "step-security/harden-runner",
)))

var commit = lazy.Regexp(`^[0-9a-f]{40}$`)

// extraActions requires a commit for every action, since nobody can move one (W01).
func extraActions(s input) diag.List {
	var out diag.List
	s.Workflow.EachStep(func(at string, step schema.ExtraStep) {
		if step.Uses == "" {
			idle := func(field string) {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + "." + field,
					Message: at + "." + field + " does nothing: it belongs to an action", Help: "give a script its values through env"})
			}
			if len(step.With) > 0 {
				idle("with")
			}
			if step.Version != "" {
				idle("version")
			}
			return
		}
		out = append(out, extraAction(at, step)...)
	})
	return out
}

func extraAction(at string, step schema.ExtraStep) diag.List {
	name, ref, pinned := strings.Cut(step.Uses, "@")
	found := func(code diag.Code, field, help, format string, args ...any) diag.List {
		return diag.List{{Code: code, Path: at + field, Message: fmt.Sprintf(format, args...), Help: help}}
	}
	if slices.ContainsFunc(publishingActions, func(a string) bool { return strings.EqualFold(a, name) || hasFolder(name, a) }) {
		return found(diag.Reserved, ".uses", "let pipegen publish; a job with a script and the right it needs may do more",
			"%s.uses is %q, which reaches beyond the run: pipegen places it itself", at, step.Uses)
	}
	if strings.EqualFold(name, "actions/checkout") && strings.HasPrefix(at, "workflow.jobs.") {
		return found(diag.Reserved, ".uses", "check out in a job of your own, in workflow.extraJobs",
			"%s.uses is %q: a second checkout would replace the files that the job works on", at, step.Uses)
	}
	a, known := pinOf(name)
	known = known && slices.Contains(forExtraSteps, name)
	switch {
	case known && !pinned && step.Version != "":
		return found(diag.NotApplicable, ".version", "leave it out", "%s.version does nothing: %s comes from the pin table, with its release", at, name)
	case !pinned && !known:
		return found(diag.Unpinned, ".uses", fmt.Sprintf("write uses: %q with the forty digits of the commit, and version: \"v1.2.3\"; by name alone: %s", name+"@COMMIT", strings.Join(forExtraSteps, ", ")),
			"%s.uses is %q, which is not in the pin table and names no commit%s", at, step.Uses, diag.Meant(name, forExtraSteps))
	case pinned && known && !commit().MatchString(ref):
		return found(diag.Unpinned, ".uses", fmt.Sprintf("write uses: %q, without version: pipegen adds the commit of %s", name, a.Version),
			"%s.uses names %s, which somebody can move", at, ref)
	case pinned && !commit().MatchString(ref):
		return found(diag.Unpinned, ".uses", fmt.Sprintf("write the commit that it stands for: uses: %q, and the release as version: \"v1.2.3\"", name+"@COMMIT"),
			"%s.uses names %s, which somebody can move; it must be a commit of forty hexadecimal digits", at, ref)
	case pinned && step.Version == "":
		return found(diag.MissingField, ".version", `for example version: "v1.2.3"`,
			"%s.version is missing; nobody can tell which release the commit %s is", at, ref[:7])
	}
	var out diag.List
	if v, ok := step.With["persist-credentials"]; ok && strings.EqualFold(name, "actions/checkout") && v != false {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "W18", Path: at + ".with.persist-credentials",
			Message: at + `.with."persist-credentials": the token would lie on disk, for every step after it to read`, Help: "leave it out: pipegen writes false"})
	}
	if pinned {
		return out
	}
	for _, input := range sorted(step.With) {
		if !slices.Contains(a.Inputs, input) {
			out = append(out, diag.Diagnostic{Code: diag.UnknownInput, Path: schema.Join(at+".with", input),
				Message: fmt.Sprintf("%s %s has no input %q%s", name, a.Version, input, diag.Meant(input, a.Inputs)),
				Help:    "its inputs are " + strings.Join(a.Inputs, ", ")})
		}
	}
	return out
}

func hasFolder(name, action string) bool {
	return strings.HasPrefix(strings.ToLower(name), action+"/")
}
