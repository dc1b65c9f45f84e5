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

// Played is a run that was played: how each of its jobs ends.
type Played struct {
	Assumed
	Results map[string]Result
	// base is the run of which only a part was played again.
	base *Played
	// healthy are the jobs that have succeeded after nothing but such, and hurt those that failed or come after one.
	healthy, hurt map[string]bool
}

// Play says how each job of a run would end, as GitHub decides it: by the condition of the job, and unless that asks for
// the state of the run by a function, only if all jobs before it have succeeded, the ones before those included.
func (w *Workflow) Play(a Assumed) *Played {
	p := play(a, nil)
	for _, j := range w.inOrder() {
		p.end(j)
	}
	return p
}

func play(a Assumed, base *Played) *Played {
	return &Played{Assumed: a, Results: map[string]Result{}, base: base, healthy: map[string]bool{}, hurt: map[string]bool{}}
}

// But is the same run, if one job fails in it. Its Results are those of that job and of the jobs behind it: the others
// end as before.
func (p *Played) But(w *Workflow, fails string) *Played {
	out := play(p.Assumed, p)
	out.Fails = fails
	out.end(w.Job(fails))
	for _, j := range w.Behind(fails) {
		out.end(j)
	}
	return out
}

// of is the run that has played a job.
func (p *Played) of(id string) *Played {
	if _, played := p.Results[id]; !played && p.base != nil {
		return p.base
	}
	return p
}

// Value is a text of a job, with the expressions in it as the run fills them; ok is false where one of them is not known.
func (p *Played) Value(j *Job, text string) (value string, ok bool) {
	ok = true
	value = replaceExpressions(text, func(e string) string {
		v := evaluate(e, p.Event, &station{p, j})
		ok = ok && v.isText
		return v.text
	})
	return value, ok
}

// AsksState reports whether the condition of the job asks for the state of the run by a function: then the job may run
// although one before it has not succeeded.
func (j *Job) AsksState() bool {
	condition := j.Condition()
	return slices.ContainsFunc(statusFunctions, func(name string) bool { return strings.Contains(condition, name+"(") })
}

var statusFunctions = []string{"always", "success", "failure", "cancelled"}

// inOrder are the jobs of the workflow, each behind those that it waits for, where these are in no circle.
func (w *Workflow) inOrder() []*Job {
	if w.order == nil {
		seen := map[*Job]bool{}
		var visit func(j *Job)
		visit = func(j *Job) {
			if j == nil || seen[j] {
				return
			}
			seen[j] = true
			for _, id := range j.Needs {
				visit(w.Job(id))
			}
			w.order = append(w.order, j)
		}
		for _, j := range w.Jobs {
			visit(j)
		}
	}
	return w.order
}

// end decides how a job ends, once all before it have.
func (p *Played) end(j *Job) {
	at, r := station{p, j}, Succeeded
	condition := j.Condition()
	switch {
	case !j.AsksState() && !at.status("success"), condition != "" && evaluate(condition, p.Event, &at).truth() == No:
		r = LeftOut
	case p.Fails == j.ID:
		r = Failed
	}
	p.Results[j.ID] = r
	p.healthy[j.ID] = r == Succeeded && at.status("success")
	p.hurt[j.ID] = r == Failed || at.status("failure")
}

// station is a job whose turn it is in a run.
type station struct {
	*Played
	job *Job
}

// status is the value of one of the functions that ask for the state of the run. Nobody stops the runs that are played.
func (s *station) status(function string) bool {
	switch function {
	case "success":
		return !slices.ContainsFunc(s.job.Needs, func(id string) bool { return !s.of(id).healthy[id] })
	case "failure":
		return slices.ContainsFunc(s.job.Needs, func(id string) bool { return s.of(id).hurt[id] })
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
		return operand{text: string(s.of(part[1]).Results[part[1]]), isText: true}
	case len(part) == 4 && part[2] == "outputs" && (!awaited || s.of(part[1]).Results[part[1]] != Succeeded):
		return operand{isText: true}
	case len(part) == 4 && part[2] == "outputs":
		v, known := s.Outputs[Output{part[1], part[3]}]
		return operand{text: v, isText: known}
	}
	return operand{}
}
