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
	Attest, Several                                                          bool
	Timeouts                                                                 Timeouts
	Environments                                                             []readmeEnvironment
	Promises                                                                 []promise
	Steps, Secrets                                                           []string
}

type readmeEnvironment struct{ Name, Overlay, Live, Namespace string }

// promise is a criterion and what the output does for it.
type promise struct{ Statement, How string }

func (r *renderer) readmes() {
	data := r.readmeData()
	r.readme(artifact.Code, ".github/workflows/README.md", "readme/code.md", data)
	r.readme(artifact.GitOps, path.Join(r.plan.GitOps.Folder, "README.md"), "readme/gitops.md", data)
}

func (r *renderer) readme(root artifact.Root, at, name string, data readmeData) {
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
		Header:           artifact.HeaderMarker + " from " + p.SpecFile + "; do not edit. Change that file and run: pipegen generate" + r.specFlag(),
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
		Several:          len(p.Environments) > 1,
		Timeouts:         p.Timeouts,
		Steps:            r.bootstrapSteps(),
		Secrets:          secretsNeeded(s),
		Promises:         r.promises(),
	}
	if p.Release.ByTag {
		d.Trigger = "git tag `" + s.Source.ReleaseTags + "`"
		d.Limit = "the tags `" + s.Source.ReleaseTags + "`"
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
		d.Environments = append(d.Environments, readmeEnvironment{e.Name, e.Overlay, e.Live, e.Spec.Namespace})
		if i == 0 {
			d.FirstLive = e.Live
		}
	}
	return d
}

func (r *renderer) credentialStep() string {
	c, gitops := r.plan.Spec.GitOps.Credential, "`"+r.plan.Spec.GitOps.Repository+"`"
	switch r.plan.GitOps.Credential {
	case TokenCredential:
		return "Create a [fine-grained access token](https://github.com/settings/personal-access-tokens/new) for " + gitops +
			" alone, with *Contents: read and write* and an expiry that you will notice, and store it as the secret `" + c.Token +
			"` of each environment. A GitHub App is the better choice where you may create one: its tokens live an hour and belong to no person."
	case WorkflowCredential:
		return "Let workflows write: the deploy job pushes to this repository with its own token, so a rule that protects the branch must let `github-actions` through."
	}
	return "Create a GitHub App with *Contents: read and write*, install it on " + gitops + " alone, and store its client id as the variable `" +
		c.App.ClientID + "` and a private key as the secret `" + c.App.PrivateKey + "` of each environment."
}

// detectionText says when Argo CD looks, with the figures that the promises are
// calculated with (A15).
func detectionText(s schema.Spec) string {
	if s.ArgoCD.Webhook {
		return "A webhook tells it of each push, within seconds; should the webhook fail, it looks by itself every few minutes, after six at the latest."
	}
	return "It looks every few minutes, after six at the latest; with a webhook it would know within seconds."
}

func (r *renderer) bootstrapSteps() []string {
	p, s := r.plan, r.plan.Spec
	steps := []string{"Apply the project: `kubectl apply -f " + path.Join(p.GitOps.Argo, "projects", s.ArgoCD.Project+".yaml") + "`."}
	if s.ArgoCD.Webhook {
		steps = append(steps, "Create a webhook in the settings of this repository: payload URL `https://YOUR-ARGOCD/api/webhook`, content type `application/json`, a secret that also stands as `webhook.github.secret` in the Secret `argocd-secret`. The promises of the pipeline count on it.")
	}
	steps = append(steps, "Wait for the first deploy of CI. Until then the overlay names an image `"+neverDeployedTag+"`, which does not exist: applied now, the pods would wait in ImagePullBackOff.")
	for _, e := range p.Environments {
		steps = append(steps, "Apply the Application of "+e.Name+": `kubectl apply -f "+path.Join(p.GitOps.Argo, "applications", e.Application+".yaml")+"`.")
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

// promises says of each criterion whether something fails when it is broken, or
// something only measures it.
func (r *renderer) promises() []promise {
	var out []promise
	t := r.plan.Timeouts
	for _, c := range r.plan.Spec.Criteria {
		how := ""
		switch v := c.Value; {
		case v.Triggered != nil:
			how = "Measured: the job Measure warns above " + v.Triggered.Within.String() + "; GitHub guarantees nothing."
		case v.Coverage != nil:
			how = "Enforced: the job Test fails below " + r.plan.Test.Coverage + " %."
		case v.Published != nil:
			how = fmt.Sprintf("Enforced: the jobs on the way are stopped after %d + %d + %d minutes; GitHub's queue comes on top and is measured.", t.Test, t.Publish, t.Image)
		case v.Synced != nil:
			how = fmt.Sprintf("Measured: Argo CD notices the commit within %d s and tries once in that time; a failed try is repeated later.", detection(r.plan.Spec))
		case v.Endpoint != nil:
			how = fmt.Sprintf("Enforced: a container without a good answer after %d s is stopped, and gets no traffic before.", r.plan.Rollout.StartupThreshold*StartupPeriod)
		case v.Rollback != nil:
			how = fmt.Sprintf("Enforced for each pod: one that is stuck turns the rollout Degraded after %d s. Counted from the revert in the GitOps repository, which rebuilds nothing.", r.plan.Rollout.ProgressDeadline)
		case v.Logs != nil:
			how = "Enforced: the run's log for everyone who may read the repository" + argoLogs(r.plan.Spec, v.Logs.In) + "."
		}
		out = append(out, promise{Statement: markdown(c.Value.Statement), How: how})
	}
	return out
}

func argoLogs(s schema.Spec, places []string) string {
	if !slices.Contains(places, "argocd") {
		return ""
	}
	if len(s.ArgoCD.Viewers) == 0 {
		return "; the pods' logs in Argo CD for the role viewer of the project, to which argocd.viewers adds groups"
	}
	return "; the pods' logs in Argo CD for " + strings.Join(s.ArgoCD.Viewers, ", ")
}

// markdown makes text mean itself in a paragraph of Markdown.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "|", `\|`).Replace(s)
}
