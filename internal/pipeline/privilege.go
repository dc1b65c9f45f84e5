package pipeline

import (
	"slices"
	"strings"
)

// Power is how a step reaches beyond the run.
type Power struct {
	// Does says it, such as "pushes an image"; "" for nothing.
	Does string
	// If is the expression of its own under which it does, "" for always.
	If string
}

// committers are actions that push a commit.
var committers = []string{"stefanzweifel/git-auto-commit-action", "EndBug/add-and-commit", "ad-m/github-push-action"}

// Power is how the step reaches beyond the run.
func (s *Step) Power() Power {
	switch pushes := s.Pushes(); {
	case s.logsInToRead():
		return Power{}
	case strings.HasSuffix(s.Uses, "/login-action"), s.Uses == "aws-actions/amazon-ecr-login":
		return Power{Does: "logs in to a registry"}
	case pushes.OK() && strings.HasPrefix(strings.TrimSpace(pushes.Text()), "${{"):
		return Power{Does: "pushes an image", If: pushes.Text()}
	case pushes.OK():
		return Power{Does: "pushes an image"}
	case slices.Contains(committers, s.Uses):
		return Power{Does: "pushes a commit"}
	}
	for _, c := range s.Commands() {
		if does := c.power(); does != "" && !(c.Deploys() && s.Job.OwnCluster()) {
			return Power{Does: does}
		}
	}
	return Power{}
}

// logsInToRead reports a login with the run's own token that may read packages, and write none.
func (s *Step) logsInToRead() bool {
	return s.Uses == "docker/login-action" && RunToken(s.With("password").Text()) && s.Job.Get("permissions", "packages").Text() == "read"
}

// proofs are the inputs of actions with which a run proves to a cloud who it is, instead of showing it a key.
var proofs = map[string]string{
	"aws-actions/configure-aws-credentials": "role-to-assume", "google-github-actions/auth": "workload_identity_provider", "azure/login": "client-id",
}

// ProvesItself reports a login to a cloud by the identity of the run, for which the job needs the right id-token.
func (s *Step) ProvesItself() bool {
	return proofs[s.Uses] != "" && s.With(proofs[s.Uses]).OK() && !s.ShowsKey()
}

// keys are the inputs of the same actions that take a key.
var keys = map[string]string{
	"aws-actions/configure-aws-credentials": "aws-access-key-id", "google-github-actions/auth": "credentials_json", "azure/login": "creds",
}

// ShowsKey reports a login to a cloud with a key, which works until somebody replaces it.
func (s *Step) ShowsKey() bool { return keys[s.Uses] != "" && s.With(keys[s.Uses]).OK() }

// looks are the subcommands of "argocd app" that change nothing.
var looks = []string{"get", "list", "wait", "diff", "history", "logs", "manifests", "resources"}

func (c Command) power() string {
	switch {
	case c.Is("docker", "login"), c.Is("az", "acr", "login"):
		return "logs in to a registry"
	case c.Is("docker", "push"), c.Is("docker", "buildx", "imagetools", "create"), c.Is("oras", "cp"), c.Is("oras", "copy"), c.Is("oras", "push"):
		return "pushes an image"
	case c.Git("push"):
		return "pushes a commit"
	case c.Deploys():
		return "deploys"
	}
	return ""
}

// Deploys reports a command that changes what runs in a cluster.
func (c Command) Deploys() bool {
	verb := ""
	for i, w := range c.Words {
		if i > 0 && !strings.HasPrefix(w, "-") && (!strings.HasPrefix(c.Words[i-1], "-") || strings.Contains(c.Words[i-1], "=")) {
			verb = w
			break
		}
	}
	switch {
	case c.Is("kubectl"):
		return slices.Contains([]string{"apply", "set", "replace", "patch"}, verb)
	case c.Is("helm"):
		return verb == "upgrade" || verb == "install"
	case c.Is("helmfile"):
		return verb == "apply" || verb == "sync"
	}
	return c.Is("argocd", "app") && len(c.Words) > 2 && !slices.Contains(looks, c.Words[2])
}

