package generate

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/schema"
)

// readmeData is what the README templates may name.
type readmeData struct {
	Header, Name, Intent, Trigger, TestDoes, Platforms, Image, Branch, Limit string
	GitOpsRepository, GitOpsURL, SettingsURL, CredentialStep                 string
	Folder, Argo, FirstLive, Detection, ArgoCDVersion, ArgoCDNamespace       string
	ApplicationSet                                                           string
	AttestMinutes                                                            int
	Attest, AttestApart, Several, Proposes, ByTag                            bool
	OnOtherBranch                                                            string
	Timeouts                                                                 Timeouts
	Environments                                                             []readmeEnvironment
	// MergedTimeout is the limit of the jobs that wait for a merge, in minutes.
	MergedTimeout                   int
	Custom                          []string
	Promises                        []promise
	PullSecret, Package, PackageURL string
	Steps, Secrets, Needs           []string
	ExtraJobs                       []readmeJob
}

// readmeEnvironment has in Approval the GitHub environment whose reviewers approve its deploys, and in Merged the name of
// the job that waits for their merge; "" where there is none.
type readmeEnvironment struct{ Name, Overlay, Live, Namespace, Approval, Merged string }

// promise is a criterion and what the output does for it.
type promise struct{ Statement, How string }

func (r *renderer) readmes() {
	data := r.readmeData()
	r.readme(artifact.Code, ".github/workflows/README.md", "readme/code.md", data)
	r.readme(artifact.GitOps, path.Join(r.plan.GitOps.Folder, "README.md"), "readme/gitops.md", data)
}

func (r *renderer) readme(root artifact.Root, at, name string, data any) {
	if r.err != nil {
		return
	}
	t, err := template.New(name).Option("missingkey=error").Parse(r.text(name))
	if err != nil {
		r.fail(err)
		return
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		r.fail(err)
		return
	}
	r.put(artifact.File{Root: root, Path: at, Content: []byte(b.String())})
}

func (r *renderer) readmeData() readmeData {
	p, s := r.plan, r.plan.Spec
	d := readmeData{
		Header:           r.htmlHeader(),
		Name:             s.Name,
		Intent:           markdown(s.Intent),
		Trigger:          "push to `" + s.Source.Branch + "`",
		TestDoes:         "runs the tests",
		Image:            p.Image.Reference + ":" + s.Image.Tag,
		Branch:           s.Source.Branch,
		Limit:            "the branch `" + s.Source.Branch + "`",
		GitOpsRepository: s.GitOps.Repository,
		GitOpsURL:        p.GitOps.URL,
		SettingsURL:      "https://github.com/" + s.Source.Repository + "/settings",
		CredentialStep:   "2. " + r.credentialStep(),
		Folder:           p.GitOps.Folder,
		Argo:             p.GitOps.Argo,
		Detection:        detectionText(s),
		ArgoCDVersion:    s.ArgoCD.Version,
		ArgoCDNamespace:  s.ArgoCD.Namespace,
		Attest:           s.Image.Attest,
		AttestApart:      attestsApart(s),
		AttestMinutes:    attestTimeout,
		Proposes:         p.GitOps.Proposes,
		ByTag:            p.Release.ByTag,
		OnOtherBranch:    p.onOtherBranch(),
		Several:          len(p.Environments) > 1,
		MergedTimeout:    mergedTimeout,
		Custom:           p.CustomFolders(),
		Timeouts:         p.Timeouts,
		Steps:            r.bootstrapSteps(),
		Secrets:          secretsNeeded(s),
		Needs:            p.readmeNeeds(),
		ExtraJobs:        p.readmeJobs(),
		Promises:         r.promises(),
		PullSecret:       s.Image.PullSecret,
		Package:          p.Image.Reference,
		PackageURL:       "https://github.com/" + s.Source.Repository + "/packages",
	}
	if s.ArgoCD.ApplicationSet {
		d.ApplicationSet = p.ApplicationSet()
	}
	if p.Release.ByTag {
		d.Trigger = "git tag `" + s.Source.ReleaseTags + "`"
		d.Limit = "the tags `" + s.Source.ReleaseTags + "`"
		if p.Rollback {
			d.Limit += " and the branch `" + s.Source.Branch + "`, from which rollback.yaml runs"
		}
	}
	if p.Test.Coverage != "" {
		d.TestDoes += " and requires a coverage of " + p.Test.Coverage + " %"
	}
	var platforms []string
	for _, l := range p.Image.Legs {
		platforms = append(platforms, "`"+l.Platform+"`")
	}
	d.Platforms = strings.Join(platforms, " and ")
	for i, e := range p.Environments {
		row := readmeEnvironment{Name: e.Name, Overlay: e.Overlay, Live: e.Live, Namespace: e.Spec.Namespace}
		if e.Approve != "" {
			row.Approval = e.Name + approvalSuffix
		}
		if e.Merged != "" {
			row.Merged = mergedTitle(e.Name)
		}
		d.Environments = append(d.Environments, row)
		if i == 0 {
			d.FirstLive = e.Live
		}
	}
	return d
}

