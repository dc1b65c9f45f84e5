package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// cloudHost is a registry that takes the identity of a workflow: those of Amazon, Google and Azure.
var cloudHost = lazy.Regexp(`\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$|-docker\.pkg\.dev$|\.azurecr\.io$`)

// loginsEnd looks for logins with a key, for passwords in the workflow itself, and for what a login leaves where a build
// takes it along. With a spec, its author has been warned of a key; then the account of each role is proven too.
func loginsEnd(c *Case) {
	c.steps(func(s *pipeline.Step) {
		if b := buildAfter(s); s.Uses == "google-github-actions/auth" && !s.With("create_credentials_file").False() && b != nil {
			c.broken(s.At(), b.At(), "add create_credentials_file: false, and log in with the output access_token", "%s writes the credential into the folder that its build sees", s.Job.Label())
		}
		if c.Facts != nil {
			c.ownAccount(s)
			return
		}
		c.keyOrPassword(s)
	})
}

// buildAfter is the first step after another in its job that builds an image, nil for none.
func buildAfter(s *pipeline.Step) *pipeline.Step {
	after := s.Job.Steps[slices.Index(s.Job.Steps, s):]
	if at := slices.IndexFunc(after, (*pipeline.Step).Builds); at >= 0 {
		return after[at]
	}
	return nil
}

// ownAccount requires that a role of AWS which logs in to a registry is refused unless it is of the registry's account.
func (c *Case) ownAccount(s *pipeline.Step) {
	if s.Uses != "docker/login-action" {
		return
	}
	account, ecr, _ := strings.Cut(s.With("registry").Text(), ".dkr.ecr.")
	region, _, _ := strings.Cut(ecr, ".")
	for _, before := range s.Job.Steps[:slices.Index(s.Job.Steps, s)] {
		if before.Uses != "aws-actions/configure-aws-credentials" || ecr == "" {
			continue
		}
		for input, want := range map[string]string{"allowed-account-ids": account, "aws-region": region} {
			if given := before.With(input); given.Text() != want {
				c.broken(before.At(), s.With("registry").At(), input+": "+want, "%s logs in to the registry of %s with %s: %s", s.Job.Label(), want, input, quoted(given.Text()))
			}
		}
	}
}

func (c *Case) keyOrPassword(s *pipeline.Step) {
	const identity = "let the cloud trust the identity of the workflow, and grant id-token: write"
	password := s.With("password")
	switch {
	case s.ShowsKey():
		c.broken(s.At(), nowhere, identity, "%s logs in with a key, which works until somebody replaces it", s.Job.Label())
	case s.Uses != "docker/login-action":
	case password.Text() != "" && !strings.Contains(password.Text(), "${{"):
		c.broken(password.At(), nowhere, "store it as a secret of an environment, and replace it", "the password of a registry is written in %s, for everybody who may read the workflow", s.Job.Label())
	case pipeline.ReadsSecret(password.Text()) && cloudHost().MatchString(s.With("registry").Text()):
		c.broken(password.At(), nowhere, identity, "%s logs in to %s with a key, which works until somebody replaces it", s.Job.Label(), s.With("registry").Text())
	}
	if !strings.Contains(s.Run(), "docker login") { // to read a script takes a hundred times as long
		return
	}
	for _, cmd := range s.Commands() {
		for _, option := range []string{"-p", "--password"} {
			if _, given := cmd.Option(option); given && cmd.Is("docker", "login") {
				c.broken(cmd.At(), nowhere, "use docker/login-action, which also logs out, or --password-stdin", "%s gives docker login a password as an argument, where every process of the machine sees it", s.Job.Label())
			}
		}
	}
}
