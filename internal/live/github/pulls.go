package github

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// PullRequest is a pull request as GitHub shows it.
type PullRequest struct {
	// Number is 0 where there is none.
	Number int    `json:"number"`
	URL    string `json:"html_url"`
	Title  string `json:"title"`
	// State is open or closed; MergedAt is nil unless it was merged.
	State    string     `json:"state"`
	MergedAt *time.Time `json:"merged_at"`
	At       time.Time  `json:"updated_at"`
	// Mergeable is GitHub's word for whether it can be merged, such as blocked or dirty; "" if it is closed.
	Mergeable string `json:"mergeable_state"`
	// Auto is set if GitHub merges it as soon as it is allowed to.
	Auto *struct{} `json:"auto_merge"`
	Head struct {
		SHA string `json:"sha"`
		// Label is OWNER:BRANCH.
		Label string `json:"label"`
	} `json:"head"`
}

// Open reports whether it waits to be merged.
func (p PullRequest) Open() bool { return p.State == "open" }

// NewestPullRequest returns the pull request that was opened last from a branch of the repository to another.
func (c *Client) NewestPullRequest(ctx context.Context, repository, head, base string) (PullRequest, error) {
	owner, _, _ := strings.Cut(repository, "/")
	q := url.Values{"head": {owner + ":" + head}, "base": {base}, "state": {"all"}, "per_page": {"1"}}
	var all []PullRequest
	if err := c.json(ctx, c.path(repository, "pulls")+"?"+q.Encode(), &all); err != nil || len(all) == 0 {
		return PullRequest{}, err
	}
	if !all[0].Open() {
		return all[0], nil
	}
	return c.pull(ctx, repository, all[0].Number)
}

// OpenPullRequest returns the newest open pull request from a branch of the repository whose name begins with a prefix.
func (c *Client) OpenPullRequest(ctx context.Context, repository, prefix, base string) (PullRequest, error) {
	owner, _, _ := strings.Cut(repository, "/")
	q := url.Values{"base": {base}, "state": {"open"}, "per_page": {"100"}}
	var all []PullRequest
	if err := c.json(ctx, c.path(repository, "pulls")+"?"+q.Encode(), &all); err != nil {
		return PullRequest{}, err
	}
	for _, p := range all {
		if strings.HasPrefix(p.Head.Label, owner+":"+prefix) {
			return c.pull(ctx, repository, p.Number)
		}
	}
	return PullRequest{}, nil
}

// pull returns one pull request: lists do not say what prevents a merge.
func (c *Client) pull(ctx context.Context, repository string, number int) (PullRequest, error) {
	return read[PullRequest](ctx, c, c.path(repository, "pulls", strconv.Itoa(number)))
}
