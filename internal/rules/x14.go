package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x14: one address of the GitOps repository in every place, and a credential that
// opens this repository and no other.
func provesX14(m *Case) {
	url := m.Facts.GitOpsURL()
	project := m.anyProject()
	if len(m.Projects) > 0 {
		project = m.Projects[0].Get("spec", "sourceRepos").At()
	}
	for _, a := range m.Applications {
		for _, s := range pipeline.Sources(a) {
			if u := s.Get("repoURL"); u.Text() != url {
				m.broken(u.At(), project, "write "+url, "Application %s reads %s, and the GitOps repository is %s", pipeline.NameOf(a), quoted(u.Text()), url)
			}
		}
	}
	for _, p := range m.Projects {
		repos := p.Get("spec", "sourceRepos")
		if got := repos.List(); len(got) != 1 || got[0] != url {
			m.broken(repos.At(), m.appURL(), "allow "+url+" alone", "the project allows %s, and its Applications read %s", quoted(strings.Join(got, ", ")), url)
		}
	}
	m.repositorySecrets(url)
	for _, w := range m.writers {
		m.credential(w)
	}
}

func (m *Case) appURL() pipeline.Place {
	if len(m.Applications) > 0 {
		return pipeline.Sources(m.Applications[0])[0].Get("repoURL").At()
	}
	return pipeline.Place{}
}

// repositorySecrets holds Argo CD's own credential, should one be generated,
// against the address that Applications use: another spelling is another address.
func (m *Case) repositorySecrets(url string) {
	for _, s := range m.Files {
		for _, d := range s.Docs {
			if d.Get("metadata", "labels", "argocd.argoproj.io/secret-type").Text() != "repository" {
				continue
			}
			d.Scalars(func(n pipeline.Node) {
				if strings.HasPrefix(n.Text(), "https://github.com/") && n.Text() != url {
					m.broken(n.At(), m.appURL(), "write "+url, "the credential is for %s, and Applications read %s", n.Text(), url)
				}
			})
		}
	}
}

func (m *Case) credential(w *writer) {
	if w.Checkout == nil {
		m.broken(w.At(), m.appURL(), "check the GitOps repository out", "%s pushes without a checkout of %s", w.Job.Label(), m.Facts.GitOps.Name)
		return
	}
	repository := w.Checkout.With("repository")
	if name := repository.Text(); name != m.Facts.GitOps.Name && !(name == "" && m.Facts.SameRepository()) {
		m.broken(repository.At(), m.appURL(), "repository: "+m.Facts.GitOps.Name, "%s writes to %s, and Argo CD reads %s", w.Job.Label(), quoted(name), m.Facts.GitOps.Name)
	}
	if n := w.Checkout.With("persist-credentials"); n.Text() != "false" {
		m.broken(n.At(), w.At(), "persist-credentials: false", "%s leaves its credential in the checkout for every later step", w.Job.Label())
	}
	tokens := []pipeline.Node{w.Step.Env("GH_TOKEN"), w.Checkout.With("token")}
	for _, s := range w.Job.Steps {
		if t := s.Get("env", "GH_TOKEN"); t.OK() && s != w.Step {
			tokens = append(tokens, t)
		}
	}
	for _, t := range tokens {
		m.token(w, t)
	}
	for _, s := range w.Job.Steps {
		if n := s.Get("env", "GITOPS_REPOSITORY"); n.OK() && n.Text() != m.Facts.GitOps.Name {
			m.broken(n.At(), repository.At(), "write "+m.Facts.GitOps.Name, "the message of %s sends the reader to %s", w.Job.Label(), quoted(n.Text()))
		}
		if s.Uses == "actions/create-github-app-token" {
			m.appToken(w, s)
		}
	}
}

// token requires a token that reaches the GitOps repository: the run's own one
// reaches the repository of the run alone.
func (m *Case) token(w *writer, t pipeline.Node) {
	switch e := pipeline.Expression(t.Text()); {
	case e == "github.token" || e == "secrets.GITHUB_TOKEN" || e == "":
		if !m.Facts.SameRepository() {
			m.broken(t.At(), w.Checkout.With("repository").At(), "use the token of an App, or a secret", "%s uses the run's own token, which cannot write to %s", w.Job.Label(), m.Facts.GitOps.Name)
		} else if e == "" {
			m.broken(t.At(), w.At(), "token: ${{ github.token }}", "%s names no token for its push", w.Job.Label())
		}
	case strings.HasPrefix(e, "steps."):
		p := strings.Split(e, ".")
		s := w.Job.Step(p[1])
		if s == nil || s.Uses != "actions/create-github-app-token" || len(p) != 4 || p[3] != "token" {
			m.broken(t.At(), w.At(), "use the output token of the step that asks for it", "%s is no token of this job", e)
		}
	case strings.HasPrefix(e, "secrets."):
	default:
		m.broken(t.At(), w.At(), "use the token of an App, or a secret", "%s is no token", quoted(t.Text()))
	}
}

func (m *Case) appToken(w *writer, s *pipeline.Step) {
	owner, name, _ := strings.Cut(m.Facts.GitOps.Name, "/")
	if n := s.With("owner"); n.Text() != owner {
		m.broken(n.At(), w.Checkout.With("repository").At(), "owner: "+owner, "the token is for repositories of %s, and %s is written to", quoted(n.Text()), m.Facts.GitOps.Name)
	}
	if n := s.With("repositories"); n.Text() != name {
		m.broken(n.At(), w.Checkout.With("repository").At(), "repositories: "+name, "the token is for the repository %s, and %s is written to", quoted(strings.Join(strings.Fields(n.Text()), ", ")), m.Facts.GitOps.Name)
	}
	for input, context := range map[string]string{"client-id": "vars.", "private-key": "secrets."} {
		if n := s.With(input); !strings.HasPrefix(pipeline.Expression(n.Text()), context) || strings.ContainsAny(pipeline.Expression(n.Text()), " -}") {
			m.broken(n.At(), s.At(), "write ${{ "+context+"NAME }}", "the %s of the App is %s", input, quoted(n.Text()))
		}
	}
	for right, v := range s.Get("with").Pairs() {
		if strings.HasPrefix(right, "permission-") && right != "permission-contents" && right != "permission-pull-requests" {
			m.broken(v.At(), w.At(), "ask for permission-contents alone", "the token may do more than push: %s", right)
		}
	}
	if n := s.With("permission-contents"); n.Text() != "write" {
		m.broken(n.At(), w.At(), "permission-contents: write", "the token has %s on contents: it may not push, or may do whatever the App may", quoted(n.Text()))
	}
}
