package github

import (
	"context"
	"fmt"
	"strconv"
)

// Secrets lists the names of the secrets of an environment; for environment "" those of the repository and those of its
// organisation that it may use.
func (c *Client) Secrets(ctx context.Context, repository, environment string) ([]string, error) {
	return c.stored(ctx, repository, environment, "secrets")
}

// Variables lists the names of variables, as Secrets does.
func (c *Client) Variables(ctx context.Context, repository, environment string) ([]string, error) {
	return c.stored(ctx, repository, environment, "variables")
}

func (c *Client) stored(ctx context.Context, repository, environment, what string) ([]string, error) {
	if environment != "" {
		return c.names(ctx, c.path(repository, "environments", environment, what), what)
	}
	own, err := c.names(ctx, c.path(repository, "actions", what), what)
	if err != nil {
		return nil, err
	}
	shared, err := c.names(ctx, c.path(repository, "actions", "organization-"+what), what)
	return append(own, shared...), err
}

// names reads all pages: a name on an unread page would be reported as missing.
func (c *Client) names(ctx context.Context, address, what string) ([]string, error) {
	var out []string
	for page := 1; page <= maxPages; page++ {
		var w struct {
			Total   int `json:"total_count"`
			Secrets []struct {
				Name string `json:"name"`
			} `json:"secrets"`
			Variables []struct {
				Name string `json:"name"`
			} `json:"variables"`
		}
		// A page has at most thirty variables.
		if err := c.json(ctx, fmt.Sprintf("%s?per_page=30&page=%d", address, page), &w); err != nil {
			return nil, err
		}
		entries := w.Secrets
		if what == "variables" {
			entries = w.Variables
		}
		for _, e := range entries {
			out = append(out, e.Name)
		}
		if len(entries) == 0 || len(out) >= w.Total {
			break
		}
	}
	return out, nil
}

// PendingDeployment is an environment that a run waits for.
type PendingDeployment struct {
	Environment struct {
		Name string `json:"name"`
	} `json:"environment"`
	// WaitTimer is in minutes, 0 without one.
	WaitTimer int `json:"wait_timer"`
	Reviewers []struct {
		Reviewer struct {
			Login string `json:"login"`
			Name  string `json:"name"`
		} `json:"reviewer"`
	} `json:"reviewers"`
}

// Asked returns the people and teams that may approve.
func (p PendingDeployment) Asked() []string {
	var out []string
	for _, r := range p.Reviewers {
		if r.Reviewer.Login != "" {
			out = append(out, r.Reviewer.Login)
		} else {
			out = append(out, r.Reviewer.Name)
		}
	}
	return out
}

// PendingDeployments lists the environments that a run waits for.
func (c *Client) PendingDeployments(ctx context.Context, repository string, run int64) ([]PendingDeployment, error) {
	return read[[]PendingDeployment](ctx, c, c.path(repository, "actions", "runs", strconv.FormatInt(run, 10), "pending_deployments"))
}
