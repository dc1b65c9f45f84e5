package github

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Run is one run of a workflow.
type Run struct {
	ID         int64     `json:"id"`
	URL        string    `json:"html_url"`
	Event      string    `json:"event"`
	Branch     string    `json:"head_branch"`
	SHA        string    `json:"head_sha"`
	Attempt    int       `json:"run_attempt"`
	Status     string    `json:"status"`
	Conclusion string    `json:"conclusion"`
	CreatedAt  time.Time `json:"created_at"`
	StartedAt  time.Time `json:"run_started_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// Done reports whether the run has ended, with or without success.
func (r Run) Done() bool { return r.Status == "completed" }

// Succeeded reports whether the run has ended with success.
func (r Run) Succeeded() bool { return r.Done() && r.Conclusion == "success" }

// Job is a job of a run.
type Job struct {
	// ID is also the id of the job's check run, which has the annotations.
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	URL         string    `json:"html_url"`
	Status      string    `json:"status"`
	Conclusion  string    `json:"conclusion"`
	CreatedAt   time.Time `json:"created_at"`
	StartedAt   time.Time `json:"started_at"`
	CompletedAt time.Time `json:"completed_at"`
	// Labels are those that the job requires of a runner.
	Labels []string `json:"labels"`
	Steps  []Step   `json:"steps"`
}

// Done reports whether the job has ended, with or without success.
func (j Job) Done() bool { return j.Status == "completed" }

// Succeeded reports whether the job has ended with success.
func (j Job) Succeeded() bool { return j.Done() && j.Conclusion == "success" }

// Step is a step of a job.
type Step struct {
	Name       string    `json:"name"`
	Status     string    `json:"status"`
	Conclusion string    `json:"conclusion"`
	StartedAt  time.Time `json:"started_at"`
}

// Runs lists the runs of a workflow, by its file name, for one commit; the newest first.
func (c *Client) Runs(ctx context.Context, repository, workflow, sha string) ([]Run, error) {
	return c.runs(ctx, repository, workflow, url.Values{"head_sha": {sha}, "per_page": {"100"}})
}

func (c *Client) runs(ctx context.Context, repository, workflow string, q url.Values) ([]Run, error) {
	var w struct {
		Runs []Run `json:"workflow_runs"`
	}
	err := c.json(ctx, c.path(repository, "actions", "workflows", workflow, "runs")+"?"+q.Encode(), &w)
	for i, r := range w.Runs {
		if r.StartedAt.IsZero() {
			w.Runs[i].StartedAt = r.CreatedAt
		}
	}
	return w.Runs, err
}

// Jobs lists the jobs of the latest attempt of a run.
func (c *Client) Jobs(ctx context.Context, repository string, run int64) ([]Job, error) {
	var out []Job
	for page := 1; page <= maxPages; page++ {
		var w struct {
			Total int   `json:"total_count"`
			Jobs  []Job `json:"jobs"`
		}
		address := c.path(repository, "actions", "runs", strconv.FormatInt(run, 10), "jobs")
		if err := c.json(ctx, fmt.Sprintf("%s?filter=latest&per_page=100&page=%d", address, page), &w); err != nil {
			return nil, err
		}
		out = append(out, w.Jobs...)
		if len(w.Jobs) == 0 || len(out) >= w.Total {
			break
		}
	}
	return out, nil
}
