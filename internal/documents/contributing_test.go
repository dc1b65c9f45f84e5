package documents

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	makeTarget = regexp.MustCompile("(?m)(?:^|`)make ([a-z0-9-]+)")
	codePath   = regexp.MustCompile("`([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+)`")
	testRun    = regexp.MustCompile(`go test (\./\S+) -run ([A-Z]\w+)`)
	rootFolder = regexp.MustCompile("below `([a-z/]+)`")
)

// TestRootDocuments: the commands, paths and targets that the documents at the root name
// exist.
func TestRootDocuments(t *testing.T) {
	makefile := read(t, "../Makefile")
	for _, name := range []string{"CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"} {
		text := read(t, "../"+name)
		for _, m := range makeTarget.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(makefile, "\n"+m[1]+":") {
				t.Errorf("%s: there is no target %s", name, m[1])
			}
		}
		for _, m := range append(codePath.FindAllStringSubmatch(text, -1), rootFolder.FindAllStringSubmatch(text, -1)...) {
			if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
		for _, m := range testRun.FindAllStringSubmatch(text, -1) {
			files, _ := filepath.Glob(filepath.Join("..", m[1], "*_test.go"))
			all := ""
			for _, f := range files {
				all += read(t, f)
			}
			if !strings.Contains(all, "\nfunc Test"+m[2]) {
				t.Errorf("%s: %s has no test %s", name, m[1], m[2])
			}
		}
	}
}

// TestProseWidth: prose is wrapped at one width. Tables, code and generated parts are
// exempt.
func TestProseWidth(t *testing.T) {
	names, err := filepath.Glob("*.md")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range append(names, "../README.md", "../CONTRIBUTING.md", "../SECURITY.md", "../CHANGELOG.md") {
		if name == "spec.md" || name == "evidence.md" || name == "rules.md" {
			continue
		}
		code := false
		for i, line := range strings.Split(read(t, name), "\n") {
			if strings.HasPrefix(line, "```") {
				code = !code
			}
			if !code && !strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "<!--") && utf8.RuneCountInString(line) > 120 {
				t.Errorf("%s:%d is wider than 120", name, i+1)
			}
		}
	}
}
