package detect

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// copied is a sample in a folder of its own, outside of this repository.
func copied(t *testing.T, sample string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), sample)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", sample))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func bases(images ...string) []pipeline.DockerBase {
	var out []pipeline.DockerBase
	for _, i := range images {
		out = append(out, pipeline.DockerBase{Image: i})
	}
	return out
}

var samples = map[string]Project{
	"python-poetry": {
		Python: &Python{Manager: "poetry", Locked: true, Version: "3.11", Name: "agent", Packages: []string{"app"}, Tests: "tests",
			Pytest: Installed, PytestCov: Installed},
		Docker: &pipeline.Dockerfile{Path: "Dockerfile", Ports: []int{8000}, Starts: true, User: "app", HealthPath: "/health", HealthPort: 8000,
			Bases: bases("python:3.11-slim")},
	},
	"python-uv": {
		Python: &Python{Manager: "uv", Locked: true, Version: "3.12", Name: "agent-api", Packages: []string{"agent_api"}, Tests: "tests",
			Pytest: Installed, PytestCov: Installed},
		Docker: &pipeline.Dockerfile{Path: "Dockerfile", Ports: []int{8000}, User: "10001:10001", HealthPath: "/healthz", HealthPort: 8000,
			Bases: bases("python:3.12-slim", "ghcr.io/astral-sh/uv:python3.12-bookworm-slim")},
		Workflows: []Workflow{{Path: ".github/workflows/lint.yml"}},
	},
	"python-pip-hashes": {
		Python: &Python{Manager: "pip", Locked: true, Requirements: []string{"requirements-dev.txt"}, Version: "3.13", Exact: true,
			Packages: []string{"main"}, Pytest: Installed},
		Docker: &pipeline.Dockerfile{Path: "Dockerfile", Ports: []int{9000}, Starts: true, Bases: bases("python:3.12")},
	},
	"python-pip": {Python: &Python{Manager: "pip", Requirements: []string{"requirements.txt"}, Pytest: Installed}},
	"go": {
		Go: &Go{Module: "example.org/ledger", Version: "1.26.0"},
		Docker: &pipeline.Dockerfile{Path: "Dockerfile", Ports: []int{9000, 9001}, User: "65532:65532",
			Bases: bases("gcr.io/distroless/static:nonroot", "golang:1.26")},
	},
	"node-npm": {
		Node:   &Node{Manager: "npm", Lock: "package-lock.json", VersionFile: "package.json", HasTest: true, Measured: true},
		Docker: &pipeline.Dockerfile{Path: "Dockerfile", Ports: []int{80}, User: "node", Bases: bases("node:22-alpine")},
	},
	"node-pnpm": {Node: &Node{Manager: "pnpm", Lock: "pnpm-lock.yaml", Format: "9", VersionFile: ".nvmrc", HasTest: true}},
	"node-yarn": {Node: &Node{Manager: "berry", Lock: "yarn.lock", ManagerPinned: true, HasTest: true,
		Measured: true}},
	"java-maven": {
		Java: &Java{Tool: "maven", Wrapper: true, Runnable: true, Version: "21", Report: "target/site/jacoco/jacoco.xml"},
		Docker: &pipeline.Dockerfile{Path: "Dockerfile", Ports: []int{8080}, HealthPath: "/actuator/health", HealthPort: 8080,
			Bases: bases("eclipse-temurin:21-jre")},
	},
	"java-gradle": {Java: &Java{Tool: "gradle", Wrapper: true, Version: "25", Report: "build/reports/jacoco/test/jacocoTestReport.xml"}},
	"rust":        {Rust: &Rust{Toolchain: "1.89.0", Locked: true}},
	"dotnet":      {DotNet: &DotNet{Version: "10.0", Locked: true}},
	"php": {
		PHP:    &PHP{Version: "8.3"},
		Docker: &pipeline.Dockerfile{Path: "Dockerfile", Ports: []int{8080}, User: "10001", Bases: bases("php:8.4-apache")},
	},
	"ruby":  {Ruby: &Ruby{Pinned: true, Version: "3.4.7", Locked: true}, Node: &Node{Manager: "npm"}},
	"make":  {MakeTest: true},
	"empty": {},
}

func TestLook(t *testing.T) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == "fuzz" {
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			want, ok := samples[e.Name()]
			if !ok {
				t.Fatal("this sample has no facts in the table")
			}
			want.Folder, want.Subfolder = e.Name(), "."
			got, err := Look(copied(t, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			lines := cmp.Options{cmpopts.IgnoreFields(pipeline.Dockerfile{}, "PortLine", "UserLine"), cmpopts.IgnoreFields(pipeline.DockerBase{}, "Line"), cmpopts.IgnoreUnexported(pipeline.Dockerfile{})}
			if d := cmp.Diff(want, got, lines); d != "" {
				t.Error(d)
			}
		})
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestLookAtGit(t *testing.T) {
	dir := copied(t, "go")
	sub := filepath.Join(dir, "services", "api")
	if err := os.MkdirAll(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	look := func(dir string) Project {
		t.Helper()
		f, err := Look(dir)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	branch := func(name string, sure bool) {
		t.Helper()
		if f := look(dir); f.Branch != name || f.BranchSure != sure {
			t.Errorf("branch %q, sure %v; want %q, %v", f.Branch, f.BranchSure, name, sure)
		}
	}
	git(t, dir, "init", "-q", "-b", "main")
	branch("main", true)
	if f := look(dir); f.Remote != nil {
		t.Errorf("a remote %v out of nothing", f.Remote)
	}
	git(t, dir, "remote", "add", "origin", "https://user:secret@github.com/Org/Repo.git")
	if f := look(sub); f.Subfolder != "services/api" || f.Remote == nil || *f.Remote != (gitrepo.Remote{Host: "github.com", Repository: "Org/Repo"}) || f.Go != nil {
		t.Errorf("in a subfolder: %+v", f)
	}
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "-m", "first")
	git(t, dir, "checkout", "-q", "-b", "feature/x")
	branch("main", false)
	git(t, dir, "checkout", "-q", "--detach")
	branch("main", false)
	git(t, dir, "branch", "-q", "-D", "main")
	branch("", false)
	git(t, dir, "checkout", "-q", "feature/x")
	branch("feature/x", false)
	git(t, dir, "update-ref", "refs/remotes/origin/develop", "HEAD")
	git(t, dir, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop")
	branch("develop", true)
}

func TestLookRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(dir, "none"), file} {
		if _, err := Look(dir); err == nil {
			t.Errorf("%s: no error", dir)
		}
	}
}

// Nothing outside of the folder is read, not even through links, and nothing waits
// for a pipe.
func TestLookStaysInside(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "go.mod"), []byte("module x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "go.mod"), filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "Dockerfile")); err != nil {
		t.Fatal(err)
	}
	if f, err := Look(dir); err != nil || f.Go != nil || f.Docker != nil {
		t.Errorf("%+v %v", f, err)
	}
}

func FuzzManifests(f *testing.F) {
	f.Add("[project]\nname='x'\nrequires-python='>=3.11'\n[dependency-groups]\ndev=['pytest']")
	f.Add("<project><build><plugins/></build></project>")
	f.Add("-r a.txt\nflask==1 --hash=sha256:0")
	f.Fuzz(func(t *testing.T, text string) {
		declared(parseTOML(text), "uv")
		readPOM([]byte(text))
		readGradle(text)
		ParseRequirements(text)
		javaMajor(text)
	})
}
