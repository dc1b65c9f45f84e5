package flaws

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	rulebook "github.com/pipegen/pipegen/internal/rules"
)

// lets reports whether a job may run for an event: its own condition, and those of
// the jobs that it waits for, unless it runs whatever became of them.
func lets(j *pipeline.Job, e pipeline.Event, depth int) bool {
	condition := j.Get("if").Text()
	if pipeline.May(condition, e) == pipeline.No {
		return false
	}
	for _, free := range []string{"always()", "failure()", "cancelled()"} {
		if strings.Contains(condition, free) {
			return true
		}
	}
	for _, id := range j.Needs {
		if before := j.Workflow.Job(id); before != nil && depth < 20 && !lets(before, e, depth+1) {
			return false
		}
	}
	return true
}

// x07: pull requests test and build; they publish nothing, and no other branch does.
func x07(f *finder) {
	for _, w := range f.m.Workflows {
		if _, push := w.Trigger("push"); !push {
			if _, pull := w.Trigger("pull_request"); !pull {
				continue // only people start it
			}
		}
		events, _ := f.possible(w)
		for _, j := range w.Jobs {
			f.guarded(j, events)
		}
	}
}

func (f *finder) guarded(j *pipeline.Job, events []pipeline.Event) {
	for _, s := range j.Steps {
		power := s.Power()
		if power.Does == "" {
			continue
		}
		for _, e := range events {
			released := e.Ref == "refs/heads/"+f.branch || strings.HasPrefix(e.Ref, "refs/tags/") || e.Name == "push" && e.Ref != otherBranch
			if released || !lets(j, e, 0) || pipeline.May(s.Get("if").Text(), e) == pipeline.No || power.If != "" && pipeline.May(power.If, e) == pipeline.No {
				continue
			}
			at := j.At()
			if c := j.Get("if"); c.OK() {
				at = c.At()
			}
			f.flaw(at, s.At(), "if: github.ref == 'refs/heads/"+f.branch+"' && github.event_name != 'pull_request'", "job %s %s also for %s", j.ID, power.Does, spoken(e))
			return
		}
	}
}

func spoken(e pipeline.Event) string {
	switch e.Name {
	case "pull_request":
		return "a pull request"
	case "merge_group":
		return "a change that only waits in the merge queue"
	case "push":
		return "a push to any other branch"
	}
	return "a run that is started by hand on any other branch"
}

// x08: what a job or a tag waits for can happen.
func x08(f *finder) {
	for _, w := range f.m.Workflows {
		events, complete := f.possible(w)
		if !complete {
			continue
		}
		for _, j := range w.Jobs {
			if c := j.Get("if"); c.OK() && never(c.Text(), events) {
				f.flaw(c.At(), w.On.At(), "add the event to on:, or remove the job", "job %s never runs: no event of this workflow fulfils its condition", j.ID)
			}
			for _, s := range j.Steps {
				if s.Uses == "docker/metadata-action" {
					f.tagRules(w, s, events)
				}
			}
		}
	}
}

func never(condition string, events []pipeline.Event) bool {
	for _, e := range events {
		if pipeline.May(condition, e) != pipeline.No {
			return false
		}
	}
	return len(events) > 0
}

func (f *finder) tagRules(w *pipeline.Workflow, s *pipeline.Step, events []pipeline.Event) {
	tags := s.With("tags")
	for i, line := range strings.Split(tags.Text(), "\n") {
		line = strings.TrimSpace(line)
		var needs string
		switch {
		case strings.HasPrefix(line, "type=semver"), strings.HasPrefix(line, "type=pep440"), strings.HasPrefix(line, "type=match"), strings.Contains(line, "event=tag"):
			if !comesByTag(events) {
				needs = "a git tag"
			}
		case strings.Contains(line, "event=pr"):
			if !starts(events, "pull_request") {
				needs = "a pull request"
			}
		case strings.HasPrefix(line, "type=schedule"):
			if !starts(events, "schedule") {
				needs = "a schedule"
			}
		}
		if needs != "" {
			f.flaw(tags.TextLine(i), w.On.At(), "add the trigger to on:, or remove the rule", "the tag rule %s waits for %s, which does not start this workflow", rulebook.Quoted(line), needs)
		}
	}
}
