// Package argocd asks the API of an Argo CD server for the state of an Application. It only reads.
package argocd

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// Client asks one server with one credential.
type Client struct {
	// Server is the address without a slash at its end.
	Server string
	Token  string
	Remote *remote.Client
}

// Application is the state of an Application.
type Application struct {
	// Sync and Health are Argo CD's words, such as Synced and Progressing.
	Sync, Health string
	// Revision is the commit with which the cluster was last compared.
	Revision string
	// Message is Argo CD's reason for the health, or "".
	Message   string
	Operation Operation
	// Settings is what the Application says should be deployed.
	Settings Settings
	// Conditions are Argo CD's complaints.
	Conditions []Condition
	// OutOfSync are the objects that differ, as KIND/NAME.
	OutOfSync []string
	// Jobs are those that git names.
	Jobs []Job
	// History holds the finished syncs, the oldest first.
	History []Deployment
	// Annotations are those of the Application, also those that Argo CD writes.
	Annotations map[string]string
	// URL is the page for people.
	URL string
}

// Settings says what an Application deploys: from where, to where, and how.
type Settings struct {
	RepoURL, Path, TargetRevision string
	Project                       string
	// Namespace is the namespace to deploy to, and Cluster the name or the address of its cluster.
	Namespace, Cluster string
	// Automated is set when Argo CD syncs by itself, Paused when an annotation makes it ignore the Application.
	Automated, Paused bool
	// Sources is the number of sources of manifests.
	Sources int
}

// Condition is a complaint of Argo CD about an Application.
type Condition struct {
	// Type is Argo CD's word, such as ComparisonError.
	Type    string    `json:"type"`
	Message string    `json:"message"`
	At      time.Time `json:"lastTransitionTime"`
}

// Operation is the last sync, running or not; its zero value means that there was none.
type Operation struct {
	Phase, Message, Revision string
	StartedAt, FinishedAt    time.Time
	Hooks                    []Hook
	// Refused are the objects that could not be applied, and Sick those that were applied and did not become healthy, each
	// with the reason.
	Refused, Sick []string
	// Retries counts the tries after the first one.
	Retries int
}

// Job is one that git names, as it is in the cluster. Hooks are not among them.
type Job struct {
	Name            string
	Synced          bool
	Health, Message string
}

// Hook is a Job or another object that ran with a sync. Type is "" for a Job in a wave, which is no hook for Argo CD.
type Hook struct {
	Kind, Name, Type, Phase, Message string
}

// Deployment is a sync that succeeded.
type Deployment struct {
	Revision              string
	StartedAt, FinishedAt time.Time
}

// NoProject is the kind of failure for an existing Application whose project does not exist, or does not permit it.
const NoProject remote.Kind = "without its project"

