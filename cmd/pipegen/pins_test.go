package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pipegenIn runs a verb on an example whose repositories lie in dir.
func pipegenIn(t *testing.T, dir, example string, args ...string) (out string, code int) {
	t.Helper()
	var b bytes.Buffer
	s := streams{in: strings.NewReader(""), out: &b, err: &b, env: func(string) string { return "" }}
	code = run(append(args, "-f", "../../specs/"+example+"/pipeline.cue", "--out", dir), s)
	return b.String(), code
}

type listed struct {
	Style   string
	Actions []struct {
		Name, Version, SHA, From string
		Places                   []struct{ File string }
	}
}

// bumpLikeDependabot moves an action to a newer release in every workflow, in the form
// that the lines have.
func bumpLikeDependabot(t *testing.T, l listed, i int) {
	t.Helper()
	a := l.Actions[i]
	sha := fmt.Sprintf("%x", sha1.Sum([]byte(a.Name+a.Version)))
	version := regexp.MustCompile(`^v?\d+`).ReplaceAllStringFunc(a.Version, func(v string) string { return v + "1" })
	line := regexp.MustCompile(`(?m)(uses: ` + regexp.QuoteMeta(a.Name) + `@)(?:[0-9a-f]{40}(  # )|v?\d)\S*$`)
	done := map[string]bool{}
	for _, p := range a.Places {
		if done[p.File] {
			continue
		}
		done[p.File] = true
		src, err := os.ReadFile(p.File)
		if err != nil {
			t.Fatal(err)
		}
		bumped := line.ReplaceAllStringFunc(string(src), func(old string) string {
			head, _, _ := strings.Cut(old, "@")
			if strings.Contains(old, "  # ") {
				return head + "@" + sha + "  # " + version
			}
			return head + "@" + version
		})
		if bumped == string(src) {
			t.Fatalf("%s has no line of %s to bump", p.File, a.Name)
		}
		if err := os.WriteFile(p.File, []byte(bumped), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBumpsAreKept bumps every action of the golden workflows the way Dependabot
// does: check reports it and succeeds, and after pins take, generate leaves the
// bump as it is. A spec whose actions were all bumped in another one, in the same style,
// is left out.
func TestBumpsAreKept(t *testing.T) {
	t.Setenv("PATH", "") // shellcheck would read the same scripts each time
	specs, err := filepath.Glob("../../specs/*/pipeline.cue")
	if err != nil || len(specs) == 0 {
		t.Fatal("no specs", err)
	}
	bumps, tried := 0, map[string]bool{}
	for _, spec := range specs {
		name := filepath.Base(filepath.Dir(spec))
		golden := os.DirFS(filepath.Join("../../golden", name))
		if !bringsNew(t, golden, tried) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, golden); err != nil {
				t.Fatal(err)
			}
			out, code := pipegenIn(t, dir, name, "pins", "--format", "json")
			var l listed
			if err := json.Unmarshal([]byte(out), &l); code != 0 || err != nil {
				t.Fatalf("pins: %v\n%s", err, out)
			}
			var notices []string
			for i, a := range l.Actions {
				if a.From == "table" {
					bumpLikeDependabot(t, l, i)
					notices = append(notices, "notice: "+a.Name+" "+a.Version)
				}
			}
			bumps += len(notices)
			out, code = pipegenIn(t, dir, name, "check")
			for _, n := range notices {
				if code != 0 || !strings.Contains(out, n) {
					t.Errorf("check exits %d without %q:\n%s", code, n, out)
				}
			}
			if out, code := pipegenIn(t, dir, name, "generate"); code != 1 || !strings.Contains(out, "pins take") {
				t.Errorf("generate exits %d over bumps that were not taken:\n%s", code, out)
			}
			if out, code := pipegenIn(t, dir, name, "pins", "take"); code != 0 {
				t.Fatalf("pins take exits %d:\n%s", code, out)
			}
			if out, code := pipegenIn(t, dir, name, "check"); code != 0 || strings.Contains(out, "bumped") {
				t.Errorf("check after pins take exits %d:\n%s", code, out)
			}
			if out, code := pipegenIn(t, dir, name, "generate"); code != 0 || !strings.Contains(out, "nothing changed: ") {
				t.Errorf("generate after pins take exits %d:\n%s", code, out)
			}
		})
	}
	if bumps < 20 {
		t.Errorf("only %d bumps were tried", bumps)
	}
}

var used = regexp.MustCompile(`uses: ([^@\s]+)@(v?)`)

// bringsNew reports whether files name an action in a style in which it was not tried, and notes all of them.
func bringsNew(t *testing.T, files fs.FS, tried map[string]bool) bool {
	t.Helper()
	known := len(tried)
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(filepath.Dir(path)) != "workflows" {
			return err
		}
		text, err := fs.ReadFile(files, path)
		for _, u := range used.FindAllSubmatch(text, -1) {
			tried[string(u[1])+"@"+string(u[2])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(tried) > known
}
