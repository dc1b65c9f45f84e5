package generate

import (
	"cmp"
	"encoding/base64"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
)

// reviewer stands for the login of somebody who approves.
const reviewer = "REVIEWER"

// listed finds a name in a list of GitHub's API.
func listed(at, filter, line string) Look {
	return Look{"gh api --paginate " + word(at) + " --jq " + word(filter), line}
}

// inCluster finds an object by its kind, such as secret or application.argoproj.io, and its name.
func inCluster(kind, name, flags string) Look {
	one, group, _ := strings.Cut(kind, ".")
	return Look{"kubectl get " + strings.TrimSuffix(one+"s."+group, ".") + " --output name" + flags, kind + "/" + name}
}

// environmentParts make an environment of GitHub that only some branches and tags may use, or all where none is given.
func environmentParts(p plan.Plan, name string, from refs, approves string) []SetupPart {
	all := "repos/" + p.Source.Repository + "/environments"
	at := all + "/" + name
	make := "gh api --method PUT " + at
	filter := `.environments[]`
	if approves != "" {
		make += ` -F 'reviewers[][type]=User' -F "reviewers[][id]=$(gh api users/` + approves + ` --jq .id)"`
		filter += ` | select(any(.protection_rules[]; .type == "required_reviewers"))`
	}
	if from != (refs{}) {
		make += " -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'"
		filter += ` | select(.deployment_branch_policy.custom_branch_policies == true)`
	}
	out := []SetupPart{{Commands: []string{make}, Looks: []Look{listed(all, filter+" | .name", name)}}}
	for _, ref := range [][2]string{{"branch", from.branch}, {"tag", from.tags}} {
		if ref[1] != "" {
			out = append(out, SetupPart{
				Commands: []string{"gh api --method POST " + at + "/deployment-branch-policies -f type=" + ref[0] + " -f " + word("name="+ref[1])},
				Looks:    []Look{listed(at+"/deployment-branch-policies", `.branch_policies[] | .type + " " + .name`, ref[0]+" "+ref[1])},
			})
		}
	}
	return out
}

// store asks at the terminal for a secret of an environment, or takes the value of a variable from the command line.
func store(p plan.Plan, kind, environment, name string) string {
	out := command("gh %s set %s --repo %s", kind, name, p.Source.Repository)
	if environment != "" {
		out += " --env " + environment
	}
	if kind == "variable" {
		out += " --body VALUE"
	}
	return out
}

// isStored finds the name of a secret or a variable. Nobody can read the value of a secret.
func isStored(p plan.Plan, kind, environment, name string) Look {
	at := "repos/" + p.Source.Repository + "/actions/"
	if environment != "" {
		at = "repos/" + p.Source.Repository + "/environments/" + environment + "/"
	}
	return listed(at+kind+"s", "."+kind+"s[].name", name)
}

func storePart(p plan.Plan, kind, environment, name, from string) SetupPart {
	return SetupPart{Commands: []string{store(p, kind, environment, name) + from}, Looks: []Look{isStored(p, kind, environment, name)}}
}

