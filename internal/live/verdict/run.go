package verdict

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/schema"
)

// The names of the jobs, as the generated workflow has them.
const (
	testJob  = "Test"
	imageJob = "Image"
)

func (j judge) triggered(c schema.Within) Result {
	run, at := j.facts.Run, j.facts.PushedAt
	if !at.Known {
		return missing(at)
	}
	return held(c.Within, "from the push to the run", Evidence{What: "push", Revision: run.Value.SHA, At: at.Value}, created(run.Value))
}

func created(r github.Run) Evidence {
	return Evidence{What: "run", URL: r.URL, Revision: r.SHA, At: r.CreatedAt}
}

// job finds a job by its name; its zero value has not begun.
func (j judge) job(name string) github.Job {
	for _, job := range j.facts.Jobs.Value {
		if job.Name == name {
			return job
		}
	}
	return github.Job{Name: name}
}

func ended(job github.Job) Evidence {
	return Evidence{What: "job " + job.Name, URL: job.URL, At: job.CompletedAt}
}

// tests is kept too when they failed and nothing was built: that is the promise.
func (j judge) tests() Result {
	if !j.facts.Jobs.Known {
		return missing(j.facts.Jobs)
	}
	test, image := j.job(testJob), j.job(imageJob)
	switch {
	case test.Succeeded():
		return kept("the job Test passed", ended(test))
	case image.Succeeded():
		return broken("the image was published although the job Test did not pass", ended(test), ended(image))
	case test.Done():
		return kept("the job Test failed, and nothing was published", ended(test))
	}
	return j.unfinished("the job Test has no result")
}

// unfinished is the result for what a run has not reached: it may still, or never will.
func (j judge) unfinished(what string) Result {
	run := j.facts.Run.Value
	if run.Done() {
		return unmeasured(what+": the run has ended as "+run.Conclusion, created(run))
	}
	return pending(what+" yet: the run is in progress", created(run))
}

// coverage reads the step that fails below the threshold. The figure itself stands in
// the summary of the run, which the API does not give.
func (j judge) coverage(id string) Result {
	if !j.facts.Jobs.Known {
		return missing(j.facts.Jobs)
	}
	conclusion, e := j.step(id)
	switch conclusion {
	case "success":
		return kept(fmt.Sprintf("the gate at %s %% passed", j.plan.Test.Coverage), e...)
	case "failure":
		if j.job(imageJob).Succeeded() {
			return broken("the image was published although the gate did not pass", e...)
		}
		return kept("the gate did not pass, and nothing was published", e...)
	}
	return j.unfinished("the gate has no result")
}

// step is the worst conclusion of the steps that name a criterion, with the jobs that
// they are in. It is "" where one of them has none or none is there.
func (j judge) step(id string) (conclusion string, e []Evidence) {
	mark := "(criterion " + id + ")"
	unsettled := false
	for _, job := range j.facts.Jobs.Value {
		for _, s := range job.Steps {
			if !strings.HasSuffix(s.Name, mark) || s.Conclusion == "skipped" {
				continue
			}
			e = append(e, ended(job))
			switch {
			case s.Conclusion == "failure":
				conclusion = "failure"
			case s.Conclusion != "success":
				unsettled = true
			case conclusion == "":
				conclusion = "success"
			}
		}
	}
	if unsettled && conclusion != "failure" {
		return "", e
	}
	return conclusion, e
}

// published counts as the workflow's own measurement does: from the start of the run,
// so that GitHub's queue is in it.
func (j judge) published(c schema.Within) Result {
	if !j.facts.Jobs.Known {
		return missing(j.facts.Jobs)
	}
	run, image := j.facts.Run.Value, j.job(imageJob)
	switch {
	case image.Succeeded():
		return held(c.Within, "from the start of the run to the named image",
			Evidence{What: "run", URL: run.URL, Revision: run.SHA, At: run.StartedAt}, ended(image))
	case run.Done():
		return j.unfinished("nothing was published")
	}
	return awaited(c.Within, j.facts.At.Sub(run.StartedAt), "the image is not published", created(run))
}

func (j judge) scanned(id string) Result {
	if !j.facts.Jobs.Known {
		return missing(j.facts.Jobs)
	}
	conclusion, e := j.step(id)
	switch conclusion {
	case "success":
		return kept("the scan passed before the image was pushed", e...)
	case "failure":
		if j.job(imageJob).Succeeded() {
			return broken("the image was published although the scan did not pass", e...)
		}
		return kept("the scan did not pass, and nothing was published", e...)
	}
	return j.unfinished("the scan has no result")
}

func (j judge) logs(c schema.LogsVisible) Result {
	var said []string
	var e []Evidence
	for _, place := range c.In {
		switch place {
		case "github":
			run := j.facts.Run
			if !run.Known {
				return missing(run)
			}
			said, e = append(said, "the run is there"), append(e, created(run.Value))
		case "argocd":
			roles := j.facts.LogRoles
			switch {
			case !roles.Known:
				return missing(roles)
			case len(roles.Value) == 0:
				return broken("no role of the project may read logs", Evidence{What: "project", URL: roles.URL, At: j.facts.At})
			}
			for _, env := range j.facts.Environments {
				if env.Pods.Kind == argocd.Hidden {
					return broken("the project does not allow ReplicaSet and Pod, so that Argo CD hides the pods of "+env.Name+" and their logs", Evidence{What: "project", URL: roles.URL, At: j.facts.At})
				}
			}
			said, e = append(said, "the project has a role that may read them"), append(e, Evidence{What: "project", URL: roles.URL, At: j.facts.At})
		}
	}
	return kept(strings.Join(said, ", "), e...)
}
