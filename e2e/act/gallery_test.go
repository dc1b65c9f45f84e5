package act

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/runner"
)

// gallery are the templates of 'pipegen new', by name.
var gallery = map[string]struct {
	// needs is the toolchain; release finds the one that a template names, in its spec and its own files, and prepare makes
	// the template what it would be with that of this machine.
	needs, release string
	prepare        func(*testing.T, *world)
	// start starts the program by the ways of its language, "" where that needs more than the machine has.
	start string
}{
	"go":             {"go", "", nil, "go run ."},
	"java":           {"java maven junit5", `(compiler\.release>|version: +"|temurin[:-])(21)`, mavenOfDebian, ""},
	"node-express":   {"node", `(version: +"|node:)(24)`, nil, "npm ci --omit=dev && node src/server.js"},
	"python-fastapi": {"python fastapi", `(version: +"|python:)(3\.14)`, wheelsOfDebian, "../../python/bin/python -m app"},
	"rust":           {"rust tiny_http", `(version: +"|rust:)(1\.95)`, cratesOfDebian, "cargo run"},
}

// TestGallery writes each template, generates its pipeline and runs it: the tests of the template pass with the real tools
// of its language, and a push is deployed, with the credential that 'pipegen init' asks for. The program answers at
// the path and the port that the spec has.
func TestGallery(t *testing.T) {
	listed := exec.Command(runner.Tool("pipegen"), "new", "--list")
	out, err := listed.Output()
	check(t, err)
	for line := range strings.Lines(strings.TrimSpace(string(out))) {
		name, _, _ := strings.Cut(line, " ")
		if strings.HasPrefix(line, "next: ") {
			continue
		}
		template, ok := gallery[name]
		if !ok {
			t.Errorf("the template %s is not run", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			w, spec := newFromGallery(t, name, template.needs)
			if template.release != "" {
				w.ofMachine(t, strings.Fields(template.needs)[0], template.release)
			}
			if template.prepare != nil {
				template.prepare(t, &w)
			}
			w.Pipegen(t, "generate")
			w.Commit(t, "gitops-repo", "start")
			said := w.Pipegen(t, "check")
			if strings.Contains(said, "warning") {
				t.Errorf("check finds what would make the first run red:\n%s", said)
			}
			e := w.Push(w.Commit(t, "repo", "start"))
			e.Secrets = map[string]string{"GITOPS_APP_PRIVATE_KEY": runner.Token}
			e.Vars = map[string]string{"GITOPS_APP_CLIENT_ID": "Iv23exampleexample"}
			before := w.Head(t)
			result := w.Run(t, e)
			result.Want(t, "attest=success deploy-production=success gate=success image=success measure=success publish=success test=success")
			if w.Head(t) == before {
				t.Error("the run has deployed nothing")
			}
			if template.start != "" {
				w.wantAnswer(t, template.start, spec)
			}
		})
	}
}

// answers are the port and the path that a spec has.
var answers = regexp.MustCompile(`(?s)port: +(\d+)\n.*readiness: "([^"]+)"`)

// newFromGallery is a world in whose source is what 'pipegen new' writes into a clone of an empty repository.
func newFromGallery(t *testing.T, name, needs string) (w world, spec []string) {
	t.Helper()
	w = newProject(t, needs, map[string]string{"pipeline.cue": "test: steps: [{name: \"Test\", run: \"true\"}]\n"})
	port := regexp.MustCompile(`port: (\d+)`).FindStringSubmatch(read(t, w.Folder("repo/pipeline.cue")))[1]
	for _, clone := range []string{"repo", "gitops-repo"} {
		entries, err := os.ReadDir(w.Folder(clone))
		check(t, err)
		for _, e := range entries {
			if e.Name() != ".git" {
				check(t, os.RemoveAll(w.Folder(filepath.Join(clone, e.Name()))))
			}
		}
	}
	w.Command(t, w.Folder("repo"), "pipegen", "new", name, ".", "--gitops", w.GitOps, "--port", port)
	spec = answers.FindStringSubmatch(read(t, w.Folder("repo/pipeline.cue")))
	if spec == nil {
		t.Fatal("the spec has no port and no path")
	}
	w.Answers = []string{spec[2]}
	runner.Write(t, w.own("api/users/deployer[bot].json"), `{"id": 12345}`)
	return w, spec
}

