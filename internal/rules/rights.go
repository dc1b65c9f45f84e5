package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var rights = []Rule{
	{
		ID:    "W16",
		Title: "each job has the rights that its steps need",
		Why:   "Rights of the whole workflow are rights of each job in it, and of each action that these run. So the top grants nothing and each job what its steps need.",
		By:    Proof | Import | Output,
		Found: "no job has rights that it was not given",
		Check: jobsHaveTheirRights,
	},
	{
		ID:    "W17",
		Title: "a grant belongs to a step that needs it",
		Why:   "Each right has one use: packages to push an image, id-token to prove who the run is, attestations to store where an image comes from. A missing one fails late; one too many is only noticed when it is misused.",
		By:    Output,
	},
	{
		ID:    "W18",
		Title: "a checkout leaves no token on disk",
		Why:   "A checkout that keeps its token leaves it in the folder, where each later step, and each artifact that takes the folder along, finds it.",
		By:    Refusal | Import | Output,
		Check: checkoutsKeepNoToken,
	},
	{
		ID:    "W19",
		Title: "no script has an expression inside",
		Why:   "GitHub pastes the value of an expression into the script before bash reads it. A branch name or a title can so become a command. By way of env a value stays a value.",
		Evidence: []Source{
			{Says: "script injections", URL: "https://docs.github.com/en/actions/concepts/security/script-injections"},
		},
		Strict: "whoever can name a branch or open a pull request runs own code with the rights of the job",
		By:     Proof | Import | Output,
		Found:  "no value that somebody else may choose is pasted into a script",
		Check:  noPastedExpressions,
	},
	{
		ID:    "W20",
		Title: "the run's token is used for its own repository only",
		Why:   "The token of a run cannot write to another repository. A GitHub App's token for that one repository lives an hour; a personal token opens all that its owner may open.",
		Evidence: []Source{
			{Says: "what GITHUB_TOKEN reaches", URL: "https://docs.github.com/actions/concepts/security/github_token"},
		},
		By:    Import | Output,
		Check: runTokenAtHome,
	},
	{
		ID:     "W21",
		Title:  "secrets are read only in jobs with an environment",
		Why:    "A secret of the repository can be read by every job of every branch. One of an environment is only given out behind its approvals and limits on branches.",
		Strict: "whoever opens a pull request reads the secret",
		By:     Proof | Refusal | Import | Output,
		Check:  secretsBehindEnvironments,
	},
	{
		ID:    "W47",
		Title: "a login fits its registry, ends with the run, and leaves nothing in the image",
		Why:   "A key of a cloud works until somebody replaces it, for whoever has read it. Amazon, Google and Azure also take the identity of the workflow, and give it a credential that ends within hours; then nothing is stored that could leak. A credential that is written into the workspace is copied into the image by COPY . and read by whoever pulls it.",
		Evidence: []Source{
			{Says: "OpenID Connect in workflows", URL: "https://docs.github.com/en/actions/concepts/security/openid-connect"},
			{Says: "the identity in AWS, Google and Azure", URL: "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments"},
		},
		By:    Proof | Refusal | Import,
		Found: "no workflow logs in to a cloud with a key or with a password written in it, or leaves a credential where its build sees it",
		Check: loginsEnd,
	},
	givenRule,
	{
		ID:     "W22",
		Title:  "foreign code has no rights",
		Why:    "Under pull_request_target and workflow_run, code of a stranger's fork runs with the secrets and rights of the repository.",
		Strict: "code of strangers gets the rights of the repository",
		By:     Proof | Import | Output,
		Check:  noForeignCode,
	},
	{
		ID:    "W23",
		Title: "a gate stops what it guards",
		Why:   "A name can be taken, a message can be written by anybody, and a step that may fail guards nothing. An expression inside of a block, as after if: |, is a text that is never empty, and so always true.",
		By:    Proof | Import | Output,
		Check: gatesStop,
	},
}

// jobsHaveTheirRights: what is left over is what an attacker gets, and with a spec, what is
// missing fails the run.
func jobsHaveTheirRights(c *Case) {
	for _, w := range c.Workflows {
		top := w.Get("permissions")
		const help = "write permissions: {} at the top, and in each job the rights that its steps need"
		if c.Facts != nil && !top.OK() {
			c.broken(w.At(), nowhere, help, "jobs without permissions have those that the repository gives by default")
		}
		if all := top.Text(); all == "write-all" || all != "" && c.Facts != nil {
			c.broken(top.At(), nowhere, help, "every job of this workflow has the rights %s", all)
		}
		for name, right := range top.Pairs() {
			if right.Text() == "write" || c.Facts != nil {
				c.broken(right.At(), nowhere, help, "every job of this workflow has the right %s: %s", name, right.Text())
			}
		}
		for _, j := range w.Jobs {
			switch own := j.Get("permissions"); {
			case own.Text() == "write-all":
				c.broken(own.At(), nowhere, "name the rights that its steps need", "%s has every right", j.Label())
			case !top.OK() && !own.OK():
				c.broken(j.At(), nowhere, help, "%s has the rights that the repository gives by default", j.Label())
			case c.Facts != nil:
				c.rights(j)
			}
		}
	}
}

