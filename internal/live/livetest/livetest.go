// Package livetest provides stand-ins for the live systems in tests: servers that answer as the APIs of GitHub and Argo
// CD are documented, and a real registry in the same process. They show a healthy delivery of the spec every-promise,
// until a test changes it.
package livetest

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The commits of the delivery.
const (
	Source = "3f2a8c1d9e4b7f60a1b2c3d4e5f60718293a4b5c"
	Before = "90a1b2c3d4e5f60718293a4b5c3f2a8c1d9e4b7f"
	GitOps = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
	Revert = "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"
	Seed   = "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed"
)

// The credentials that the servers accept.
const (
	GitHubToken = "github-secret"
	ArgoToken   = "argocd-secret"
	User        = "robot"
	Password    = "registry-secret"
)

//go:embed world/*.json world/several.cue
var world embed.FS

// World is the systems with their state.
type World struct {
	GitHub, ArgoCD, Registry *httptest.Server
	// Digest and Tag are the digest and the tag of the image, Web is the digest of a second one.
	Digest, Tag, Web string

	mu     sync.Mutex
	routes map[string]map[string]any
	fault  func(system string, w http.ResponseWriter, r *http.Request) bool
	image  *image
}

// Now is a time shortly after the delivery.
func Now() time.Time { return time.Date(2026, 11, 20, 10, 12, 0, 0, time.UTC) }

// NoSleep is a pause that ends at once; it only reports whether the context has ended.
func NoSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// New starts the systems, which stop with the test.
func New(t testing.TB) *World {
	t.Helper()
	w := &World{routes: map[string]map[string]any{}, Tag: "main-" + Source}
	w.startRegistry(t)
	for _, system := range []string{"github", "argocd"} {
		w.routes[system] = w.read(t, system)
	}
	w.GitHub = w.serve(t, "github", "Bearer "+GitHubToken, `{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest","status":"401"}`,
		`{"message":"Not Found","documentation_url":"https://docs.github.com/rest","status":"404"}`)
	w.ArgoCD = w.serve(t, "argocd", "Bearer "+ArgoToken, `{"error":"no session information","code":16,"message":"no session information"}`,
		`{"error":"not found","code":5,"message":"not found"}`)
	return w
}

func (w *World) read(t testing.TB, system string) map[string]any {
	t.Helper()
	text, err := world.ReadFile("world/" + system + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var routes map[string]any
	if err := json.Unmarshal([]byte(w.fill(string(text))), &routes); err != nil {
		t.Fatal(err)
	}
	return routes
}

func (w *World) fill(s string) string {
	return strings.NewReplacer("@SOURCE@", Source, "@BEFORE@", Before, "@GITOPS@", GitOps, "@REVERT@", Revert, "@SEED@", Seed, "@DIGEST@", w.Digest, "@WEB@", w.Web).Replace(s)
}

// Env looks up a variable of an environment with the addresses of the systems and their credentials.
func (w *World) Env(name string) string {
	return map[string]string{
		"GITHUB_API_URL": w.GitHub.URL, "GH_TOKEN": GitHubToken,
		"ARGOCD_SERVER": w.ArgoCD.URL, "ARGOCD_AUTH_TOKEN": ArgoToken,
		"PIPEGEN_REGISTRY": w.Registry.URL,
	}[name]
}

// Set changes one value of an answer, such as status.sync.status. A number in the field is an index in a list; the
// field "" is the whole answer.
func (w *World) Set(t testing.TB, system, route, field string, value any) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	route = w.fill(route)
	if text, ok := value.(string); ok {
		value = w.fill(text)
	}
	if field == "" {
		w.routes[system][route] = value
		return
	}
	at, ok := w.routes[system][route]
	if !ok {
		t.Fatalf("%s has no %s", system, route)
	}
	path := strings.Split(field, ".")
	for _, name := range path[:len(path)-1] {
		at = step(t, at, name)
	}
	switch parent := at.(type) {
	case map[string]any:
		parent[path[len(path)-1]] = value
	default:
		t.Fatalf("%s: there is nothing to set at %s", route, field)
	}
}