func (r *renderer) credentialStep() string {
	c, gitops := r.plan.Spec.GitOps.Credential, "`"+r.plan.Spec.GitOps.Repository+"`"
	rights := "*Contents: read and write*"
	if r.plan.GitOps.Proposes {
		rights += " and *Pull requests: read and write*"
	}
	switch r.plan.GitOps.Credential {
	case TokenCredential:
		return "Create a [fine-grained access token](https://github.com/settings/personal-access-tokens/new) for " + gitops +
			" alone, with " + rights + " and an expiry that you will notice, and store it as the secret `" + c.Token +
			"` of each environment. A GitHub App is the better choice where you may create one: its tokens live an hour and belong to no person."
	case WorkflowCredential:
		return "Let workflows write: the deploy job pushes to this repository with its own token, so a rule that protects the branch must let `github-actions` through."
	}
	return "Create a GitHub App with " + rights + ", install it on " + gitops + " alone, and store its client id as the variable `" +
		c.App.ClientID + "` and a private key as the secret `" + c.App.PrivateKey + "` of each environment."
}

// detectionText says when Argo CD looks, with the figures that the promises are
// calculated with (A15).
func detectionText(s schema.Spec) string {
	polled := s
	polled.ArgoCD.Webhook = false
	worst, because := detection(polled)
	if s.ArgoCD.Webhook {
		return fmt.Sprintf("A webhook tells it of each push, within seconds. Should the webhook fail, it takes up to %d s: %s.", worst, because)
	}
	return fmt.Sprintf("It notices a commit after up to %d s: %s. With a webhook it would take seconds.", worst, because)
}

func (r *renderer) bootstrapSteps() []string {
	p, s := r.plan, r.plan.Spec
	steps := []string{"Apply the project: `kubectl apply -f " + path.Join(p.GitOps.Argo, "projects", s.ArgoCD.Project+".yaml") + "`."}
	if s.ArgoCD.Webhook {
		steps = append(steps, "Create a webhook in the settings of this repository: payload URL `https://YOUR-ARGOCD/api/webhook`, content type `application/json`, a secret that also stands as `webhook.github.secret` in the Secret `argocd-secret`. The promises of the pipeline count on it.")
	}
	if p.GitOps.Proposes {
		steps = append(steps, "In the settings of this repository, allow auto-merge and squash merging, and protect the branch `"+s.GitOps.Branch+"`: require a pull request, and what must be true of it; where that is an approval, have it dismissed when something is pushed, since a newer deploy takes the place of the one that was approved. GitHub then merges each deploy once that is so.")
	}
	steps = append(steps, "Wait for the first deploy of CI. Until then the overlay names an image `"+artifact.NeverDeployedTag+"`, which does not exist: applied now, the pods would wait in ImagePullBackOff.")
	if s.ArgoCD.ApplicationSet {
		steps = append(steps, "Apply the ApplicationSet: `kubectl apply -f "+p.ApplicationSet()+"`. It makes "+p.applicationNames()+", and takes over an Application that runs under such a name already. kubectl warns of its finalizer: Argo CD knows that one by this name alone.")
	} else {
		for _, e := range p.Environments {
			steps = append(steps, "Apply the Application of "+e.Name+": `kubectl apply -f "+e.Manifest+"`.")
		}
	}
	for i := range steps {
		steps[i] = fmt.Sprintf("%d. %s", i+2, steps[i])
	}
	return steps
}

func secretsNeeded(s schema.Spec) []string {
	keys := map[string][]string{}
	for _, variable := range slices.Sorted(maps.Keys(s.Deploy.Secrets)) {
		ref := s.Deploy.Secrets[variable]
		keys[ref.Name] = append(keys[ref.Name], "`"+ref.Key+"` (read as `"+variable+"`)")
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		out = append(out, "`"+name+"` with "+strings.Join(keys[name], ", "))
	}
	if s.Image.PullSecret != "" {
		out = append(out, "`"+s.Image.PullSecret+"`, of the type `kubernetes.io/dockerconfigjson`, that may pull `"+s.Image.Registry+"/"+s.Image.Name+"`. New GHCR packages are private.")
	}
	return out
}

func (r *renderer) promises() []promise {
	var out []promise
	for _, p := range r.plan.Promises() {
		mode := strings.ToUpper(string(p.Kind.Mode[:1])) + string(p.Kind.Mode[1:])
		out = append(out, promise{Statement: markdown(p.Statement), How: mode + ". " + markdown(p.How)})
	}
	return out
}

// markdown makes text mean itself in a paragraph of Markdown.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "|", `\|`).Replace(s)
}
