package check

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/shell"
)

// shellcheckRules leaves out what cannot be judged from one step alone: variables
// that come from env (SC2153, SC2154), and what only looks constant because GitHub
// fills it in (SC2043, SC2050, SC2157, SC2194), files of the runner (SC1091).
const shellcheckRules = "SC1091,SC2043,SC2050,SC2153,SC2154,SC2157,SC2194"

// prologue is how GitHub starts bash, in a line of its own before each script: it
// keeps shellcheck from asking what happens when a command fails.
const prologue = "set -eo pipefail\n"

// script is the body of a run step and where it begins.
type script struct {
	file artifact.File
	line int // of its first line
	text string
}

// shellScripts runs shellcheck once over the scripts that the spec's author wrote. Tests check pipegen's own scripts:
// if they were checked here again, a newer shellcheck on a user's machine would fail commits for something that the
// user cannot fix. Where shellcheck is needed and not installed, skipped says so, and only scripts that bash cannot
// read are found.
func (c checker) shellScripts(scripts []script) (found diag.List, skipped string, err error) {
	scripts = distinct(scripts)
	if len(scripts) == 0 {
		return nil, "", nil
	}
	program, err := exec.LookPath("shellcheck")
	if err != nil {
		return c.unreadable(scripts), "shellcheck is not installed: the scripts of the spec were not checked", nil
	}
	dir, err := os.MkdirTemp("", "pipegen-")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	args := []string{"--norc", "--format=json", "--shell=bash", "--exclude=" + shellcheckRules}
	for i, s := range scripts {
		name := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(name, []byte(prologue+s.text), 0o600); err != nil {
			return nil, "", err
		}
		args = append(args, name)
	}
	found, err = c.shellcheck(program, args, scripts)
	return found, "", err
}

// unreadable finds the scripts that bash cannot read, which needs no shellcheck.
func (c checker) unreadable(scripts []script) diag.List {
	var out diag.List
	for _, s := range scripts {
		if line, why := shell.Fault(s.text); why != "" {
			d := c.finding(diag.Script, s.file, s.line+line, 0, "bash cannot read the script from here on: "+why)
			d.Offset = line + 1
			out = append(out, d)
		}
	}
	return out
}

func (c checker) shellcheck(program string, args []string, scripts []script) (diag.List, error) {
	cmd := exec.Command(program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	// 1 says that there are findings.
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return nil, fmt.Errorf("shellcheck: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	var comments []struct {
		File         string
		Line, Column int
		Level        string
		Code         int
		Message      string
	}
	if err := json.Unmarshal(stdout, &comments); err != nil {
		return nil, fmt.Errorf("shellcheck: %w", err)
	}
	var out diag.List
	for _, found := range comments {
		i, err := strconv.Atoi(filepath.Base(found.File))
		if err != nil || i >= len(scripts) {
			return nil, fmt.Errorf("shellcheck: it speaks of a file %q that it was not given", found.File)
		}
		s := scripts[i]
		d := c.finding(diag.Script, s.file, s.line+found.Line-2, 0, fmt.Sprintf("%s (shellcheck: SC%d)", found.Message, found.Code))
		d.Offset = found.Line - 1
		out = append(out, d)
	}
	return out, nil
}

// scriptsOf finds the run steps of a workflow whose text comes from the spec.
func scriptsOf(f artifact.File, workflow *actionlint.Workflow) []script {
	var out []script
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			if s, ok := scriptOf(f, step); ok && written(f.Origin(s.line)) {
				out = append(out, s)
			}
		}
	}
	return out
}

// distinct are the scripts with each text once, in the order of their lines.
func distinct(scripts []script) []script {
	sort.SliceStable(scripts, func(i, j int) bool {
		a, b := &scripts[i], &scripts[j]
		return cmp.Or(strings.Compare(a.file.Path, b.file.Path), a.line-b.line) < 0
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(scripts, func(s script) bool {
		again := seen[s.text]
		seen[s.text] = true
		return again
	})
}

// written reports whether a line is the author's. A line that is merely in a patched file is pipegen's own.
func written(origin string) bool {
	return origin != "" && (!strings.HasPrefix(origin, "patches[") || strings.Contains(origin, ".ops["))
}

func scriptOf(f artifact.File, step *actionlint.Step) (script, bool) {
	run, ok := step.Exec.(*actionlint.ExecRun)
	if !ok || run.Run == nil {
		return script{}, false
	}
	line := run.Run.Pos.Line
	if strings.Contains(run.Run.Value, "\n") {
		line++ // a block scalar begins below its key
	}
	return script{file: f, line: line, text: run.Run.Value}, true
}
