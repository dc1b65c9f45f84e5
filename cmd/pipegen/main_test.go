package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
//	[shellcheck]  whether it is installed
//	$LINTED   a PATH on which it is then found; on the usual one, it finds nothing
//	exits CODE COMMAND...  which requires the exit code
func TestScripts(t *testing.T) {
	examples, err := filepath.Abs("../../specs")
	if err != nil {
		t.Fatal(err)
	}
	// One that finds nothing takes the place of shellcheck, which would read the same scripts a thousand times.
	quick := t.TempDir()
	if err := os.WriteFile(filepath.Join(quick, "shellcheck"), []byte("#!/bin/sh\necho '[]'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("BIN", filepath.SplitList(os.Getenv("PATH"))[0])
			e.Setenv("EXAMPLES", examples)
			e.Setenv("LINTED", os.Getenv("PATH"))
			e.Setenv("PATH", quick+string(filepath.ListSeparator)+os.Getenv("PATH"))
			// With the race detector each process would wait a second before it ends.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Geteuid() == 0, nil
			case "shellcheck":
				_, err := exec.LookPath("shellcheck")
				return err == nil, nil
			}
			return false, errors.New("unknown condition")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
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
