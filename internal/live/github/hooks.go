package github

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hook is a webhook of a repository.
type Hook struct {
	ID     int64    `json:"id"`
	Active bool     `json:"active"`
	Events []string `json:"events"`
	Config struct {
		URL string `json:"url"`
	} `json:"config"`
}

// TellsArgoCD reports whether the hook goes to the path at which Argo CD listens for webhooks.
func (h Hook) TellsArgoCD() bool {
	u, err := url.Parse(h.Config.URL)
	return err == nil && strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/api/webhook")
}

// TellsPushes reports whether the hook is sent for pushes.
func (h Hook) TellsPushes() bool {
	return h.Active && (slices.Contains(h.Events, "push") || slices.Contains(h.Events, "*"))
}

// Host returns the server that the hook goes to: the rest of its address may be secret.
func (h Hook) Host() string {
	u, err := url.Parse(h.Config.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Delivery is one delivery of a webhook.
type Delivery struct {
	At    time.Time `json:"delivered_at"`
	Event string    `json:"event"`
	// Status is GitHub's word for the result, Code the HTTP status, 0 without an answer.
	Status string `json:"status"`
	Code   int    `json:"status_code"`
}

// Hooks lists the webhooks of a repository, without those of its organisation. The credential needs the right to read
// webhooks.
func (c *Client) Hooks(ctx context.Context, repository string) ([]Hook, error) {
	return read[[]Hook](ctx, c, c.path(repository, "hooks")+"?per_page=100")
}

// Deliveries lists the newest deliveries of a webhook, at most thirty.
func (c *Client) Deliveries(ctx context.Context, repository string, hook int64) ([]Delivery, error) {
	return read[[]Delivery](ctx, c, c.path(repository, "hooks", strconv.FormatInt(hook, 10), "deliveries")+"?per_page=30")
}
