package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// lets reports whether a job may run for an event: its own condition, and those of
// the jobs that it waits for, unless it runs whatever became of them.
func letsRun(j *pipeline.Job, e pipeline.Event, depth int) bool {
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
		if before := j.Workflow.Job(id); before != nil && depth < 20 && !letsRun(before, e, depth+1) {
			return false
		}
	}
	return true
}

// x07: pull requests test and build; they publish nothing, and no other branch does.
func findsX07(f *Case) {
	for _, w := range f.Workflows {
		if _, push := w.Trigger("push"); !push {
			if _, pull := w.Trigger("pull_request"); !pull {
				continue // only people start it
			}
		}
		events, _ := f.possible(w)
		for _, j := range w.Jobs {
			f.theirGuarded(j, events)
		}
	}
}

func (f *Case) theirGuarded(j *pipeline.Job, events []pipeline.Event) {
	for _, s := range j.Steps {
		power := s.Power()
		if power.Does == "" {
			continue
		}
		for _, e := range events {
			released := e.Ref == "refs/heads/"+f.branch || strings.HasPrefix(e.Ref, "refs/tags/") || e.Name == "push" && e.Ref != otherBranch
			if released || !letsRun(j, e, 0) || pipeline.May(s.Get("if").Text(), e) == pipeline.No || power.If != "" && pipeline.May(power.If, e) == pipeline.No {
				continue
			}
			at := j.At()
			if c := j.Get("if"); c.OK() {
				at = c.At()
			}
			f.broken(at, s.At(), "if: github.ref == 'refs/heads/"+f.branch+"' && github.event_name != 'pull_request'", "job %s %s also for %s", j.ID, power.Does, spoken(e))
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
func findsX08(f *Case) {
	for _, w := range f.Workflows {
		events, complete := f.possible(w)
		if !complete {
			continue
		}
		for _, j := range w.Jobs {
			if c := j.Get("if"); c.OK() && never(c.Text(), events) {
				f.broken(c.At(), w.On.At(), "add the event to on:, or remove the job", "job %s never runs: no event of this workflow fulfils its condition", j.ID)
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

func (f *Case) tagRules(w *pipeline.Workflow, s *pipeline.Step, events []pipeline.Event) {
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
			f.broken(tags.TextLine(i), w.On.At(), "add the trigger to on:, or remove the rule", "the tag rule %s waits for %s, which does not start this workflow", Quoted(line), needs)
		}
	}
}
