package act

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// limit is for one run of the workflow; most take four seconds.
const limit = 3 * time.Minute

// event is what starts a run.
type event struct {
	name    string         // push, pull_request, merge_group
	ref     string         // GITHUB_REF
	sha     string         // GITHUB_SHA: the commit that is checked out
	payload map[string]any // github.event
	secrets map[string]string
	// workflow is the file that is run, "" for ci.yaml.
	workflow string
}

// outcome is what a run says about itself.
type outcome struct {
	id      string
	ok      bool                // act ended with status 0
	jobs    map[string][]string // results by job, one for each leg; a skipped job has none
	notes   []annotation
	summary string
	log     string // for people
}

// annotation is what a script tells GitHub to show.
type annotation struct{ level, title, text string }

var command = regexp.MustCompile(`(?m)^::(error|warning|notice)(?: title=([^:\n]*))?::(.*)$`)

// results writes the outcome of the jobs in one line, for comparison:
// "gate=success publish=success,success test=success".
func (o outcome) results() string {
	var all []string
	for _, job := range slices.Sorted(maps.Keys(o.jobs)) {
		all = append(all, job+"="+strings.Join(o.jobs[job], ","))
	}
	return strings.Join(all, " ")
}

// has reports whether an annotation of that level contains the text.
func (o outcome) has(level, text string) bool {
	return slices.ContainsFunc(o.notes, func(note annotation) bool {
		return note.level == level && strings.Contains(note.text, text)
	})
}

// run has act run the workflow of the commit for the event.
func (w *world) run(t *testing.T, e event) outcome {
	t.Helper()
	w.runs++
	id := fmt.Sprint(1000 + w.runs)
	folder := filepath.Join(w.root, "runs", id)
	payload, err := json.Marshal(e.payload)
	check(t, err)
	check(t, os.MkdirAll(folder, 0o755))
	check(t, os.WriteFile(filepath.Join(folder, "event.json"), payload, 0o644))
	check(t, w.Save(w.root))

	// act finds repository and workflow in the folder that it starts in.
	code := filepath.Join(folder, "code")
	w.git(t, "", "clone", "--quiet", "--no-checkout", "https://github.com/org/repo", code)
	w.git(t, code, "fetch", "--quiet", "origin", e.sha)
	w.git(t, code, "checkout", "--quiet", "--detach", e.sha)

	name := filepath.Join(".github/workflows", cmp.Or(e.workflow, "ci.yaml"))
	file := filepath.Join(code, name)
	text, err := os.ReadFile(file)
	check(t, err)
	workflow := string(text)
	if e.workflow == "" {
		workflow = understood(t, workflow)
	}
	check(t, os.WriteFile(file, []byte(workflow), 0o644))
	args := []string{e.name,
		"--directory", code, "--workflows", name,
		"--eventpath", filepath.Join(folder, "event.json"),
		"--platform", "ubuntu-24.04=-self-hosted", "--platform", "ubuntu-24.04-arm=-self-hosted",
		"--no-skip-checkout", "--no-cache-server", "--rm", "--json", "--actor", "octocat",
		"--action-cache-path", filepath.Join(folder, "cache"),
		"--env", "GITHUB_REF=" + e.ref, "--env", "GITHUB_RUN_ID=" + id,
		"--secret", "GITHUB_TOKEN=token-of-the-run",
	}
	for name, value := range e.secrets {
		args = append(args, "--secret", name+"="+value)
	}
	args = append(args, standIn(t, workflow)...)

	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	process := exec.CommandContext(ctx, filepath.Join(tools, "act"), args...)
	process.Dir, process.Env = code, w.environment()
	// On a signal act ends its own steps; only then is it killed.
	process.Cancel = func() error { return process.Process.Signal(syscall.SIGTERM) }
	process.WaitDelay = 10 * time.Second
	var stdout, stderr bytes.Buffer
	process.Stdout, process.Stderr = &stdout, &stderr
	err = process.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("act: %v\n%s", err, stderr.String())
	}
	result := read(t, &stdout)
	result.id, result.ok = id, err == nil
	for _, script := range w.calls(t, id, "bash") {
		for _, match := range command.FindAllStringSubmatch(script.Output, -1) {
			result.notes = append(result.notes, annotation{match[1], match[2], match[3]})
		}
		if strings.Contains(script.Output, token) {
			t.Errorf("a script in %s prints the token", script.Job)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("run %s, %s of %s: %s\n%+v\n%s%s", id, e.name, e.sha, result.results(), result.notes, result.log, stderr.String())
		}
	})
	return result
}

// understood is the workflow without the one line that act 0.2.89 refuses: it
// does not know the permission artifact-metadata, and models no permissions.
func understood(t *testing.T, workflow string) string {
	t.Helper()
	unknown := regexp.MustCompile(`(?m)^ +artifact-metadata: write .*\n`)
	if found := unknown.FindAllString(workflow, -1); len(found) != 1 {
		t.Fatalf("one line with artifact-metadata expected, have %q", found)
	}
	return unknown.ReplaceAllString(workflow, "")
}

var uses = regexp.MustCompile(`(?m)^\s+uses: (([\w-]+/[\w-]+)@[0-9a-f]{40})  # v`)

// standIn are the arguments that lead act from every action of the workflow, at
// its commit, to the stand-in; one without a stand-in fails the test.
func standIn(t *testing.T, workflow string) []string {
	t.Helper()
	found := uses.FindAllStringSubmatch(workflow, -1)
	if all := strings.Count(workflow, "uses:"); len(found) == 0 || len(found) != all {
		t.Fatalf("%d of %d uses: are an action at a full commit with its version as a comment", len(found), all)
	}
	var args []string
	for _, match := range found {
		folder, err := filepath.Abs(filepath.Join("standins", "actions", match[2]))
		check(t, err)
		if _, err := os.Stat(filepath.Join(folder, "action.yml")); err != nil {
			t.Fatalf("the workflow uses %s, which has no stand-in: %v", match[2], err)
		}
		args = append(args, "--local-repository", match[1]+"="+folder)
	}
	return args
}

// read takes apart what act prints with --json, a line each.
func read(t *testing.T, stdout *bytes.Buffer) outcome {
	t.Helper()
	result := outcome{jobs: map[string][]string{}}
	var log strings.Builder
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			JobID, JobResult, Msg string
			Command, Arg, Content string
			KvPairs               map[string]string
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("act printed %q: %v", lines.Text(), err)
		}
		if !strings.HasPrefix(line.Msg, "LocalRepositoryCache") {
			fmt.Fprintf(&log, "[%s] %s\n", line.JobID, strings.TrimSpace(line.Msg))
		}
		switch {
		case line.JobResult != "":
			result.jobs[line.JobID] = append(result.jobs[line.JobID], line.JobResult)
		case line.Command == "summary":
			result.summary += line.Content
		}
	}
	check(t, lines.Err())
	result.log = log.String()
	return result
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
