package argocd

import (
	"context"
	"net/url"
	"slices"
	"time"
)

// Window is a recurring time in which syncs are allowed or denied.
type Window struct {
	// Kind is allow or deny; Schedule is a cron expression.
	Kind       string `json:"kind"`
	Schedule   string `json:"schedule"`
	Duration   string `json:"duration"`
	ManualSync bool   `json:"manualSync"`
}

// Windows are the sync windows of an Application.
type Windows struct {
	Active   []Window `json:"activeWindows"`
	Assigned []Window `json:"assignedWindows"`
	// ByHand is true when a person may sync now.
	ByHand bool `json:"canSync"`
}

// Denying returns the windows that keep Argo CD from syncing by itself now: an active one that denies, else all that
// allow if none of them is active.
func (w Windows) Denying() []Window {
	kind := func(all []Window, kind string) []Window {
		return slices.DeleteFunc(slices.Clone(all), func(v Window) bool { return v.Kind != kind })
	}
	if deny := kind(w.Active, "deny"); len(deny) > 0 {
		return deny
	}
	if len(kind(w.Active, "allow")) > 0 {
		return nil
	}
	return kind(w.Assigned, "allow")
}

// Windows returns the windows of an Application and which of them are open.
func (c *Client) Windows(ctx context.Context, application string) (Windows, error) {
	var w Windows
	err := c.get(ctx, "/api/v1/applications/"+url.PathEscape(application)+"/syncwindows", &w)
	return w, err
}

// Event is a Kubernetes event about an object.
type Event struct {
	Type    string    `json:"type"`
	Reason  string    `json:"reason"`
	Message string    `json:"message"`
	Last    time.Time `json:"lastTimestamp"`
}

// Events lists the warnings about an object.
func (c *Client) Events(ctx context.Context, application, namespace, name, uid string) ([]Event, error) {
	var w struct {
		Items []Event `json:"items"`
	}
	q := url.Values{"resourceNamespace": {namespace}, "resourceName": {name}, "resourceUID": {uid}}
	err := c.get(ctx, "/api/v1/applications/"+url.PathEscape(application)+"/events?"+q.Encode(), &w)
	return slices.DeleteFunc(w.Items, func(e Event) bool { return e.Type != "Warning" }), err
}

// Resource is an object of an Application that is degraded, or a Rollout that is paused.
type Resource struct {
	Kind, Name string
	// Message is Argo CD's reason, or "".
	Message string
	// UID and Namespace distinguish it from other objects of its name.
	UID, Namespace string
}

// MakesSecret reports whether it becomes a Secret.
func (r Resource) MakesSecret() bool { return r.Kind == "ExternalSecret" || r.Kind == "SealedSecret" }

// Scales reports whether it sets the number of pods.
func (r Resource) Scales() bool {
	return r.Kind == "ScaledObject" || r.Kind == "HorizontalPodAutoscaler"
}

// Unhealthy lists the objects in the tree of an Application that are degraded, and the Rollouts that are paused.
func (c *Client) Unhealthy(ctx context.Context, application string) ([]Resource, error) {
	var tree struct {
		Nodes []node `json:"nodes"`
	}
	if err := c.get(ctx, "/api/v1/applications/"+url.PathEscape(application)+"/resource-tree", &tree); err != nil {
		return nil, err
	}
	var out []Resource
	for _, n := range tree.Nodes {
		if n.Health.Status == "Degraded" || n.Health.Status == "Suspended" && n.Kind == "Rollout" {
			out = append(out, Resource{Kind: n.Kind, Name: n.Name, Message: n.Health.Message, UID: n.UID, Namespace: n.Namespace})
		}
	}
	return out, nil
}
