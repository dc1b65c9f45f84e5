package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"sigs.k8s.io/yaml"
)

// Ref names an object. Namespace is "" for what lies in none.
type Ref struct{ APIVersion, Kind, Namespace, Name string }

// Named refers to an object.
func Named(apiVersion, kind, namespace, name string) Ref {
	return Ref{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name}
}

func (r Ref) String() string { return r.Kind + " " + r.Namespace + "/" + r.Name }

// Object is a manifest with the name of what it describes.
type Object struct {
	Ref
	YAML []byte
}

// Parse cuts a stream of YAML documents into objects; empty documents are left out.
func Parse(stream []byte) ([]Object, error) {
	var out []Object
	for _, document := range bytes.Split(append([]byte("\n"), stream...), []byte("\n---")) {
		var head struct {
			APIVersion, Kind string
			Metadata         struct{ Name, Namespace string }
		}
		if err := yaml.Unmarshal(document, &head); err != nil {
			return nil, err
		}
		if head.Kind != "" {
			out = append(out, Object{Named(head.APIVersion, head.Kind, head.Metadata.Namespace, head.Metadata.Name), document})
		}
	}
	return out, nil
}

// resource is how a kind stands in paths.
type resource struct {
	Name       string
	Namespaced bool
}

// resource asks the API server about a kind, once.
func (c *Client) resource(ctx context.Context, apiVersion, kind string) (resource, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if r, ok := c.resources[apiVersion+" "+kind]; ok {
		return r, nil
	}
	answer, _, err := c.do(ctx, http.MethodGet, prefix(apiVersion), "", nil)
	if err != nil {
		return resource{}, err
	}
	var list struct {
		Resources []struct {
			resource
			Kind string
		}
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return resource{}, err
	}
	for _, r := range list.Resources {
		if r.Kind == kind && !strings.Contains(r.Name, "/") {
			c.resources[apiVersion+" "+kind] = r.resource
			return r.resource, nil
		}
	}
	return resource{}, fmt.Errorf("%s has no kind %s: %w", apiVersion, kind, ErrNotFound)
}

func prefix(apiVersion string) string {
	if strings.Contains(apiVersion, "/") {
		return "/apis/" + apiVersion
	}
	return "/api/" + apiVersion
}

func (c *Client) path(ctx context.Context, r Ref) (string, error) {
	known, err := c.resource(ctx, r.APIVersion, r.Kind)
	if err != nil {
		return "", err
	}
	path := prefix(r.APIVersion)
	if known.Namespaced && r.Namespace != "" {
		path += "/namespaces/" + r.Namespace
	}
	path += "/" + known.Name
	if r.Name != "" {
		path += "/" + r.Name
	}
	return path, nil
}

// Apply creates or changes an object, server-side, and returns the API server's
// warnings about it.
func (c *Client) Apply(ctx context.Context, o Object) ([]string, error) {
	path, err := c.path(ctx, o.Ref)
	if err != nil {
		return nil, err
	}
	_, warnings, err := c.do(ctx, http.MethodPatch, path+"?fieldManager=e2e&force=true&fieldValidation=Strict", "application/apply-patch+yaml", o.YAML)
	return warnings, err
}

// Get decodes an object into out, which may be nil.
func (c *Client) Get(ctx context.Context, r Ref, out any) error {
	path, err := c.path(ctx, r)
	if err != nil {
		return err
	}
	answer, _, err := c.do(ctx, http.MethodGet, path, "", nil)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// List decodes the objects of a kind, in the namespace of the reference or in all,
// that the label selector picks.
func (c *Client) List(ctx context.Context, r Ref, selector string, out any) error {
	path, err := c.path(ctx, r)
	if err != nil {
		return err
	}
	answer, _, err := c.do(ctx, http.MethodGet, path+"?labelSelector="+url.QueryEscape(selector), "", nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// Merge patches an object, or a part of it such as its status.
func (c *Client) Merge(ctx context.Context, r Ref, part string, patch any) error {
	path, err := c.path(ctx, r)
	if err != nil {
		return err
	}
	body, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	if part != "" {
		path += "/" + part
	}
	_, _, err = c.do(ctx, http.MethodPatch, path+"?fieldManager=someone", "application/merge-patch+json", body)
	return err
}

// Delete begins to delete an object, and what it owns after it.
func (c *Client) Delete(ctx context.Context, r Ref) error { return c.delete(ctx, r, "Background") }

// DeleteOwned begins to delete what an object owns, and the object after it.
func (c *Client) DeleteOwned(ctx context.Context, r Ref) error { return c.delete(ctx, r, "Foreground") }

func (c *Client) delete(ctx context.Context, r Ref, policy string) error {
	path, err := c.path(ctx, r)
	if err != nil {
		return err
	}
	_, _, err = c.do(ctx, http.MethodDelete, path+"?propagationPolicy="+policy, "", nil)
	return err
}
