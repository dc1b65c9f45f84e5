package prove

import "strings"

// x14: one address of the GitOps repository in every place, and a credential that
// opens this repository and no other.
func x14(m *model) {
	url := m.facts.gitopsURL()
	project := m.anyProject()
	if len(m.projects) > 0 {
		project = m.projects[0].get("spec", "sourceRepos").at()
	}
	for _, a := range m.apps {
		for _, s := range sources(a) {
			if u := s.get("repoURL"); u.text() != url {
				m.broken(X14, u.at(), project, "write "+url, "Application %s reads %s, and the GitOps repository is %s", appName(a), quoted(u.text()), url)
			}
		}
	}
	for _, p := range m.projects {
		repos := p.get("spec", "sourceRepos")
		if got := repos.list(); len(got) != 1 || got[0] != url {
			m.broken(X14, repos.at(), m.appURL(), "allow "+url+" alone", "the project allows %s, and its Applications read %s", quoted(strings.Join(got, ", ")), url)
		}
	}
	m.repositorySecrets(url)
	for _, w := range m.writers {
		m.credential(w)
	}
}

func (m *model) appURL() place {
	if len(m.apps) > 0 {
		return sourceOf(m.apps[0]).get("repoURL").at()
	}
	return place{}
}

// repositorySecrets holds Argo CD's own credential, should one be generated,
// against the address that Applications use: another spelling is another address.
func (m *model) repositorySecrets(url string) {
	for _, s := range m.sources {
		for _, d := range s.docs {
			if d.get("metadata", "labels", "argocd.argoproj.io/secret-type").text() != "repository" {
				continue
			}
			d.strings(func(n node) {
				if strings.HasPrefix(n.text(), "https://github.com/") && n.text() != url {
					m.broken(X14, n.at(), m.appURL(), "write "+url, "the credential is for %s, and Applications read %s", n.text(), url)
				}
			})
		}
	}
}

func (m *model) credential(w *writer) {
	if w.checkout == nil {
		m.broken(X14, w.at(), m.appURL(), "check the GitOps repository out", "%s pushes without a checkout of %s", w.job.label(), m.facts.GitOps.Name)
		return
	}
	repository := w.checkout.with("repository")
	if name := repository.text(); name != m.facts.GitOps.Name && !(name == "" && m.facts.sameRepository()) {
		m.broken(X14, repository.at(), m.appURL(), "repository: "+m.facts.GitOps.Name, "%s writes to %s, and Argo CD reads %s", w.job.label(), quoted(name), m.facts.GitOps.Name)
	}
	if n := w.checkout.with("persist-credentials"); n.text() != "false" {
		m.broken(X14, n.at(), w.at(), "persist-credentials: false", "%s leaves its credential in the checkout for every later step", w.job.label())
	}
	tokens := []node{w.step.env("GH_TOKEN"), w.checkout.with("token")}
	for _, s := range w.job.steps {
		if t := s.get("env", "GH_TOKEN"); t.ok() && s.y != w.step.y {
			tokens = append(tokens, t)
		}
	}
	for _, t := range tokens {
		m.token(w, t)
	}
	for _, s := range w.job.steps {
		if n := s.get("env", "GITOPS_REPOSITORY"); n.ok() && n.text() != m.facts.GitOps.Name {
			m.broken(X14, n.at(), repository.at(), "write "+m.facts.GitOps.Name, "the message of %s sends the reader to %s", w.job.label(), quoted(n.text()))
		}
		if s.uses == "actions/create-github-app-token" {
			m.appToken(w, s)
		}
	}
}

// token requires a token that reaches the GitOps repository: the run's own one
// reaches the repository of the run alone.
func (m *model) token(w *writer, t node) {
	switch e := expression(t.text()); {
	case e == "github.token" || e == "secrets.GITHUB_TOKEN" || e == "":
		if !m.facts.sameRepository() {
			m.broken(X14, t.at(), w.checkout.with("repository").at(), "use the token of an App, or a secret", "%s uses the run's own token, which cannot write to %s", w.job.label(), m.facts.GitOps.Name)
		} else if e == "" {
			m.broken(X14, t.at(), w.at(), "token: ${{ github.token }}", "%s names no token for its push", w.job.label())
		}
	case strings.HasPrefix(e, "steps."):
		p := strings.Split(e, ".")
		s := w.job.step(p[1])
		if s == nil || s.uses != "actions/create-github-app-token" || len(p) != 4 || p[3] != "token" {
			m.broken(X14, t.at(), w.at(), "use the output token of the step that asks for it", "%s is no token of this job", e)
		}
	case strings.HasPrefix(e, "secrets."):
	default:
		m.broken(X14, t.at(), w.at(), "use the token of an App, or a secret", "%s is no token", quoted(t.text()))
	}
}

func (m *model) appToken(w *writer, s *step) {
	owner, name, _ := strings.Cut(m.facts.GitOps.Name, "/")
	if n := s.with("owner"); n.text() != owner {
		m.broken(X14, n.at(), w.checkout.with("repository").at(), "owner: "+owner, "the token is for repositories of %s, and %s is written to", quoted(n.text()), m.facts.GitOps.Name)
	}
	if n := s.with("repositories"); n.text() != name {
		m.broken(X14, n.at(), w.checkout.with("repository").at(), "repositories: "+name, "the token is for the repository %s, and %s is written to", quoted(strings.Join(strings.Fields(n.text()), ", ")), m.facts.GitOps.Name)
	}
	for input, context := range map[string]string{"client-id": "vars.", "private-key": "secrets."} {
		if n := s.with(input); !strings.HasPrefix(expression(n.text()), context) || strings.ContainsAny(expression(n.text()), " -}") {
			m.broken(X14, n.at(), s.at(), "write ${{ "+context+"NAME }}", "the %s of the App is %s", input, quoted(n.text()))
		}
	}
	for right, v := range s.get("with").pairs() {
		if strings.HasPrefix(right, "permission-") && right != "permission-contents" && right != "permission-pull-requests" {
			m.broken(X14, v.at(), w.at(), "ask for permission-contents alone", "the token may do more than push: %s", right)
		}
	}
	if n := s.with("permission-contents"); n.text() != "write" {
		m.broken(X14, n.at(), w.at(), "permission-contents: write", "the token has %s on contents: it may not push, or may do whatever the App may", quoted(n.text()))
	}
}
