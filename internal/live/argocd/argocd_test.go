package argocd

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/remote"
)

const name = "payments-production"

func client(w *livetest.World) *Client {
	return &Client{Server: w.ArgoCD.URL, Token: livetest.ArgoToken,
		Remote: remote.New(livetest.Now, livetest.NoSleep)}
}

func TestApplication(t *testing.T) {
	app, err := client(livetest.New(t)).Application(t.Context(), name, "payments")
	if err != nil {
		t.Fatal(err)
	}
	if app.Sync != "Synced" || app.Health != "Healthy" || app.Revision != livetest.GitOps || len(app.History) != 2 {
		t.Errorf("%+v", app)
	}
	if o := app.Operation; o.Phase != "Succeeded" || o.FinishedAt.Sub(o.StartedAt) != 70*time.Second || len(o.Hooks) != 1 || o.Hooks[0].Phase != "Succeeded" {
		t.Errorf("%+v", o)
	}
}

// TestOtherShapes: an Application that has never been synced has less, and an answer
// of wrong types is refused with the field.
func TestOtherShapes(t *testing.T) {
	w := livetest.New(t)
	route := "/api/v1/applications/" + name
	w.Set(t, "argocd", route, "status", map[string]any{"sync": map[string]any{"status": "Unknown"}, "operationState": nil, "history": nil})
	if app, err := client(w).Application(t.Context(), name, "payments"); err != nil || app.Sync != "Unknown" || app.Operation.Phase != "" {
		t.Errorf("%+v %v", app, err)
	}
	w.Set(t, "argocd", route, "status.history", "none")
	if _, err := client(w).Application(t.Context(), name, "payments"); !remote.Is(err, remote.Malformed) || !strings.Contains(err.Error(), "status.history as text, where a list is expected") {
		t.Error(err)
	}
	w.Set(t, "argocd", route+"/resource?resourceName=payments-6d4-b", "manifest", "{")
	if _, err := client(w).Running(t.Context(), name, nil); !remote.Is(err, remote.Malformed) {
		t.Error(err)
	}
	w.Remove("argocd", route+"/resource?resourceName=payments-6d4-a")
	if _, err := client(w).Running(t.Context(), name, nil); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
}

