package change

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// widened are the changes that let something do or reach more than before: those that a spec says first, and after them
// what comes of others.
var widened = []Rule{
	{Widened, "cluster-secret-read", "The Secret must exist, and the program sees its value.", added("", clusterSecrets, "The program reads %s.")},
	{Widened, "egress-widened", "The program reaches more of the network.", added("", egress, "Pods may reach %s.")},
	{Widened, "address-added", "Whoever reaches the gateway or the ingress can call the program there.", added("", addressNames, "It answers at %s.")},
	{Widened, "set-reads-git", "Whoever may push to its folder in git decides which Applications there are, as far as their project lets them.", setReadsGit},
	{Widened, "root-added", "Whoever may push to its folder in git decides what Argo CD deploys, as far as its projects let any Application.", rootAdded},
	{Widened, "previews-added", "Code that nobody has reviewed runs in the cluster, and its run pushes images.", previewsAdded},
	{Widened, "previews-more", "More code that nobody has reviewed may run at once.", previewsMore},
	{Widened, "extra-job-added", "It runs code of the repository on each run that it takes part in.", extraJobAdded},
	{Widened, "extra-step-added", "It runs with the rights and secrets of the job.", extraStepAdded},
	{Widened, "patch-runs", "No proof knows what a step does that a patch brings.", patchAdded(onSteps, "A patch changes steps of %s (%s).")},
	{Widened, "runner-changed", "The job's secrets and its output are in the hands of other machines.", runnerChanged},
	{Widened, "container-changed", "The job's secrets and its output are in the hands of another image.", containerChanged},
	{Widened, "credential-changed", "Another kind of secret can write to the GitOps repository.", moved("gitops.credential", credential, "CI pushes with %s instead of %s.")},
	{Widened, "login-changed", "Somebody else can push the image from now on.", loginChanged},
	{Widened, "reader-added", "The code of a pull request can get at what it logs in with.", added("registries", readers, "Builds and tests log in to %s, in pull requests too.")},
	{Widened, "proposal-on", "The credential needs the right to write pull requests, and a deploy waits to be merged.", written(lost(func(e plan.Environment) bool { return !proposes(e) }, "CI opens a pull request for each deploy to %s, and pushes none to the branch."))},
	{Widened, "image-moved", "Images are pushed to, and pulled from, another place.", moved("image", imagesOf, "The image is %s instead of %s.")},
	{Widened, "copy-moved", "From the next deploy on, pods pull the image from another registry, which must let them.", copyMoved},
	{Widened, "image-public", "Everybody can pull the image.", switchedOff("image.private", allImages(func(i plan.Image) bool { return i.Private }), "The image is not private any longer.")},
	{Widened, "moving-tag-added", "Whoever pulls it gets the newest image from then on, in place of what somebody else may have pushed under that name.", added("", movingTags, "The tag %s is moved to each newer image.")},
	{Widened, "cluster-right-added", "The program may do more in the API of Kubernetes.", added("", clusterRights, "Pods may %s.")},
	{Widened, "account-changed", "The pods may do with it what they could not before, in the cluster or in a cloud.", ofKept(accountChanged)},
	{Widened, "security-context-changed", "The program runs with other rights on its node.", ofKept(securityChanged)},
	{Widened, "namespace-laxer", "The cluster takes pods with more rights in the whole namespace, also those of others.", ofPodSecurity},
	{Widened, "viewers-added", "They see the application and its logs.", added("argocd.viewers", func(v *view) map[string]bool { return set(slices.Values(v.plan.ArgoCD.Viewers)) }, "%s may look at it in Argo CD.")},
	{Widened, "signer-added", "Whoever has the key can sign what is deployed.", func(a, b *view, add report) {
		if len(a.plan.ArgoCD.Signers) > 0 {
			added("argocd.signers", func(v *view) map[string]bool { return set(slices.Values(v.plan.ArgoCD.Signers)) }, "Argo CD takes commits that are signed with %s.")(a, b, add)
		}
	}},
	{Widened, "operators-added", "They may start a sync in Argo CD, of what is synced by hand.", added("argocd.operators", func(v *view) map[string]bool { return set(slices.Values(v.plan.ArgoCD.Operators)) }, "%s may start syncs.")},
	{Widened, "project-widened", "Argo CD may deploy more, or to more places.", ofKept(projectWidened)},
	{Widened, "permission-added", "All that runs in the job can use the right.", permissionAdded},
	{Widened, "right-to-read", "The code of a pull request can use the right.", added("", readable, "The token of %s.")},
	{Widened, "secret-in-pull-requests", "The code of a pull request can get at its value.", added("", givenToPulls, "The %s.")},
	{Widened, "secret-read", "The job's steps see its value.", added("", used(func(w *workflow) map[string]bool { return w.secrets }), "The workflow reads the secret %s.")},
	{Widened, "variable-read", "It must be set before the next run.", added("", used(func(w *workflow) map[string]bool { return w.variables }), "The workflow reads the variable %s.")},
	{Widened, "action-added", "Code of others runs with the rights of its job.", added("", used(func(w *workflow) map[string]bool { return w.actions }), "The workflow runs the action %s.")},
}

func proposes(e plan.Environment) bool { return e.Proposal != "" }

// imagesOf are the references of all images.
func imagesOf(v *view) string {
	names := make([]string, len(v.plan.Images))
	for i, image := range v.plan.Images {
		names[i] = image.Reference
	}
	return strings.Join(names, " and ")
}