// workParts make the environments of jobs that push images, and of tests and builds with secrets, and fill them.
func workParts(p plan.Plan) []SetupPart {
	var out []SetupPart
	var made, stored []string
	once := func(done *[]string, key string, parts ...SetupPart) {
		if !slices.Contains(*done, key) {
			*done, out = append(*done, key), append(out, parts...)
		}
	}
	environment := func(name string) {
		from := refs{}
		if name == plan.RegistryEnvironment {
			if from = released(p); from.tags != "" {
				from.branch = ""
			}
		}
		once(&made, name, environmentParts(p, name, from, "")...)
	}
	set := func(kind, environment string, names ...string) {
		for _, name := range names {
			if name != "" {
				once(&stored, kind+environment+name, storePart(p, kind, environment, name, ""))
			}
		}
	}
	login := func(environment string, l plan.Login) {
		set("variable", environment, l.User)
		set("secret", environment, l.Secrets()...)
	}
	for _, i := range p.Images {
		if i.Login.Kind != plan.ByRunToken {
			environment(plan.RegistryEnvironment)
			login(plan.RegistryEnvironment, i.Login)
		}
	}
	for _, r := range p.Readers {
		if r.Login.Kind != plan.ByRunToken {
			environment(plan.ReadEnvironment)
			login(plan.ReadEnvironment, r.Login)
			if slices.Contains(made, plan.RegistryEnvironment) {
				login(plan.RegistryEnvironment, r.Login)
			}
		}
	}
	for _, e := range p.Environments {
		for _, c := range e.Copies {
			login(e.Name, c.Login)
			login(e.Name, c.From.Login)
		}
	}
	for _, j := range p.Jobs {
		if j.Asks() {
			environment(j.Environment)
			set("secret", j.Environment, plan.StoredNames(j.Given)...)
		}
	}
	set("variable", "", p.SecretNames(plan.VariableInGitHub, plan.ByWork)...)
	for _, name := range p.Askers() {
		set("variable", name, p.SecretNames(plan.VariableInGitHub, plan.ByPromotions)...)
		set("secret", name, p.SecretNames(plan.InGitHub, plan.ByPromotions)...)
	}
	if p.Notice != nil {
		out = append(out, environmentParts(p, plan.NoticeEnvironment, noticed(p), "")...)
		set("secret", plan.NoticeEnvironment, p.Notice.Secret)
	}
	return out
}

// credentialParts store in each environment what CI writes to the GitOps repository with.
func credentialParts(p plan.Plan) (out []SetupPart) {
	c := p.GitOps.Credential
	key := SetupPart{
		Commands: []string{`ssh-keygen -t ed25519 -N "" -f deploy-key`, "gh repo deploy-key add deploy-key.pub --allow-write --repo " + p.GitOps.Repository},
		Last:     []string{"rm deploy-key deploy-key.pub"},
	}
	for _, e := range p.Environments {
		switch c.Kind {
		case plan.AppCredential:
			out = append(out, storePart(p, "variable", e.Name, c.ClientID, ""), storePart(p, "secret", e.Name, c.PrivateKey, " < PRIVATE-KEY.pem"))
		case plan.TokenCredential:
			out = append(out, storePart(p, "secret", e.Name, c.Token, ""))
		case plan.KeyCredential:
			one := storePart(p, "secret", e.Name, c.DeployKey, " < deploy-key")
			key.Commands, key.Looks = append(key.Commands, one.Commands...), append(key.Looks, one.Looks...)
		}
	}
	if c.Kind == plan.KeyCredential {
		out = append(out, key)
	}
	return out
}

// checkPart requires the gate, by a ruleset.
func checkPart(p plan.Plan) SetupPart {
	const rules = `{"name":%[2]q,"target":"branch","enforcement":"active","conditions":{"ref_name":{"include":[%[1]q],"exclude":[]}},` +
		`"rules":[{"type":"required_status_checks","parameters":{"strict_required_status_checks_policy":false,"required_status_checks":[{"context":%[2]q}]}}]}`
	gate, at := p.Job("gate").Title(), "repos/"+p.Source.Repository
	return SetupPart{
		Commands: []string{"echo " + word(command(rules, "refs/heads/"+p.Source.Branch, gate)) + " | gh api --method POST " + at + "/rulesets --input -"},
		Looks:    []Look{listed(at+"/rules/branches/"+p.Source.Branch, `.[] | select(.type == "required_status_checks") | .parameters.required_status_checks[].context`, gate)},
	}
}

// firstRun is a push, which no command here makes: the overlay names an image once it has been.
func firstRun(p plan.Plan) SetupPart {
	e := p.Environments[0]
	at := "repos/" + p.GitOps.Repository + "/contents/" + path.Join(e.Live, "kustomization.yaml") + "?ref=" + p.GitOps.Branch
	filter := `.content | gsub("\\s"; "") | @base64d | if contains("` + artifact.NeverDeployedTag + `") then "not yet" else "deployed" end`
	return SetupPart{Looks: []Look{{"gh api " + word(at) + " --jq " + word(filter), "deployed"}}}
}

