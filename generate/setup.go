package generate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
)

// SetupStep is something that a person does once, at GitHub or in the cluster. The READMEs number the steps, and
// 'pipegen setup' prints them with their commands.
type SetupStep struct {
	// Title is what it sets up, in a few words; "" where the step only leads from one README to the other.
	Title string
	// Number is its own in the README, and Text what it says there, in Markdown; Beside are the points below it.
	Number int
	Text   string
	Beside []string
	// Root is the repository in whose folder the commands run. Without commands a person follows the text.
	Root  artifact.Root
	Parts []SetupPart
}

// SetupPart are commands that do one thing together.
type SetupPart struct {
	// Commands do it, and Last takes away the files that they leave, also after a failure.
	Commands, Last []string
	// Looks find out whether it is done: each of them must. Without any, only a person knows.
	Looks []Look
	// Unless finds out that it is not needed; it may be empty.
	Unless Look
	// Again is set for commands that change nothing where all is as they want it, and else mend it.
	Again bool
}

// Look is a command that changes nothing and prints, and the line that it prints where something is done.
type Look struct{ Command, Line string }

// Commands are all commands of a step, in their order.
func (s SetupStep) Commands() (out []string) {
	for _, p := range s.Parts {
		out = slices.Concat(out, p.Commands, p.Last)
	}
	return out
}

// Setup are all steps in the order in which they are taken: the source's until it waits for the deployed state, that one's
// until it waits for the first deploy, and the rest likewise.
func Setup(p plan.Plan) []SetupStep {
	source, deployed := sourceSteps(p), deployedSteps(p)
	follow := slices.IndexFunc(source, leads)
	wait := slices.IndexFunc(deployed, leads)
	out := slices.Concat(source[:follow], deployed[:wait])
	if objects := objectsStep(p); objects.Text != "" {
		out = append(out, objects)
	}
	return slices.DeleteFunc(slices.Concat(out, source[follow:], deployed[wait:]), leads)
}

func leads(s SetupStep) bool { return s.Title == "" }

// sourceSteps are those of the README in the source.
func sourceSteps(p plan.Plan) []SetupStep {
	home := "https://github.com/" + p.Source.Repository
	proposes := p.Environments[0].Proposal != ""
	several := len(p.Images) > 1
	image, its, at := "image", "its digest", "image"
	if several {
		image, its, at = "images", "their digests", "images: NAME"
	}
	does, tag := "commits", ""
	if proposes {
		does = "proposes"
	}
	if p.Release.ByTag() {
		tag = " a git tag `" + p.Release.Tags + "`"
	}
	out := []SetupStep{
		environmentsStep(p, home),
		{Title: "How CI writes", Number: 2, Text: credentialStep(p.GitOps), Parts: credentialParts(p)},
		{Title: "The required check", Number: 3, Text: "In [the rules of `" + p.Source.Branch + "`](" + home + "/settings/rules), require the check `" + p.Job("gate").Title() + "`.", Parts: []SetupPart{checkPart(p)}},
		{Number: 4, Text: "Follow the README of the GitOps repository" + onOtherBranch(p.GitOps) + ", up to the point where it waits for the first deploy."},
		{Title: "The first run", Number: 5, Text: "Push" + tag + ". The first run publishes the " + image + " and " + does + " " + its + ".", Parts: []SetupPart{firstRun(p)}},
	}
	with, without := pulled(p)
	if with != "" {
		out = append(out, SetupStep{Title: "Private images", Number: 6, Text: with, Parts: pullParts(p)})
	}
	if without != "" {
		out = append(out, SetupStep{Title: "Open images", Number: 6, Text: "New packages of GHCR are private, and no API changes that: make " + without + " public in [the settings of the package](" + home + "/packages), or set `" + at + ": pullSecret` in the spec."})
	}
	last := 7
	if i := slices.IndexFunc(p.Images, func(i plan.Image) bool { return i.Attested || i.Jobs.Attest != "" }); i >= 0 {
		job := "Image"
		if slices.ContainsFunc(p.Images, func(i plan.Image) bool { return i.Jobs.Attest != "" }) {
			job = "Attest"
		}
		out = append(out, SetupStep{Title: "Attestations", Number: 7, Text: "Is this repository private? GitHub keeps attestations of private repositories in GitHub Enterprise Cloud only: without it write `" + at + ": attest: false` in the spec, or the job " + job + " fails."})
		last = 8
	}
	if p.Previews != nil {
		labels := previewLabels(p)
		labels.Number, last = last, last+1
		out = append(out, labels)
	}
	return append(out, SetupStep{Number: last, Text: "Go on with the README of the GitOps repository."})
}

