package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// cloudHost is a registry that takes the identity of a workflow: those of Amazon, Google and Azure.
var cloudHost = lazy.Regexp(`\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com$|-docker\.pkg\.dev$|\.azurecr\.io$`)

// loginsEnd looks for logins with a key, and for passwords in the workflow itself. With a spec, its author has been warned
// of a key.
func loginsEnd(c *Case) {
	if c.Facts != nil {
		return
	}
	const identity = "let the cloud trust the identity of the workflow, and grant id-token: write"
	c.steps(func(s *pipeline.Step) {
		password := s.With("password")
		switch {
		case s.ShowsKey():
			c.broken(s.At(), nowhere, identity, "%s logs in with a key, which works until somebody replaces it", s.Job.Label())
		case s.Uses != "docker/login-action":
		case password.Text() != "" && !strings.Contains(password.Text(), "${{"):
			c.broken(password.At(), nowhere, "store it as a secret of an environment, and replace it", "the password of a registry stands in %s, for everybody who may read the workflow", s.Job.Label())
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
	})
}
