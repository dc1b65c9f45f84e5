package generate

import (
	"cmp"
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
		{Title: "How CI writes", Text: credentialStep(p.GitOps), Parts: credentialParts(p)},
		{Title: "The required check", Text: "In [the rules of `" + p.Source.Branch + "`](" + home + "/settings/rules), require the check `" + p.Job("gate").Title() + "`.", Parts: []SetupPart{checkPart(p)}},
		{Text: "Follow the README of the GitOps repository" + onOtherBranch(p.GitOps) + ", up to the point where it waits for the first deploy."},
		{Title: "The first run", Text: "Push" + tag + ". The first run publishes the " + image + " and " + does + " " + its + ".", Parts: []SetupPart{firstRun(p)}},
	}
	with, without := pulled(p)
	if with != "" {
		out = append(out, SetupStep{Title: "Private images", Text: with, Parts: pullParts(p)})
	}
	if without != "" {
		out = append(out, SetupStep{Title: "Open images", Text: "New packages of GHCR are private, and no API changes that: make " + without + " public in [the settings of the package](" + home + "/packages), or set `" + at + ": pullSecret` in the spec."})
	}
	if i := slices.IndexFunc(p.Images, func(i plan.Image) bool { return i.Attested || i.Jobs.Attest != "" }); i >= 0 {
		job := "Image"
		if slices.ContainsFunc(p.Images, func(i plan.Image) bool { return i.Jobs.Attest != "" }) {
			job = "Attest"
		}
		out = append(out, SetupStep{Title: "Attestations", Text: "Is this repository private? GitHub keeps attestations of private repositories in GitHub Enterprise Cloud only: without it write `" + at + ": attest: false` in the spec, or the job " + job + " fails."})
	}
	if p.Previews != nil {
		out = append(out, previewLabels(p))
	}
	out = append(out, SetupStep{Text: "Go on with the README of the GitOps repository."})
	for i := range out {
		out[i].Number = i + 1
	}
	return out
}

