package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var workflow = []Rule{
	{
		ID:    "W10",
		Title: "GitHub understands the workflow",
		Why:   "A key that GitHub does not know makes the whole file invalid, and no job runs. actionlint sees that before a push; what it does not know yet, such as queue in a concurrency group, is let through by name.",
		Evidence: []Source{
			{Says: "queue in actionlint", URL: "https://github.com/rhysd/actionlint/pull/654"},
		},
		By:    Import | Output,
		Check: githubUnderstands,
	},
	{
		ID:    "W11",
		Title: "the runner's image is named",
		Why:   "The label ubuntu-latest moves to another release of Ubuntu when GitHub says so, and with it all preinstalled tools.",
		Evidence: []Source{
			{Says: "the move of ubuntu-latest in autumn 2026", URL: "https://github.com/actions/runner-images/issues/14748"},
		},
		By:    Import | Output,
		Check: runnersNamed,
	},
	{
		ID:    "W14",
		Title: "each platform is built on a runner of its own kind",
		Why:   "An emulated build takes several times as long as a native one, and its time is hard to foresee. A spec may ask for one kind of runner all the same.",
		Evidence: []Source{
			{Says: "40 minutes against 12", URL: "https://github.com/netresearch/snipe-it-docker-compose-stack/pull/27"},
			{Says: "13 to 16 minutes against 1", URL: "https://github.com/ChiefGyk3D/Hammunition/pull/60"},
		},
		By: Output,
	},
	{
		ID:    "W15",
		Title: "every job has a timeout",
		Why:   "Without a limit of its own a job that hangs is stopped after six hours, and all that wait for it wait as long.",
		Evidence: []Source{
			{Says: "limits of GitHub Actions", URL: "https://docs.github.com/en/actions/reference/limits"},
		},
		By:    Import | Output,
		Check: jobsEnd,
	},
	{
		ID:    "W43",
		Title: "scripts stop at an error inside a pipe",
		Why:   "The default shell of a step has no pipefail: where the first command of a pipe fails, the step goes on. Naming bash in the defaults sets it for all steps.",
		By:    Import | Output,
		Check: scriptsStopInPipes,
	},
	{
		ID:    "W44",
		Title: "no step is there for nothing",
		Why:   "A checkout, a login or a setup that no later step uses costs time and hands out rights. A reader takes it for something that matters.",
		By:    Output,
	},
	{
		ID:    "X23",
		Title: "every platform is built, joined and schedulable",
		Why:   "On a node whose kind of processor has no image, the pod does not start. A join that misses a digest publishes an image that lacks a platform, and nothing is red.",
		By:    Proof | Import,
		Found: "the image is built for the nodes that its pods may come to",
		Check: platformsBuilt,
	},
}

// githubUnderstands takes over what actionlint says.
func githubUnderstands(c *Case) {
	for _, d := range c.linted {
		if d.Rule = c.rule.ID; strings.Contains(d.Message, "is too old to run on GitHub Actions") {
			d.Rule = "W04" // GitHub runs it on a newer Node.js, with a warning
		}
		c.found = append(c.found, d)
	}
}

func runnersNamed(c *Case) {
	c.jobs(func(j *pipeline.Job) {
		check := func(n pipeline.Node) {
			if strings.HasSuffix(n.Text(), "-latest") {
				c.broken(n.At(), nowhere, "name the image, such as ubuntu-24.04", "job %s runs on %s, which GitHub moves to another release", j.ID, quoted(n.Text()))
			}
		}
		check(j.Get("runs-on"))
		if strings.Contains(j.Get("runs-on").Text(), "matrix.") {
			j.Get("strategy", "matrix").Scalars(check)
		}
	})
}

func jobsEnd(c *Case) {
	c.jobs(func(j *pipeline.Job) {
		if !j.Get("timeout-minutes").OK() && !j.Get("uses").OK() {
			c.broken(j.At(), nowhere, "add timeout-minutes", "job %s may hang for six hours", j.ID)
		}
	})
}

func scriptsStopInPipes(c *Case) {
	for _, w := range c.Workflows {
		if run := withoutShell(w); run.OK() {
			c.broken(w.Get("jobs").At(), run.At(), "add defaults: run: shell: bash", "the scripts of this workflow go on after an error inside a pipe")
		}
	}
}

// withoutShell is the first script for which nothing names a shell.
func withoutShell(w *pipeline.Workflow) pipeline.Node {
	if w.Get("defaults", "run", "shell").OK() {
		return pipeline.Node{}
	}
	for _, s := range w.Steps() {
		if s.Run() != "" && !s.Get("shell").OK() && !s.Job.Get("defaults", "run", "shell").OK() {
			return s.Get("run")
		}
	}
	return pipeline.Node{}
}
