package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var order = []Rule{
	{
		ID:    "O01",
		Title: "the newest commit that passed its gates is live in the end, or its run is red",
		Why:   "A run that disappears in silence leaves an older image live, and everybody takes the newer one for deployed.",
		By:    Trial,
	},
	{
		ID:    "O02",
		Title: "an environment after another takes only what the same run has deployed there",
		Why:   "A deploy that gives way to a newer one has not tried its image anywhere. If the next environment of that run went on, it would take what nobody has seen work.",
		By:    Proof | Trial,
		Check: afterSameRun,
	},
	{
		ID:    "O03",
		Title: "what was taken back does not come back by itself",
		Why:   "Runs of the commit that was taken back may still wait, or be started again. They give way; a newer commit, or a person who says so, deploys.",
		By:    Proof | Trial,
		Check: notTakenBack,
	},
	{
		ID:    "O04",
		Title: "a wait for an approval holds up nobody else",
		Why:   "A job that waits for a person inside of a group keeps everybody else out of it, a rollback too. So the approval is in a job outside the group.",
		By:    Proof | Trial,
		Check: approvalOutside,
	},
	{
		ID:    "O05",
		Title: "a guard that cannot read what it needs stops the deploy",
		Why:   "A record that names no commit, a registry that does not answer, a branch that cannot be read: whoever goes on then decides without knowing.",
		By:    Trial,
	},
	{
		ID:    "O06",
		Title: "what names a deploy names one",
		Why:   "A short or ambiguous hash may mean two commits, and a commit that changes no image is no deploy. To go back to the wrong one is worse than not to go back.",
		By:    Trial,
	},
	{
		ID:    "O07",
		Title: "a release replaces a higher one only where the spec says so",
		Why:   "A mended older release is tagged after the newer one. By the time of the tag alone it would replace it.",
		By:    Proof | Trial,
		Check: noLowerRelease,
	},
	{
		ID:    "O08",
		Title: "the orders of a few runs are all tried",
		Why:   "People think of three orders and GitHub knows more. So the real scripts run over real git in each order of a few runs, a repeated one, an approval and a rollback, and each guard is taken out once to see that it is missed.",
		By:    Trial,
	},
	{
		ID:    "O09",
		Title: "one commit carries all images of an environment",
		Why:   "A revert takes back one commit. With one for each image it would bring back half of a state, which nobody has tried.",
		By:    Proof | Trial,
		Check: oneCommit,
	},
	{
		ID:    "O10",
		Title: "what is promoted is what the environment before has run of the commit, and nothing is built",
		Why:   "A second build is another image: what was tried is not what is deployed. So the digest is looked up by the commit in the history of the live folder before, and a commit that never ran there, or was taken back, is refused.",
		By:    Proof | Refusal | Trial,
		Check: promotesWhatRan,
	},
	{
		ID:    "O11",
		Title: "an environment is written to only by the runs that the spec lets start it",
		Why:   "Where a tag or a person says what goes to production, a push of the branch must not, and the other way round. Each rule has a workflow of its own, so that a trigger or a job too many is seen.",
		By:    Proof,
		Check: writtenByItsRule,
	},
	{
		ID:    "W29",
		Title: "no job that writes to the GitOps repository is dropped while it waits",
		Why:   "By default one job may wait in a group, and a newcomer cancels it, whichever of the two is newer. With queue: max they wait and none is dropped, but in no promised order.",
		Evidence: []Source{
			{Says: "queues of a concurrency group", URL: "https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency"},
		},
		By:    Proof | Import,
		Found: "one deploy at a time, and none is stopped",
		Check: waitsItsTurn,
	},
	{
		ID:    "W39",
		Title: "an older run never replaces what a newer one deployed",
		Why:   "A group lets one job in at a time and promises no order, so a slow older run may come last. The commit behind the live image is written beside it, and a run that finds a descendant of its own commit there gives way.",
		By:    Proof | Import,
		Found: "an older run never replaces a newer deploy",
		Check: asksWhatIsNewer,
	},
	{
		ID:     "X12",
		Title:  "one application's deploy changes no other",
		Why:    "Applications that share an overlay, a cache or a group drop, delay or overwrite one another.",
		Strict: "a deploy changes another application",
		By:     Proof | Import,
		Found:  "one overlay's deploy waits for no other's",
		Check:  changesNoOther,
	},
}

// A deploy says in this output whether the environment runs what its run has built.
const deployed = "deployed"

