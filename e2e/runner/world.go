package runner

import (
	"cmp"
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

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner/standins"
)

// Secret is the name of the credential in specs/fastapi-agent/pipeline.cue.
const Secret = "GITOPS_REPO_TOKEN"

// Token is the value of the secret, never to be seen in a log.
const Token = "github_pat_e2e_0123456789"

// World is everything that one test runs in: an organisation with two
// repositories, a registry, and what the stand-ins share.
type World struct {
	standins.World
	Root string
	// Code and GitOps are the repositories, such as org/repo, and Repositories is the
	// folder that holds them, bare.
	Code, GitOps, Repositories string
	// Application is its name, Image the image without a tag, Live the folder of what is
	// live in the GitOps repository.
	Application, Image, Live string
	// Requests counts what the registry was asked.
	Requests atomic.Int32
	// RegistryDown makes the registry answer 503.
	RegistryDown atomic.Bool
	// TagsDown is how many more questions for a tag the registry answers with 503.
	TagsDown atomic.Int32
	// Report, if set, is told of each step that a run takes.
	Report func(forge.Run)
	// RunToken is the value of GITHUB_TOKEN in runs, "" for one that nobody takes.
	RunToken string
	// Variables are further ones of every program, such as NAME=VALUE, and Limit is how long a run may take, 0 for the usual.
	Variables []string
	Limit     time.Duration
	runs      int
}

// Options are what a world may have otherwise.
type Options struct {
	// Owner and Application take the place of org and fastapi-agent.
	Owner, Application string
	// Repositories is where the bare repositories lie already, "" for new ones.
	Repositories string
	// Runs is the number before that of the first run, 1000 if it is 0.
	Runs int
	// Host, User and Password are those of a registry other than ghcr.io, which keeps the image as Image.
	Host, User, Password, Image string
	// Spec changes the text of the spec; it may be nil.
	Spec func(text string) string
	// Files are further ones of the source, by their path there.
	Files map[string]string
}

// New generates both repositories from the spec of the project, with a
// small application in the one and a neighbour in the other, and pushes them.
func New(t *testing.T, o Options) *World {
	t.Helper()
	owner, name := cmp.Or(o.Owner, "org"), cmp.Or(o.Application, "fastapi-agent")
	w := &World{
		Root: t.TempDir(), Code: owner + "/repo", GitOps: owner + "/gitops-repo", Repositories: o.Repositories,
		runs: cmp.Or(o.Runs, 1000), Application: name, Image: "ghcr.io/" + owner + "/repo/" + name, Live: name + "/overlays/production/live",
	}
	if w.Host, w.User, w.Password = o.Host, o.User, o.Password; o.Host != "" {
		w.Image = o.Host + "/" + o.Image
	}
	w.Answers = []string{"/health", "/ready"}
	// A program like many: it unpacks a library into /tmp and uses nearly all of its memory.
	w.Folders, w.Writes, w.RunsFrom = map[string]uint32{"/tmp": 0o1777}, []string{"/tmp"}, []string{"/tmp"}
	w.FolderBytes, w.Memory = 32<<20, 250<<20
	bash, err := exec.LookPath("bash")
	check(t, err)
	w.Bash, w.ORAS = bash, Tool("real-oras")
	w.startRegistry(t)
	t.Cleanup(func() {
		left, err := standins.KillContainers(w.Root)
		if err != nil || len(left) != 0 {
			t.Errorf("containers were left running and are killed now: %v %v", left, err)
		}
	})
	if w.Repositories == "" {
		w.Repositories = filepath.Join(w.Root, "git")
	}
	w.configure(t)
	for _, repository := range []string{w.Code, w.GitOps} {
		if o.Repositories == "" {
			w.Git(t, "", "init", "--quiet", "--bare", w.Bare(repository))
		}
		w.Git(t, "", "clone", "--quiet", "https://github.com/"+repository, w.Folder(filepath.Base(repository)))
	}
	spec := strings.NewReplacer(`"org/repo`, `"`+w.Code, "org/gitops-repo", w.GitOps, "fastapi-agent", name).Replace(w.spec(t))
	if o.Spec != nil {
		spec = o.Spec(spec)
	}
	Write(t, filepath.Join(w.Folder("repo"), "pipeline.cue"), spec)
	for path, text := range map[string]string{
		"repo/Dockerfile":                     "FROM python:3.11-slim\nUSER 10001:10001\n",
		"repo/poetry.lock":                    "# locked\n",
		"repo/app/main.py":                    "version = 1\n",
		"gitops-repo/other-app/settings.yaml": "replicas: 1\n",
	} {
		Write(t, w.Folder(path), text)
	}
	for path, text := range o.Files {
		Write(t, w.Folder("repo/"+path), text)
	}
	w.Pipegen(t, "generate")
	w.Commit(t, "gitops-repo", "start")
	return w
}