// clusters are the actions and programs that start a cluster for a run alone.
var clusters = []string{"helm/kind-action", "AbsaOSS/k3d-action", "medyagh/setup-minikube", "manusa/actions-setup-minikube", "kind", "k3d", "minikube"}

// OwnCluster reports a job that starts a cluster for itself, and has nothing by which it could reach another one.
func (j *Job) OwnCluster() bool {
	starts, reaches := false, false
	for _, s := range j.Steps {
		starts = starts || slices.Contains(clusters, s.Uses) || slices.ContainsFunc(s.Commands(), func(c Command) bool { return slices.Contains(clusters, c.Words[0]) })
		reaches = reaches || s.ProvesItself() || s.ShowsKey()
	}
	j.Scalars(func(n Node) { reaches = reaches || ReadsSecret(n.Text()) })
	return starts && !reaches
}

// Publishes reports whether some step of the workflow reaches beyond the run.
func (w *Workflow) Publishes() bool {
	for _, j := range w.Jobs {
		if slices.ContainsFunc(j.Steps, func(s *Step) bool { return s.Power().Does != "" }) {
			return true
		}
	}
	return false
}

// harmless are the rights to write that publish nothing: reports on a run.
var harmless = map[string]bool{"checks": true, "statuses": true, "security-events": true, "issues": true, "pull-requests": true, "discussions": true}

// reporting are the actions of a job that does nothing but send what other jobs have measured.
var reporting = []string{"actions/checkout", "actions/download-artifact", "codecov/codecov-action"}

// SendsReports reports a job that runs nothing of the source and sends reports about it. It may prove which run it is, also
// in a pull request, since no code of the pull request sees the proof.
func (j *Job) SendsReports() bool {
	sends := slices.ContainsFunc(j.Steps, func(s *Step) bool { return s.Uses == "codecov/codecov-action" })
	return sends && !slices.ContainsFunc(j.Steps, func(s *Step) bool { return !slices.Contains(reporting, s.Uses) })
}

type privilege struct {
	does string
	at   Place
}

// Privilege says what a job does, or may do, that no pull request may, and where; "" for nothing.
func (j *Job) Privilege() (does string, at Place) {
	if j.privilege == nil {
		does, at := j.privileged()
		j.privilege = &privilege{does, at}
	}
	return j.privilege.does, j.privilege.at
}

// MayWrite says which right to write a job has, other than to report on its run, and where; "" for none.
func (j *Job) MayWrite() (does string, at Place) {
	rights := j.Get("permissions")
	if !rights.OK() {
		rights = j.Workflow.Get("permissions")
		if !rights.OK() {
			return "has the rights that the repository gives by default", j.At()
		}
	}
	if rights.Text() == "write-all" {
		return "has every right", rights.At()
	}
	for name, r := range rights.Pairs() {
		if r.Text() == "write" && !harmless[name] && (name != "id-token" || !j.SendsReports()) {
			return "has the right " + name + ": write", r.At()
		}
	}
	return "", Place{}
}

func (j *Job) privileged() (does string, at Place) {
	if does, at = j.MayWrite(); does != "" {
		return does, at
	}
	if e := j.Get("environment"); e.OK() {
		return "deploys to an environment", e.At()
	}
	if s := j.Get("secrets"); s.OK() {
		return "passes secrets on", s.At()
	}
	for _, s := range j.Steps {
		if s.Uses == "actions/create-github-app-token" {
			return "asks for a token of an App", s.At()
		}
		if p := s.Power(); p.Does != "" {
			return p.Does, s.At()
		}
	}
	j.Scalars(func(n Node) {
		if does == "" && ReadsSecret(n.Text()) {
			does, at = "reads a secret", n.At()
		}
	})
	return does, at
}
