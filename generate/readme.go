package generate

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// readmeData is what the README templates may name: the facts of the plan, and texts made of them.
type readmeData struct {
	plan.Plan
	Header, Trigger, FirstLive, Detection, Picture string
	// First and Bootstrap are the steps of the two READMEs.
	First, Bootstrap []SetupStep
	// ProposesFirst says that the deploys to the first environment are proposed.
	ProposesFirst bool
	// Image and Digest are these words, for several images in the plural.
	Image, Digest string
	Several       bool
	// Namespaces says who makes the namespaces, and what their labels do.
	Namespaces string
	// LogIn says what runs do that release nothing.
	LogIn string
	// LeftOut says what runs leave out that get no secrets.
	LeftOut string
	// Sealed are the files that kubeseal and SOPS write.
	Sealed []sealedFile
	// Stored are the Secrets that must exist, Existing the other objects, and Needs what the author's own steps and jobs do.
	Stored, Existing, Needs []string
	ExtraJobs               []readmeJob
	OnlyTests               string
}

// sealedFile is a file that kubeseal or SOPS writes, in a folder.
type sealedFile struct{ Folder, File, By string }

func (r *renderer) readmes() {
	data := r.readmeData()
	r.readme(artifact.Code, r.plan.Readme, "readme/code.md", data)
	r.readme(artifact.GitOps, path.Join(r.plan.GitOps.Folder, "README.md"), "readme/gitops.md", data)
	r.readme(artifact.Code, r.plan.Page, "readme/pipeline.md", data)
}