// environmentsStep makes the environments of GitHub, which say from where jobs may run that deploy and log in.
func environmentsStep(p plan.Plan, home string) SetupStep {
	s := SetupStep{Title: "Environments of GitHub", Number: 1, Beside: slices.Concat(registrySteps(p), givenSteps(p), askerSteps(p))}
	var names []string
	var limits, approvals strings.Builder
	for _, e := range p.Environments {
		names = append(names, e.Name)
		from := refsOf(p, e)
		if e.Promoted != "" {
			limits.WriteString(", but `" + e.Name + "` to " + from.text())
		}
		s.Parts = append(s.Parts, environmentParts(p, e.Name, from, "")...)
		if e.Approval != "" {
			approvals.WriteString(" Create `" + e.Approval + "` beside it, with those who approve as required reviewers and without secrets: the wait is a job of its own, so that it holds up no other deploy.")
			s.Parts = append(s.Parts, environmentParts(p, e.Approval, from, reviewer)...)
		}
	}
	s.Parts = append(s.Parts, workParts(p)...)
	plural := ""
	if len(names) > 1 {
		plural = "s"
	}
	s.Text = "Create the environment" + plural + " `" + strings.Join(names, "`, `") + "` in [the settings of this repository](" + home + "/settings/environments), limited to " + released(p).text() + limits.String() + "." + approvals.String()
	return s
}

// deployedSteps are those of the README in the GitOps repository.
func deployedSteps(p plan.Plan) []SetupStep {
	a, g := p.ArgoCD, p.GitOps
	out := []SetupStep{
		{Title: "How Argo CD reads", Text: "Argo CD " + a.Version + " or newer runs in namespace `" + a.Namespace + "` and can read [" + g.Repository + "](" + g.URL + "). If the repository is private, create a Secret with the label `argocd.argoproj.io/secret-type: repository` there, for exactly `" + g.URL + "`, through your secrets operator.",
			Parts: []SetupPart{readPart(p)}},
	}
	out = append(out, clusterSteps(p)...)
	for _, project := range p.Projects() {
		title := "The project of Argo CD"
		if len(p.Projects()) > 1 {
			title = "The project " + project.Name + " of Argo CD"
		}
		step := SetupStep{Title: title, Text: projectStep(p, project)}
		if !project.Existing {
			step.Parts = []SetupPart{applyPart(p, project.File, "appproject.argoproj.io/"+project.Name)}
		}
		out = append(out, step)
	}
	if a.Webhook {
		out = append(out, SetupStep{Title: "The webhook", Text: "Create a webhook in the settings of this repository: payload URL `https://YOUR-ARGOCD/api/webhook`, content type `application/json`, a secret that also stands as `webhook.github.secret` in the Secret `argocd-secret`. The promises of the pipeline count on it.", Parts: []SetupPart{webhookPart(p)}})
	}
	if g.Proposes {
		out = append(out, SetupStep{Title: "How deploys are merged", Text: settings(p), Parts: []SetupPart{mergePart(p)}})
	}
	out = append(out, renderedSteps(p)...)
	out = append(out, decryptSteps(p)...)
	out = append(out, notificationSteps(p)...)
	out = append(out, SetupStep{Text: "Wait for the first deploy of CI. Until then the overlay names an image `" + artifact.NeverDeployedTag + "`, which does not exist: applied now, the pods would wait in ImagePullBackOff."})
	if root := a.Root; root != nil {
		out = append(out, SetupStep{Title: "The root Application", Text: "Apply the root Application and its project: `kubectl apply -f " + root.ProjectFile + " -f " + root.File + "`. It brings " + applicationNames(p) + " from `" + root.Folder + "`, and takes over an Application that runs under such a name already. What is added or changed there later needs no command.",
			Parts: []SetupPart{applyPart(p, root.ProjectFile, "appproject.argoproj.io/"+root.Project), applyPart(p, root.File, "application.argoproj.io/"+root.Name)}})
	} else if set := a.ApplicationSet; set != "" {
		out = append(out, SetupStep{Title: "The ApplicationSet", Text: "Apply the ApplicationSet: `kubectl apply -f " + set + "`. It makes " + applicationNames(p) + ", and takes over an Application that runs under such a name already. kubectl warns of its finalizer: Argo CD knows that one by this name alone.",
			Parts: []SetupPart{applyPart(p, set, "applicationset.argoproj.io/"+p.Name)}})
	} else {
		for _, e := range p.Sites() {
			out = append(out, SetupStep{Title: "The Application of " + e.Where(), Text: "Apply the Application of " + e.Where() + ": `kubectl apply -f " + e.Manifest + "`.", Parts: []SetupPart{applyPart(p, e.Manifest, "application.argoproj.io/"+e.Application)}})
		}
	}
	out = append(out, previewSteps(p)...)
	for i := range out {
		out[i].Number, out[i].Root = i+1, artifact.GitOps
	}
	return out
}

