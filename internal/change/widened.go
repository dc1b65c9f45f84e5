package change

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// widened are the changes that let something do or reach more than before: those that
// a spec says first, and after them what comes of others.
var widened = []Rule{
	{Widened, "cluster-secret-read", "The Secret must exist, and the program sees its value.", clusterSecretRead},
	{Widened, "egress-widened", "The program reaches more of the network.", egressWidened},
	{Widened, "extra-job-added", "It runs code of the repository on each run that it takes part in.", extraJobAdded},
	{Widened, "extra-step-added", "It runs with the rights and secrets of the job.", extraStepAdded},
	{Widened, "patch-runs", "No proof knows what a step does that a patch brings.", patchRuns},
	{Widened, "runner-changed", "The job's secrets and its output are in the hands of other machines.", runnerChanged},
	{Widened, "credential-changed", "Another kind of secret can write to the GitOps repository.", credentialChanged},
	{Widened, "proposal-on", "The credential needs the right to write pull requests, and a deploy waits to be merged.", proposalOn},
	{Widened, "image-moved", "Images are pushed to, and pulled from, another place.", moved("image", imagesOf, "The image is %s instead of %s.")},
	{Widened, "image-public", "Everybody can pull the image.", switchedOff("image.private", allImages(func(i plan.Image) bool { return i.Private }), "The image is not private any longer.")},
	{Widened, "security-context-changed", "The program runs with other rights on its node.", securityChanged},
	{Widened, "viewers-added", "They see the application and its logs.", viewersAdded},
	{Widened, "project-widened", "Argo CD may deploy more, or to more places.", projectWidened},
	{Widened, "permission-added", "Whatever runs in the job can use the right.", permissionAdded},
	{Widened, "secret-read", "The job's steps see its value.", namesAdded(func(w *workflow) map[string]bool { return w.secrets }, "The workflow reads the secret %s.")},
	{Widened, "variable-read", "It must be set before the next run.", namesAdded(func(w *workflow) map[string]bool { return w.variables }, "The workflow reads the variable %s.")},
	{Widened, "action-added", "Code of others runs with the rights of its job.", namesAdded(func(w *workflow) map[string]bool { return w.actions }, "The workflow runs the action %s.")},
}

// imagesOf are the references of all images.
func imagesOf(v *view) string {
	names := make([]string, len(v.plan.Images))
	for i, image := range v.plan.Images {
		names[i] = image.Reference
	}
	return strings.Join(names, " and ")
}

func permissionAdded(a, b *view) []finding {
	var out []finding
	more := func(at, who string, before, after map[string]string) {
		for _, name := range sorted(after) {
			if after[name] == "write" && before[name] != "write" {
				out = append(out, finding{at + " " + name, "", fmt.Sprintf("%s may write %s.", who, name)})
			}
		}
	}
	before, after := a.jobs(), b.jobs()
	for _, at := range sorted(after) {
		j := after[at]
		more(at, fmt.Sprintf("The job %s of %s", j.id, j.file), rights(before[at].body), rights(j.body))
	}
	for _, file := range sorted(b.workflows) {
		var old map[string]string
		if w := a.workflows[file]; w != nil {
			old = w.permissions
		}
		more(file, "Every job of "+file, old, b.workflows[file].permissions)
	}
	return out
}

// namesAdded is a rule on names that the workflows use. The sentence takes the name.
func namesAdded(names func(*workflow) map[string]bool, sentence string) func(a, b *view) []finding {
	all := func(v *view) map[string]bool {
		out := map[string]bool{}
		for _, w := range v.workflows {
			maps.Copy(out, names(w))
		}
		return out
	}
	return func(a, b *view) []finding {
		var out []finding
		before := all(a)
		for _, name := range sorted(all(b)) {
			if !before[name] && name != "GITHUB_TOKEN" {
				out = append(out, finding{name, "", fmt.Sprintf(sentence, name)})
			}
		}
		return out
	}
}

