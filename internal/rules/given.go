package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Given is a secret that the spec gives to the tests or builds of a job. As is the variable, or the id of the mount; "" for
// a key that an agent keeps. LogsIn says that logins to registries read it as well.
type Given struct {
	As, Name string
	// Value is what a variable with it says, and From is the place in the spec; several of one place are for one reader.
	Value, From string
	LogsIn      bool
}

// runToken is the name by which a spec means the run's own token.
const runToken = "GITHUB_TOKEN"

// givenRule is about what tests and builds may read.
var givenRule = Rule{
	ID:    "W50",
	Title: "a secret of tests or builds reaches the steps that need it, and nothing else",
	Why:   "Pull requests start tests and builds, so each secret there is one that changed code can read. A build argument stays in the history of the image, and a variable of a whole job is seen by each action in it. A run of a fork gets no secrets: what is left out for that must be said, and must not be left out where a secret is only misspelt.",
	Evidence: []Source{
		{Says: "secrets of builds", URL: "https://docs.docker.com/build/building/secrets/"},
		{Says: "secrets and forks", URL: "https://docs.github.com/en/actions/concepts/security/secrets"},
	},
	Strict: "whoever opens a pull request, or has the image, reads the secret",
	By:     Proof | Refusal | Import,
	Found:  "no secret is a build argument",
	Check:  givenIsKept,
}

// onlyReads reports whether all that a job may do beyond the run is to read: to pull from registries that the spec names for
// that, with what it names, and to see the secrets that it gives to the work of this job.
func (c *Case) onlyReads(j *pipeline.Job) bool {
	given := c.Facts.Given[j.ID]
	allowed := []string{}
	if len(c.Facts.Readers) > 0 {
		allowed = append(allowed, "registry-read")
	}
	if len(given) > 0 {
		allowed = append(allowed, "tests", "builds")
	}
	if e := j.Get("environment"); len(allowed) == 0 || e.OK() && !slices.Contains(allowed, e.Text()) {
		return false
	}
	for _, right := range j.Get("permissions").Pairs() {
		if right.Text() != "read" {
			return false
		}
	}
	for _, s := range j.Steps {
		logsIn := s.Uses == "docker/login-action" && slices.ContainsFunc(c.Facts.Readers, func(r Reader) bool { return r.Host == s.With("registry").Text() })
		if s.Power().Does != "" && !logsIn || s.Uses == "actions/create-github-app-token" {
			return false
		}
	}
	only := true
	j.Scalars(func(n pipeline.Node) {
		for _, what := range secretsRead(n.Text()) {
			only = only && (slices.ContainsFunc(c.Facts.Readers, func(r Reader) bool { return what == "the secret "+r.Secret }) ||
				slices.ContainsFunc(given, func(g Given) bool { return what == "the secret "+g.Name }))
		}
	})
	return only
}

// givenIsKept holds the secrets of tests and builds to their places. Without a spec it looks for build arguments alone.
func givenIsKept(c *Case) {
	c.steps(func(s *pipeline.Step) {
		if args := s.With("build-args"); s.Builds() && pipeline.ReadsSecret(args.Text()) {
			c.broken(args.At(), s.Job.At(), "give it to the build as a secret, and mount it in the Dockerfile: RUN --mount=type=secret,id=…", "%s gives a secret to the build as an argument, which stays readable in the image", s.Job.Label())
		}
	})
	if c.Facts == nil {
		return
	}
	for _, w := range c.Workflows {
		w.Get("env").Scalars(func(n pipeline.Node) {
			if pipeline.ReadsSecret(n.Text()) {
				c.broken(n.At(), w.Get("jobs").At(), "leave it to the steps that need it", "every step of every job reads a secret")
			}
		})
	}
	c.jobs(func(j *pipeline.Job) {
		if given := c.Facts.Given[j.ID]; len(given) > 0 {
			c.inPlace(j, given)
			c.lookedFor(j, given)
		}
	})
}

// inPlace requires that the secrets of a job are read by the steps that they are for.
func (c *Case) inPlace(j *pipeline.Job, given []Given) {
	reached := map[string]bool{}
	eachValue(j, func(n pipeline.Node, s *pipeline.Step, variable string) {
		right := s != nil && slices.ContainsFunc(given, func(g Given) bool { return g.reads(s, variable) && n.Text() == g.Value })
		seen := map[string]bool{}
		for _, g := range given {
			if seen[g.Name] || !g.in(n) {
				continue
			}
			seen[g.Name], reached[g.Name] = true, reached[g.Name] || right
			if !right && !g.LogsIn && g.Name != runToken {
				c.broken(n.At(), j.At(), "leave it to the steps that need it", "%s reads the secret %s where more can see it than what it is for", j.Label(), g.Name)
			}
		}
	})
	for _, g := range given {
		if !reached[g.Name] {
			c.broken(j.At(), j.Get("steps").At(), regenerate, "no step of %s gets the secret %s", j.Label(), g.Name)
		}
	}
	for _, s := range j.Steps {
		if s.Builds() {
			c.mounts(s, given)
		}
	}
}