// Application returns the Application of a name, which should belong to the project. A missing one fails as NotFound
// only if the credential may see the project's Applications: to a question without a project Argo CD answers as if it
// were forbidden, so that nobody learns what exists.
func (c *Client) Application(ctx context.Context, name, project string) (Application, error) {
	var w wireApplication
	path := "/api/v1/applications/" + url.PathEscape(name)
	err := c.get(ctx, path, &w)
	if remote.Is(err, remote.Forbidden) {
		again := c.get(ctx, path+"?"+url.Values{"project": {project}}.Encode(), &w)
		if again == nil || remote.Is(again, remote.NotFound) {
			err = again
		}
	}
	if err != nil {
		return Application{}, err
	}
	s := w.Status
	app := Application{
		Sync: s.Sync.Status, Revision: s.Sync.first(), Health: s.Health.Status, Message: s.Health.Message,
		URL: c.Server + "/applications/" + url.PathEscape(name),
	}
	if o := s.OperationState; o != nil {
		app.Operation = Operation{Phase: o.Phase, Message: o.Message, Revision: o.SyncResult.first(), StartedAt: o.StartedAt, FinishedAt: o.FinishedAt, Retries: o.RetryCount}
		for _, r := range o.SyncResult.Resources {
			if r.HookType != "" {
				app.Operation.Hooks = append(app.Operation.Hooks, Hook{Kind: r.Kind, Name: r.Name, Type: r.HookType, Phase: r.HookPhase, Message: r.Message})
			} else if r.Status == "SyncFailed" {
				app.Operation.Refused = append(app.Operation.Refused, r.Kind+"/"+r.Name+": "+r.Message)
			} else if r.Kind == "Job" {
				app.Operation.Hooks = append(app.Operation.Hooks, Hook{Kind: r.Kind, Name: r.Name, Phase: r.HookPhase, Message: r.Message})
			} else if r.HookPhase == "Failed" {
				app.Operation.Sick = append(app.Operation.Sick, r.Kind+"/"+r.Name+": "+r.Message)
			}
		}
	}
	for _, h := range s.History {
		app.History = append(app.History, Deployment{Revision: h.first(), StartedAt: h.DeployStartedAt, FinishedAt: h.DeployedAt})
	}
	app.Settings, app.Annotations = w.settings(), w.Metadata.Annotations
	app.Conditions = s.Conditions
	for _, r := range s.Resources {
		if r.Kind == "Job" {
			app.Jobs = append(app.Jobs, Job{Name: r.Name, Synced: r.Status == "Synced", Health: r.Health.Status, Message: r.Health.Message})
		}
		if r.Status == "OutOfSync" {
			app.OutOfSync = append(app.OutOfSync, r.Kind+"/"+r.Name)
		}
	}
	return app, nil
}

// Logs lists, for each role of a project that may read logs, the groups that have it.
func (c *Client) Logs(ctx context.Context, project string) (map[string][]string, error) {
	var w struct {
		Spec struct {
			Roles []struct {
				Name     string   `json:"name"`
				Policies []string `json:"policies"`
				Groups   []string `json:"groups"`
			} `json:"roles"`
		} `json:"spec"`
	}
	if err := c.get(ctx, "/api/v1/projects/"+url.PathEscape(project), &w); err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, r := range w.Spec.Roles {
		for _, p := range r.Policies {
			if allowsLogs(p) {
				out[r.Name] = r.Groups
			}
		}
	}
	return out, nil
}

func (c *Client) get(ctx context.Context, path string, into any) error {
	a, err := c.Remote.Get(ctx, c.Server+path, http.Header{"Authorization": {"Bearer " + c.Token}, "Accept": {"application/json"}})
	if project, ok := missingProject(a); ok {
		return &remote.Error{Kind: NoProject, URL: a.URL, Status: a.Status, Reason: "shows nothing of it: its project " + project + "does not exist, or does not permit it"}
	}
	if err != nil {
		return err
	}
	return remote.Decode(a, into)
}

// missingProject reads from Argo CD's answer which project is missing. It returns the name with a space after it, or
// "".
func missingProject(a remote.Answer) (project string, ok bool) {
	var w struct {
		Message string `json:"message"`
	}
	if a.Status != http.StatusBadRequest || json.Unmarshal(a.Body, &w) != nil {
		return "", false
	}
	rest, ok := strings.CutPrefix(w.Message, "app is not allowed in project ")
	if name := projectName().FindStringSubmatch(rest); name != nil {
		project = name[1] + " "
	}
	return project, ok
}

var projectName = lazy.Regexp(`^"([a-z0-9][a-z0-9.-]{0,252})"`)

// manifest is an object as Argo CD sends it: JSON in a string.
type manifest struct {
	Manifest string `json:"manifest"`
}

func (m manifest) decode(at string, into any) error {
	if json.Unmarshal([]byte(m.Manifest), into) != nil {
		return &remote.Error{Kind: remote.Malformed, URL: at, Reason: "gives an object that is no JSON"}
	}
	return nil
}
