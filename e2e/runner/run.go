package runner

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// Outcome is the result of a run.
type Outcome struct {
	ID      string
	OK      bool                // act ended with status 0
	Jobs    map[string][]string // results by job, one for each leg; a skipped job has none
	Notes   []Note
	Summary string
	log     string // for people
}

// Logged reports whether something is in the log of the run.
func (o Outcome) Logged(text string) bool { return strings.Contains(o.log, text) }

// Note is an annotation of a script.
type Note struct{ Job, Level, Title, Text string }

var command = regexp.MustCompile(`(?m)^::(error|warning|notice)(?: title=([^:\n]*))?::(.*)$`)

// Results writes the outcome of the jobs in one line, for comparison:
// "gate=success publish=success,success test=success".
func (o Outcome) Results() string {
	var all []string
	for _, job := range slices.Sorted(maps.Keys(o.Jobs)) {
		all = append(all, job+"="+strings.Join(o.Jobs[job], ","))
	}
	return strings.Join(all, " ")
}

// Want compares the results of the jobs; a job that is not named was skipped.
func (o Outcome) Want(t *testing.T, results string) {
	t.Helper()
	if got := o.Results(); got != results {
		t.Errorf("run %s:\n got %s\nwant %s", o.ID, got, results)
	}
	if failed := strings.Contains(results, "failure"); o.OK == failed {
		t.Errorf("run %s: act says success=%v", o.ID, o.OK)
	}
}

// Has reports whether an annotation of that level contains the text.
func (o Outcome) Has(level, text string) bool {
	return slices.ContainsFunc(o.Notes, func(note Note) bool {
		return note.Level == level && strings.Contains(note.Text, text)
	})
}

// Run has act run the workflow of the commit for the event.
func (w *World) Run(t *testing.T, e Event) Outcome {
	t.Helper()
	w.runs++
	id := fmt.Sprint(w.runs)
	folder := filepath.Join(w.Root, "runs", id)
	payload, err := json.Marshal(e.Payload)
	check(t, err)
	check(t, os.MkdirAll(folder, 0o755))
	check(t, os.WriteFile(filepath.Join(folder, "event.json"), payload, 0o644))
	check(t, w.Save(w.Root))

	// act finds repository and workflow in the folder that it starts in.
	code := filepath.Join(folder, "code")
	w.Git(t, "", "clone", "--quiet", "--no-checkout", "https://github.com/"+w.Code, code)
	w.Git(t, code, "fetch", "--quiet", "origin", e.SHA)
	w.Git(t, code, "checkout", "--quiet", "--detach", e.SHA)

	name := cmp.Or(e.Workflow, "ci.yaml")
	file := filepath.Join(code, ".github/workflows", name)
	text, err := os.ReadFile(file)
	check(t, err)
	workflow := understood(t, string(text))
	check(t, os.WriteFile(file, []byte(workflow), 0o644))
	args := []string{e.Name,
		"--directory", code, "--workflows", filepath.Join(".github/workflows", name),
		"--eventpath", filepath.Join(folder, "event.json"),
		"--platform", "ubuntu-24.04=-self-hosted", "--platform", "ubuntu-24.04-arm=-self-hosted",
		"--no-skip-checkout", "--no-cache-server", "--rm", "--json", "--actor", cmp.Or(e.Actor, "octocat"),
		"--action-cache-path", filepath.Join(folder, "cache"),
		"--env", "GITHUB_REF=" + e.Ref, "--env", "GITHUB_RUN_ID=" + id,
		"--env", "GITHUB_WORKFLOW_REF=" + w.Code + "/.github/workflows/" + name + "@" + e.Ref,
		"--secret", "GITHUB_TOKEN=" + cmp.Or(w.RunToken, "token-of-the-run"),
	}
	for name, value := range e.Secrets {
		args = append(args, "--secret", name+"="+value)
	}
	for name, value := range e.Vars {
		args = append(args, "--var", name+"="+value)
	}
	args = append(args, standIn(t, workflow)...)

	told := newReport(w, id, name, e, workflow)
	told.send()
	result := w.act(t, code, args, e.Stop, told)
	result.ID = id
	for _, script := range w.Calls(t, id, "bash") {
		for _, match := range command.FindAllStringSubmatch(script.Output, -1) {
			result.Notes = append(result.Notes, Note{script.Job, match[1], match[2], match[3]})
		}
		if strings.Contains(script.Output, Token) {
			t.Errorf("a script in %s prints the token", script.Job)
		}
	}
	told.end(result)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("run %s, %s of %s: %s\n%+v\n%s", id, e.Name, e.SHA, result.Results(), result.Notes, result.log)
		}
	})
	return result
}

