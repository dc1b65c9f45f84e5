package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// A deploy says in this output whether the environment runs what its run has built.
const deployed = "deployed"

var afterDeploy = lazy.Regexp(`^(.*) && needs\.([\w-]+)\.outputs\.` + deployed + ` (== 'true'|!= 'false')$`)

// guard is the condition of a job without what it asks of a deploy before it, and the job
// of that deploy, "" where it asks none.
func guardOf(j *pipeline.Job) (condition, before string) {
	if f := afterDeploy().FindStringSubmatch(j.Condition()); f != nil {
		return f[1], f[2]
	}
	return j.Condition(), ""
}

// w29: every job that writes to the GitOps repository waits for its turn, and none is
// dropped from the queue because a newer one arrives.
func provesW29(m *Case) {
	for _, w := range m.writers {
		c := w.Job.Get("concurrency")
		if q := c.Get("queue"); q.Text() != "max" {
			m.broken(q.At(), w.At(), "queue: max", "the group of %s keeps one waiting job and drops it when another arrives, whichever is newer", w.Job.Label())
		}
		if all := w.Job.Workflow.Get("concurrency"); !w.Job.Workflow.Builds() && all.OK() {
			m.broken(all.At(), c.At(), "leave concurrency to the jobs", "%s waits in a queue of its workflow as well, which drops what somebody has asked for, or holds it up while another waits for an approval", w.Job.Label())
		}
	}
}

// o02: an environment after another takes only what the same run has deployed there.
func provesO02(m *Case) {
	for _, o := range m.overlays {
		if o.env == nil || o.env.After == "" {
			continue
		}
		before := m.byName[o.env.After]
		if before == nil {
			continue
		}
		for _, w := range o.writers {
			if !w.Reverts {
				m.follows(w, before)
			}
		}
	}
}

func (m *Case) follows(w *writer, before *overlay) {
	_, id := guardOf(w.Job)
	first := w.Job.Workflow.Job(id)
	if first == nil || !slices.Contains(w.Job.Needs, id) || !strings.HasSuffix(w.Job.Condition(), "== 'true'") {
		m.broken(w.Job.Get("if").At(), before.At(), "&& needs.JOB.outputs.deployed == 'true', with the job that deploys to "+before.env.Name, "%s goes on when the deploy to %s has left a newer commit alone", w.Job.Label(), before.env.Name)
		return
	}
	said := first.Get("outputs", deployed)
	p := strings.Split(pipeline.Expression(said.Text()), ".")
	var step *pipeline.Step
	if len(p) == 4 && p[0] == "steps" && p[2] == "outputs" && p[3] == deployed {
		step = first.Step(p[1])
	}
	if step == nil || !strings.Contains(step.Run(), deployed+"=true") || !strings.Contains(step.Run(), deployed+"=false") {
		m.broken(said.At(), w.Job.Get("if").At(), "give out what the step says that deploys", "%s goes by the output %s of %s, which no step writes", w.Job.Label(), deployed, first.Label())
		return
	}
	if live := step.Environ(nil)["LIVE"]; !before.writable(live) {
		m.broken(said.At(), before.At(), "ask the job that deploys to "+before.env.Name, "%s goes by a deploy to %s, and %s comes after %s", w.Job.Label(), quoted(live), w.overlay.env.Name, before.env.Name)
	}
	if after := w.Step.Env("AFTER"); !before.writable(after.Text()) || !strings.Contains(w.Step.Run(), "${AFTER}") {
		m.broken(after.At(), before.At(), "AFTER: "+before.env.Name+"'s live folder", "%s does not look whether %s still runs the commit: it may have been taken back since", w.Job.Label(), before.env.Name)
	}
}

