package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// promotesWhatRan requires that a promotion looks up in the environment before it which images that one ran of the commit,
// deploys those, and builds nothing.
func promotesWhatRan(c *Case) {
	for i := range c.Facts.Promotions {
		p := &c.Facts.Promotions[i]
		w := c.workflowAt(p.Workflow)
		before, to := c.byName[p.From], c.byName[p.To]
		if w == nil || before == nil || to == nil {
			continue // what is not there deploys nothing
		}
		for _, s := range rebuilds(w) {
			c.broken(s.At(), w.On.At(), "deploy what "+p.From+" has run", "%s builds an image, which is another one than the one that ran in %s", s.Job.Label(), p.From)
		}
		find := w.FindingStep()
		if find == nil {
			c.broken(w.At(), before.At(), "look the images up in the live folder of "+p.From, "nothing in this workflow asks what %s has run", p.From)
			continue
		}
		c.finds(p, find, before)
		c.verifies(p, find)
		c.waitsForGates(p, find)
		for _, wr := range c.writers {
			if wr.Job.Workflow == w && !wr.Reverts && wr.overlay != nil && wr.overlay.env != nil && wr.overlay.env.Promoted == p.To {
				c.promoted(wr, find, before)
			}
		}
	}
}

// workflowAt is the workflow of a file, nil for none.
func (c *Case) workflowAt(path string) *pipeline.Workflow {
	at := slices.IndexFunc(c.Workflows, func(w *pipeline.Workflow) bool { return w.File.Path == path })
	if at < 0 {
		return nil
	}
	return c.Workflows[at]
}

// finds holds the step that looks: in the history of the right folder, for a commit of the branch that nobody has taken
// back, and outside of every queue.
func (c *Case) finds(p *Promotion, s *pipeline.Step, before *overlay) {
	if live := s.Env("AFTER"); !before.writable(live.Text()) {
		c.broken(live.At(), before.At(), "AFTER: "+p.From+"'s live folder", "%s looks into %s, and %s gets what %s has run", s.Job.Label(), quoted(live.Text()), p.To, p.From)
	}
	if branch := s.Env("SOURCE_BRANCH"); branch.Text() != c.Facts.Source.Branch {
		c.broken(branch.At(), before.At(), "SOURCE_BRANCH: "+c.Facts.Source.Branch, "%s takes commits of %s, and %s are built", s.Job.Label(), quoted(branch.Text()), c.Facts.Source.Branch)
	}
	if soak := s.Env("SECONDS_TO_SOAK"); p.Soak > 0 && soak.Text() != strconv.Itoa(p.Soak) {
		c.broken(soak.At(), before.At(), "SECONDS_TO_SOAK: "+strconv.Itoa(p.Soak), "%s waits until the images have run for %s s in %s, and the spec says %d s", s.Job.Label(), quoted(soak.Text()), p.From, p.Soak)
	}
	if queue := s.Job.Get("concurrency"); queue.OK() {
		c.broken(queue.At(), s.At(), "remove it", "%s waits for %s in a queue, and holds up all that is behind it", s.Job.Label(), p.From)
	}
	history, compared := false, false
	for _, cmd := range s.Commands() {
		history = history || cmd.Git("log") && cmd.Has("--first-parent")
		compared = compared || cmd.Git("merge-base") && cmd.Has("--is-ancestor")
	}
	if !history || !compared {
		c.broken(s.At(), before.At(), "ask git log --first-parent of the live folder, and git merge-base --is-ancestor", "%s does not ask whether %s ran the commit and still contains it", s.Job.Label(), p.From)
	}
	for _, checkout := range s.Job.Steps {
		if depth := checkout.With("fetch-depth"); checkout.Uses == "actions/checkout" && depth.Text() != "0" {
			c.broken(depth.At(), s.At(), "fetch-depth: 0", "%s asks what ran in a checkout that does not have it", s.Job.Label())
		}
	}
}

// verifies requires that the job which finds the images asks who has built those whose attestation it can read.
func (c *Case) verifies(p *Promotion, find *pipeline.Step) {
	run := &pipeline.Run{}
	for _, reference := range p.Verified {
		image := c.Facts.named(reference)
		digest := reference + "@" + run.Found(find.Job, image.Name).Digest
		asks := func(s *pipeline.Step) bool {
			return strings.Contains(s.Run(), "gh attestation verify ") && s.Env("WORKFLOW").OK() && s.Env("RELEASE_REFS").Text() == c.Facts.releaseRefs() &&
				slices.Contains(strings.Fields(run.Fill(find.Job, s.Env("IMAGES").Text())), digest)
		}
		if !slices.ContainsFunc(find.Job.Steps, asks) {
			c.broken(find.Job.At(), find.At(), "verify "+reference+" with gh attestation verify, for runs of "+c.Facts.releaseRefs(), "%s does not ask who has built %s, and whoever may write to the GitOps repository could have named another image", find.Job.Label(), image.Name)
		}
	}
}

