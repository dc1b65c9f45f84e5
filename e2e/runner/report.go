package runner

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/e2e/forge"
)

// report turns the output of act into what GitHub's API would return about the run,
// step by step.
type report struct {
	to       func(forge.Run)
	run      forge.Run
	ids      []string // of the jobs of the run, in its order
	workflow struct {
		Jobs map[string]struct {
			Name   string
			RunsOn string `yaml:"runs-on"`
		}
	}
}

func newReport(w *World, id, file string, e Event, workflow string) *report {
	number, _ := strconv.ParseInt(id, 10, 64)
	now := time.Now()
	r := &report{to: w.Report, run: forge.Run{
		ID: number, Repository: w.Code, Workflow: file, Event: e.Name, SHA: e.SHA,
		Branch: strings.TrimPrefix(e.Ref, "refs/heads/"), Status: "in_progress",
		Created: now, Started: now, Updated: now,
	}}
	// The workflow has been read by act's own parser before any of this counts.
	_ = yaml.Unmarshal([]byte(workflow), &r.workflow)
	return r
}

// send hands a copy on: the run goes on changing.
func (r *report) send() {
	if r.to == nil {
		return
	}
	r.run.Updated = time.Now()
	told := r.run
	told.Jobs = slices.Clone(r.run.Jobs)
	for i := range told.Jobs {
		told.Jobs[i].Steps = slices.Clone(told.Jobs[i].Steps)
	}
	r.to(told)
}

// leg is what act puts behind the name of a job with a matrix.
var leg = regexp.MustCompile(`-\d+$`)

func (r *report) job(l line) *forge.Job {
	// act pads names to the same length.
	name := strings.TrimSpace(l.Job[strings.Index(l.Job, "/")+1:])
	if len(l.Matrix) > 0 {
		name = leg.ReplaceAllString(name, "")
	}
	for i := range r.run.Jobs {
		if r.run.Jobs[i].Name == name {
			return &r.run.Jobs[i]
		}
	}
	label := r.workflow.Jobs[l.JobID].RunsOn
	if runner, ok := l.Matrix["runner"].(string); ok {
		label = runner
	}
	now := time.Now()
	r.ids = append(r.ids, l.JobID)
	r.run.Jobs = append(r.run.Jobs, forge.Job{Name: name, Status: "in_progress", Created: now, Started: now, Labels: []string{label}})
	return &r.run.Jobs[len(r.run.Jobs)-1]
}

// hear records the beginning and the end of steps and jobs. What happens inside an
// action does not count.
func (r *report) hear(l line) {
	if l.JobID == "" {
		return
	}
	job, now := r.job(l), time.Now()
	own := l.Stage == "Main" && len(l.StepID) == 1
	switch {
	case l.JobResult != "":
		job.Status, job.Conclusion, job.Completed = "completed", l.JobResult, now
	case own && strings.Contains(l.Msg, "Run Main "):
		job.Steps = append(job.Steps, forge.Step{Name: l.Step, Status: "in_progress", Started: now})
	case own && l.StepResult != "" && len(job.Steps) > 0:
		last := &job.Steps[len(job.Steps)-1]
		last.Status, last.Conclusion, last.Completed = "completed", l.StepResult, now
	default:
		return
	}
	r.send()
}

// levels are GitHub's words for those of the workflow commands.
var levels = map[string]string{"error": "failure", "warning": "warning", "notice": "notice"}

// end closes the run: jobs that never began were skipped, and those that were never
// closed are lost with the runner.
func (r *report) end(o Outcome) {
	now := time.Now()
	for i := range r.run.Jobs {
		job := &r.run.Jobs[i]
		if job.Status != "completed" {
			job.Status, job.Conclusion, job.Completed = "completed", "failure", now
			job.Annotations = append(job.Annotations, forge.Annotation{Level: "failure", Message: "The self-hosted runner lost communication with the server."})
		}
		for _, note := range o.Notes {
			if note.Job == r.ids[i] && (note.Level != "error" || job.Conclusion == "failure") {
				job.Annotations = append(job.Annotations, forge.Annotation{Level: levels[note.Level], Title: note.Title, Message: note.Text})
			}
		}
		for _, step := range job.Steps {
			if step.Conclusion == "failure" {
				job.Annotations = append(job.Annotations, forge.Annotation{Level: "failure", Message: "Process completed with exit code 1."})
			}
		}
	}
	for id, job := range r.workflow.Jobs {
		if !slices.Contains(r.ids, id) {
			r.run.Jobs = append(r.run.Jobs, forge.Job{Name: job.Name, Status: "completed", Conclusion: "skipped", Created: now, Started: now, Completed: now})
		}
	}
	slices.SortStableFunc(r.run.Jobs, func(a, b forge.Job) int { return a.Created.Compare(b.Created) })
	r.run.Status, r.run.Conclusion = "completed", "success"
	if !o.OK {
		r.run.Conclusion = "failure"
	}
	r.send()
}
