package order

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/plan"
)

// Workflow is what of a generated workflow decides when its jobs run, and what they do.
type Workflow struct {
	Name        string
	On          triggers
	Concurrency Concurrency
	Env         map[string]string
	Jobs        jobs
}

// triggers has of the events only what somebody may type who starts the workflow by hand.
type triggers struct {
	Dispatch struct {
		Inputs map[string]struct{ Default string }
	} `yaml:"workflow_dispatch"`
}

// Concurrency is the group of a run or a job, "" for none.
type Concurrency struct {
	Group            string
	CancelInProgress bool `yaml:"cancel-in-progress"`
	// Queue is single, which is the default, or max.
	Queue string
}

// Job is one of a workflow's jobs.
type Job struct {
	ID string `yaml:"-"`
	// sum distinguishes jobs with the same name in different workflows, also where a script is another job's.
	sum         string
	Needs       words
	If          string
	Environment environment
	Concurrency Concurrency
	Env         map[string]string
	Outputs     map[string]string
	Steps       []Step
}

// Step is one of a job's steps.
type Step struct {
	ID, Name, If, Uses, Run string
	With, Env               map[string]string
}

// words is one word, or a list of them.
type words []string

func (w *words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = words{n.Value}
		return nil
	}
	return n.Decode((*[]string)(w))
}

// environment is the name of one, also where it is written with its address.
type environment string

func (e *environment) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*e = environment(n.Value)
		return nil
	}
	var long struct{ Name string }
	err := n.Decode(&long)
	*e = environment(long.Name)
	return err
}

// jobs are in the order of the file.
type jobs []*Job

func (j *jobs) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		job := &Job{ID: n.Content[i].Value}
		if err := n.Content[i+1].Decode(job); err != nil {
			return fmt.Errorf("job %s: %w", job.ID, err)
		}
		job.sum = fmt.Sprintf("%s %x", job.ID, sha256.Sum256(fmt.Append(nil, *job)))
		*j = append(*j, job)
	}
	return nil
}

// named is the job with an id, or nil.
func (j jobs) named(id string) *Job {
	for _, job := range j {
		if job.ID == id {
			return job
		}
	}
	return nil
}

// parse reads a workflow.
func parse(text string) (*Workflow, error) {
	w := &Workflow{}
	if err := yaml.Unmarshal([]byte(text), w); err != nil {
		return nil, err
	}
	for _, job := range w.Jobs {
		for _, id := range job.Needs {
			if w.Jobs.named(id) == nil {
				return nil, fmt.Errorf("job %s needs %s, and there is no such job", job.ID, id)
			}
		}
	}
	return w, nil
}

// after are the ids of the jobs that wait for one of these, however far behind it.
func (w *Workflow) after(ids ...string) map[string]bool {
	found := map[string]bool{}
	for range w.Jobs {
		for _, job := range w.Jobs {
			for _, id := range job.Needs {
				if found[id] || slices.Contains(ids, id) {
					found[job.ID] = true
				}
			}
		}
	}
	return found
}

// tried are the jobs whose order is tried: those that change what is live, those that wait
// for a person, and all behind them. The others are the gates of a run. Where runs take images of one another, all jobs
// are tried.
func (w *Workflow) tried() []*Job {
	if w.Jobs.named(plan.ChangesJob) != nil {
		return w.Jobs
	}
	var first []string
	for _, job := range w.Jobs {
		if job.live() != "" || job.reviewed() || job.finds() {
			first = append(first, job.ID)
		}
	}
	behind := w.after(first...)
	var out []*Job
	for _, job := range w.Jobs {
		if behind[job.ID] || slices.Contains(first, job.ID) {
			out = append(out, job)
		}
	}
	return out
}

// live is the folder that a job writes to, "" for none.
func (j *Job) live() string {
	for _, step := range j.Steps {
		if folder := step.Env["LIVE"]; folder != "" {
			return folder
		}
	}
	return ""
}

// reviewed says whether the job waits for somebody's approval: the READMEs ask for
// required reviewers of the environments with such a name.
func (j *Job) reviewed() bool { return strings.HasSuffix(string(j.Environment), "-approval") }
