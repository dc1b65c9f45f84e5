package generate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// What the runs of an event may do, as the spec says it.
const (
	onlyTests = "test"
	releases  = "release"
)

// dispatched are the types of events whose runs may do something.
func dispatched(s input, may string) []string {
	return slices.DeleteFunc(sorted(s.Workflow.Dispatch), func(event string) bool { return s.Workflow.Dispatch[event] != may })
}

// testRunsPath is where the workflow of the runs that only test is.
func (s input) testRunsPath() string {
	if s.folder == "." {
		return plan.UsualTests
	}
	return plan.WorkflowsFolder + s.Name + "-tests.yaml"
}

// testRunsOf are the runs that only test: all tests for an event, and those with a schedule at its times. They test what
// is there, whatever has changed of it.
func testRunsOf(s input, tests []plan.Test, jobs plan.Jobs) plan.TestRuns {
	out := plan.TestRuns{Workflow: s.testRunsPath(), Events: dispatched(s, onlyTests)}
	times := map[string]any{}
	for _, t := range tests {
		if t.Schedule.Value == nil && len(out.Events) == 0 {
			continue
		}
		if times[t.Job] = t.Schedule.Value; t.Schedule.Value != nil && !slices.ContainsFunc(out.Schedules, func(v plan.Value) bool { return v.Value == t.Schedule.Value }) {
			out.Schedules = append(out.Schedules, t.Schedule)
		}
		out.Tests = append(out.Tests, t)
	}
	for _, t := range out.Tests {
		j := jobs.Find(t.Job)
		j.Runs, j.Built, j.Required = plan.Schedule|plan.Event|plan.Dispatch|plan.DispatchElsewhere, nil, false
		// Tests that run at other times are not waited for: GitHub would leave this job out with them.
		j.Needs = slices.DeleteFunc(slices.Clone(j.Needs), func(id string) bool {
			at, there := times[id]
			return !there || t.Schedule.Value != nil && at != t.Schedule.Value
		})
		out.Jobs = append(out.Jobs, j)
	}
	return out
}

// testRuns writes the workflow of the runs that only test. No job of it has what a job needs to publish or to deploy (W48).
func (r *renderer) testRuns() {
	runs := r.plan.TestRuns
	if len(runs.Jobs) == 0 {
		return
	}
	jobs := make([]yamldoc.Doc, len(runs.Jobs))
	for n, t := range runs.Tests {
		jobs[n] = r.testJobAs(t, runs.Jobs[n], r.atItsTimes(t), false)
	}
	schedule, dispatch := yamldoc.Omit, yamldoc.Omit
	if len(runs.Schedules) > 0 {
		times := make([]yamldoc.Doc, len(runs.Schedules))
		for n, at := range runs.Schedules {
			times[n] = r.fill("github/schedule", yamldoc.Values{"cron": r.value(at)})
		}
		schedule = yamldoc.Block(yamldoc.Join(times...))
	}
	if len(runs.Events) > 0 {
		dispatch = yamldoc.Of(yamldoc.Map{{Key: "types", Value: r.own("workflow.dispatch", runs.Events).Flow()}})
	}
	head := r.fill("github/tests", yamldoc.Values{
		"name":     r.own("name", "Test "+r.plan.Name),
		"schedule": schedule,
		"dispatch": dispatch,
	})
	r.addWorkflow(runs.Workflow, yamldoc.Spaced(head, r.workflowEnv(), r.under("jobs", yamldoc.Spaced(jobs...))))
}

// atItsTimes is the condition of tests that do not run at each of the times, "" of others.
func (r *renderer) atItsTimes(t plan.Test) string {
	switch times := r.plan.TestRuns.Schedules; {
	case t.Schedule.Value == nil && len(times) > 0:
		return "github.event_name != 'schedule'"
	case t.Schedule.Value == nil || len(times) == 1:
		return ""
	}
	return fmt.Sprintf("github.event_name != 'schedule' || github.event.schedule == '%s'", t.Schedule.Value)
}

// testTimesFit refuses times that GitHub does not keep.
func testTimesFit(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		if t.Value.Schedule == "" {
			continue
		}
		at := t.Value.At + ".schedule"
		fault := ""
		switch when, faults := parseSchedule(t.Value.Schedule); {
		case strings.Contains(t.Value.Schedule, "?"):
			fault = "GitHub does not know the ?"
		case len(faults) > 0:
			fault = strings.Join(faults, "; ")
		case when.often():
			fault = "GitHub starts no workflow more often than every 5 minutes"
		}
		if fault != "" {
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
				Message: fmt.Sprintf("%s is %q: %s", at, t.Value.Schedule, fault),
				Help:    `the fields are minute, hour, day of month, month and day of week, for example "0 3 * * *": each night at 3:00 UTC`})
		}
	}
	return out
}

// eventsFit refuses events of which nothing could come.
func eventsFit(s input) diag.List {
	var out diag.List
	for _, event := range sorted(s.Workflow.Dispatch) {
		at := schema.Join("workflow.dispatch", event)
		switch may := s.Workflow.Dispatch[event]; {
		case may == releases && s.Source.ReleaseTags != "":
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at,
				Message: fmt.Sprintf("%s may release, and an event comes without the git tag that source.releaseTags asks for", at),
				Help:    "let it test, or push a git tag where the event comes from"})
		case may == onlyTests && len(s.Tests) == 0:
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
				Message: at + " does nothing: nothing is tested here", Help: "leave it out"})
		}
	}
	return out
}

// spokenTestRuns is a sentence for the page about the workflows, "" where there are none.
func spokenTestRuns(p plan.Plan) string {
	runs := p.TestRuns
	if len(runs.Jobs) == 0 {
		return ""
	}
	var when []string
	for _, at := range runs.Schedules {
		when = append(when, fmt.Sprintf("at `%s` (UTC)", at.Value))
	}
	if len(runs.Events) > 0 {
		when = append(when, "for the event `"+strings.Join(runs.Events, "`, `")+"`")
	}
	return "`" + path.Base(runs.Workflow) + "` runs tests " + strings.Join(when, ", and ") + ", on the default branch. It publishes nothing and deploys nothing."
}
