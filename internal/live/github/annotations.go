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
	return read[[]Annotation](ctx, c, c.path(repository, "check-runs", strconv.FormatInt(job, 10), "annotations")+"?per_page=100")
}

// RecentRuns lists the newest runs of a workflow on a branch, for any commit; at most twenty.
func (c *Client) RecentRuns(ctx context.Context, repository, workflow, branch string) ([]Run, error) {
	return c.runs(ctx, repository, workflow, url.Values{"branch": {branch}, "per_page": {"20"}})
}