// eachValue visits the values in a job: those of variables of steps with the step and the name, others without. What the
// step that looks for secrets says of them is no value.
func eachValue(j *pipeline.Job, visit func(n pipeline.Node, s *pipeline.Step, variable string)) {
	other := func(n pipeline.Node) { visit(n, nil, "") }
	for key, n := range j.Node.Pairs() {
		if key != "steps" {
			n.Scalars(other)
		}
	}
	for _, s := range j.Steps {
		for key, n := range s.Node.Pairs() {
			if key != "env" {
				n.Scalars(other)
			}
		}
		for variable, n := range s.Get("env").Pairs() {
			if !isLook(s) || variable != "MISSING" {
				visit(n, s, variable)
			}
		}
	}
}

// in reports a text that has the secret.
func (g Given) in(n pipeline.Node) bool {
	if g.Name == runToken {
		return strings.Contains(n.Text(), "github.token")
	}
	return slices.Contains(secretsRead(n.Text()), "the secret "+g.Name)
}

// reads reports whether a step is one that the secret is for, by a variable of it.
func (g Given) reads(s *pipeline.Step, variable string) bool {
	switch {
	case g.As == "":
		return strings.Contains(s.Run(), "ssh-add") && variable == "BUILD_KEY"
	case s.Builds():
		return slices.Contains(strings.Fields(s.With("secret-envs").Text()), g.As+"="+variable)
	}
	return s.Uses == "" && variable == g.As && !isLook(s)
}

// isLook reports the step that looks whether the secrets of its job are set.
func isLook(s *pipeline.Step) bool { return s.Get("id").Text() == "given" }

// mounts requires that a build gets the secrets of the spec, in the one way that leaves nothing in the image.
func (c *Case) mounts(s *pipeline.Step, given []Given) {
	mounts := strings.Fields(s.With("secret-envs").Text())
	for _, g := range given {
		if g.As != "" && !slices.ContainsFunc(mounts, func(m string) bool { return strings.HasPrefix(m, g.As+"=") }) {
			c.broken(s.At(), s.Job.At(), regenerate, "%s builds without the secret %s", s.Job.Label(), g.As)
		}
		if g.As == "" && !s.With("ssh").OK() {
			c.broken(s.At(), s.Job.At(), regenerate, "%s builds without the key %s", s.Job.Label(), g.Name)
		}
	}
}

// lookedFor requires that a job fails where a secret is missing. In runs that get no secrets it may leave its work out, and
// then the gate must say so.
func (c *Case) lookedFor(j *pipeline.Job, given []Given) {
	const noSecrets = "github.event_name == 'pull_request' && (github.event.pull_request.head.repo.full_name != github.repository || github.actor == 'dependabot[bot]')"
	at := slices.IndexFunc(j.Steps, isLook)
	stored := slices.DeleteFunc(slices.Clone(given), func(g Given) bool { return g.Name == runToken })
	switch {
	case len(stored) == 0:
		return
	case at < 0:
		c.broken(j.At(), j.Get("steps").At(), regenerate, "%s does not look whether its secrets are set", j.Label())
		return
	}
	look := j.Steps[at]
	for _, g := range stored {
		if n := look.Get("env", "MISSING"); !strings.Contains(n.Text(), "${{ secrets."+g.Name+" == '' && '"+g.Name+"' || '' }}") {
			c.broken(n.At(), j.At(), regenerate, "%s does not look whether the secret %s is set", j.Label(), g.Name)
		}
	}
	if n := look.Get("env", "OUTSIDE"); n.OK() && pipeline.Expression(n.Text()) != noSecrets {
		c.broken(n.At(), j.At(), regenerate, "%s goes on without its secrets where somebody has only misspelt one", j.Label())
	}
	if run := look.Run(); !strings.Contains(run, "exit 1") || look.Get("if").OK() {
		c.broken(look.At(), j.At(), regenerate, "%s does not fail where a secret is missing", j.Label())
	}
	if !look.Get("env", "OUTSIDE").OK() {
		return
	}
	if n := j.Get("outputs", "missing"); pipeline.Expression(n.Text()) != "steps.given.outputs.missing" {
		c.broken(n.At(), j.At(), regenerate, "%s does not say that it has left its work out", j.Label())
	}
	if g := gateOf(j.Workflow); g != nil && !strings.Contains(g.Script(), `.outputs.missing // ""`) {
		c.broken(g.At(), j.At(), regenerate, "%s does not say that %s has left its work out", g.Label(), j.Label())
	}
}