// movingTags are those of all images, as people pull them.
func movingTags(v *view) map[string]bool {
	out := map[string]bool{}
	for _, i := range v.plan.Images {
		for _, tag := range i.MovingTags {
			out[i.Reference+":"+tag] = true
		}
	}
	return out
}

func permissionAdded(a, b *view, add report) {
	more := func(at, who string, before, after map[string]string) {
		for _, name := range sorted(after) {
			if after[name] == "write" && before[name] != "write" {
				add(at+" "+name, "", "%s may write %s.", who, name)
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
}

// readable is what the spec lets the tokens of pipegen's jobs read.
func readable(v *view) map[string]bool {
	out := map[string]bool{}
	for _, j := range v.plan.Jobs {
		if j.Own != nil {
			continue
		}
		for name := range j.Granted {
			out["the job "+j.ID+" may read "+name] = true
		}
	}
	return out
}

// givenToPulls are the secrets of jobs that pull requests start.
func givenToPulls(v *view) map[string]bool {
	out := map[string]bool{}
	for _, j := range v.plan.Jobs {
		for _, g := range j.Given {
			if g.Stored() && j.LeavesOut() {
				out["job "+j.ID+" works with the secret "+g.Name] = true
			}
		}
	}
	return out
}

// ofPodSecurity compares the level that Argo CD sets on the namespaces that it makes.
func ofPodSecurity(a, b *view, add report) {
	ofEnvironments(func(x, _ plan.Environment) string { return x.Path }, func(x, y plan.Environment) string {
		before, after := a.plan.PodSecurity(x), b.plan.PodSecurity(y)
		if !b.plan.Creates(y) || !plan.Laxer(after, before) {
			return ""
		}
		return fmt.Sprintf("The namespace %s lets in what the level %s does, instead of %s.", y.Namespace, after, before)
	})(a, b, add)
}

// added is a rule on names that the new side alone has. The sentence takes the name.
func added(at string, names func(*view) map[string]bool, sentence string) comparison {
	return func(a, b *view, add report) {
		before := names(a)
		for name := range names(b) {
			if !before[name] {
				add(name, at, sentence, name)
			}
		}
	}
}

func set(names iter.Seq[string]) map[string]bool {
	out := map[string]bool{}
	for name := range names {
		out[name] = true
	}
	return out
}

// used are names that the workflows use.
func used(names func(*workflow) map[string]bool) func(*view) map[string]bool {
	return func(v *view) map[string]bool {
		out := map[string]bool{}
		for _, w := range v.workflows {
			maps.Copy(out, names(w))
		}
		delete(out, "GITHUB_TOKEN")
		return out
	}
}

// credential says with what CI pushes.
func credential(v *view) string {
	return map[plan.CredentialKind]string{plan.AppCredential: "a GitHub App", plan.TokenCredential: "an access token", plan.WorkflowCredential: "the workflow's own token", plan.KeyCredential: "a deploy key"}[v.plan.GitOps.Credential.Kind]
}

func onSteps(op operation) bool {
	return op.Op != "remove" && strings.HasPrefix(op.file, ".github/workflows/") && strings.Contains(op.At, "/steps")
}

func extraJobAdded(a, b *view, add report) {
	stood := map[string]bool{}
	for _, j := range ownJobs(a.plan) {
		stood[j.ID] = true
	}
	for _, j := range ownJobs(b.plan) {
		if !stood[j.ID] {
			add(j.ID, j.Path, "The workflow has the job %s.", j.ID)
		}
	}
}

func extraStepAdded(a, b *view, add report) {
	before, after := extraSteps(a.plan), extraSteps(b.plan)
	stood := map[string]bool{}
	for _, j := range ownJobs(a.plan) {
		stood[j.Path+".steps"] = true
	}
	for _, at := range sorted(after) {
		for _, name := range after[at] {
			// The steps of a new job come with it.
			if !slices.Contains(before[at], name) && (stood[at] || !strings.HasPrefix(at, "workflow.extraJobs")) {
				add(at+" "+name, at, "%s has the step %q.", at, name)
			}
		}
	}
}

// extraSteps are the names of the steps that the author added, by their place in the spec. Those of deploys are in many
// jobs, and count once.
func extraSteps(p plan.Plan) map[string][]string {
	out, seen := map[string][]string{}, map[string]bool{}
	for _, j := range p.Jobs {
		var steps []plan.OwnStep
		for _, a := range j.Added {
			steps = slices.Concat(steps, a.Before, a.After)
		}
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

func runnerChanged(a, b *view, add report) {
	eachKept(a, b, func(at string, j, now job) {
		if x, y := dig(j.body, "runs-on"), dig(now.body, "runs-on"); !reflect.DeepEqual(x, y) {
			add(at, "", "The job %s of %s runs on %v instead of %v.", j.id, j.file, y, x)
		}
	})
}

func containerChanged(a, b *view, add report) {
	in := func(j job) string {
		switch c := dig(j.body, "container").(type) {
		case string:
			return c
		case map[string]any:
			return text(c, "image")
		}
		return "the runner itself"
	}
	eachKept(a, b, func(at string, j, now job) {
		if x, y := in(j), in(now); x != y {
			add(at, "", "The job %s of %s runs in %s instead of %s.", j.id, j.file, y, x)
		}
	})
}

// eachKept visits the jobs that both sides have.
func eachKept(a, b *view, visit func(at string, before, after job)) {
	before, after := a.jobs(), b.jobs()
	for _, at := range sorted(after) {
		if j, stood := before[at]; stood {
			visit(at, j, after[at])
		}
	}
}