// applyPart gives an Argo CD objects of its own, each from a file.
func applyPart(in plan.Instance, kind string, files map[string]string) SetupPart {
	out := SetupPart{Commands: []string{"kubectl apply" + in.Context()}, Again: true}
	for _, name := range sorted(files) {
		out.Commands[0] += " -f " + word(files[name])
		out.Looks = append(out.Looks, inCluster(kind, name, in.Flags()))
	}
	return out
}

// readPart lets an Argo CD read a private repository. Over SSH nobody reads without a key.
func readPart(p plan.Plan, in plan.Instance) SetupPart {
	name := "repository-" + strings.ToLower(strings.NewReplacer("/", "-", ".", "-", "_", "-").Replace(p.GitOps.Repository))
	as := "--from-literal=username=USER --from-file=password=TOKEN-FILE"
	if overSSH(in) {
		as = "--from-file=sshPrivateKey=FILE"
	}
	out := SetupPart{
		Commands: []string{
			command("kubectl create secret generic %s --namespace %s --from-literal=type=git --from-literal=url=%s %s --dry-run=client --output yaml", name, in.Namespace, word(in.URL), as) +
				" | kubectl label --local --filename - argocd.argoproj.io/secret-type=repository --output yaml | kubectl create" + in.Context() + " --filename -",
		},
		Looks: []Look{{
			command(`kubectl get secrets%s --selector argocd.argoproj.io/secret-type=repository --output jsonpath='{range .items[*]}{.data.url}{"\n"}{end}'`, in.Flags()),
			base64.StdEncoding.EncodeToString([]byte(in.URL)),
		}},
	}
	if !overSSH(in) && !in.Mirrored {
		out.Unless = Look{"gh api repos/" + p.GitOps.Repository + " --jq .private", "false"}
	}
	return out
}

func overSSH(in plan.Instance) bool { return !strings.HasPrefix(in.URL, "https://") }

// webhookPart announces each push to Argo CD. The secret is in no command line, and in no history. Argo CD has one for all
// repositories: another one would end the webhooks that there are.
func webhookPart(p plan.Plan, in plan.Instance) SetupPart {
	at := "repos/" + p.GitOps.Repository + "/hooks"
	there := `endswith("/api/webhook")`
	if in.Address != "" {
		there = `. == "` + webhookOf(in) + `"`
	}
	return SetupPart{
		Commands: []string{
			"kubectl get secret argocd-secret" + in.Flags() + ` --output go-template='{{with .data}}{{with index . "webhook.github.secret"}}{{base64decode .}}{{end}}{{end}}' > webhook-secret`,
			"test -s webhook-secret || openssl rand -hex 32 | tr -d '\\n' > webhook-secret",
			`jq --null-input --rawfile secret webhook-secret '{stringData: {"webhook.github.secret": $secret}}' > webhook-patch.json`,
			"kubectl patch secret argocd-secret" + in.Flags() + " --patch-file webhook-patch.json",
			"gh api --method POST " + at + " -f name=web -F active=true -f 'events[]=push' -f 'config[url]=" + webhookOf(in) + "' -f 'config[content_type]=json' -F 'config[secret]=@webhook-secret'",
		},
		Last:  []string{"rm -f webhook-secret webhook-patch.json"},
		Looks: []Look{listed(at, `.[].config.url | select(`+there+`) | "announced"`, "announced")},
	}
}

// webhookOf is the address to which GitHub announces pushes.
func webhookOf(in plan.Instance) string {
	return strings.TrimRight(cmp.Or(in.Address, "https://YOUR-ARGOCD"), "/") + "/api/webhook"
}

