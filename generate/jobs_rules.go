package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

type extraJobs = []schema.Named[schema.ExtraJob]

func pathOfJob(id string) string { return schema.Join("workflow.extraJobs", id) }

// titles are the names of pipegen's own jobs. A second job called Gate would be taken for the check that the branch
// rule requires.
func titles(s input) []string {
	out := []string{"Test", "Build", "Publish", "Image", "Attest", "Measure", s.gateTitle(), selfCheckTitle}
	for _, e := range s.Environments {
		out = append(out, "Deploy to "+e.ID, "Propose for "+e.ID, "Approve "+e.ID, mergedTitle(e.ID))
	}
	for _, j := range ownJobs(s).jobs {
		title, _, _ := strings.Cut(j.Name, " (")
		out = append(out, title)
	}
	return out
}

// namesOfJobs refuses ids and names that are taken.
func namesOfJobs(s input) diag.List {
	var out diag.List
	taken, ours := titles(s), ownJobs(s).jobs
	for _, j := range s.Workflow.ExtraJobs {
		at := pathOfJob(j.ID)
		if slices.Contains(reservedJobs, j.ID) || ours.Find(j.ID).ID != "" || slices.ContainsFunc(reservedPrefixes, func(p string) bool { return strings.HasPrefix(j.ID, p) }) {
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: at,
				Message: fmt.Sprintf("%s: a job %s is pipegen's own", at, j.ID),
				Help:    "give it another name; workflow.jobs adds steps to pipegen's jobs"})
		}
		title := jobTitle(j)
		if slices.Contains(taken, title) {
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at + ".name",
				Message: fmt.Sprintf("another job is called %q: nobody could tell the two apart in a run", title), Help: "give it a name of its own"})
		}
		taken = append(taken, title)
	}
	return out
}

func jobTitle(j schema.Named[schema.ExtraJob]) string {
	if j.Value.Name != "" {
		return j.Value.Name
	}
	return j.ID
}

// connect reads needs and neededBy.
func (g *graph) connect(extra extraJobs) diag.List {
	var out diag.List
	names := g.jobs.IDs()
	for _, word := range words {
		if !slices.Contains(names, word) && len(g.named(word)) > 0 {
			names = append(names, word)
		}
	}
	unknown := func(at, name string) {
		out = append(out, diag.Diagnostic{Code: diag.UnknownJob, Path: at,
			Message: fmt.Sprintf("%s names the job %q, which is not there%s", at, name, diag.Meant(name, names)),
			Help:    "the jobs are " + strings.Join(names, ", ")})
	}
	wait := func(id, other string) {
		if j := g.job(id); !slices.Contains(j.Needs, other) {
			j.Needs = append(j.Needs, other)
		}
	}
	for _, j := range extra {
		at := pathOfJob(j.ID)
		for i, name := range j.Value.Needs {
			found := g.named(name)
			if len(found) == 0 {
				unknown(schema.Item(at+".needs", i), name)
			}
			for _, id := range found {
				wait(j.ID, id)
			}
		}
	}
	for _, j := range extra {
		for i, name := range j.Value.NeededBy {
			at := schema.Item(pathOfJob(j.ID)+".neededBy", i)
			found := g.named(name)
			switch {
			case len(found) == 0:
				unknown(at, name)
			case isTest(name) && g.job(found[0]).Own == nil:
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T02", Path: at,
					Message: at + ": the job " + name + " waits for nothing, so that nothing can skip the tests",
					Help:    `let what comes after the tests wait, for example neededBy: ["build", "publish"], or put the steps into workflow.jobs.` + name + `.before`})
			}
			for _, id := range found {
				wait(id, j.ID)
				// What takes part in runs that leave this one out would not hear of the failure.
				for _, other := range g.jobs {
					if slices.Contains(other.Needs, id) && other.RunsWithout(*g.job(id)) {
						wait(other.ID, j.ID)
					}
				}
			}
		}
	}
	return out
}

