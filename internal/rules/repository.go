package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// oneRepository looks for addresses of another GitOps repository than the one that is
// written to. With a spec there is one spelling of it, and a credential that opens this
// repository and no other.
func oneRepository(c *Case) {
	if c.Facts != nil {
		c.oneAddress()
		for _, w := range c.writers {
			c.credential(w)
		}
		return
	}
	for _, a := range c.apps() {
		for _, s := range pipeline.Sources(a) {
			if !s.Get("chart").OK() {
				c.reads(a, s.Get("repoURL"))
			}
		}
	}
}

// isRead reports whether some Application reads a repository: what is written there is not lost.
func (c *Case) isRead(repository string) bool {
	return slices.ContainsFunc(c.Applications, func(a pipeline.Node) bool {
		return slices.ContainsFunc(pipeline.Sources(a), func(s pipeline.Node) bool { return strings.EqualFold(repositoryAt(s), repository) })
	})
}

// reads holds the address that an Application reads against its project and the writers.
func (c *Case) reads(app, url pipeline.Node) {
	if project, ok := c.Project(app); ok && !listed(project.Get("spec", "sourceRepos"), url.Text()) {
		c.broken(url.At(), project.Get("spec", "sourceRepos").At(), "add it to sourceRepos", "project %s does not take the repository of Application %s", pipeline.NameOf(project), pipeline.NameOf(app))
	}
	for _, w := range c.Writers {
		if have := pipeline.Repository(url.Text()); have != "" && w.Repository != "" && !strings.EqualFold(have, w.Repository) && !c.isRead(w.Repository) {
			c.broken(url.At(), w.Checkout.At(), "let both name one repository", "Application %s renders %s, and job %s writes to %s", pipeline.NameOf(app), have, w.ID, w.Repository)
		}
	}
}

func listed(list pipeline.Node, url string) bool {
	plain := func(s string) string { return strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(s), "/"), ".git") }
	return slices.ContainsFunc(list.List(), func(have string) bool {
		ok, err := path.Match(plain(have), plain(url))
		return have == "*" || ok && err == nil || plain(have) == plain(url)
	})
}

// oneAddress requires that all who read the repository spell its address in one way: for
// Argo CD another spelling is another repository.
func (c *Case) oneAddress() {
	project := c.anyProject()
	if len(c.Projects) > 0 {
		project = c.Projects[0].Get("spec", "sourceRepos").At()
	}
	for _, a := range c.withRoots() {
		for _, s := range pipeline.Sources(a) {
			if u, url := s.Get("repoURL"), c.urlFor(a); u.Text() != url && !(c.rendersChart(s) && s.Get("chart").OK()) {
				c.broken(u.At(), project, "write "+url, "Application %s reads %s, and the GitOps repository is %s", pipeline.NameOf(a), quoted(u.Text()), url)
			}
		}
	}
	for _, p := range c.Projects {
		repos := p.Get("spec", "sourceRepos")
		url := c.urlFor(p)
		want := c.Facts.sources(url)
		if c.ofRoot(p) {
			want = []string{url}
		}
		if got := repos.List(); !slices.Equal(got, want) {
			c.broken(repos.At(), c.appURL(), "allow "+strings.Join(want, " and ")+" alone", "the project allows %s, and its Applications read %s", quoted(strings.Join(got, ", ")), url)
		}
	}
	for _, f := range c.Files {
		for _, d := range f.Docs {
			if d.Get("metadata", "labels", "argocd.argoproj.io/secret-type").Text() != "repository" {
				continue
			}
			d.Scalars(func(n pipeline.Node) {
				if url := c.urlFor(d); strings.HasPrefix(n.Text(), "https://github.com/") && n.Text() != url {
					c.broken(n.At(), c.appURL(), "write "+url, "the credential is for %s, and Applications read %s", n.Text(), url)
				}
			})
		}
	}
}

func (c *Case) appURL() pipeline.Place {
	if len(c.Applications) > 0 {
		return pipeline.Sources(c.Applications[0])[0].Get("repoURL").At()
	}
	return nowhere
}