// mergePart sets how pull requests with deploys may be merged. The rules of the branch are a person's to choose.
func mergePart(p plan.Plan) SetupPart {
	merged, reviewed, _ := proposedTo(p)
	out := SetupPart{Again: true, Commands: []string{"gh repo edit " + p.GitOps.Repository + " --enable-squash-merge"}}
	set := func(field, value string) {
		out.Looks = append(out.Looks, Look{"gh api repos/" + p.GitOps.Repository + " --jq ." + field, value})
	}
	set("allow_squash_merge", "true")
	if len(reviewed) > 0 {
		out.Commands[0] += " --enable-merge-commit=false --enable-rebase-merge=false"
		set("allow_merge_commit", "false")
		set("allow_rebase_merge", "false")
	}
	if len(merged) > 0 {
		out.Commands[0] += " --enable-auto-merge"
		set("allow_auto_merge", "true")
	}
	return out
}

// namespaceParts make a namespace before Argo CD does, for what must be in it then; one that is there stays as it is.
func namespaceParts(p plan.Plan, e plan.Environment) []SetupPart {
	if !p.Creates(e) {
		return nil
	}
	return []SetupPart{{
		Commands: []string{"kubectl create namespace " + e.Namespace + " --dry-run=client --output yaml | kubectl apply" + otherContext(e) + " -f -"},
		Looks:    []Look{inCluster("namespace", e.Namespace, otherContext(e))},
	}}
}

// within says which namespace a command is about.
func within(e plan.Environment) string { return " --namespace " + e.Namespace + otherContext(e) }

// otherContext is the flag for a cluster that is not Argo CD's own.
func otherContext(e plan.Environment) string {
	if e.Instance.Cluster != "" {
		return e.Instance.Context()
	}
	if e.Cluster.OfArgoCD() {
		return ""
	}
	if e.Cluster.Fleet != nil {
		return " --context CONTEXT-OF-EACH"
	}
	name := e.Name
	if e.Site != "" {
		name += "-" + e.Site
	}
	return " --context CONTEXT-OF-" + strings.ToUpper(name)
}

// pullParts make the Secrets with which images are pulled, from a file of docker's own form.
func pullParts(p plan.Plan) []SetupPart {
	var out []SetupPart
	for _, e := range p.Sites() {
		out = append(out, namespaceParts(p, e)...)
		var names []string
		for _, i := range p.Images {
			if i.PullSecret == "" || !p.MustExistIn(i.PullSecret, e.Name) || slices.Contains(names, i.PullSecret) {
				continue
			}
			names = append(names, i.PullSecret)
			out = append(out, SetupPart{
				Commands: []string{command("kubectl create secret generic %s%s --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=FILE", i.PullSecret, within(e))},
				Looks:    []Look{inCluster("secret", i.PullSecret, within(e))},
			})
		}
	}
	return out
}

// objectParts make the Secrets and ConfigMaps that programs read, each key from a file.
func objectParts(p plan.Plan) []SetupPart {
	var out []SetupPart
	for _, e := range p.Sites() {
		out = append(out, namespaceParts(p, e)...)
		for _, s := range p.Stored() {
			kind := map[plan.ObjectKind]string{plan.SecretKind: "secret generic", plan.ConfigMapKind: "configmap"}[s.Kind]
			if kind == "" || s.Kind == plan.SecretKind && !p.MustExistIn(s.Name, e.Name) {
				continue
			}
			c := command("kubectl create %s %s%s", kind, s.Name, within(e))
			var keys []string
			for _, u := range s.Uses {
				if from := " --from-file=" + word(u.Key+"=FILE"); u.Key != "" && !slices.Contains(keys, from) {
					keys = append(keys, from)
				}
			}
			if len(keys) == 0 {
				keys = []string{" --from-env-file=FILE"}
			}
			kind, _, _ = strings.Cut(kind, " ")
			commands := []string{c + strings.Join(keys, "")}
			if p.LogsInToStore(s.Name) {
				// The driver sees no other Secrets.
				commands = append(commands, command("kubectl label secret %s%s %s", s.Name, within(e), plan.UsedByDriver))
			}
			out = append(out, SetupPart{Commands: commands, Looks: []Look{inCluster(kind, s.Name, within(e))}})
		}
	}
	return out
}
