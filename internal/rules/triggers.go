package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var triggers = []Rule{
	{
		ID:    "W25",
		Title: "every event that needs the checks starts them",
		Why:   "Without merge_group a merge queue waits for a check that never starts; without workflow_dispatch nobody can start a run by hand when an event was lost.",
		By:    Proof | Import | Output,
		Check: checksAreStarted,
	},
	{
		ID:    "W26",
		Title: "a required check always reports",
		Why:   "A workflow that path filters skip does not report its checks, and a required one of them is then pending for ever.",
		Evidence: []Source{
			{Says: "skipped but required checks", URL: "https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks"},
		},
		By:    Proof | Import | Output,
		Check: checksAlwaysReport,
	},
	{
		ID:    "W27",
		Title: "one job reports for all",
		Why:   "A failed job skips those that need it, and a skipped job blocks no merge. One job that always runs and asks for all results turns that into a red check.",
		By:    Refusal | Import | Output,
		Check: oneJobReports,
	},
	{
		ID:    "W28",
		Title: "no run of the release branch is stopped",
		Why:   "A stopped run of the release branch may have pushed an image and not deployed it, and its commit is never tested. Runs of a pull request are another matter: a newer push makes the older run useless.",
		By:    Proof | Import | Output,
		Check: branchRunsEnd,
	},
	{
		ID:     "X07",
		Title:  "pull requests test and build; every job that publishes is guarded",
		Why:    "What a pull request brings was read by nobody yet. A job without the guard publishes or deploys it before the merge.",
		Strict: "whoever opens a pull request publishes and deploys",
		By:     Proof | Refusal | Import | Output,
		Found:  "pull requests and other branches publish nothing",
		Check:  publishersAreGuarded,
	},
	{
		ID:    "X08",
		Title: "every trigger and tag that a job counts on can happen",
		Why:   "A rule for version tags never fires in a workflow that no tag starts, and a job that waits for an event which cannot happen is skipped in silence.",
		Evidence: []Source{
			{Says: "a prefix that gives no valid tag on some events", URL: "https://github.com/docker/metadata-action/issues/191"},
		},
		By:    Proof | Refusal | Import,
		Found: "what a job or a tag waits for can happen",
		Check: everythingCanHappen,
	},
	{
		ID:    "X11",
		Title: "path filters let through all that ships",
		Why:   "If a filter leaves out the Dockerfile, a lock file or the workflow, a change of it is merged and nothing is built.",
		By:    Proof | Import,
		Found: "each change of the image starts its workflow",
		Check: filtersLetThrough,
	},
	{
		ID:    "X24",
		Title: "a deploy's commit does not start the pipeline again",
		Why:   "Where code and desired state share a repository, the commit of a deploy is a push like any other. If it starts the pipeline, that deploys again, and so on.",
		By:    Proof | Import | Output,
		Check: deploysStartNothing,
	},
	{
		ID:    "X29",
		Title: "the required check is a job's name and covers every job",
		Why:   "A name that people require and no job has is pending for ever; a job that the required check does not ask for may fail unseen.",
		By:    Proof | Output,
		Check: gateCoversAll,
	},
	{
		ID:     "W57",
		Title:  "a preview runs the image that the run of its pull request has pushed, and that run reaches nothing that is deployed",
		Why:    "The run of a pull request may push an image for people to look at. With a secret, a right to write or a tag of another it could do more, and nobody has read its code.",
		Strict: "whoever opens a pull request gets at what is deployed",
		By:     Proof | Output,
		Check:  previewsRunTheirOwn,
	},
	{
		ID:    "W56",
		Title: "there are no more previews than there may be",
		Why:   "Argo CD makes as many Applications as there are pull requests with the labels. So a job sets one of the labels, when it has counted the others and while no other one counts.",
		By:    Proof | Output,
		Check: previewsAreFew,
	},
	{
		ID:    "W48",
		Title: "a run of the clock only tests",
		Why:   "A run at night is there to find what broke without a change. Whoever reads that it tests does not look for a deploy in it: nobody has asked for one, and nobody watches it.",
		By:    Proof | Output,
		Check: clockOnlyTests,
	},
}

// clockOnlyTests: no job of the workflow whose runs only test could publish or deploy, in any run that starts it.
func clockOnlyTests(c *Case) {
	w := c.workflowAt(c.Facts.TestRuns)
	if w == nil {
		return
	}
	for _, j := range w.Jobs {
		if why, at := c.privilege(j); why != "" {
			c.broken(at, w.On.At(), "move it into the workflow that deploys", "%s %s, and its workflow is there to test", j.Label(), why)
		}
		if j.Builds() {
			c.broken(j.At(), w.On.At(), "move it into the workflow that deploys", "%s builds an image, and its workflow is there to test", j.Label())
		}
	}
}

