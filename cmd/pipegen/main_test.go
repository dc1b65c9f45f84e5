package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected output anew")

// TestMain lets scripts run pipegen: the test binary stands in for it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"pipegen": main})
}

// TestScripts runs the scripts of testdata/script, named after the verbs. A script
// finds:
//
//	$BIN      a directory that holds pipegen alone, to be a PATH without tools
//	$EXAMPLES the specs of the project
//	[git], [gh], [helm], [shellcheck]  whether it is installed; [root], whether root runs the test
//	$LINTED   a PATH on which shellcheck is then found; on the usual one, it finds nothing
//	run pipegen [VERB]...  which runs pipegen in the process of the test; exec starts one
//	exits CODE COMMAND...  which requires the exit code, and runs pipegen likewise
func TestScripts(t *testing.T) {
	examples, err := filepath.Abs("../../specs")
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Abs(filepath.Join("testdata", "script"))
	if err != nil {
		t.Fatal(err)
	}
	usual := os.Getenv("PATH")
	// One that finds nothing takes the place of shellcheck, which would read the same scripts a thousand times.
	quick := t.TempDir()
	if err := os.WriteFile(filepath.Join(quick, "shellcheck"), []byte("#!/bin/sh\necho '[]'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	conditions := map[string]bool{"root": os.Geteuid() == 0}
	for _, program := range []string{"shellcheck", "gh", "git", "helm"} {
		_, err := exec.LookPath(program)
		conditions[program] = err == nil
	}
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("BIN", filepath.SplitList(usual)[0])
			e.Setenv("EXAMPLES", examples)
			e.Setenv("LINTED", usual)
			e.Setenv("PATH", quick+string(filepath.ListSeparator)+usual)
			// With the race detector each process would wait a second before it ends.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Condition: func(name string) (bool, error) {
			holds, known := conditions[name]
			if !known {
				return false, errors.New("unknown condition")
			}
			return holds, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"run": inProcess, "exits": exits},
	})
}

// here is held by the script whose folder and environment this process has meanwhile.
var here sync.Mutex

// verb runs pipegen in this process, which takes half as long as a new one, and returns its exit code.
func verb(ts *testscript.TestScript, args []string) int {
	here.Lock()
	defer here.Unlock()
	wd, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	defer os.Chdir(wd)
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "PWD", "GIT_CONFIG_NOSYSTEM", "GIT_AUTHOR_NAME", "ATTESTED"} {
		defer setenv(name, os.Getenv(name))
		setenv(name, ts.Getenv(name))
	}
	setenv("PWD", ts.MkAbs("."))
	return run(args, streams{in: strings.NewReader(""), out: ts.Stdout(), err: ts.Stderr(), env: ts.Getenv})
}

func setenv(name, value string) {
	if os.Unsetenv(name); value != "" {
		os.Setenv(name, value)
	}
}

func inProcess(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || args[0] != "pipegen" {
		ts.Fatalf("usage: run pipegen [VERB]...")
	}
	if code := verb(ts, args[1:]); (code != exitDone) != neg {
		ts.Fatalf("%v exits %d", args, code)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if args[1] == "pipegen" {
		got = verb(ts, args[2:])
	} else if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit := (*exec.ExitError)(nil)
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%v exits %d, want %d", args[1:], got, want)
	}
}
