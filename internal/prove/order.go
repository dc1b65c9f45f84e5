package prove

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// A deploy says in this output whether the environment runs what its run has built.
const deployed = "deployed"

var afterDeploy = lazy.Regexp(`^(.*) && needs\.([\w-]+)\.outputs\.` + deployed + ` (== 'true'|!= 'false')$`)

// guard is the condition of a job without what it asks of a deploy before it, and the job
// of that deploy, "" where it asks none.
func (j *job) guard() (condition, before string) {
	if f := afterDeploy().FindStringSubmatch(j.condition()); f != nil {
		return f[1], f[2]
	}
	return j.condition(), ""
}

// w29: every job that writes to the GitOps repository waits for its turn, and none is
// dropped from the queue because a newer one arrives.
func w29(m *model) {
	for _, w := range m.writers {
		c := w.job.get("concurrency")
		if q := c.get("queue"); q.text() != "max" {
			m.broken(W29, q.at(), w.at(), "queue: max", "the group of %s keeps one waiting job and drops it when another arrives, whichever is newer", w.job.label())
		}
		if all := w.job.in.get("concurrency"); !w.job.in.builds() && all.ok() {
			m.broken(W29, all.at(), c.at(), "leave concurrency to the jobs", "%s waits in a queue of its workflow as well, which drops what somebody has asked for, or holds it up while another waits for an approval", w.job.label())
		}
	}
}

// o02: an environment after another takes only what the same run has deployed there.
func o02(m *model) {
	for _, o := range m.overlays {
		if o.env == nil || o.env.After == "" {
			continue
		}
		before := m.byName[o.env.After]
		if before == nil {
			continue
		}
		for _, w := range o.writers {
			if !w.reverts {
				m.follows(w, before)
			}
		}
	}
}

func (m *model) follows(w *writer, before *overlay) {
	_, id := w.job.guard()
	first := w.job.in.job(id)
	if first == nil || !slices.Contains(w.job.needs, id) || !strings.HasSuffix(w.job.condition(), "== 'true'") {
		m.broken(O02, w.job.get("if").at(), before.at(), "&& needs.JOB.outputs.deployed == 'true', with the job that deploys to "+before.env.Name, "%s goes on when the deploy to %s has left a newer commit alone", w.job.label(), before.env.Name)
		return
	}
	said := first.get("outputs", deployed)
	p := strings.Split(expression(said.text()), ".")
	var step *step
	if len(p) == 4 && p[0] == "steps" && p[2] == "outputs" && p[3] == deployed {
		step = first.step(p[1])
	}
	if step == nil || !strings.Contains(step.run(), deployed+"=true") || !strings.Contains(step.run(), deployed+"=false") {
		m.broken(O02, said.at(), w.job.get("if").at(), "give out what the step says that deploys", "%s goes by the output %s of %s, which no step writes", w.job.label(), deployed, first.label())
		return
	}
	if live := step.environ(plain)["LIVE"]; !before.writable(live) {
		m.broken(O02, said.at(), before.at(), "ask the job that deploys to "+before.env.Name, "%s goes by a deploy to %s, and %s comes after %s", w.job.label(), quoted(live), w.overlay.env.Name, before.env.Name)
	}
	if after := w.step.env("AFTER"); !before.writable(after.text()) || !strings.Contains(w.run(), "${AFTER}") {
		m.broken(O02, after.at(), before.at(), "AFTER: "+before.env.Name+"'s live folder", "%s does not look whether %s still runs the commit: it may have been taken back since", w.job.label(), before.env.Name)
	}
}

// o03: before it edits, a deploy asks the history of its live folder whether the commit
// ran there before and was taken back.
func o03(m *model) {
	for _, w := range m.writers {
		if w.reverts || len(w.edits) == 0 {
			continue
		}
		history, compared := false, false
		for _, c := range w.cmds {
			history = history || c.Git("log") && c.Has("--first-parent") && slices.ContainsFunc(c.Words, func(a string) bool {
				return w.inRepository(path.Join(c.Dir, a)) == path.Join(w.edits[0].dir, "source-commit")
			})
			compared = compared || c.Git("rev-list")
		}
		if !history || !compared {
			m.broken(O03, w.runLine(w.edits[0].Line), w.job.at(), "ask git log --first-parent of the live folder before the edit", "%s does not ask whether its commit was deployed before and taken back", w.job.label())
		}
		if b := w.step.env("BECAUSE"); b.ok() && expression(b.text()) != "inputs.because" {
			m.broken(O03, b.at(), w.runLine(w.edits[0].Line), "BECAUSE: ${{ inputs.because }}", "%s has a reason to bring back what was taken back, and nobody gave it", w.job.label())
		}
		if c := w.checkout; c != nil && c.with("fetch-depth").text() != "0" {
			m.broken(O03, c.at(), w.runLine(w.edits[0].Line), "fetch-depth: 0", "%s asks what was deployed before in a checkout that does not have it", w.job.label())
		}
	}
}

