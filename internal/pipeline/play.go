package pipeline

import (
	"slices"
	"strings"
)

// Result is how a job of a run ended, in GitHub's words.
type Result string

const (
	Succeeded Result = "success"
	Failed    Result = "failure"
	LeftOut   Result = "skipped"
)

// Assumed is a run as it may be: what starts it, the job that fails if it runs, and the outputs by which other jobs
// decide, where their job succeeds.
type Assumed struct {
	Event   Event
	Fails   string
	Outputs map[Output]string
}

// Output is an output of a job.
type Output struct{ Job, Name string }

// Play says how each job of a run would end, as GitHub decides it: by the condition of the job, and unless that asks for
// the state of the run by a function, only if all jobs before it have succeeded, the ones before those included.
func (w *Workflow) Play(a Assumed) map[string]Result {
	p := play{Assumed: a, workflow: w, results: map[string]Result{}, before: map[string][]string{}}
	for _, j := range w.Jobs {
		p.result(j)
	}
	return p.results
}

// Value is the text that an expression of a job gives in a run that was played; ok is false where that is not known.
func (j *Job) Value(expression string, a Assumed, results map[string]Result) (text string, ok bool) {
	p := play{Assumed: a, workflow: j.Workflow, results: results, before: map[string][]string{}}
	v := evaluate(expression, a.Event, &station{&p, j})
	return v.text, v.isText
}

// AsksState reports whether the condition of the job asks for the state of the run by a function: then the job may run
// although one before it has not succeeded.
func (j *Job) AsksState() bool {
	condition := j.Condition()
	return slices.ContainsFunc(statusFunctions, func(name string) bool { return strings.Contains(condition, name+"(") })
}

var statusFunctions = []string{"always", "success", "failure", "cancelled"}

type play struct {
	Assumed
	workflow *Workflow
	results  map[string]Result
	// before are all jobs for which one waits, by id, once they are known.
	before map[string][]string
}

func (p *play) result(j *Job) Result {
	if r, known := p.results[j.ID]; known {
		return r
	}
	p.results[j.ID] = LeftOut // in a circle, none of them runs
	for _, id := range j.Needs {
		if before := p.workflow.Job(id); before != nil {
			p.result(before)
		}
	}
	at, r := station{p, j}, Succeeded
	if condition := j.Condition(); !j.AsksState() && !at.status("success") || condition != "" && evaluate(condition, p.Event, &at).truth() == No {
		r = LeftOut
	} else if p.Fails == j.ID {
		r = Failed
	}
	p.results[j.ID] = r
	return r
}

// ancestors are all jobs for which one waits.
func (p *play) ancestors(j *Job) []string {
	if out, known := p.before[j.ID]; known {
		return out
	}
	p.before[j.ID] = nil
	out := slices.Clone(j.Needs)
	for _, id := range j.Needs {
		if before := p.workflow.Job(id); before != nil {
			out = append(out, p.ancestors(before)...)
		}
	}
	slices.Sort(out)
	p.before[j.ID] = slices.Compact(out)
	return p.before[j.ID]
}

// station is a job whose turn it is in a run.
type station struct {
	*play
	job *Job
}

// status is the value of one of the functions that ask for the state of the run. Nobody stops the runs that are played.
func (s *station) status(function string) bool {
	is := func(r Result) func(string) bool { return func(id string) bool { return s.results[id] == r } }
	switch function {
	case "success":
		return !slices.ContainsFunc(s.ancestors(s.job), func(id string) bool { return s.results[id] != Succeeded })
	case "failure":
		return slices.ContainsFunc(s.ancestors(s.job), is(Failed))
	}
	return function == "always"
}

// name is what a job knows of those for which it waits itself.
func (s *station) name(t string) operand {
	part := strings.Split(t, ".")
	if len(part) < 3 || part[0] != "needs" || part[1] == "*" {
		return operand{}
	}
	awaited := slices.Contains(s.job.Needs, part[1])
	switch {
	case len(part) == 3 && part[2] == "result" && !awaited:
		return operand{isText: true}
	case len(part) == 3 && part[2] == "result":
		return operand{text: string(s.results[part[1]]), isText: true}
	case len(part) == 4 && part[2] == "outputs" && (!awaited || s.results[part[1]] != Succeeded):
		return operand{isText: true}
	case len(part) == 4 && part[2] == "outputs":
		v, known := s.Outputs[Output{part[1], part[3]}]
		return operand{text: v, isText: known}
	}
	return operand{}
}
