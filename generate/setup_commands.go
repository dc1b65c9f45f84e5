package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// reviewer stands for the login of somebody who approves.
const reviewer = "REVIEWER"

// environmentCommands make an environment of GitHub that only some branches and tags may use, or all where none is given.
func environmentCommands(p plan.Plan, name string, from refs, approves string) []string {
	at := "repos/" + p.Source.Repository + "/environments/" + name
	make := "gh api --method PUT " + at
	if approves != "" {
		make += ` -F 'reviewers[][type]=User' -F "reviewers[][id]=$(gh api users/` + approves + ` --jq .id)"`
	}
	if from == (refs{}) {
		return []string{make}
	}
	out := []string{make + " -F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'"}
	for _, ref := range [][2]string{{"branch", from.branch}, {"tag", from.tags}} {
		if ref[1] != "" {
			out = append(out, "gh api --method POST "+at+"/deployment-branch-policies -f type="+ref[0]+" -f "+word("name="+ref[1]))
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

// workCommands make the environments of jobs that push images, and of tests and builds with secrets, and fill them.
func workCommands(p plan.Plan) []string {
	var out, made, stored []string
	once := func(done *[]string, key string, commands ...string) {
		if !slices.Contains(*done, key) {
			*done, out = append(*done, key), append(out, commands...)
		}
	}
	environment := func(name string) {
		from := refs{}
		if name == plan.RegistryEnvironment {
			if from = released(p); from.tags != "" {
				from.branch = ""
			}
		}
		once(&made, name, environmentCommands(p, name, from, "")...)
	}
	set := func(kind, environment string, names ...string) {
		for _, name := range names {
			if name != "" {
				once(&stored, kind+environment+name, store(p, kind, environment, name))
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
	for _, j := range p.Jobs {
		if j.Asks() {
			environment(j.Environment)
			set("secret", j.Environment, plan.StoredNames(j.Given)...)
		}
	}
	set("variable", "", p.SecretNames(plan.VariableInGitHub, plan.ByWork)...)
	if p.Notice != nil {
		out = append(out, environmentCommands(p, plan.NoticeEnvironment, noticed(p), "")...)
		set("secret", plan.NoticeEnvironment, p.Notice.Secret)
	}
	return out
}

// credentialCommands store in each environment what CI writes to the GitOps repository with.
func credentialCommands(p plan.Plan) []string {
	var out []string
	c := p.GitOps.Credential
	if c.Kind == plan.KeyCredential {
		out = append(out, `ssh-keygen -t ed25519 -N "" -f deploy-key`, "gh repo deploy-key add deploy-key.pub --allow-write --repo "+p.GitOps.Repository)
	}
	for _, e := range p.Environments {
		switch c.Kind {
		case plan.AppCredential:
			out = append(out, store(p, "variable", e.Name, c.ClientID), store(p, "secret", e.Name, c.PrivateKey)+" < PRIVATE-KEY.pem")
		case plan.TokenCredential:
			out = append(out, store(p, "secret", e.Name, c.Token))
		case plan.KeyCredential:
			out = append(out, store(p, "secret", e.Name, c.DeployKey)+" < deploy-key")
		}
	}
	if c.Kind == plan.KeyCredential {
		out = append(out, "rm deploy-key deploy-key.pub")
	}
	return out
}

// checkCommand requires the gate, by a ruleset.
func checkCommand(p plan.Plan) string {
	const rules = `{"name":%[2]q,"target":"branch","enforcement":"active","conditions":{"ref_name":{"include":[%[1]q],"exclude":[]}},` +
		`"rules":[{"type":"required_status_checks","parameters":{"strict_required_status_checks_policy":false,"required_status_checks":[{"context":%[2]q}]}}]}`
	return "echo " + word(command(rules, "refs/heads/"+p.Source.Branch, p.Job("gate").Title())) + " | gh api --method POST repos/" + p.Source.Repository + "/rulesets --input -"
}

// readCommands let Argo CD read a private repository.
func readCommands(p plan.Plan) []string {
	a, name := p.ArgoCD, "repository-"+strings.ToLower(strings.NewReplacer("/", "-", ".", "-", "_", "-").Replace(p.GitOps.Repository))
	return []string{
		command("kubectl create secret generic %s --namespace %s --from-literal=type=git --from-literal=url=%s --from-literal=username=USER --from-file=password=TOKEN-FILE", name, a.Namespace, word(p.GitOps.URL)),
		command("kubectl label secret %s --namespace %s argocd.argoproj.io/secret-type=repository", name, a.Namespace),
	}
}

// webhookCommands tell Argo CD of each push. The secret stands in no command line, and in no history.
func webhookCommands(p plan.Plan) []string {
	return []string{
		"openssl rand -hex 32 | tr -d '\\n' > webhook-secret",
		"gh api --method POST repos/" + p.GitOps.Repository + "/hooks -f name=web -F active=true -f 'events[]=push' -f 'config[url]=https://YOUR-ARGOCD/api/webhook' -f 'config[content_type]=json' -F 'config[secret]=@webhook-secret'",
		`jq --null-input --rawfile secret webhook-secret '{stringData: {"webhook.github.secret": $secret}}' > webhook-patch.json`,
		"kubectl patch secret argocd-secret --namespace " + p.ArgoCD.Namespace + " --patch-file webhook-patch.json",
		"rm webhook-secret webhook-patch.json",
	}
}

// mergeCommand sets how pull requests with deploys may be merged. The rules of the branch are a person's to choose.
func mergeCommand(p plan.Plan) string {
	merged, reviewed, _ := proposedTo(p)
	out := "gh repo edit " + p.GitOps.Repository + " --enable-squash-merge"
	if len(reviewed) > 0 {
		out += " --enable-merge-commit=false --enable-rebase-merge=false"
	}
	if len(merged) > 0 {
		out += " --enable-auto-merge"
	}
	return out
}

// namespaceCommands make a namespace before Argo CD does, for what must be in it then; one that is there stays as it is.
func namespaceCommands(p plan.Plan, e plan.Environment) []string {
	if !p.Creates(e) {
		return nil
	}
	return []string{"kubectl create namespace " + e.Namespace + " --dry-run=client --output yaml | kubectl apply" + otherContext(e) + " -f -"}
}

// within says which namespace a command is about.
func within(e plan.Environment) string { return " --namespace " + e.Namespace + otherContext(e) }

// otherContext is the flag for a cluster that is not Argo CD's own.
func otherContext(e plan.Environment) string {
	if e.Cluster.OfArgoCD() {
		return ""
	}
	return " --context CONTEXT-OF-" + strings.ToUpper(e.Name)
}

// pullCommands make the Secrets with which images are pulled, from a file of docker's own form.
func pullCommands(p plan.Plan) []string {
	var out []string
	for _, e := range p.Environments {
		out = append(out, namespaceCommands(p, e)...)
		for _, i := range p.Images {
			c := command("kubectl create secret generic %s%s --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=FILE", i.PullSecret, within(e))
			if i.PullSecret != "" && p.Made(i.PullSecret) == nil && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// objectCommands make the Secrets and ConfigMaps that programs read, each key from a file.
func objectCommands(p plan.Plan) []string {
	var out []string
	for _, e := range p.Environments {
		out = append(out, namespaceCommands(p, e)...)
		for _, s := range p.Stored() {
			kind := map[plan.ObjectKind]string{plan.SecretKind: "secret generic", plan.ConfigMapKind: "configmap"}[s.Kind]
			if kind == "" || s.Kind == plan.SecretKind && p.Made(s.Name) != nil {
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
			out = append(out, c+strings.Join(keys, ""))
		}
	}
	return out
}
