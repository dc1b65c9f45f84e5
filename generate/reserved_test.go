package generate

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// inFiles are the first groups of all matches in the files of a pattern.
func inFiles(t *testing.T, glob string, re *regexp.Regexp) map[string]string {
	t.Helper()
	files, err := filepath.Glob(glob)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", glob, err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range re.FindAllSubmatch(text, -1) {
			out[string(m[1])] = file
		}
	}
	return out
}

// TestOwnVariablesAreReserved: a variable of the author's own must never be one that
// a script or a step of pipegen's reads.
func TestOwnVariablesAreReserved(t *testing.T) {
	// Those of the runner, which the schema refuses, those of bash and awk, and those to which scripts only add.
	foreign := regexp.MustCompile(`^(GITHUB_|RUNNER_)|^(BASH_REMATCH|NF|RANDOM|SECONDS|LC_ALL)$|^(RUBYOPT|RUSTFLAGS)$`)
	read := inFiles(t, "../templates/scripts/*.sh", regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]+)`))
	set := inFiles(t, "../templates/github/*.yaml", regexp.MustCompile(`(?m)^ +([A-Z][A-Z0-9_]+): `))
	for _, found := range []map[string]string{read, set} {
		for name, file := range found {
			if !foreign.MatchString(name) && reachesIn(name) == "" {
				t.Errorf("%s has the variable %s, which workflow.env could set", file, name)
			}
		}
	}
}

// TestProvenVariables holds the list against what the proofs look for.
func TestProvenVariables(t *testing.T) {
	read := inFiles(t, "../internal/rules/*.go", regexp.MustCompile(`(?:[eE]nv\(|"env", )"([A-Z_]+)"`))
	for name, file := range read {
		// The schema refuses GITHUB_TOKEN, and PORT is read beside HEALTH_PATH alone.
		if name != "GITHUB_TOKEN" && name != "PORT" && !slices.Contains(provenVariables, name) {
			t.Errorf("%s looks for %s, and a step of the author's own could set it", file, name)
		}
	}
	if len(read) < 15 {
		t.Errorf("only %d names found: the pattern has lost some", len(read))
	}
}