// loops refuses jobs that wait for one another: none of them would ever start.
func (g graph) loops(extra extraJobs) diag.List {
	const walking, done = 1, 2
	state := map[string]int{}
	var loop []string
	var walk func(id string, way []string) bool
	walk = func(id string, way []string) bool {
		switch way = append(slices.Clone(way), id); state[id] {
		case done:
			return false
		case walking:
			loop = way[slices.Index(way, id):]
			return true
		}
		state[id] = walking
		if slices.ContainsFunc(g.jobs.Find(id).Needs, func(n string) bool { return walk(n, way) }) {
			return true
		}
		state[id] = done
		return false
	}
	for _, j := range extra {
		if walk(j.ID, nil) {
			waits := make([]string, len(loop)-1)
			for i := range waits {
				waits[i] = loop[i] + " waits for " + loop[i+1]
			}
			return diag.List{{Code: diag.JobLoop, Path: pathOfJob(j.ID),
				Message: fmt.Sprintf("job %s can never start: %s", j.ID, strings.Join(waits, ", ")),
				Help:    "take one of them out of needs or neededBy"}}
		}
	}
	return nil
}

// whenRuns are the runs that a word in the field when of a job means.
func whenRuns(r plan.Release, word string) plan.Runs {
	return map[string]plan.Runs{"always": r.All(), "release": r.Runs, "no-release": r.Otherwise}[word]
}

// sayRuns names the runs for a message.
func sayRuns(r plan.Release, runs plan.Runs) string {
	return map[plan.Runs]string{0: "no runs at all", r.Runs: "runs that release", r.Otherwise: "runs that do not release", r.All(): "every run"}[runs]
}

// takePart decides in which runs each job takes part. GitHub skips a job when one that it needs was skipped, so a job
// that asks for more runs than its needs have is refused. One that runs on failure takes part wherever one of them does.
func (g *graph) takePart(extra extraJobs, r plan.Release) diag.List {
	var out diag.List
	var runsOf func(id string) plan.Runs
	whens, settled := map[string]string{}, map[string]plan.Runs{}
	for _, j := range extra {
		whens[j.ID] = j.Value.When
	}
	after := func(id string) plan.Runs {
		j, any := g.job(id), plan.Runs(0)
		if !j.Own.OnFailure || len(j.Needs) == 0 {
			any = r.All()
		}
		for _, n := range j.Needs {
			if j.Own.OnFailure {
				any |= runsOf(n)
			} else {
				any &= runsOf(n)
			}
		}
		return any
	}
	runsOf = func(id string) plan.Runs {
		when, ours := whens[id]
		if !ours {
			return g.job(id).Runs
		}
		if when != "" {
			return whenRuns(r, when)
		}
		if runs, ok := settled[id]; ok {
			return runs
		}
		settled[id] = after(id)
		return settled[id]
	}
	for _, j := range extra {
		g.job(j.ID).Runs = runsOf(j.ID)
	}
	for _, j := range extra {
		at, runs := pathOfJob(j.ID), g.job(j.ID).Runs
		if runs == 0 {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".needs",
				Message: fmt.Sprintf("job %s would never run: no run has all the jobs that it needs", j.ID), Help: "make a job for each kind of run"})
			continue
		}
		for _, n := range g.job(j.ID).Needs {
			if of := g.job(n).Runs; !runs.In(of) && of != 0 && !j.Value.OnFailure() {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".when",
					Message: fmt.Sprintf("job %s is meant for %s, but needs %s, which takes part in %s", j.ID, sayRuns(r, runs), n, sayRuns(r, of)),
					Help:    "leave when out, or the need"})
			}
		}
		for i, name := range j.Value.NeededBy {
			for _, id := range g.named(name) {
				if _, ours := whens[id]; !ours && !g.job(id).Runs.In(runs) {
					out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T02", Path: schema.Item(at+".neededBy", i),
						Message: fmt.Sprintf("job %s would be skipped: it takes part in %s, and waits for %s, which takes part in %s only", id, sayRuns(r, g.job(id).Runs), j.ID, sayRuns(r, runs)),
						Help:    "let " + j.ID + " run in those as well, or take it out of neededBy"})
				}
			}
		}
	}
	return out
}