func (w *World) startRegistry(t *testing.T) {
	serve := registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true))
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		w.Requests.Add(1)
		if w.RegistryDown.Load() || asksForTag(request) && w.TagsDown.Add(-1) >= 0 {
			http.Error(answer, "upstream connect error", http.StatusServiceUnavailable)
			return
		}
		if user, password, _ := request.BasicAuth(); w.Password != "" && (user != w.User || password != w.Password) {
			answer.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			http.Error(answer, "unauthorized: authentication required", http.StatusUnauthorized)
			return
		}
		serve.ServeHTTP(answer, request)
	}))
	t.Cleanup(server.Close)
	w.Registry = strings.TrimPrefix(server.URL, "http://")
}

// asksForTag reports whether somebody wants to know what a tag names.
func asksForTag(request *http.Request) bool {
	_, name, manifest := strings.Cut(request.URL.Path, "/manifests/")
	return manifest && !strings.HasPrefix(name, "sha256:") && (request.Method == http.MethodGet || request.Method == http.MethodHead)
}

// configure makes github.com the folder with the bare repositories, for git.
func (w *World) configure(t *testing.T) {
	Write(t, filepath.Join(w.Root, "home/.gitconfig"), fmt.Sprintf(`
[user]
	name = Developer
	email = developer@example.org
[init]
	defaultBranch = main
	templateDir = %[2]s/template
[protocol "file"]
	allow = always
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[url "file://%[1]s/"]
	insteadOf = https://github.com/
`, w.Repositories, w.Root))
	hook := filepath.Join(w.Root, "template/hooks/pre-push")
	Write(t, hook, fmt.Sprintf("#!/bin/sh\ntest -e %[1]s/hold || exit 0\ntouch %[1]s/held\nsleep 60\n", w.Root))
	check(t, os.Chmod(hook, 0o755))
}

// Bare is the folder of a repository such as org/repo.
func (w *World) Bare(repository string) string { return filepath.Join(w.Repositories, repository) }

// spec is the project's, at a port that is free on this machine.
func (w *World) spec(t *testing.T) string {
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

// Folder is a path in the clones that the developer works in.
func (w *World) Folder(path string) string { return filepath.Join(w.Root, "work", path) }

// Environment is that of every program: nothing of the developer's own
// configuration, and the tools before anything else of the same name.
func (w *World) Environment() []string {
	return append([]string{
		"PATH=" + tools + ":" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(w.Root, "home"),
		"XDG_CONFIG_HOME=" + filepath.Join(w.Root, "home/.config"),
		"XDG_CACHE_HOME=" + filepath.Join(w.Root, "home/.cache"),
		"GIT_CONFIG_NOSYSTEM=1",
		"TMPDIR=" + os.TempDir(),
		"LANG=C.UTF-8",
		standins.Root + "=" + w.Root,
		// act's map of local repositories has no lock, and the legs of a matrix write to it at the
		// same time. On one processor the runtime does not interrupt a write to a map.
		"GOMAXPROCS=1",
	}, w.Variables...)
}

// Command runs a program to its end and returns what it prints.
func (w *World) Command(t *testing.T, folder, name string, args ...string) string {
	t.Helper()
	if !filepath.IsAbs(name) && name != "git" {
		name = Tool(name)
	}
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Env = folder, w.Environment()
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// Git runs git in a folder and returns what it prints.
func (w *World) Git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	return w.Command(t, folder, "git", args...)
}

// Pipegen runs a verb in the source repository; the other is found beside it.
func (w *World) Pipegen(t *testing.T, verb string) string {
	t.Helper()
	return w.Command(t, w.Folder("repo"), "pipegen", verb)
}

// Commit commits all of a clone, pushes it to main and returns the commit.
func (w *World) Commit(t *testing.T, name, message string) string {
	t.Helper()
	folder := w.Folder(name)
	w.Git(t, folder, "add", "--all")
	w.Git(t, folder, "commit", "--quiet", "--message", message)
	w.Git(t, folder, "push", "--quiet", "origin", "HEAD:refs/heads/main")
	return w.Git(t, folder, "rev-parse", "HEAD")
}

// Head is the newest commit of the GitOps repository.
func (w *World) Head(t *testing.T) string {
	t.Helper()
	return w.Git(t, w.Bare(w.GitOps), "rev-parse", "refs/heads/main")
}

// Hook is run by the GitOps repository before it accepts a push; "" lets all pass.
func (w *World) Hook(t *testing.T, script string) {
	t.Helper()
	path := filepath.Join(w.Bare(w.GitOps), "hooks/pre-receive")
	Write(t, path, "#!/bin/sh\n"+script+"\n")
	check(t, os.Chmod(path, 0o755))
}

// Calls are the uses of a stand-in in one run.
func (w *World) Calls(t *testing.T, run, name string) []standins.Call {
	t.Helper()
	all, err := standins.Calls(w.Root)
	check(t, err)
	var found []standins.Call
	for _, call := range all {
		if call.Run == run && call.Name == name {
			found = append(found, call)
		}
	}
	return found
}

// Write puts a text into a file, with the folders that it needs.
func Write(t *testing.T, path, text string) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	check(t, os.WriteFile(path, []byte(text), 0o644))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