// TestMissing: a missing Application is distinguished from a hidden one, as far as
// Argo CD's answers allow.
func TestMissing(t *testing.T) {
	w := livetest.New(t)
	w.Remove("argocd", "/api/v1/applications/"+name)
	if _, err := client(w).Application(t.Context(), name, "payments"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
	w.Fault(func(_ string, out http.ResponseWriter, _ *http.Request) bool {
		http.Error(out, `{"error":"permission denied","code":7,"message":"permission denied"}`, http.StatusForbidden)
		return true
	})
	if _, err := client(w).Application(t.Context(), name, "payments"); !remote.Is(err, remote.Forbidden) {
		t.Error(err)
	}
}

// TestNoProject: an Application without its project is distinguished from a missing
// one, and only a valid name is taken from Argo CD's message.
func TestNoProject(t *testing.T) {
	for project, want := range map[string]string{
		"payments":               "its project payments does not exist",
		"\x1b[31m evil\nproject": "its project does not exist",
	} {
		w := livetest.New(t)
		w.WithoutProject(name, project)
		for what, ask := range map[string]func() error{
			"Application": func() error { _, err := client(w).Application(t.Context(), name, "payments"); return err },
			"Running":     func() error { _, err := client(w).Running(t.Context(), name, nil); return err },
		} {
			if err := ask(); !remote.Is(err, NoProject) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	w := livetest.New(t)
	w.Fault(func(_ string, out http.ResponseWriter, _ *http.Request) bool {
		http.Error(out, `{"code":3,"message":"invalid label selector"}`, http.StatusBadRequest)
		return true
	})
	if _, err := client(w).Application(t.Context(), name, "payments"); !remote.Is(err, remote.Failed) {
		t.Error(err)
	}
}

// TestHiddenPods: if a project does not allow the kinds that a Deployment creates,
// its pods are unknown, and not missing.
func TestHiddenPods(t *testing.T) {
	w := livetest.New(t)
	w.HidePods(t, name)
	if _, err := client(w).Running(t.Context(), name, nil); !remote.Is(err, Hidden) || !strings.Contains(err.Error(), "ReplicaSet and Pod") {
		t.Error(err)
	}
	// A Rollout creates the same kinds.
	w.Set(t, "argocd", "/api/v1/applications/"+name+"/resource-tree", "nodes.0.group", "argoproj.io")
	w.Set(t, "argocd", "/api/v1/applications/"+name+"/resource-tree", "nodes.0.kind", "Rollout")
	if _, err := client(w).Running(t.Context(), name, nil); !remote.Is(err, Hidden) {
		t.Error(err)
	}
}

// TestStatefulPods: the pods of a StatefulSet are its own, and those of a Job are nobody's that stays.
func TestStatefulPods(t *testing.T) {
	for kind, want := range map[string]string{"StatefulSet": "queue", "Job": ""} {
		w := livetest.New(t)
		route := "/api/v1/applications/" + name + "/resource-tree"
		var pods []any
		for _, n := range w.Answer(t, "argocd", route).(map[string]any)["nodes"].([]any) {
			if pod := maps.Clone(n.(map[string]any)); pod["kind"] == "Pod" && pod["name"] != "payments-smoke-x" {
				pod["parentRefs"] = []any{map[string]any{"kind": kind, "name": "queue"}}
				pods = append(pods, pod)
			}
		}
		w.Set(t, "argocd", route, "nodes", pods)
		got, err := client(w).Running(t.Context(), name, nil)
		if err != nil || len(pods) == 0 || want != "" && len(got.Pods) != len(pods) || want == "" && len(got.Pods) != 0 {
			t.Errorf("%s: %v %v", kind, got, err)
		}
		for _, p := range got.Pods {
			if p.Owner != want {
				t.Errorf("%s: %s belongs to %q", kind, p.Name, p.Owner)
			}
		}
	}
}

func TestLogs(t *testing.T) {
	roles, err := client(livetest.New(t)).Logs(t.Context(), "payments")
	if err != nil || len(roles) != 1 || strings.Join(roles["viewer"], "") != "example:payments-team" {
		t.Errorf("%v %v", roles, err)
	}
	for policy, want := range map[string]bool{
		"p, proj:a:viewer, logs, get, a/*, allow": true, "p,proj:a:viewer,*,*,a/*,allow": true,
		"p, proj:a:viewer, logs, get, a/*, deny": false, "p, proj:a:viewer, applications, get, a/*, allow": false, "g, x, role:y": false, "": false,
	} {
		if allowsLogs(policy) != want {
			t.Errorf("%q: %t", policy, !want)
		}
	}
}

// TestDenying: an active window that denies counts, and so do windows that allow if
// none of them is open.
func TestDenying(t *testing.T) {
	deny, allow := Window{Kind: "deny"}, Window{Kind: "allow"}
	for name, c := range map[string]struct {
		windows Windows
		want    int
	}{
		"none":                {Windows{}, 0},
		"denied":              {Windows{Active: []Window{deny, allow}, Assigned: []Window{deny, allow}}, 1},
		"not denied now":      {Windows{Assigned: []Window{deny}}, 0},
		"allowed now":         {Windows{Active: []Window{allow}, Assigned: []Window{allow, allow}}, 0},
		"to be allowed later": {Windows{Assigned: []Window{allow, allow, deny}}, 2},
	} {
		if got := c.windows.Denying(); len(got) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestAnalyses: a pod knows the AnalysisRuns of its version, and not those of others.
func TestAnalyses(t *testing.T) {
	w := livetest.New(t)
	route := "/api/v1/applications/" + name + "/resource-tree"
	nodes := w.Answer(t, "argocd", route).(map[string]any)["nodes"].([]any)
	const version = "payments-6d4"
	run := func(name, health, at string) any {
		return map[string]any{"group": "argoproj.io", "version": "v1alpha1", "kind": "AnalysisRun", "name": name, "health": map[string]any{"status": health}, "createdAt": at}
	}
	w.Set(t, "argocd", route, "nodes", append(nodes, run(version+"-2-1", "Unknown", "2026-01-01T10:05:00Z"), run(version+"-2-0", "Healthy", "2026-01-01T10:00:00Z"), run("other-5d6c-1-0", "Degraded", "2026-01-01T09:00:00Z")))
	running, err := client(w).Running(t.Context(), name, nil)
	if err != nil || len(running.Pods) == 0 {
		t.Fatal(running, err)
	}
	for _, p := range running.Pods {
		if a := p.Analyses; len(a) != 2 || a[0].Health != "Healthy" || a[1].Name != version+"-2-1" {
			t.Errorf("%s has %+v", p.Name, a)
		}
	}
}