var afterDeploy = lazy.Regexp(`^needs\.([\w-]+)\.outputs\.` + deployed + ` (== 'true'|!= 'false')$`)

// afterDeploys is the job whose deploy a job asks about, "" for none; strictly says that it goes on only where that
// job says so itself.
func afterDeploys(j *pipeline.Job) (before string, strictly bool) {
	for _, part := range j.Conjuncts() {
		if f := afterDeploy().FindStringSubmatch(part); f != nil {
			return f[1], f[2] == "== 'true'"
		}
	}
	return "", false
}

// afterSameRun requires that an environment after another takes only what the same run has deployed there.
func afterSameRun(c *Case) {
	for _, o := range c.overlays {
		if o.env == nil || o.env.After == "" || o.env.Promotes() {
			continue // a promotion asks another run: O10
		}
		before := c.byName[o.env.After]
		if before == nil {
			continue
		}
		for _, w := range o.writers {
			if !w.Reverts {
				c.follows(w, before)
			}
		}
	}
}

func (c *Case) follows(w *writer, before *overlay) {
	id, strictly := afterDeploys(w.Job)
	first := w.Job.Workflow.Job(id)
	if first == nil || !slices.Contains(w.Job.Needs, id) || !strictly {
		c.broken(w.Job.Get("if").At(), before.At(), "&& needs.JOB.outputs.deployed == 'true', with the job that deploys to "+before.env.Name, "%s goes on when the deploy to %s has left a newer commit alone", w.Job.Label(), before.env.Name)
		return
	}
	said := first.Get("outputs", deployed)
	p := strings.Split(pipeline.Expression(said.Text()), ".")
	var step *pipeline.Step
	if len(p) == 4 && p[0] == "steps" && p[2] == "outputs" && p[3] == deployed {
		step = first.Step(p[1])
	}
	if step == nil || !strings.Contains(step.Run(), deployed+"=true") || !strings.Contains(step.Run(), deployed+"=false") {
		c.broken(said.At(), w.Job.Get("if").At(), "give out what the step says that deploys", "%s goes by the output %s of %s, which no step writes", w.Job.Label(), deployed, first.Label())
		return
	}
	if live := step.Environ(nil)["LIVE"]; !before.writable(live) {
		c.broken(said.At(), before.At(), "ask the job that deploys to "+before.env.Name, "%s goes by a deploy to %s, and %s comes after %s", w.Job.Label(), quoted(live), w.overlay.env.Name, before.env.Name)
	}
	c.stillRuns(w, before)
}

// stillRuns requires that a deploy looks whether the environment before still runs the commit.
func (c *Case) stillRuns(w *writer, before *overlay) {
	if after := w.Step.Env("AFTER"); !before.writable(after.Text()) || !strings.Contains(w.Step.Run(), "${AFTER}") {
		c.broken(after.At(), before.At(), "AFTER: "+before.env.Name+"'s live folder", "%s does not look whether %s still runs the commit: it may have been taken back since", w.Job.Label(), before.env.Name)
	}
}

// notTakenBack requires that a deploy, before it edits, asks the history of its live folder whether the commit
// ran there before and was taken back.
func notTakenBack(c *Case) {
	for _, w := range c.writers {
		if w.Reverts || len(w.edits) == 0 {
			continue
		}
		history, compared := false, false
		for _, cmd := range w.Commands {
			history = history || cmd.Git("log") && cmd.Has("--first-parent") && slices.ContainsFunc(cmd.Words, func(a string) bool {
				return w.InRepository(path.Join(cmd.Dir, a)) == path.Join(w.edits[0].Folder, "source-commit")
			})
			compared = compared || cmd.Git("rev-list")
		}
		if !history || !compared {
			c.broken(w.edits[0].At(), w.Job.At(), "ask git log --first-parent of the live folder before the edit", "%s does not ask whether its commit was deployed before and taken back", w.Job.Label())
		}
		if b := w.Step.Env("BECAUSE"); b.OK() && pipeline.Expression(b.Text()) != "inputs.because" {
			c.broken(b.At(), w.edits[0].At(), "BECAUSE: ${{ inputs.because }}", "%s has a reason to bring back what was taken back, and nobody gave it", w.Job.Label())
		}
		if from := w.Checkout; from != nil && from.With("fetch-depth").Text() != "0" {
			c.broken(from.At(), w.edits[0].At(), "fetch-depth: 0", "%s asks what was deployed before in a checkout that does not have it", w.Job.Label())
		}
	}
}