// o07: a release replaces a higher one only where the spec says so.
func o07(m *model) {
	for _, w := range m.writers {
		if w.overlay == nil || w.overlay.env == nil {
			continue
		}
		lower := w.step.env("LOWER_RELEASES")
		if lower.ok() && !w.overlay.env.LowerReleases {
			m.broken(O07, lower.at(), w.overlay.at(), "remove it, or set lowerReleases in the spec", "%s lets a lower release replace a higher one", w.job.label())
		}
		if m.facts.ReleaseTags != "" && len(w.edits) > 0 && !strings.Contains(w.run(), "sort --version-sort") {
			m.broken(O07, w.runLine(w.edits[0].Line), w.overlay.at(), "compare the tags as versions", "%s does not ask which of two releases is higher", w.job.label())
		}
	}
}

// o04: a job that waits for a person's approval is in no queue, where it would hold up
// everybody else.
func o04(m *model) {
	for _, o := range m.overlays {
		if o.env == nil || !o.env.Approval {
			continue
		}
		for _, w := range o.writers {
			m.approved(w, o.env.Name+"-approval")
		}
	}
}

func (m *model) approved(w *writer, environment string) {
	for _, id := range w.job.needs {
		j := w.job.in.job(id)
		if j == nil || j.environment() != environment {
			continue
		}
		if c := j.get("concurrency"); c.ok() {
			m.broken(O04, c.at(), w.job.at(), "remove it", "%s waits for an approval in a queue, and holds up whatever is behind it", j.label())
		}
		if ours, theirs := j.condition(), w.job.condition(); ours != theirs {
			m.broken(O04, j.get("if").at(), w.job.get("if").at(), "if: "+theirs, "%s waits for an approval if %s, and %s runs if %s", j.label(), quoted(ours), w.job.label(), quoted(theirs))
		}
		return
	}
	m.broken(O04, w.job.get("needs").at(), w.overlay.at(), "let it wait for a job with the environment "+environment, "%s waits for no approval, and the spec asks for one", w.job.label())
}

// environment is the name of the GitHub environment that a job runs in.
func (j *job) environment() string {
	e := j.get("environment")
	if e.isMap() {
		e = e.get("name")
	}
	return e.text()
}

// leftOut requires that the gate lets those jobs be skipped that a deploy before them leaves
// out, and no others.
func (m *model) leftOut(g *job) {
	at := g.get("needs")
	may := map[string]bool{}
	for _, s := range g.steps {
		if n := s.get("env", "AFTER_DEPLOYS"); n.ok() {
			at = n
			for _, id := range strings.Fields(n.text()) {
				may[id] = true
			}
		}
	}
	for _, j := range g.in.jobs {
		if j == g {
			continue
		}
		must := j.follows(map[string]bool{})
		if may[j.id] && !must {
			m.broken(X29, at.at(), j.at(), "take "+j.id+" out of AFTER_DEPLOYS", "%s is green when %s was skipped, and nothing that goes as it should skips it", g.label(), j.label())
		}
		if must && !may[j.id] && slices.Contains(g.needs, j.id) {
			m.broken(X29, at.at(), j.at(), "add "+j.id+" to AFTER_DEPLOYS", "%s is red when the deploy before %s rightly leaves a newer commit alone", g.label(), j.label())
		}
	}
}

// follows reports whether a job is skipped when a deploy before it stands back.
func (j *job) follows(seen map[string]bool) bool {
	if seen[j.id] || j.condition() == "always()" {
		return false
	}
	seen[j.id] = true
	if _, before := j.guard(); before != "" {
		return true
	}
	return slices.ContainsFunc(j.needs, func(id string) bool {
		before := j.in.job(id)
		return before != nil && before.follows(seen)
	})
}

// writable reports whether a folder is one that the overlay reads, and no other does.
func (o *overlay) writable(dir string) bool { return o.own(dir) && o.holds(dir) != nil }
