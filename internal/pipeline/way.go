package pipeline

import "slices"

// Longest is the way to the end of a job that may take the longest, from its first job to this one. A job that waits
// for itself is as long as it is short.
func (j *Job) Longest() []*Job { return j.longest(map[string]*way{}).jobs }

// way is a chain of jobs, each of which waits for the one before it.
type way struct {
	jobs    []*Job
	minutes int
}

func (j *Job) longest(seen map[string]*way) *way {
	if w, ok := seen[j.ID]; ok {
		return w
	}
	seen[j.ID] = &way{}
	most := &way{}
	for _, n := range j.Needs {
		if before := j.Workflow.Job(n); before != nil {
			if w := before.longest(seen); len(most.jobs) == 0 || w.minutes > most.minutes {
				most = w
			}
		}
	}
	minutes, _ := j.Get("timeout-minutes").Number()
	seen[j.ID] = &way{append(slices.Clone(most.jobs), j), most.minutes + minutes}
	return seen[j.ID]
}