// o03: before it edits, a deploy asks the history of its live folder whether the commit
// ran there before and was taken back.
func provesO03(m *Case) {
	for _, w := range m.writers {
		if w.Reverts || len(w.edits) == 0 {
			continue
		}
		history, compared := false, false
		for _, c := range w.Commands {
			history = history || c.Git("log") && c.Has("--first-parent") && slices.ContainsFunc(c.Words, func(a string) bool {
				return w.InRepository(path.Join(c.Dir, a)) == path.Join(w.edits[0].Folder, "source-commit")
			})
			compared = compared || c.Git("rev-list")
		}
		if !history || !compared {
			m.broken(w.edits[0].At(), w.Job.At(), "ask git log --first-parent of the live folder before the edit", "%s does not ask whether its commit was deployed before and taken back", w.Job.Label())
		}
		if b := w.Step.Env("BECAUSE"); b.OK() && pipeline.Expression(b.Text()) != "inputs.because" {
			m.broken(b.At(), w.edits[0].At(), "BECAUSE: ${{ inputs.because }}", "%s has a reason to bring back what was taken back, and nobody gave it", w.Job.Label())
		}
		if c := w.Checkout; c != nil && c.With("fetch-depth").Text() != "0" {
			m.broken(c.At(), w.edits[0].At(), "fetch-depth: 0", "%s asks what was deployed before in a checkout that does not have it", w.Job.Label())
		}
	}
}

// o07: a release replaces a higher one only where the spec says so.
func provesO07(m *Case) {
	for _, w := range m.writers {
		if w.overlay == nil || w.overlay.env == nil {
			continue
		}
		lower := w.Step.Env("LOWER_RELEASES")
		if lower.OK() && !w.overlay.env.LowerReleases {
			m.broken(lower.At(), w.overlay.At(), "remove it, or set lowerReleases in the spec", "%s lets a lower release replace a higher one", w.Job.Label())
		}
		if m.Facts.ReleaseTags != "" && len(w.edits) > 0 && !strings.Contains(w.Step.Run(), "sort --version-sort") {
			m.broken(w.edits[0].At(), w.overlay.At(), "compare the tags as versions", "%s does not ask which of two releases is higher", w.Job.Label())
		}
	}
}

// o04: a job that waits for a person's approval is in no queue, where it would hold up
// everybody else.
func provesO04(m *Case) {
	for _, o := range m.overlays {
		if o.env == nil || !o.env.Approval {
			continue
		}
		for _, w := range o.writers {
			m.approved(w, o.env.Name+"-approval")
		}
	}
}

func (m *Case) approved(w *writer, environment string) {
	for _, id := range w.Job.Needs {
		j := w.Job.Workflow.Job(id)
		if j == nil || j.Environment().Text() != environment {
			continue
		}
		if c := j.Get("concurrency"); c.OK() {
			m.broken(c.At(), w.Job.At(), "remove it", "%s waits for an approval in a queue, and holds up whatever is behind it", j.Label())
		}
		if ours, theirs := j.Condition(), w.Job.Condition(); ours != theirs {
			m.broken(j.Get("if").At(), w.Job.Get("if").At(), "if: "+theirs, "%s waits for an approval if %s, and %s runs if %s", j.Label(), quoted(ours), w.Job.Label(), quoted(theirs))
		}
		return
	}
	m.broken(w.Job.Get("needs").At(), w.overlay.At(), "let it wait for a job with the environment "+environment, "%s waits for no approval, and the spec asks for one", w.Job.Label())
}

// leftOut requires that the gate lets those jobs be skipped that a deploy before them leaves
// out, and no others.
func (m *Case) leftOut(g *pipeline.Job) {
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
			m.broken(at.At(), j.At(), "take "+j.ID+" out of AFTER_DEPLOYS", "%s is green when %s was skipped, and nothing that goes as it should skips it", g.Label(), j.Label())
		}
		if must && !may[j.ID] && slices.Contains(g.Needs, j.ID) {
			m.broken(at.At(), j.At(), "add "+j.ID+" to AFTER_DEPLOYS", "%s is red when the deploy before %s rightly leaves a newer commit alone", g.Label(), j.Label())
		}
	}
}

// follows reports whether a job is skipped when a deploy before it stands back.
func leftAlone(j *pipeline.Job, seen map[string]bool) bool {
	if seen[j.ID] || j.Condition() == "always()" {
		return false
	}
	seen[j.ID] = true
	if _, before := guardOf(j); before != "" {
		return true
	}
	return slices.ContainsFunc(j.Needs, func(id string) bool {
		before := j.Workflow.Job(id)
		return before != nil && leftAlone(before, seen)
	})
}

// writable reports whether a folder is one that the overlay reads, and no other does.
func (o *overlay) writable(dir string) bool { return o.Own(dir) && o.Folder(dir) != nil }