func checksAreStarted(c *Case) {
	for _, w := range c.Workflows {
		if !c.judges(w) {
			continue
		}
		for _, event := range []string{"pull_request", "merge_group", "workflow_dispatch"} {
			if _, ok := w.Trigger(event); !ok {
				help := "add " + event + ": to on:"
				if c.Facts == nil && event == "pull_request" && w.Publishes() {
					help += ", and if: github.event_name == 'push' to the jobs that publish"
				}
				c.broken(w.On.At(), c.gateName(w), help, "%s does not start this workflow, and a required check of it would never report", event)
			}
		}
	}
}

// judges reports whether the workflow is the one that judges a change.
func (c *Case) judges(w *pipeline.Workflow) bool {
	if c.Facts != nil {
		return c.Ships(w) && startsByCode(w)
	}
	push, onPush := w.Trigger("push")
	_, onPull := w.Trigger("pull_request")
	// What tags alone start comes after the merge, and what only builds or deploys has nothing to say of a change.
	byTag := push.Get("tags").OK() && !push.Get("branches").OK()
	return onPush && (onPull || w.Publishes() && !byTag && !c.pulled() && slices.ContainsFunc(w.Jobs, testsInWords))
}

// pulled reports whether a pull request starts some workflow.
func (c *Case) pulled() bool {
	return slices.ContainsFunc(c.Workflows, func(w *pipeline.Workflow) bool {
		_, ok := w.Trigger("pull_request")
		return ok
	})
}

var testWords = lazy.Regexp(`(?i)\b(py)?tests?\b|\b(check|verify|vitest|jest|tox|rspec)\b`)

// testsInWords reports a job of which a command is called after tests.
func testsInWords(j *pipeline.Job) bool {
	return slices.ContainsFunc(j.Commands(), func(cmd pipeline.Command) bool {
		return testWords().MatchString(strings.Join(cmd.Words[:min(4, len(cmd.Words))], " "))
	})
}

// checksAlwaysReport: where a filter skips the workflow, a required check stays pending.
func checksAlwaysReport(c *Case) {
	for _, w := range c.Workflows {
		for _, event := range []string{"pull_request", "merge_group"} {
			trigger, _ := w.Trigger(event)
			for _, filter := range []string{"paths", "paths-ignore"} {
				if n := trigger.Get(filter); n.OK() {
					c.broken(n.At(), c.gateName(w), "remove the filter, or decide in a job", "a pull request that %s leaves out waits for this check for ever", filter)
				}
			}
		}
	}
}

// branchRunsEnd: runs of one pull request replace one another, and those of the branch
// that is released never do.
func branchRunsEnd(c *Case) {
	for _, w := range c.Workflows {
		if _, push := w.Trigger("push"); !push || c.Facts != nil && !w.Builds() {
			continue
		}
		concurrency := w.Get("concurrency")
		group, cancel := concurrency.Get("group"), concurrency.Get("cancel-in-progress")
		const help = "group by pull request number, else by github.run_id"
		each := strings.Contains(group.Text(), "github.run_id") || c.Facts == nil && strings.Contains(group.Text(), "github.sha")
		if cancel.True() && !each {
			c.broken(cancel.At(), group.At(), help, "the group %s holds two runs of the release branch, and one stops the deploy of the other", quoted(group.Text()))
		}
		if c.Facts == nil {
			continue
		}
		if !cancel.True() {
			c.broken(cancel.At(), group.At(), "cancel-in-progress: true", "a run for a commit that is not wanted any more goes on to its end")
		}
		if !strings.Contains(group.Text(), "github.event.pull_request.number") {
			c.broken(group.At(), cancel.At(), help, "the group %s never holds two commits of a pull request, and nothing is ever replaced", quoted(group.Text()))
		}
		if !strings.Contains(group.Text(), "github.workflow") {
			c.broken(group.At(), w.Get("name").At(), "begin the group with ${{ github.workflow }}", "another workflow may share the group %s", quoted(group.Text()))
		}
	}
}

// everythingCanHappen: a condition or a tag that no trigger gives is a pipeline that is
// green and does nothing.
func everythingCanHappen(c *Case) {
	for _, w := range c.Workflows {
		if events, complete := c.possible(w); complete {
			c.conditions(w, events)
		}
		if c.Facts == nil || !c.Ships(w) || !startsByCode(w) {
			continue
		}
		c.pushTriggers(w)
		for _, s := range w.Steps() {
			if scheme := s.Get("env", "TAG_SCHEME"); scheme.OK() {
				c.scheme(s, scheme)
			}
		}
	}
}