func extraJobAdded(a, b *view) []finding {
	stood := map[string]bool{}
	for _, j := range ownJobs(a.plan) {
		stood[j.ID] = true
	}
	var out []finding
	for _, j := range ownJobs(b.plan) {
		if !stood[j.ID] {
			out = append(out, finding{j.ID, j.Path, fmt.Sprintf("The workflow has the job %s.", j.ID)})
		}
	}
	return out
}

func extraStepAdded(a, b *view) []finding {
	before, after := extraSteps(a.plan), extraSteps(b.plan)
	stood := map[string]bool{}
	for _, j := range ownJobs(a.plan) {
		stood[j.Path+".steps"] = true
	}
	var out []finding
	for _, at := range sorted(after) {
		for _, name := range after[at] {
			// The steps of a new job come with it.
			if !slices.Contains(before[at], name) && (stood[at] || !strings.HasPrefix(at, "workflow.extraJobs")) {
				out = append(out, finding{at + " " + name, at, fmt.Sprintf("%s has the step %q.", at, name)})
			}
		}
	}
	return out
}

// extraSteps are the names of the steps that the author added, by their place in the spec. Those of deploys are in many
// jobs, and count once.
func extraSteps(p plan.Plan) map[string][]string {
	out, seen := map[string][]string{}, map[string]bool{}
	for _, j := range p.Jobs {
		steps := slices.Concat(j.Added.Before, j.Added.After)
		if j.Own != nil {
			steps = j.Own.Steps
		}
		for _, step := range steps {
			if at := step.Path[:strings.LastIndexByte(step.Path, '[')]; !seen[step.Path] {
				seen[step.Path], out[at] = true, append(out[at], step.Name)
			}
		}
	}
	return out
}

func patchRuns(a, b *view) []finding {
	before, after := operations(a.plan), operations(b.plan)
	var out []finding
	for _, at := range sorted(after) {
		op := after[at]
		if _, stood := before[at]; !stood && op.Op != "test" && op.Op != "remove" && strings.HasPrefix(op.file, ".github/workflows/") && strings.Contains(op.At, "/steps") {
			out = append(out, finding{at, "patches", fmt.Sprintf("A patch changes steps of %s (%s).", op.file, op.At)})
		}
	}
	return out
}

func runnerChanged(a, b *view) []finding {
	var out []finding
	before, after := a.jobs(), b.jobs()
	for _, at := range sorted(after) {
		j, stood := before[at]
		if x, y := dig(j.body, "runs-on"), dig(after[at].body, "runs-on"); stood && !reflect.DeepEqual(x, y) {
			out = append(out, finding{at, "", fmt.Sprintf("The job %s of %s runs on %v instead of %v.", j.id, j.file, y, x)})
		}
	}
	return out
}

func credentialChanged(a, b *view) []finding {
	kinds := map[plan.CredentialKind]string{plan.AppCredential: "a GitHub App", plan.TokenCredential: "an access token", plan.WorkflowCredential: "the workflow's own token"}
	x, y := a.plan.GitOps.Credential.Kind, b.plan.GitOps.Credential.Kind
	if x == y {
		return nil
	}
	return []finding{{"", "gitops.credential", fmt.Sprintf("CI pushes with %s instead of %s.", kinds[y], kinds[x])}}
}

func proposalOn(a, b *view) []finding {
	if a.plan.GitOps.Proposes || !b.plan.GitOps.Proposes {
		return nil
	}
	return []finding{{"", "gitops.write", "CI opens a pull request for each deploy, and pushes nothing to the branch."}}
}

func viewersAdded(a, b *view) []finding {
	var out []finding
	for _, who := range b.plan.ArgoCD.Viewers {
		if !slices.Contains(a.plan.ArgoCD.Viewers, who) {
			out = append(out, finding{who, "argocd.viewers", fmt.Sprintf("%s may look at it in Argo CD.", who)})
		}
	}
	return out
}