// environmentsStep makes the environments of GitHub, which say from where jobs may run that deploy and log in.
func environmentsStep(p plan.Plan, home string) SetupStep {
	s := SetupStep{Title: "Environments of GitHub", Beside: slices.Concat(registrySteps(p), givenSteps(p), askerSteps(p))}
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
	g := p.GitOps
	var out []SetupStep
	for _, in := range p.Instances() {
		out = append(out, readStep(p, in))
	}
	out = append(out, clusterSteps(p)...)
	for _, project := range p.Projects() {
		in := p.Of(project).Sites()[0].Instance
		title := "The project of Argo CD"
		if len(p.By(in).Projects()) > 1 {
			title = "The project " + project.Name + " of Argo CD"
		}
		title += in.In()
		step := SetupStep{Title: title, Text: projectStep(p, project)}
		if !project.Existing {
			step.Parts = []SetupPart{applyPart(in, "appproject.argoproj.io", map[string]string{project.Name: project.File})}
		}
		out = append(out, step)
	}
	for _, in := range p.Instances() {
		if p.ArgoCD.Webhook {
			out = append(out, SetupStep{Title: "The webhook" + in.Of(), Text: "Create a webhook in the settings of this repository: payload URL `" + webhookOf(in) + "`, content type `application/json`, a secret that also stands as `webhook.github.secret` in the Secret `argocd-secret`" + in.Of() + ". The promises of the pipeline count on it.", Parts: []SetupPart{webhookPart(p, in)}})
		}
	}
	if g.Proposes {
		out = append(out, SetupStep{Title: "How deploys are merged", Text: settings(p), Parts: []SetupPart{mergePart(p)}})
	}
	out = append(out, renderedSteps(p)...)
	out = append(out, decryptSteps(p)...)
	out = append(out, notificationSteps(p)...)
	out = append(out, SetupStep{Text: "Wait for the first deploy of CI. Until then the overlay names an image `" + artifact.NeverDeployedTag + "`, which does not exist: applied now, the pods would wait in ImagePullBackOff."})
	for _, in := range p.Instances() {
		out = append(out, applicationSteps(p.By(in), in)...)
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
	var out []SetupStep
	for _, i := range p.Instances() {
		in := i.Flags()
		out = append(out, SetupStep{Title: "How Argo CD decrypts" + i.In(), Text: "Give the repo server of Argo CD the program [KSOPS](https://github.com/viaduct-ai/kustomize-sops#argo-cd-integration-) and a key that decrypts, such as one of age in the Secret `sops-age`, and let kustomize start it: `kustomize.buildOptions: " + buildOptions + "` in `argocd-cm`. With that option whoever may change a repository that Argo CD renders has programs started in the repo server. Until then Argo CD says `ComparisonError`, and what runs stays.",
			Parts: []SetupPart{
				{Commands: []string{"kubectl create secret generic sops-age" + in + " --from-file=keys.txt=FILE"}, Looks: []Look{inCluster("secret", "sops-age", in)}},
				{Commands: []string{"kubectl patch deployment argocd-repo-server" + in + " --patch-file FILE"}},
				{Commands: []string{"kubectl patch configmap argocd-cm" + in + ` --type merge --patch '{"data":{"kustomize.buildOptions":"` + buildOptions + `"}}'`},
					Looks: []Look{{"kubectl get configmaps argocd-cm" + in + ` --output 'jsonpath={.data.kustomize\.buildOptions}'`, buildOptions}}},
			}})
	}
	return out
}

// readStep is what an Argo CD needs before it deploys anything.
func readStep(p plan.Plan, in plan.Instance) SetupStep {
	g := p.GitOps
	runs, there, through := "runs in namespace `"+in.Namespace+"`", " there", ", through your secrets operator"
	if in.Cluster != "" {
		runs = "runs in the cluster " + in.Cluster + ", in namespace `" + in.Namespace + "`, answers at <" + in.Address + ">"
	}
	reads := "[" + g.Repository + "](" + g.URL + ")"
	if in.URL != g.URL {
		reads = "`" + in.URL + "`"
	}
	asks := "If the repository is private, create a"
	if overSSH(in) {
		asks, through = "Create a", ": its `sshPrivateKey` is that of a deploy key without the right to write"
	}
	if in.Mirrored {
		through += ". What CI pushes to " + g.Repository + " must come there by itself"
	}
	return SetupStep{Title: "How Argo CD reads" + in.In(), Parts: []SetupPart{readPart(p, in)},
		Text: "Argo CD " + p.ArgoCD.Version + " or newer " + runs + " and can read " + reads + ". " + asks + " Secret with the label `argocd.argoproj.io/secret-type: repository`" + there + ", for exactly `" + in.URL + "`" + through + "."}
}

// applicationSteps apply what an Argo CD deploys: where it is the only one, step by step, and else at once.
func applicationSteps(by plan.Plan, in plan.Instance) []SetupStep {
	if root := in.Root; root != nil {
		brought := cmp.Or(applicationNames(by), "the previews")
		return []SetupStep{{Title: "The root Application" + in.Of(), Text: "Apply the root Application" + in.Of() + " and its project: `kubectl apply" + in.Context() + " -f " + root.ProjectFile + " -f " + root.File + "`. It brings " + brought + " from `" + root.Folder + "`, and takes over an Application that runs under such a name already. What is added or changed there later needs no command.",
			Parts: []SetupPart{applyPart(in, "appproject.argoproj.io", map[string]string{root.Project: root.ProjectFile}), applyPart(in, "application.argoproj.io", map[string]string{root.Name: root.File})}}}
	}
	if len(by.Environments) == 0 {
		return nil
	}
	fleets := fleetSteps(by, in)
	if by = by.Listed(); len(by.Environments) == 0 {
		return fleets
	}
	if set := in.ApplicationSet; set != "" {
		from := ""
		if in.Elements != "" {
			from = " of the files in `" + in.Elements + "`, which must be pushed"
		}
		return append([]SetupStep{{Title: "The ApplicationSet" + in.Of(), Text: "Apply the ApplicationSet" + in.Of() + ": `kubectl apply" + in.Context() + " -f " + set + "`. It makes " + applicationNames(by) + from + ", and takes over an Application that runs under such a name already. kubectl warns of its finalizer: Argo CD knows that one by this name alone.",
			Parts: []SetupPart{applyPart(in, "applicationset.argoproj.io", map[string]string{by.Name: set})}}}, fleets...)
	}
	if in.Cluster != "" {
		files := map[string]string{}
		for _, e := range by.Sites() {
			files[e.Application] = e.Manifest
		}
		part := applyPart(in, "application.argoproj.io", files)
		what := "Application"
		if len(files) > 1 {
			what += "s"
		}
		return []SetupStep{{Title: "The " + what + in.Of(), Text: "Apply the " + what + in.Of() + ": `" + part.Commands[0] + "`.", Parts: []SetupPart{part}}}
	}
	var out []SetupStep
	for _, e := range by.Sites() {
		out = append(out, SetupStep{Title: "The Application of " + e.Where(), Text: "Apply the Application of " + e.Where() + ": `kubectl apply -f " + e.Manifest + "`.", Parts: []SetupPart{applyPart(in, "application.argoproj.io", map[string]string{e.Application: e.Manifest})}})
	}
	return append(out, fleets...)
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