func step(t testing.TB, at any, name string) any {
	t.Helper()
	switch v := at.(type) {
	case map[string]any:
		if next, ok := v[name]; ok {
			return next
		}
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i < len(v) {
			return v[i]
		}
	}
	t.Fatalf("there is no %s", name)
	return nil
}

// Answer returns the current answer of a system.
func (w *World) Answer(t testing.TB, system, route string) any {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	value, ok := w.routes[system][w.fill(route)]
	if !ok {
		t.Fatalf("%s has no %s", system, route)
	}
	return value
}

// HidePods lets Argo CD show only those objects of an Application that are in git, as it does if the project allows no
// others.
func (w *World) HidePods(t testing.TB, application string) {
	t.Helper()
	route := "/api/v1/applications/" + application + "/resource-tree"
	var shown []any
	for _, n := range w.Answer(t, "argocd", route).(map[string]any)["nodes"].([]any) {
		if kind := n.(map[string]any)["kind"]; kind != "Pod" && kind != "ReplicaSet" {
			shown = append(shown, n)
		}
	}
	w.Set(t, "argocd", route, "nodes", shown)
}

// WithoutProject lets Argo CD answer as it does for an Application whose project does not exist.
func (w *World) WithoutProject(application, project string) {
	refusal, _ := json.Marshal(map[string]any{"code": 3, "message": fmt.Sprintf("app is not allowed in project %q, or the project does not exist", project)})
	w.Fault(func(system string, out http.ResponseWriter, r *http.Request) bool {
		about := system == "argocd" && strings.HasPrefix(r.URL.Path+"/", "/api/v1/applications/"+application+"/")
		if about {
			http.Error(out, string(refusal), http.StatusBadRequest)
		}
		return about
	})
}

// Remove removes an answer: the system then answers that there is no such object.
func (w *World) Remove(system, route string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.routes[system], w.fill(route))
}

// Fault installs a handler before every answer, which returns whether it has answered. The systems are github, argocd
// and registry.
func (w *World) Fault(f func(system string, w http.ResponseWriter, r *http.Request) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault = f
}

func (w *World) faulty(system string, out http.ResponseWriter, r *http.Request) bool {
	w.mu.Lock()
	f := w.fault
	w.mu.Unlock()
	return f != nil && f(system, out, r)
}

// selecting are the parameters that belong to a route.
var selecting = []string{"head_sha", "ref", "path", "resourceName", "page"}

func (w *World) serve(t testing.TB, system, authorization, unauthorized, missing string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if w.faulty(system, out, r) {
			return
		}
		if r.Method != http.MethodGet {
			http.Error(out, "read-only", http.StatusMethodNotAllowed)
			return
		}
		out.Header().Set("Content-Type", "application/json; charset=utf-8")
		if r.Header.Get("Authorization") != authorization {
			out.WriteHeader(http.StatusUnauthorized)
			out.Write([]byte(unauthorized))
			return
		}
		body, ok := w.answer(system, r)
		if !ok && secretive(system, r) {
			http.Error(out, `{"error":"permission denied","code":7,"message":"permission denied"}`, http.StatusForbidden)
			return
		}
		if !ok {
			out.WriteHeader(http.StatusNotFound)
			out.Write([]byte(missing))
			return
		}
		out.Write(body)
	}))
	t.Cleanup(s.Close)
	return s
}

// secretive reports whether Argo CD does not answer a question with "not found": without a project in the question it
// does not reveal which Applications exist.
func secretive(system string, r *http.Request) bool {
	name, ok := strings.CutPrefix(r.URL.Path, "/api/v1/applications/")
	return system == "argocd" && ok && !strings.Contains(name, "/") && r.URL.Query().Get("project") == ""
}

func (w *World) answer(system string, r *http.Request) ([]byte, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	value, ok := w.routes[system][r.URL.Path]
	for _, name := range selecting {
		if v := r.URL.Query().Get(name); v != "" && !ok {
			value, ok = w.routes[system][r.URL.Path+"?"+name+"="+v]
		}
	}
	if text, is := value.(string); is {
		return []byte(text), ok
	}
	body, err := json.Marshal(value)
	return body, ok && err == nil
}
