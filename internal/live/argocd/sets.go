package argocd

import (
	"cmp"
	"context"
	"net/url"
)

// Made is an Application that an ApplicationSet has made, and the cluster to which it deploys.
type Made struct{ Name, Cluster string }

// Labelled lists the Applications of a project that have a label, as KEY=VALUE, by their names. Argo CD leaves out those that
// the credential may not see, and does not say so.
func (c *Client) Labelled(ctx context.Context, project, label string) ([]Made, error) {
	var w struct {
		Items []struct {
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
			Spec struct {
				Destination struct {
					Name   string `json:"name"`
					Server string `json:"server"`
				} `json:"destination"`
			} `json:"spec"`
		} `json:"items"`
	}
	q := url.Values{"projects": {project}, "selector": {label}, "fields": {"items.metadata.name,items.spec"}}
	if err := c.get(ctx, "/api/v1/applications?"+q.Encode(), &w); err != nil {
		return nil, err
	}
	var out []Made
	for _, i := range w.Items {
		out = append(out, Made{i.Metadata.Name, cmp.Or(i.Spec.Destination.Name, i.Spec.Destination.Server)})
	}
	return out, nil
}

// Complaint is what an ApplicationSet reports as its error, "" for nothing.
func (c *Client) Complaint(ctx context.Context, set string) (string, error) {
	var w struct {
		Status struct {
			Conditions []struct {
				Type    string `json:"type"`
				Status  string `json:"status"`
				Message string `json:"message"`
			} `json:"conditions"`
		} `json:"status"`
	}
	if err := c.get(ctx, "/api/v1/applicationsets/"+url.PathEscape(set), &w); err != nil {
		return "", err
	}
	for _, k := range w.Status.Conditions {
		if k.Type == "ErrorOccurred" && k.Status == "True" {
			return k.Message, nil
		}
	}
	return "", nil
}