func (c *Case) conditions(w *pipeline.Workflow, events []pipeline.Event) {
	for _, j := range w.Jobs {
		if condition := j.Get("if"); condition.OK() && never(condition.Text(), events) {
			c.broken(condition.At(), w.On.At(), "add the event to on:, or remove the job", "%s never runs: no event of this workflow fulfils its condition", j.Label())
		}
		for _, s := range j.Steps {
			if s.Uses == "docker/metadata-action" {
				c.tagRules(w, s, events)
			}
		}
	}
}

func never(condition string, events []pipeline.Event) bool {
	return len(events) > 0 && !slices.ContainsFunc(events, func(e pipeline.Event) bool { return pipeline.May(condition, e) != pipeline.No })
}

func (c *Case) tagRules(w *pipeline.Workflow, s *pipeline.Step, events []pipeline.Event) {
	tags := s.With("tags")
	for i, line := range strings.Split(tags.Text(), "\n") {
		line = strings.TrimSpace(line)
		if needs := awaited(line, events); needs != "" {
			c.broken(tags.TextLine(i), w.On.At(), "add the trigger to on:, or remove the rule", "the tag rule %s waits for %s, which does not start this workflow", quoted(line), needs)
		}
	}
}

var ofGitTag = lazy.Regexp(`^type=(semver|pep440|match)|event=tag`)

// awaited is what a rule for a tag waits for and none of the events brings, "" for nothing.
func awaited(rule string, events []pipeline.Event) string {
	switch {
	case ofGitTag().MatchString(rule) && !comesByTag(events):
		return "a git tag"
	case strings.Contains(rule, "event=pr") && !starts(events, "pull_request"):
		return "a pull request"
	case strings.HasPrefix(rule, "type=schedule") && !starts(events, "schedule"):
		return "a schedule"
	}
	return ""
}

// pushTriggers requires the pushes that publish, and no others.
func (c *Case) pushTriggers(w *pipeline.Workflow) {
	push, ok := w.Trigger("push")
	if !ok {
		c.broken(w.On.At(), c.guarded(w), "add push: to on:", "no push starts this workflow, and so nothing is ever published")
	}
	want := [][2]string{{"branches", c.Facts.Source.Branch}}
	if c.Facts.ReleaseTags != "" {
		want = append(want, [2]string{"tags", c.Facts.ReleaseTags})
	} else if tags := push.Get("tags"); tags.OK() {
		c.broken(tags.At(), c.guarded(w), "remove tags:", "git tags start this workflow, and no job of it publishes them")
	}
	for _, f := range want {
		if at := push.Get(f[0]); ok && !slices.Equal(at.List(), f[1:]) {
			c.broken(at.At(), c.guarded(w), f[0]+": ["+f[1]+"]", "a push starts this workflow for %s %s, and what publishes waits for %s", f[0], quoted(strings.Join(at.List(), ", ")), f[1])
		}
	}
}

var (
	placeholder = lazy.Regexp(`\{[^}]*\}`)
	imageTag    = lazy.Regexp(`^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$`)
	// perCommit are placeholders that name a commit or a run, and what they may become.
	perCommit = map[string]string{"{sha}": "0123456789abcdef0123456789abcdef01234567", "{sha7}": "0123456", "{runNumber}": "17", "{gitTag}": "v1.2.3"}
)

func (c *Case) scheme(s *pipeline.Step, n pipeline.Node) {
	push, _ := s.Job.Workflow.Trigger("push")
	scheme := n.Text()
	if i := c.imageOf(s.Job); i != nil && scheme != i.Tag {
		c.broken(n.At(), push.At(), "write "+i.Tag, "images are tagged %s here, and the spec says %s", quoted(scheme), i.Tag)
	}
	unique := false
	tag := placeholder().ReplaceAllStringFunc(scheme, func(p string) string {
		unique = unique || perCommit[p] != ""
		return perCommit[p]
	})
	if !unique || !imageTag().MatchString(tag) {
		c.broken(n.At(), push.At(), "use {sha}, {sha7}, {runNumber} or {gitTag}", "the tag %s is not valid, or the same for every commit", quoted(scheme))
	}
	if strings.Contains(scheme, "{gitTag}") && !push.Get("tags").OK() {
		c.broken(n.At(), push.At(), "add tags: under push:", "the tag %s needs a git tag, and none starts this workflow", scheme)
	}
}
