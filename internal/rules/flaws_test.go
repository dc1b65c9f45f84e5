package rules_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
)

// load reads an archive whose folders code and gitops are the repositories.
func load(t *testing.T, archive []byte) *pipeline.Model {
	t.Helper()
	var files []*pipeline.File
	for _, f := range txtar.Parse(archive).Files {
		repository, name, _ := strings.Cut(f.Name, "/")
		files = append(files, pipeline.Parse(artifact.File{Root: artifact.Root(repository), Path: name, Content: f.Data}, f.Name))
	}
	m := pipeline.Of(files, check.NewRenderer().Overlays)
	for _, target := range m.Targets {
		if target.Fault != "" {
			t.Errorf("%s: %s", target.Dir, target.Fault)
		}
	}
	return m
}

var wanted = regexp.MustCompile(`# want:((?: [A-Z]\d\d)+)\s*$`)

// expected are the marks of an archive, as FILE:LINE RULE.
func expected(archive []byte) map[string]bool {
	out := map[string]bool{}
	for _, f := range txtar.Parse(archive).Files {
		for i, line := range strings.Split(string(f.Data), "\n") {
			if m := wanted.FindStringSubmatch(line); m != nil {
				for _, rule := range strings.Fields(m[1]) {
					out[fmt.Sprintf("%s:%d %s", f.Name, i+1, rule)] = true
				}
			}
		}
	}
	return out
}

// TestFlaws holds what is found in each archive against its marks: every flaw in
// its line, and nothing else. An archive without marks is a good pipeline.
func TestFlaws(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			for _, d := range rules.Flaws(load(t, archive), nil) {
				found[fmt.Sprintf("%s:%d %s", d.Pos.File, d.Pos.Line, d.Rule)] = true
				t.Logf("%s:%d %s %s", d.Pos.File, d.Pos.Line, d.Rule, d.Message)
				if d.Message == "" || d.Help == "" {
					t.Errorf("%s at %s:%d has no message or no help", d.Rule, d.Pos.File, d.Pos.Line)
				}
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(expected(archive))), slices.Sorted(maps.Keys(found))); diff != "" {
				t.Errorf("(- marked, + found):\n%s", diff)
			}
		})
	}
}