// rights holds those of a job against what its steps need.
func (c *Case) rights(j *pipeline.Job) {
	needs := map[string]need{}
	for _, s := range j.Steps {
		for right, level := range rightsOf(s) {
			if have, ok := needs[right]; !ok || have.level == "read" {
				needs[right] = need{level, s.At()}
			}
		}
	}
	for _, s := range j.Steps {
		if p := s.With("password"); s.Uses == "docker/login-action" && s.With("registry").Text() == "ghcr.io" && !pipeline.RunToken(p.Text()) {
			c.broken(p.At(), j.Get("permissions").At(), "password: ${{ github.token }}", "%s logs in to ghcr.io with %s, whose rights nobody here states", j.Label(), quoted(p.Text()))
		}
	}
	pulls := []pipeline.Node{j.Get("container")}
	for _, service := range j.Get("services").Pairs() {
		pulls = append(pulls, service)
	}
	for _, image := range pulls {
		if pipeline.RunToken(image.Get("credentials", "password").Text()) && needs["packages"].level == "" {
			needs["packages"] = need{"read", image.At()}
		}
	}
	for right, level := range c.Facts.Granted[j.ID] {
		if c.extra(j) != nil || needs[right].level == "" {
			needs[right] = need{level, j.At()}
		}
	}
	granted := j.Get("permissions")
	for right, v := range granted.Pairs() {
		if n, ok := needs[right]; !ok || n.level != v.Text() {
			at := n.at
			if !ok && len(j.Steps) > 0 {
				at = j.Steps[0].At()
			}
			c.broken(v.At(), at, "grant what the steps need", "%s has the right %s: %s, and its steps need %s", j.Label(), right, quoted(v.Text()), quoted(n.level))
		}
		delete(needs, right)
	}
	for right, n := range needs {
		c.broken(granted.At(), n.at, "add "+right+": "+n.level, "%s needs the right %s: %s, and does not have it", j.Label(), right, n.level)
	}
}

type need struct {
	level string
	at    pipeline.Place
}

// rightsOf are what a step needs of the run's own token.
func rightsOf(s *pipeline.Step) map[string]string {
	out := map[string]string{}
	switch s.Uses {
	case "actions/checkout":
		if t := s.With("token"); !s.With("ssh-key").OK() && (!t.OK() || pipeline.RunToken(t.Text())) {
			out["contents"] = "read"
		}
	case "docker/login-action":
		if pipeline.RunToken(s.With("password").Text()) {
			out["packages"] = "write"
			if !slices.ContainsFunc(s.Job.Steps, writesToGHCR) {
				out["packages"] = "read"
			}
		}
	case "actions/attest":
		out["id-token"], out["attestations"], out["artifact-metadata"] = "write", "write", "write"
		if s.With("push-to-registry").Text() == "true" && host(s.With("subject-name").Text()) == "ghcr.io" {
			out["packages"] = "write"
		}
	case "aws-actions/configure-aws-credentials", "google-github-actions/auth", "azure/login":
		if s.ProvesItself() {
			out["id-token"] = "write"
		}
	case "codecov/codecov-action":
		if s.With("use_oidc").Text() == "true" {
			out["id-token"] = "write"
		}
	case "github/codeql-action/upload-sarif":
		out["security-events"] = "write"
	}
	if strings.Contains(s.Run(), "cosign") { // to read a script takes a hundred times as long
		for _, cmd := range s.Commands() {
			if _, key := cmd.Option("--key"); cmd.Is("cosign", "sign") && !key {
				out["id-token"] = "write"
			}
		}
	}
	if pipeline.RunToken(s.Env("GH_TOKEN").Text()) || pipeline.RunToken(s.Env("GITHUB_TOKEN").Text()) {
		for _, cmd := range s.Commands() {
			switch {
			case cmd.Git("push"):
				out["contents"] = "write"
			case cmd.Is("gh", "api") && slices.ContainsFunc(cmd.Words, func(w string) bool { return strings.Contains(w, "/actions/runs/") }):
				out["actions"] = "read"
			case cmd.Is("gh", "api") && slices.ContainsFunc(cmd.Words, func(w string) bool { return strings.Contains(w, "/check-runs/") }):
				out["checks"] = "read"
			case cmd.Is("gh", "api") && slices.ContainsFunc(cmd.Words, func(w string) bool { return strings.Contains(w, "/issues/") }):
				out["pull-requests"] = "write"
			case cmd.Is("gh", "attestation", "verify"):
				out["attestations"] = "read"
			}
		}
	}
	return out
}