// noLowerRelease requires that a release replaces a higher one only where the spec says so.
func noLowerRelease(c *Case) {
	for _, w := range c.writers {
		if w.overlay == nil || w.overlay.env == nil {
			continue
		}
		lower := w.Step.Env("LOWER_RELEASES")
		if lower.OK() && !w.overlay.env.LowerReleases {
			c.broken(lower.At(), w.overlay.At(), "remove it, or set lowerReleases in the spec", "%s lets a lower release replace a higher one", w.Job.Label())
		}
		if c.Facts.ReleaseTags != "" && len(w.edits) > 0 && !strings.Contains(w.Step.Run(), "sort --version-sort") {
			c.broken(w.edits[0].At(), w.overlay.At(), "compare the tags as versions", "%s does not ask which of two releases is higher", w.Job.Label())
		}
	}
}

// approvalOutside requires that a job that waits for a person's approval is in no queue, where it would hold up
// everybody else.
func approvalOutside(c *Case) {
	for _, o := range c.overlays {
		if o.env == nil || !o.env.Approval {
			continue
		}
		for _, w := range o.writers {
			c.approved(w, o.env.Name+"-approval")
		}
	}
}

func (c *Case) approved(w *writer, environment string) {
	for _, id := range w.Job.Needs {
		j := w.Job.Workflow.Job(id)
		if j == nil || j.Environment().Text() != environment {
			continue
		}
		if queue := j.Get("concurrency"); queue.OK() {
			c.broken(queue.At(), w.Job.At(), "remove it", "%s waits for an approval in a queue, and holds up all that is behind it", j.Label())
		}
		if ours, theirs := j.Condition(), w.Job.Condition(); ours != theirs && !c.together(j, w.Job) {
			c.broken(j.Get("if").At(), w.Job.Get("if").At(), "if: "+theirs, "%s waits for an approval if %s, and %s runs if %s", j.Label(), quoted(ours), w.Job.Label(), quoted(theirs))
		}
		return
	}
	c.broken(w.Job.Get("needs").At(), w.overlay.At(), "let it wait for a job with the environment "+environment, "%s waits for no approval, and the spec asks for one", w.Job.Label())
}

// together reports whether two jobs whose conditions ask for the state of the run take part in the same runs.
func (c *Case) together(a, b *pipeline.Job) bool {
	return a.AsksState() && b.AsksState() && !slices.ContainsFunc(c.played(a.Workflow), func(r *pipeline.Played) bool { return r.Results[a.ID] != r.Results[b.ID] })
}

// leftOut requires that the gate lets those jobs be skipped that a deploy before them leaves
// out, and no others.
func (c *Case) leftOut(g *pipeline.Job) {
	at := g.Get("needs")
	may := map[string]bool{}
	for _, s := range g.Steps {
		if n := s.Get("env", "AFTER_DEPLOYS"); n.OK() {
			at = n
			for _, id := range strings.Fields(n.Text()) {
				may[id] = true
			}
		}
	}
	for _, j := range g.Workflow.Jobs {
		if j == g {
			continue
		}
		must := leftAlone(j, map[string]bool{})
		if may[j.ID] && !must {
			c.broken(at.At(), j.At(), "take "+j.ID+" out of AFTER_DEPLOYS", "%s is green when %s was skipped, and nothing that goes as it should skips it", g.Label(), j.Label())
		}
		if must && !may[j.ID] && slices.Contains(g.Needs, j.ID) {
			c.broken(at.At(), j.At(), "add "+j.ID+" to AFTER_DEPLOYS", "%s is red when the deploy before %s rightly leaves a newer commit alone", g.Label(), j.Label())
		}
	}
}

// leftAlone reports whether a job is skipped when a deploy before it stands back.
func leftAlone(j *pipeline.Job, seen map[string]bool) bool {
	if seen[j.ID] || j.Condition() == "always()" {
		return false
	}
	seen[j.ID] = true
	if before, _ := afterDeploys(j); before != "" {
		return true
	}
	return slices.ContainsFunc(j.Needs, func(id string) bool {
		before := j.Workflow.Job(id)
		return before != nil && leftAlone(before, seen)
	})
}

// writable reports whether a folder is one that the overlay reads, and no other does.
func (o *overlay) writable(dir string) bool { return o.Own(dir) && o.Folder(dir) != nil }
