package forge

import (
	"cmp"
	"slices"
)

// JobID is the id of a job, by the id of its run and its place in Run.Jobs; it is also
// that of its check run.
func JobID(run int64, place int) int64 { return run*1000 + int64(place) }

// Report adds a run, or replaces the run with its ID.
func (f *Forge) Report(r Run) {
	r.Jobs = slices.Clone(r.Jobs)
	for i := range r.Jobs {
		j := &r.Jobs[i]
		j.Labels, j.Steps, j.Annotations = slices.Clone(j.Labels), slices.Clone(j.Steps), slices.Clone(j.Annotations)
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.runs[r.ID] = r
}

// wait is an environment that a run waits for.
type wait struct {
	environment string
	reviewers   []string
}

// SetPending has a run wait for an environment until one of the reviewers approves.
// The environment "" ends all that it waits for, as its completion does.
func (f *Forge) SetPending(run int64, environment string, reviewers ...string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if environment == "" {
		delete(f.waits, run)
		return
	}
	others := slices.DeleteFunc(slices.Clone(f.waits[run]), func(w wait) bool { return w.environment == environment })
	f.waits[run] = append(others, wait{environment, slices.Clone(reviewers)})
}

// pending lists what a run waits for.
func (f *Forge) pending(r Run) []wait {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if r.Status == "completed" {
		return nil
	}
	return f.waits[r.ID]
}

// run is the one with the id, if it is of the repository.
func (f *Forge) run(repository string, id int64) (Run, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	r, ok := f.runs[id]
	return r, ok && r.Repository == repository
}

// runsOf lists the runs of a workflow, the oldest first.
func (f *Forge) runsOf(repository, workflow string) []Run {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var all []Run
	for _, r := range f.runs {
		if r.Repository == repository && r.Workflow == workflow {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b Run) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return all
}