// buildOptions let the repo server of Argo CD start the program that a generator names.
const buildOptions = "--enable-alpha-plugins --enable-exec"

// decryptSteps are what the repo server of Argo CD needs to decrypt what SOPS has encrypted.
func decryptSteps(p plan.Plan) []SetupStep {
	if !p.Brings(plan.BySops) {
		return nil
	}
	in := " --namespace " + p.ArgoCD.Namespace
	return []SetupStep{{Title: "How Argo CD decrypts", Text: "Give the repo server of Argo CD the program [KSOPS](https://github.com/viaduct-ai/kustomize-sops#argo-cd-integration-) and a key that decrypts, such as one of age in the Secret `sops-age`, and let kustomize start it: `kustomize.buildOptions: " + buildOptions + "` in `argocd-cm`. With that option whoever may change a repository that Argo CD renders has programs started in the repo server. Until then Argo CD says `ComparisonError`, and what runs stays.",
		Parts: []SetupPart{
			{Commands: []string{"kubectl create secret generic sops-age" + in + " --from-file=keys.txt=FILE"}, Looks: []Look{inCluster("secret", "sops-age", in)}},
			{Commands: []string{"kubectl patch deployment argocd-repo-server" + in + " --patch-file FILE"}},
			{Commands: []string{"kubectl patch configmap argocd-cm" + in + ` --type merge --patch '{"data":{"kustomize.buildOptions":"` + buildOptions + `"}}'`},
				Looks: []Look{{"kubectl get configmaps argocd-cm" + in + ` --output 'jsonpath={.data.kustomize\.buildOptions}'`, buildOptions}}},
		}}}
}

// objectsStep is what must exist in the namespaces, which the README has in chapters of their own.
func objectsStep(p plan.Plan) SetupStep {
	lines := append(secretsNeeded(p), existingObjects(p)...)
	if len(lines) == 0 {
		return SetupStep{}
	}
	return SetupStep{Title: "What must exist in each namespace", Text: "pipegen writes no secrets. " + namespacesText(p), Beside: lines, Parts: objectParts(p), Root: artifact.GitOps}
}

// refs are the branch and the tags from which the jobs of an environment run. From is the workflow for which the branch is
// among them, "" where nothing but the branch is.
type refs struct{ tags, branch, from string }

// everyTag stands for all tags, which a release may have.
const everyTag = "*"

// released is from where a release runs, without a promotion.
func released(p plan.Plan) refs {
	switch {
	case !p.Release.ByTag():
		return refs{branch: p.Source.Branch}
	case len(p.RollbackJobs) > 0:
		return refs{p.Release.Tags, p.Source.Branch, path.Base(p.RollbackWorkflow)}
	}
	return refs{tags: p.Release.Tags}
}

// refsOf is from where the jobs of an environment run, so that only runs of its rule get its secrets.
func refsOf(p plan.Plan, e plan.Environment) refs {
	one := p.Promotion(e)
	switch {
	case e.Promoted == "":
		return released(p)
	case one.Start == plan.ByPerson:
		return refs{branch: p.Source.Branch, from: path.Base(one.Workflow)}
	}
	out := refs{tags: everyTag}
	if one.Start == plan.AtTag {
		out.tags = one.Tags
	}
	if e.Jobs.Rollback != "" {
		out.branch, out.from = p.Source.Branch, path.Base(p.RollbackWorkflow)
	}
	return out
}

func (r refs) text() string {
	var out []string
	switch r.tags {
	case "":
	case everyTag:
		out = append(out, "all tags, for the releases")
	default:
		out = append(out, "the tags `"+r.tags+"`")
	}
	if r.branch != "" {
		branch := "the branch `" + r.branch + "`"
		if r.from != "" {
			branch += ", from which " + r.from + " runs"
		}
		out = append(out, branch)
	}
	return strings.Join(out, " and ")
}

var plainWord = lazy.Regexp(`^[A-Za-z0-9_./:@=+-]+$`)

// word is a text as one word of a shell.
func word(text string) string {
	if plainWord().MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func command(format string, args ...any) string { return fmt.Sprintf(format, args...) }
