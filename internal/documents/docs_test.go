// Package documents executes the documents: their examples are run, and the output
// that they show must be exactly what pipegen prints.
package documents

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated parts of the documents anew")

// bin is the folder of the pipegen that the examples run.
var bin string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withBinary(m))
}

func withBinary(m *testing.M) int {
	err := os.Chdir("../../docs") // run from the root of the repository, so that links between documents are paths of files
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if bin, err = os.MkdirTemp("", "pipegen-docs-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(bin)
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(bin, "pipegen"), "../cmd/pipegen")
	// As .goreleaser.yaml does. With cgo, the linker keeps the names of all symbols for plugins, which are six megabytes.
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// block is a fenced block of a document.
type block struct {
	section string // the diagnostic code in the heading above it
	mark    string // the text of the <!-- test: … --> before it, or ""
	lang    string
	text    string
	line    int // of its first line
	at      int // offset of text in the document
}

var mark = regexp.MustCompile(`^<!-- test: (.+) -->$`)

// blocksOf cuts the fenced blocks out of a document.
func blocksOf(document string) []block {
	var out []block
	var section, pending string
	var open *block
	offset, number := 0, 0
	for line := range strings.Lines(document) {
		number++
		offset += len(line)
		trimmed := strings.TrimRight(line, "\n")
		switch {
		case open != nil && trimmed == "```":
			out = append(out, *open)
			open, pending = nil, ""
		case open != nil:
			open.text += line
		case strings.HasPrefix(trimmed, "```"):
			open = &block{section: section, mark: pending, lang: strings.TrimPrefix(trimmed, "```"), line: number + 1, at: offset}
		case strings.HasPrefix(trimmed, "#"):
			section = strings.Trim(trimmed, "# `")
		case mark.MatchString(trimmed):
			pending = mark.FindStringSubmatch(trimmed)[1]
		case trimmed != "":
			pending = ""
		}
	}
	return out
}

func read(t *testing.T, name string) string {
	t.Helper()
	name, err := filepath.Abs(name) // as Go's cache of tests knows it, see TestCacheSees
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCacheSees opens each folder of the repository, so that Go runs these tests anew when a file has changed. Its cache
// does not know that they begin in another folder, nor what the program that they build is made of.
func TestCacheSees(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	folders := 0
	err = filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			folders++
			if base := filepath.Base(name); base == ".git" || base == "bin" {
				return fs.SkipDir
			}
		}
		return err
	})
	if err != nil || folders < 100 {
		t.Error(folders, err)
	}
}

// settle compares a document with the wanted text, or writes that with -update.
func settle(t *testing.T, name, got, want string) {
	t.Helper()
	switch {
	case got == want:
	case *update:
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not up to date: run 'go test ./internal/documents -update' and read the difference", name)
	}
}

// base returns the spec of the document that its partial examples are read into.
func base(blocks []block) string {
	for _, b := range blocks {
		if b.mark == "base" {
			return b.text
		}
	}
	return ""
}

var topLevel = regexp.MustCompile(`(?m)^\w+:`)

// within puts a partial example in front of the base, without the top-level fields
// of the base that the example sets itself.
func within(base, example string) string {
	own := map[string]bool{}
	for _, name := range topLevel.FindAllString(example, -1) {
		own[name] = true
	}
	own["test:"] = own["test:"] || own["tests:"]
	starts := topLevel.FindAllStringIndex(base, -1)
	for i, at := range starts {
		end := len(base)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		if !own[base[at[0]:at[1]]] {
			example += base[at[0]:end]
		}
	}
	return example
}

// try runs an example in a new repository and returns its output and exit code:
// those of check for a spec, and those of the script for a script.
func try(t *testing.T, base string, b block) (output string, code int) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	spec, script := base, b.text
	switch {
	case b.lang == "cue" && b.mark == "partial":
		spec, script = within(base, b.text), "pipegen check"
	case b.lang == "cue":
		spec, script = b.text, "pipegen check"
	}
	if err := os.WriteFile(filepath.Join(dir, "pipeline.cue"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	return run(t, dir, script)
}

func run(t *testing.T, dir, script string) (output string, code int) {
	t.Helper()
	cmd := exec.Command("bash", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(bytes.ReplaceAll(out, []byte(dir), []byte("."))), cmd.ProcessState.ExitCode()
}

func hasShellcheck() bool {
	_, err := exec.LookPath("shellcheck")
	return err == nil
}

// TestMarks makes sure that no example escapes the tests.
func TestMarks(t *testing.T) {
	for _, name := range []string{"spec.md", "diagnostics.md", "criteria.md", "proofs.md", "ci.md", "pins.md", "extending.md", "workloads.md", "verify.md", "doctor.md", "diff.md", "tutorial.md", "../README.md"} {
		for _, b := range blocksOf(read(t, name)) {
			if b.lang != "text" && b.lang != "mermaid" && b.mark == "" {
				t.Errorf("%s:%d: the %s block has no <!-- test: … --> before it", name, b.line, b.lang)
			}
		}
	}
}