// ofMachine writes the release of a language that this machine has in place of a template's.
func (w world) ofMachine(t *testing.T, language, pattern string) {
	t.Helper()
	have := w.Toolchains[language][0].Release
	found := false
	check(t, filepath.WalkDir(w.Folder("repo"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(path, "/.git/") {
			return err
		}
		text := read(t, path)
		changed := regexp.MustCompile(pattern).ReplaceAllStringFunc(text, func(match string) string {
			found = true
			parts := regexp.MustCompile(pattern).FindStringSubmatch(match)
			words := strings.Split(have, ".")
			return parts[1] + strings.Join(words[:strings.Count(parts[2], ".")+1], ".")
		})
		if changed != text {
			runner.Write(t, path, changed)
		}
		return nil
	}))
	if !found {
		t.Fatalf("no file says %s", pattern)
	}
}

// mavenOfDebian takes the releases that Debian has of what the tests need.
func mavenOfDebian(t *testing.T, w *world) {
	pom := w.Folder("repo/pom.xml")
	runner.Write(t, pom, strings.NewReplacer("3.5.6", "2.22.3", "5.14.4", "5.9.2").Replace(read(t, pom)))
}

// wheelsOfDebian locks the releases that Debian has.
func wheelsOfDebian(t *testing.T, w *world) {
	packages := newFeed(t)
	program := "--index-url " + packages.index() + "\n" + packages.addWheels(t, fastAPIWheels)
	runner.Write(t, w.Folder("repo/requirements.txt"), program)
	runner.Write(t, w.Folder("repo/requirements-dev.txt"), "-r requirements.txt\n"+packages.addWheels(t, testWheels+" "+httpxWheels))
}

// cratesOfDebian has cargo take the crates that Debian has, from below its home, as those that it fetches itself: the tests
// cover none of them. Debian knows no checksum of some.
func cratesOfDebian(t *testing.T, w *world) {
	crates := w.own("home/.cargo/debian")
	for _, crate := range []string{"ascii-1.0.0", "cfg-if-1.0.0", "chunked_transfer-1.4.0", "httpdate-1.0.2", "log-0.4.17", "tiny_http-0.12.0"} {
		check(t, os.CopyFS(filepath.Join(crates, crate), os.DirFS(filepath.Join(debianCrates, crate))))
	}
	runner.Write(t, w.own("home/.cargo/config.toml"), "[source.crates-io]\nreplace-with = \"debian\"\n[source.debian]\ndirectory = \""+crates+"\"\n")
	check(t, os.Remove(w.Folder("repo/Cargo.lock")))
	w.Command(t, w.Folder("repo"), w.Bash, "-ec", "cargo generate-lockfile")
}

// debianCrates is where Debian keeps the sources of crates.
const debianCrates = "/usr/share/cargo/registry"

// wantAnswer starts the program in the source and asks it.
func (w world) wantAnswer(t *testing.T, start string, spec []string) {
	t.Helper()
	var said bytes.Buffer
	process := exec.CommandContext(t.Context(), "bash", "-ec", start)
	process.Dir, process.Env = w.Folder("repo"), append(w.Environment(), "PORT="+spec[1])
	process.Stdout, process.Stderr = &said, &said
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	check(t, process.Start())
	stop := func() {
		_ = syscall.Kill(-process.Process.Pid, syscall.SIGKILL)
		_ = process.Wait()
	}
	address := fmt.Sprintf("http://127.0.0.1:%s%s", spec[1], spec[2])
	for range 600 {
		if answer, err := http.Get(address); err == nil {
			answer.Body.Close()
			stop()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("%s answers %s", address, answer.Status)
			}
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	stop()
	t.Errorf("%s does not answer:\n%s", address, &said)
}