// waitsForGates requires that the job which finds the images asks the run of that commit whether it kept the criteria.
func (c *Case) waitsForGates(p *Promotion, find *pipeline.Step) {
	asks := func(s *pipeline.Step) bool {
		return strings.Contains(s.Run(), "gh api ") && s.Env("SOURCE_BRANCH").Text() == c.Facts.Source.Branch && s.Env("WORKFLOW").OK() &&
			pipeline.Expression(s.Env("PROMOTED").Text()) == "steps."+find.ID+".outputs.commit" && slices.Equal(strings.Split(s.Env("GATES").Text(), "\n"), p.Gates)
	}
	if len(p.Gates) > 0 && !slices.ContainsFunc(find.Job.Steps, asks) {
		c.broken(find.Job.At(), find.At(), "GATES: "+strings.Join(p.Gates, " and "), "%s does not ask the run of the commit for all that the spec says it must have kept", find.Job.Label())
	}
}

// promoted requires that a deploy of a promotion takes the commit that was found, and that it looks whether the
// environment before still runs it.
func (c *Case) promoted(w *writer, find *pipeline.Step, before *overlay) {
	if !slices.Contains(w.Job.Needs, find.Job.ID) {
		c.broken(w.Job.Get("needs").At(), find.Job.At(), "add "+find.Job.ID+" to needs", "%s does not wait for the images that it deploys", w.Job.Label())
	}
	commit := w.Step.Env("PROMOTED")
	if want := "needs." + find.Job.ID + ".outputs.commit"; pipeline.Expression(commit.Text()) != want {
		c.broken(commit.At(), find.At(), "PROMOTED: ${{ "+want+" }}", "%s deploys as another commit than the one that was found", w.Job.Label())
	}
	if w.overlay.env.Promotes() { // otherwise after another one in the same run: O02
		c.stillRuns(w, before)
	}
}

// writtenByItsRule requires that each environment is written to by the workflow of its rule, and that nothing else starts
// that one.
func writtenByItsRule(c *Case) {
	for _, o := range c.overlays {
		if o.env == nil {
			continue
		}
		p := c.Facts.Promotion(o.env)
		for _, w := range o.writers {
			switch file := w.Job.Workflow.File.Path; {
			case w.Reverts:
			case p != nil && file != p.Workflow:
				c.broken(w.Job.At(), o.At(), "deploy to "+o.env.Name+" from "+p.Workflow+" alone", "%s deploys to %s, which gets only what is promoted", w.Job.Label(), o.env.Name)
			case p == nil && c.Facts.promotionIn(file) != nil:
				c.broken(w.Job.At(), o.At(), "deploy to it where the images are built", "%s deploys to %s, which gets what is built", w.Job.Label(), o.env.Name)
			}
		}
	}
	for _, p := range c.Facts.Promotions {
		if w := c.workflowAt(p.Workflow); w != nil {
			c.startedByItsRule(w, p)
		}
	}
}

func (c *Case) startedByItsRule(w *pipeline.Workflow, p Promotion) {
	event, filter := p.Event, map[string]string{"push": "tags", "release": "types"}[p.Event]
	if event == "" {
		event = "workflow_dispatch"
	}
	for _, name := range w.Events() {
		if name != event {
			settings, _ := w.Trigger(name)
			c.broken(settings.At(), w.On.At(), "remove it", "%s starts the promotion to %s as well, and the spec says %s", name, p.To, event)
		}
	}
	settings, ok := w.Trigger(event)
	if !ok {
		c.broken(w.On.At(), w.At(), "add "+event, "nothing starts the promotion to %s: the spec says %s", p.To, event)
		return
	}
	for name, n := range settings.Pairs() {
		if filter != "" && name != filter {
			c.broken(n.At(), w.On.At(), "remove it", "%s starts the promotion to %s as well, and the spec says %s: %s", name, p.To, filter, p.Only)
		}
	}
	if at := settings.Get(filter); filter != "" && !slices.Equal(at.List(), []string{p.Only}) {
		c.broken(at.At(), w.On.At(), filter+": ["+p.Only+"]", "%s start the promotion to %s, and the spec says %s", quoted(strings.Join(at.List(), ", ")), p.To, p.Only)
	}
	guard := p.Guard(c.Facts.Source.Branch)
	for _, j := range w.Jobs {
		if !strings.HasPrefix(strings.TrimPrefix(j.Condition(), "failure() && "), guard) {
			c.broken(j.Get("if").At(), w.On.At(), "if: "+guard, "%s runs if %s: only %s may promote to %s", j.Label(), quoted(j.Condition()), guard, p.To)
		}
	}
}