// act runs it to its end and follows what it prints.
func (w *World) act(t *testing.T, folder string, args []string, stop <-chan struct{}, told *report) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(w.Limit, limit))
	defer cancel()
	process := exec.CommandContext(ctx, Tool("act"), args...)
	process.Dir, process.Env = folder, w.Environment()
	// On a signal act ends its own steps; only then is it killed.
	process.Cancel = func() error { return process.Process.Signal(syscall.SIGTERM) }
	process.WaitDelay = 10 * time.Second
	var stderr bytes.Buffer
	process.Stderr = &stderr
	stdout, err := process.StdoutPipe()
	check(t, err)
	check(t, process.Start())
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-stop:
			w.lose()
		case <-ended:
		}
	}()
	result, garbled := read(stdout, told)
	err = process.Wait()
	if garbled != nil && stop == nil {
		// Only a runner that was lost may end in the middle of a line.
		t.Fatal(garbled)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("act: %v\n%s", err, stderr.String())
	}
	result.OK = err == nil
	result.log += stderr.String()
	return result
}

// understood is the workflow without the lines that act 0.2.89 refuses: it knows neither deployment: false,
// the permission artifact-metadata nor the queue of a concurrency group, and models
// neither permissions nor groups.
func understood(t *testing.T, workflow string) string {
	t.Helper()
	unknown := regexp.MustCompile(`(?m)^ +(artifact-metadata: write .*|queue: max|deployment: false)\n`)
	if deploys := strings.Contains(workflow, "\n    environment:"); deploys && !unknown.MatchString(workflow) {
		t.Fatal("there is nothing that act refuses: leave understood out")
	}
	return unknown.ReplaceAllString(workflow, "")
}

var uses = regexp.MustCompile(`(?m)^\s+uses: ([\w-]+/[\w-]+)((?:/[\w-]+)*)@([0-9a-f]{40})  # v?\d`)

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
		repository, name := match[1], match[1]+match[2]
		folder, err := filepath.Abs(filepath.Join("../runner/standins/actions", repository))
		check(t, err)
		if _, err := os.Stat(filepath.Join(folder, match[2], "action.yml")); err != nil {
			t.Fatalf("the workflow uses %s, which has no stand-in: %v", name, err)
		}
		args = append(args, "--local-repository", repository+"@"+match[3]+"="+folder)
	}
	understandInputs(t, workflow)
	return args
}

// line is what act prints with --json.
type line struct {
	Job, JobID, JobResult   string
	Msg                     string
	Step, Stage, StepResult string
	StepID                  []string
	Command, Arg, Content   string
	Matrix                  map[string]any
}

// read takes apart what act prints, a line each, as it comes. The error is about the
// last line that could not be read.
func read(stdout io.Reader, told *report) (result Outcome, garbled error) {
	result.Jobs = map[string][]string{}
	var log strings.Builder
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			garbled = fmt.Errorf("act printed %q: %w", lines.Text(), err)
			continue
		}
		if !strings.HasPrefix(l.Msg, "LocalRepositoryCache") {
			fmt.Fprintf(&log, "[%s] %s\n", l.JobID, strings.TrimSpace(l.Msg))
		}
		switch {
		case l.JobResult != "":
			result.Jobs[l.JobID] = append(result.Jobs[l.JobID], l.JobResult)
		case l.Command == "summary":
			result.Summary += l.Content
		}
		told.hear(l)
	}
	result.log = log.String()
	return result, cmp.Or(garbled, lines.Err())
}
