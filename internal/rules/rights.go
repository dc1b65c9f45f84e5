package rules

import (
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
		Check: either(provesW16, findsW16),
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
		Check: findsW18,
	},
	{
		ID:    "W19",
		Title: "no expression stands inside of a script",
		Why:   "GitHub pastes the value of an expression into the script before bash reads it. A branch name or a title can so become a command. By way of env a value stays a value.",
		Evidence: []Source{
			{Says: "script injections", URL: "https://docs.github.com/en/actions/concepts/security/script-injections"},
		},
		By:    Proof | Import | Output,
		Check: noPastedExpressions,
	},
	{
		ID:    "W20",
		Title: "the run's token is used for its own repository only",
		Why:   "The token of a run cannot write to another repository. A GitHub App's token for that one repository lives an hour; a personal token opens all that its owner may open.",
		Evidence: []Source{
			{Says: "what GITHUB_TOKEN reaches", URL: "https://docs.github.com/actions/concepts/security/github_token"},
		},
		By:    Import | Output,
		Check: findsW20,
	},
	{
		ID:    "W21",
		Title: "secrets are read only in jobs with an environment",
		Why:   "A secret of the repository can be read by every job of every branch. One of an environment is only given out behind its approvals and limits on branches.",
		By:    Proof | Refusal | Import | Output,
		Check: secretsBehindEnvironments,
	},
	{
		ID:    "W22",
		Title: "foreign code has no rights",
		Why:   "Under pull_request_target and workflow_run, code of a stranger's fork runs with the secrets and rights of the repository.",
		By:    Import | Output,
		Check: findsW22,
	},
	{
		ID:    "W23",
		Title: "a gate stops what it guards",
		Why:   "A name can be taken, a message can be written by anybody, and a step that may fail guards nothing. An expression inside of a block, as after if: |, is a text that is never empty, and so always true.",
		By:    Import | Output,
		Check: findsW23,
	},
}

// noPastedExpressions: whoever chooses the value of an expression inside of a script
// chooses what it runs.
func noPastedExpressions(c *Case) {
	c.steps(func(s *pipeline.Step) {
		for _, script := range []pipeline.Node{s.Get("run"), s.With("script")} {
			for i, line := range strings.Split(script.Text(), "\n") {
				if at := strings.Index(line, "${{"); at >= 0 {
					e, _, _ := strings.Cut(line[at:], "}}")
					c.broken(script.TextLine(i), s.Job.At(), "pass the value through env: and quote the variable",
						"%s has %s inside of a script, where its value may run as a command", s.Job.Label(), Quoted(e+"}}"))
				}
			}
		}
	})
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
