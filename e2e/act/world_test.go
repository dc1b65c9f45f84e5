package act

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/pipegen/pipegen/e2e/act/standins"
)

// The names in specs/fastapi-agent/pipeline.cue.
const (
	image  = "ghcr.io/org/repo/fastapi-agent"
	live   = "fastapi-agent/overlays/production/live"
	secret = "GITOPS_REPO_TOKEN"
)

// token is the value of the secret, never to be seen in a log.
const token = "github_pat_e2e_0123456789"

// world is everything that one test runs in: an organisation with two
// repositories, a registry, and what the stand-ins share.
type world struct {
	standins.World
	root     string
	requests atomic.Int32 // to the registry
	runs     int
}

// newWorld generates both repositories from the spec of the project, with a
// small application in the one and a neighbour in the other, and pushes them.
func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := &world{root: t.TempDir()}
	w.Answers = []string{"/health", "/ready"}
	bash, err := exec.LookPath("bash")
	check(t, err)
	w.Bash = bash

	serve := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		w.requests.Add(1)
		serve.ServeHTTP(answer, request)
	}))
	t.Cleanup(server.Close)
	w.Registry = strings.TrimPrefix(server.URL, "http://")
	t.Cleanup(func() {
		left, err := standins.KillContainers(w.root)
		if err != nil || len(left) != 0 {
			t.Errorf("containers were left running and are killed now: %v %v", left, err)
		}
	})

	write(t, filepath.Join(w.root, "home/.gitconfig"), fmt.Sprintf(`
[user]
	name = Developer
	email = developer@example.org
[init]
	defaultBranch = main
[protocol "file"]
	allow = always
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[url "file://%s/git/"]
	insteadOf = https://github.com/
`, w.root))
	for _, name := range []string{"repo", "gitops-repo"} {
		w.git(t, "", "init", "--quiet", "--bare", filepath.Join(w.root, "git/org", name))
		w.git(t, "", "clone", "--quiet", "https://github.com/org/"+name, w.folder(name))
	}
	write(t, filepath.Join(w.folder("repo"), "pipeline.cue"), w.spec(t))
	for path, text := range map[string]string{
		"repo/Dockerfile":                     "FROM python:3.11-slim\nUSER 10001:10001\n",
		"repo/poetry.lock":                    "# locked\n",
		"repo/app/main.py":                    "version = 1\n",
		"gitops-repo/other-app/settings.yaml": "replicas: 1\n",
	} {
		write(t, w.folder(path), text)
	}
	w.pipegen(t, "generate")
	w.commit(t, "gitops-repo", "start")
	return w
}

// spec is the project's, at a port that is free on this machine.
func (w *world) spec(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../specs/fastapi-agent/pipeline.cue")
	check(t, err)
	const port = "\tport:        8000\n"
	if strings.Count(string(text), port) != 1 {
		t.Fatalf("the spec does not say %q once", port)
	}
	return strings.Replace(string(text), port, fmt.Sprintf("\tport: %d\n", freePort()), 1)
}

// lastPort counts the ports given out, from a random start below those that the
// kernel gives to clients.
var lastPort atomic.Int32

func init() { lastPort.Store(20000 + rand.Int32N(10000)) }

func freePort() int32 {
	for {
		port := lastPort.Add(1)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			listener.Close()
			return port
		}
	}
}

// folder is a path in the clones that the developer works in.
func (w *world) folder(path string) string { return filepath.Join(w.root, "work", path) }

// environment is that of every program: nothing of the developer's own
// configuration, and the tools before anything else of the same name.
func (w *world) environment() []string {
	return []string{
		"PATH=" + tools + ":" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(w.root, "home"),
		"XDG_CONFIG_HOME=" + filepath.Join(w.root, "home/.config"),
		"XDG_CACHE_HOME=" + filepath.Join(w.root, "home/.cache"),
		"GIT_CONFIG_NOSYSTEM=1",
		"TMPDIR=" + os.TempDir(),
		"LANG=C.UTF-8",
		standins.Root + "=" + w.root,
		// act's map of local repositories has no lock, and the legs of a matrix write to it at the
		// same time. On one processor the runtime does not interrupt a write to a map.
		"GOMAXPROCS=1",
	}
}

// command runs a program to its end and returns what it prints.
func (w *world) command(t *testing.T, folder, name string, args ...string) string {
	t.Helper()
	if !filepath.IsAbs(name) && name != "git" {
		name = filepath.Join(tools, name)
	}
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Env = folder, w.environment()
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (w *world) git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	return w.command(t, folder, "git", args...)
}

// pipegen runs a verb in the source repository; the other is found beside it.
func (w *world) pipegen(t *testing.T, verb string) string {
	t.Helper()
	return w.command(t, w.folder("repo"), "pipegen", verb)
}

// commit commits all of a clone, pushes it to main and returns the commit.
func (w *world) commit(t *testing.T, name, message string) string {
	t.Helper()
	folder := w.folder(name)
	w.git(t, folder, "add", "--all")
	w.git(t, folder, "commit", "--quiet", "--message", message)
	w.git(t, folder, "push", "--quiet", "origin", "HEAD:refs/heads/main")
	return w.git(t, folder, "rev-parse", "HEAD")
}

// develop changes the application, pushes that to main and returns the event.
func (w *world) develop(t *testing.T, text string) event {
	t.Helper()
	write(t, w.folder("repo/app/main.py"), text+"\n")
	return w.push(w.commit(t, "repo", text))
}

// push is the event of a commit on main.
func (w *world) push(sha string) event {
	return event{
		name: "push", ref: "refs/heads/main", sha: sha,
		payload: map[string]any{
			"ref": "refs/heads/main", "after": sha, "deleted": false,
			"repository": map[string]any{
				"full_name": "org/repo", "default_branch": "main", "pushed_at": time.Now().Unix() - 7,
			},
		},
		secrets: map[string]string{secret: token},
	}
}

// gitops is the newest commit of the GitOps repository.
func (w *world) gitops(t *testing.T) string {
	t.Helper()
	return w.git(t, filepath.Join(w.root, "git/org/gitops-repo"), "rev-parse", "refs/heads/main")
}

// calls are the uses of a stand-in in one run.
func (w *world) calls(t *testing.T, run, name string) []standins.Call {
	t.Helper()
	all, err := standins.Calls(w.root)
	check(t, err)
	var found []standins.Call
	for _, call := range all {
		if call.Run == run && call.Name == name {
			found = append(found, call)
		}
	}
	return found
}

func write(t *testing.T, path, text string) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	check(t, os.WriteFile(path, []byte(text), 0o644))
}