func (r *renderer) readme(root artifact.Root, at, name string, data readmeData) {
	if r.err != nil {
		return
	}
	t, err := template.New(name).Option("missingkey=error").Funcs(template.FuncMap{
		"md":        markdown,
		"join":      strings.Join,
		"minutes":   func(job string) int { return r.plan.Job(job).Limit.Minutes },
		"name":      func(job string) string { return r.plan.Job(job).Title() },
		"starts":    func(p plan.Promotion) string { return startsText(r.plan, p) },
		"copies":    func(e plan.Environment) string { return copiesText(r.plan, e) },
		"waits":     func(attest string) string { return waitsText(r.plan, attest) },
		"verified":  func(p plan.Promotion) string { return verifiedText(r.plan, p) },
		"short":     schema.Short,
		"words":     inWords,
		"tests":     func(t plan.Test) string { return tests(r.plan, t) },
		"runs":      func(w plan.Workload) string { return runs(r.plan, w) },
		"theirs":    func(w plan.Workload) string { return theirs(*w.Own, runs(r.plan, w)) },
		"base":      path.Base,
		"namespace": func(e plan.Environment) string { return namespaceOf(r.plan, e) },
		"hosts":     previewHosts,
		"users":     func(d plan.Dependency) string { return users(r.plan, d) },
		"platforms": platforms,
		"title":     func(m plan.Mode) string { return strings.ToUpper(string(m[:1])) + string(m[1:]) },
	}).Parse(r.text(name))
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

// htmlHeader is the header of a Markdown file.
func (r *renderer) htmlHeader() string {
	return artifact.HeaderMarker + " " + Version + " from " + r.plan.SpecFile + "; do not edit. Change that file and run: pipegen generate" + r.specFlag()
}

func (r *renderer) readmeData() readmeData {
	p := r.plan
	d := readmeData{
		Plan:       p,
		Header:     r.htmlHeader(),
		Trigger:    "push to `" + p.Source.Branch + "`",
		Detection:  detectionText(p.ArgoCD),
		First:      sourceSteps(p),
		Bootstrap:  deployedSteps(p),
		Picture:    p.Flow().Mermaid(),
		Image:      "image",
		Digest:     "digest",
		Several:    len(p.Images) > 1,
		Stored:     secretsNeeded(p),
		Existing:   existingObjects(p),
		Namespaces: namespacesText(p),
		Needs:      readmeNeeds(p),
		ExtraJobs:  readmeJobs(p),
		OnlyTests:  spokenTestRuns(p),
	}
	if p.StartedBy != nil {
		d.Trigger += " that changes one of `" + strings.Join(p.StartedBy, "`, `") + "`"
	}
	if p.Release.ByTag() {
		d.Trigger = "git tag `" + p.Release.Tags + "`"
	}
	if d.Several {
		d.Image, d.Digest = "images", "digests"
	}
	d.LogIn, d.LeftOut = pullsApart(p), withoutSecrets(p)
	for _, e := range p.Environments {
		for _, s := range p.MadeIn(e.Name) {
			if by := map[plan.SecretWay]string{plan.BySeal: "kubeseal", plan.BySops: "sops"}[s.Way]; by != "" {
				d.Sealed = append(d.Sealed, sealedFile{path.Join(e.Overlay, secretsFolder), fileOf(s), by})
			}
		}
		if d.FirstLive == "" {
			d.FirstLive, d.ProposesFirst = e.Live, e.Proposal != ""
		}
	}
	return d
}

// tests says what a job with tests does.
func tests(p plan.Plan, t plan.Test) string {
	out := "runs the tests"
	if t.Name != "" {
		out = "runs the tests `" + t.Name + "`"
	}
	if t.Image != "" {
		out = "runs the tests of `" + t.Image + "`"
	}
	if c := p.Demands.By(plan.Covered, t.Job, ""); c != nil {
		out += " and requires a coverage of " + c.Percent() + " %"
	}
	return out
}

// runs says what a workload is. Where there is one, the folder says it all.
func runs(p plan.Plan, w plan.Workload) string {
	if len(p.Workloads) == 1 {
		return "what runs"
	}
	out := "the " + string(w.Kind) + " `" + w.Name + "`"
	if len(w.From) > 0 {
		out += ", which " + inWords(w.From) + " may call"
	}
	if w.Job != nil && len(w.Job.Before) > 0 {
		out += ", which must succeed before " + inWords(w.Job.Before) + " change"
	}
	if len(w.Only) > 0 {
		out += ", in " + inWords(w.Only) + " alone"
	}
	return out
}

// inWords lists names as code.
func inWords(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	return plan.And(quoted)
}

// pulled says what must exist to pull the images, and lists those that pods pull without a Secret.
func pulled(p plan.Plan) (secrets, open string) {
	var with, without []string
	for _, i := range p.Pulled() {
		if _, must := p.MustExist(i.PullSecret); !must {
			continue
		}
		if i.PullSecret == "" {
			if i.Registry == ghcr {
				without = append(without, i.Reference)
			}
		} else if !slices.Contains(with, i.PullSecret) {
			with = append(with, i.PullSecret)
		}
	}
	switch len(with) {
	case 0:
	case 1:
		secrets = "The package is private, or may be: the Secret `" + with[0] + "` must stand in each namespace."
	default:
		secrets = "The packages are private, or may be: the Secrets " + inWords(with) + " must exist in each namespace."
	}
	return secrets, inWords(without)
}

// platforms lists the platforms of an image, in words.
func platforms(i plan.Image) string {
	out := make([]string, len(i.Legs))
	for n, l := range i.Legs {
		out[n] = l.Platform
	}
	return inWords(out)
}

// onOtherBranch says in the README of the code how the other branch is written.
func onOtherBranch(g plan.GitOps) string {
	if g.Worktree == "" {
		return ""
	}
	return " on the branch `" + g.Branch + "`, which `git worktree add " + g.Worktree + " " + g.Branch +
		"` checks out and `pipegen generate --gitops " + g.Worktree + "` writes"
}

func credentialStep(g plan.GitOps) string {
	gitops := "`" + g.Repository + "`"
	rights := "*Contents: read and write*"
	if g.Proposes {
		rights += " and *Pull requests: read and write*"
	}
	switch g.Credential.Kind {
	case plan.TokenCredential:
		return "Create a [fine-grained access token](https://github.com/settings/personal-access-tokens/new) for " + gitops +
			" alone, with " + rights + " and an expiry that you will notice, and store it as the secret `" + g.Credential.Token +
			"` of each environment. A GitHub App is the better choice where you may create one: its tokens live an hour and belong to no person."
	case plan.KeyCredential:
		return "Make a pair of keys with `ssh-keygen -t ed25519 -N \"\" -f deploy-key`, add `deploy-key.pub` to the [deploy keys of " + gitops + "](https://github.com/" + g.Repository +
			"/settings/keys) with *Allow write access*, and store `deploy-key` as the secret `" + g.Credential.DeployKey + "` of each environment. It reaches this repository alone, and does not expire: replace it when somebody leaves who has seen it. " +
			"A rule that protects the branch must let deploy keys through."
	case plan.WorkflowCredential:
		return "Let workflows write: the deploy job pushes to this repository with its own token, so a rule that protects the branch must let `github-actions` through."
	}
	return "Create a GitHub App with " + rights + ", install it on " + gitops + " alone, and store its client id as the variable `" +
		g.Credential.ClientID + "` and a private key as the secret `" + g.Credential.PrivateKey + "` of each environment."
}

// detectionText says when Argo CD looks, with the figures that the promises are
// calculated with (A15).
func detectionText(a plan.ArgoCD) string {
	worst, because := a.Polled.Seconds(), a.Polled.Because
	if a.Webhook {
		return fmt.Sprintf("A webhook tells it of each push, within seconds. Should the webhook fail, it takes up to %d s: %s.", worst, because)
	}
	return fmt.Sprintf("It notices a commit after up to %d s: %s. With a webhook it would take seconds.", worst, because)
}

// proposedTo are the environments for whose deploys GitHub merges pull requests, those for which a person does, and those
// to which CI pushes.
func proposedTo(p plan.Plan) (merged, reviewed, pushed []string) {
	for _, e := range p.Environments {
		switch {
		case e.Reviewed:
			reviewed = append(reviewed, e.Name)
		case e.Proposal != "":
			merged = append(merged, e.Name)
		default:
			pushed = append(pushed, e.Name)
		}
	}
	return merged, reviewed, pushed
}

// settings are those of the GitOps repository that pull requests need.
func settings(p plan.Plan) string {
	merged, reviewed, pushed := proposedTo(p)
	var out string
	if len(reviewed) == 0 {
		out = "In the settings of this repository, allow auto-merge and squash merging, and protect the branch `" + p.GitOps.Branch + "`: require a pull request, and what must be true of it; where that is an approval, have it dismissed when something is pushed, since a newer deploy takes the place of the one that was approved. GitHub then merges each deploy once that is so."
	} else {
		out = "In the settings of this repository, allow squash merging and no other: then a deploy is one commit, which is made when it is merged. Protect the branch `" + p.GitOps.Branch + "`: require a pull request with an approval, which is dismissed when something is pushed, since a newer deploy takes the place of the one that was approved. " +
			"A person merges the deploys to " + inWords(reviewed) + ", and no workflow does."
		if len(merged) > 0 {
			out += " Allow auto-merge, too: GitHub merges the deploys to " + inWords(merged) + " once the rules of the branch are met."
		}
	}
	if len(pushed) > 0 {
		out += " CI pushes what is deployed to " + inWords(pushed) + ": let the App, or the owner of the token, bypass these rules. Its workflows do so for that alone."
	}
	return out
}

func secretsNeeded(p plan.Plan) []string {
	out := storedLines(p, func(kind plan.ObjectKind) bool { return kind == plan.SecretKind })
	out = append(out, certificatesNeeded(p)...)
	for _, i := range p.Pulled() {
		if in, must := p.MustExist(i.PullSecret); i.PullSecret != "" && must {
			out = append(out, "`"+i.PullSecret+"`, of the type `kubernetes.io/dockerconfigjson`, that may pull `"+i.Reference+"`."+newOnes(i)+only(in))
		}
	}
	for _, name := range existing(p, isSecret) {
		if !slices.ContainsFunc(out, func(line string) bool { return strings.HasPrefix(line, name[1]) }) {
			out = append(out, name[1])
		}
	}
	return out
}

// existingObjects are those that the spec declares to exist, beside Secrets.
func existingObjects(p plan.Plan) []string {
	out := storedLines(p, func(kind plan.ObjectKind) bool { return kind != plan.SecretKind })
	for _, object := range existing(p, func(kind string) bool { return !isSecret(kind) }) {
		line := object[0] + " " + object[1]
		if !slices.ContainsFunc(out, func(other string) bool { return strings.HasPrefix(other, line) }) {
			out = append(out, line)
		}
	}
	return append(append(out, routesNeed(p)...), secretsNeed(p)...)
}

// secretsNeed are the stores from which Secrets come, and the programs that make Secrets and replace what reads them.
func secretsNeed(p plan.Plan) []string {
	var out []string
	add := func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	for _, e := range p.Environments {
		for _, s := range p.MadeIn(e.Name) {
			x := s.External[e.Name]
			switch {
			case s.Way == plan.BySeal:
				add("Sealed Secrets, which decrypts what `kubeseal` has encrypted")
			case s.Way == plan.ByDriver:
				add("The Secrets Store CSI driver with its provider `%s`, on each node and with `syncSecret.enabled=true`: without that it mounts, and makes no Secret", x.Store)
				if x.Login == "" {
					add("The right of the %s in the namespace `%s` to read what `%s` is made of, unless its parameters say how `%s` logs in", mountingAccounts(p, e, s.Name), e.Namespace, s.Name, x.Store)
				}
			case s.Way == plan.BySops:
				add("KSOPS in the repo server of Argo CD, with a key that decrypts what `sops` has encrypted")
			case x.Kind == "SecretStore":
				add("SecretStore `%s` of External Secrets in the namespace `%s`", x.Store, e.Namespace)
			default:
				add("ClusterSecretStore `%s` of External Secrets, which serves the namespace `%s`", x.Store, e.Namespace)
			}
			if len(s.Reloaded) > 0 {
				add("Reloader by Stakater, started with `--reload-strategy=annotations`, which replaces pods when `%s` changes", s.Name)
			}
		}
	}
	return out
}

// mountingAccounts are the service accounts of the pods for which the CSI driver makes a Secret.
func mountingAccounts(p plan.Plan, e plan.Environment, secret string) string {
	var out []string
	for _, w := range p.In(e) {
		if slices.ContainsFunc(w.Stores(), func(v plan.Volume) bool { return v.Object == secret }) {
			out = append(out, "`"+cmp.Or(w.Pod.Account.Existing, w.Name)+"`")
		}
	}
	if len(out) == 0 {
		return "service accounts of the pods that mount it"
	}
	return counted(out, "service account", "service accounts") + " " + plan.And(out)
}

// only says in which environments somebody has to make a Secret, where a deploy brings it along in the others.
func only(in []string) string {
	if len(in) == 0 {
		return ""
	}
	return " In " + plan.And(in) + " alone: elsewhere it comes with the deploy."
}

func isSecret(kind string) bool { return kind == string(plan.SecretKind) }

// storedLines say of the objects of some kinds, which programs read, how they do. All but Secrets name their kind.
func storedLines(p plan.Plan, is func(plan.ObjectKind) bool) []string {
	var out []string
	for _, s := range p.Stored() {
		in, must := p.MustExist(s.Name)
		if !is(s.Kind) || s.Kind == plan.SecretKind && !must {
			continue
		}
		line, optional := "`"+s.Name+"`", true
		if s.Kind != plan.SecretKind {
			line = string(s.Kind) + " " + line
		}
		var uses []string
		for _, u := range s.Uses {
			optional = optional && u.Optional
			if use := useOf(s.Kind, u); !slices.Contains(uses, use) {
				uses = append(uses, use)
			}
		}
		line += " with " + strings.Join(uses, ", ")
		if optional {
			line += "; the program starts without it too"
		}
		if len(in) > 0 {
			line += "." + only(in)
		}
		out = append(out, line)
	}
	return out
}

// useOf says how a program reads an object.
func useOf(kind plan.ObjectKind, u plan.Use) string {
	switch {
	case u.Key == "" && kind == plan.ClaimKind:
		return "what is in it (" + u.As + ")"
	case u.Key == "":
		return "all its keys (" + u.As + ")"
	}
	return "`" + u.Key + "` (" + u.As + ")"
}

// existing are the kind and the name, as code, of the objects of some kinds that the spec declares to exist, each once.
func existing(p plan.Plan, is func(kind string) bool) [][2]string {
	var out [][2]string
	for _, w := range p.Workloads {
		for _, e := range w.Existing {
			kind, name, _ := strings.Cut(e, "/")
			if object := [2]string{kind, "`" + name + "`"}; is(kind) && !slices.Contains(out, object) {
				out = append(out, object)
			}
		}
	}
	return out
}

// newOnes says of the Secret that pulls an image what people find out late.
func newOnes(i plan.Image) string {
	switch {
	case i.Registry == ghcr:
		return " New GHCR packages are private."
	case i.Login.Region != "":
		return " A token of ECR expires after twelve hours, so something has to renew it, such as the generator `ECRAuthorizationToken` of External Secrets."
	case i.Registry == dockerHub:
		return " Use an access token of Docker Hub that may only read; its key in the Secret is `https://index.docker.io/v1/`."
	}
	return ""
}

// markdown escapes text for a paragraph of Markdown.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "|", `\|`).Replace(s)
}