func (c *Case) credential(w *writer) {
	if w.Checkout == nil {
		c.broken(w.At(), c.appURL(), "check the GitOps repository out", "%s pushes without a checkout of %s", w.Job.Label(), c.Facts.GitOps.Name)
		return
	}
	repository := w.Checkout.With("repository")
	if name := repository.Text(); name != c.Facts.GitOps.Name && !(name == "" && c.Facts.SameRepository()) {
		c.broken(repository.At(), c.appURL(), "repository: "+c.Facts.GitOps.Name, "%s writes to %s, and Argo CD reads %s", w.Job.Label(), quoted(name), c.Facts.GitOps.Name)
	}
	if n := w.Checkout.With("persist-credentials"); n.Text() != "false" {
		c.broken(n.At(), w.At(), "persist-credentials: false", "%s leaves its credential in the checkout for every later step", w.Job.Label())
	}
	tokens := []pipeline.Node{w.Step.Env("GH_TOKEN"), w.Checkout.With("token")}
	for _, s := range w.Job.Steps {
		if t := s.Get("env", "GH_TOKEN"); t.OK() && s != w.Step {
			tokens = append(tokens, t)
		}
	}
	if key := w.Checkout.With("ssh-key"); key.OK() {
		c.key(w, key)
		tokens = nil
	}
	for _, t := range tokens {
		c.token(w, t)
	}
	for _, s := range w.Job.Steps {
		if n := s.Get("env", "GITOPS_REPOSITORY"); n.OK() && n.Text() != c.Facts.GitOps.Name {
			c.broken(n.At(), repository.At(), "write "+c.Facts.GitOps.Name, "the message of %s sends the reader to %s", w.Job.Label(), quoted(n.Text()))
		}
		if s.Uses == "actions/create-github-app-token" {
			c.appToken(w, s)
		}
	}
}

// token requires a token that reaches the GitOps repository: the run's own one
// reaches the repository of the run alone.
func (c *Case) token(w *writer, t pipeline.Node) {
	switch e := pipeline.Expression(t.Text()); {
	case e == "github.token" || e == "secrets.GITHUB_TOKEN" || e == "":
		if !c.Facts.SameRepository() {
			c.broken(t.At(), w.Checkout.With("repository").At(), "use the token of an App, or a secret", "%s uses the run's own token, which cannot write to %s", w.Job.Label(), c.Facts.GitOps.Name)
		} else if e == "" {
			c.broken(t.At(), w.At(), "token: ${{ github.token }}", "%s names no token for its push", w.Job.Label())
		}
	case strings.HasPrefix(e, "steps."):
		p := strings.Split(e, ".")
		s := w.Job.Step(p[1])
		if s == nil || s.Uses != "actions/create-github-app-token" || len(p) != 4 || p[3] != "token" {
			c.broken(t.At(), w.At(), "use the output token of the step that asks for it", "%s is no token of this job", e)
		}
	case strings.HasPrefix(e, "secrets."):
	default:
		c.broken(t.At(), w.At(), "use the token of an App, or a secret", "%s is no token", quoted(t.Text()))
	}
}

// key requires that one deploy key is used to read and to write, from a secret.
func (c *Case) key(w *writer, key pipeline.Node) {
	if !strings.HasPrefix(pipeline.Expression(key.Text()), "secrets.") {
		c.broken(key.At(), w.At(), "take the key from a secret", "%s is no secret", quoted(key.Text()))
	}
	if n := w.Step.Env("DEPLOY_KEY"); n.Text() != key.Text() {
		c.broken(n.At(), key.At(), "DEPLOY_KEY: "+key.Text(), "%s pushes with another key than it reads with", w.Job.Label())
	}
}

func (c *Case) appToken(w *writer, s *pipeline.Step) {
	owner, name, _ := strings.Cut(c.Facts.GitOps.Name, "/")
	if n := s.With("owner"); n.Text() != owner {
		c.broken(n.At(), w.Checkout.With("repository").At(), "owner: "+owner, "the token is for repositories of %s, and %s is written to", quoted(n.Text()), c.Facts.GitOps.Name)
	}
	if n := s.With("repositories"); n.Text() != name {
		c.broken(n.At(), w.Checkout.With("repository").At(), "repositories: "+name, "the token is for the repository %s, and %s is written to", quoted(strings.Join(strings.Fields(n.Text()), ", ")), c.Facts.GitOps.Name)
	}
	for input, context := range map[string]string{"client-id": "vars.", "private-key": "secrets."} {
		if n := s.With(input); !strings.HasPrefix(pipeline.Expression(n.Text()), context) || strings.ContainsAny(pipeline.Expression(n.Text()), " -}") {
			c.broken(n.At(), s.At(), "write ${{ "+context+"NAME }}", "the %s of the App is %s", input, quoted(n.Text()))
		}
	}
	for right, v := range s.Get("with").Pairs() {
		if strings.HasPrefix(right, "permission-") && right != "permission-contents" && right != "permission-pull-requests" {
			c.broken(v.At(), w.At(), "ask for permission-contents alone", "the token may do more than push: %s", right)
		}
	}
	if n := s.With("permission-contents"); n.Text() != "write" {
		c.broken(n.At(), w.At(), "permission-contents: write", "the token has %s on contents: it may not push, or may do all that the App may", quoted(n.Text()))
	}
}
