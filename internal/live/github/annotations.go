package github

import (
	"context"
	"net/url"
	"strconv"
)

// Annotation is a message of a job outside of its log.
type Annotation struct {
	// Level is GitHub's word: notice, warning or failure.
	Level   string `json:"annotation_level"`
	Title   string `json:"title"`
	Message string `json:"message"`
}

// Annotations lists the annotations of a job, at most a hundred.
func (c *Client) Annotations(ctx context.Context, repository string, job int64) ([]Annotation, error) {
	var out []Annotation
	err := c.json(ctx, c.path(repository, "check-runs", strconv.FormatInt(job, 10), "annotations")+"?per_page=100", &out)
	return out, err
}

// RecentRuns lists the newest runs of a workflow on a branch, for any commit; at most
// twenty.
func (c *Client) RecentRuns(ctx context.Context, repository, workflow, branch string) ([]Run, error) {
	var w struct {
		Runs []Run `json:"workflow_runs"`
	}
	q := url.Values{"branch": {branch}, "per_page": {"20"}}
	err := c.json(ctx, c.path(repository, "actions", "workflows", workflow, "runs")+"?"+q.Encode(), &w)
	return w.Runs, err
}