// writesToGHCR reports a step that stores an image there, or one whose name only a run knows.
func writesToGHCR(s *pipeline.Step) bool {
	stores := s.Pushes().OK() || s.Joins() || s.Keeps() || s.Moves() || s.Uses == "actions/attest" || strings.Contains(s.Run(), "docker push")
	about := s.With("outputs").Text() + s.With("tags").Text() + s.With("subject-name").Text() + s.Env("IMAGE").Text()
	return stores && (strings.Contains(about, "ghcr.io/") || !strings.Contains(about, "/")) || copiesTo(s, "ghcr.io")
}

func checkoutsKeepNoToken(c *Case) {
	c.steps(func(s *pipeline.Step) {
		if s.Uses == "actions/checkout" && !s.With("persist-credentials").False() {
			c.broken(s.Get("uses").At(), nowhere, "add persist-credentials: false", "the checkout leaves its token on disk for every later step")
		}
	})
}

func runTokenAtHome(c *Case) {
	for _, w := range c.Writers {
		if w.Checkout == nil || w.Repository == "" || c.Together || len(w.Pushes) == 0 {
			continue
		}
		source := c.Source
		named := w.Checkout.With("repository")
		if source != "" && strings.EqualFold(w.Repository, source) || !named.OK() {
			continue
		}
		token := w.Checkout.With("token")
		switch {
		case token.OK() && pipeline.RunToken(token.Text()):
			c.broken(token.At(), named.At(), "use a token of a GitHub App that is installed on "+w.Repository, "job %s writes to %s with the token of the run, which reaches its own repository only", w.ID, w.Repository)
		case !token.OK() && !w.Checkout.With("ssh-key").OK() && !w.Checkout.With("persist-credentials").False():
			c.broken(w.Checkout.Get("uses").At(), named.At(), "use a token of a GitHub App that is installed on "+w.Repository, "job %s checks out %s without a token of its own, and so cannot push to it", w.ID, w.Repository)
		}
	}
}

var secretName = lazy.Regexp(`\bsecrets(?:\.|\[')([A-Za-z_][A-Za-z0-9_]*)`)

// secretsBehindEnvironments: approvals and rules for branches belong to environments.
func secretsBehindEnvironments(c *Case) {
	c.jobs(func(j *pipeline.Job) {
		if s := j.Get("secrets"); s.Text() == "inherit" {
			c.broken(s.At(), j.At(), "name the secrets that it needs", "%s hands every secret on", j.Label())
		}
		if j.Get("environment").OK() {
			return
		}
		read := map[string]bool{"the secret GITHUB_TOKEN": true}
		j.Scalars(func(n pipeline.Node) {
			for _, what := range secretsRead(n.Text()) {
				if !read[what] {
					read[what] = true
					c.broken(n.At(), j.At(), "give the job an environment:, and store the secret there", "%s reads %s outside of any environment", j.Label(), what)
				}
			}
		})
	})
}

// secretsRead are the secrets that GitHub fills in in a text, as a sentence names them.
func secretsRead(text string) []string {
	var out []string
	for _, e := range pipeline.Expressions(text) {
		names := secretName().FindAllStringSubmatch(e, -1)
		for _, m := range names {
			out = append(out, "the secret "+m[1])
		}
		if len(names) == 0 && pipeline.ReadsSecret(e) {
			out = append(out, "secrets")
		}
	}
	return out
}

// noForeignCode: what starts so, runs beside the secrets of this repository.
func noForeignCode(c *Case) {
	for _, w := range c.Workflows {
		for _, event := range []string{"pull_request_target", "workflow_run"} {
			if t, ok := w.Trigger(event); ok {
				c.broken(t.At(), nowhere, "use pull_request", "%s runs with this repository's rights on code that nobody has reviewed", event)
			}
		}
	}
}

// gatesStop: an error ends the job, and no condition rests on what anybody can choose.
// With a spec no expression may decide about the first, and the author's own conditions
// are left to the author.
func gatesStop(c *Case) {
	c.jobs(func(j *pipeline.Job) {
		nodes := []pipeline.Node{j.Node}
		for _, s := range j.Steps {
			nodes = append(nodes, s.Node)
		}
		for _, n := range nodes {
			if goesOn := n.Get("continue-on-error"); goesOn.True() || c.Facts != nil && goesOn.OK() && !goesOn.False() {
				c.broken(goesOn.At(), c.gateName(j.Workflow), "remove it", "%s goes on when a step has failed, and every gate after it is green", j.Label())
			}
			if by := n.Get("if"); c.Facts == nil && (strings.Contains(by.Text(), "github.actor") || strings.Contains(by.Text(), "head_commit.message")) {
				c.broken(by.At(), nowhere, "ask for the event and the ref", "the condition %s rests on a name or text that anybody can choose", quoted(by.Text()))
			}
		}
	})
}
