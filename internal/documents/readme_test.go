package documents

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

const readme = "../README.md"

// TestReadmeCommands runs the commands of the README. For make it checks only that
// there is such a target.
func TestReadmeCommands(t *testing.T) {
	makefile := read(t, "../Makefile")
	for _, b := range blocksOf(read(t, readme)) {
		if b.lang != "sh" {
			continue
		}
		dir := checkout(t)
		if b.mark == "own repository" {
			dir = ownRepository(t)
		}
		script := regexp.MustCompile(`\bmake (\w+)( && )?`).ReplaceAllStringFunc(b.text, func(s string) string {
			target := strings.Fields(s)[1]
			if !strings.Contains(makefile, "\n"+target+":") {
				t.Errorf("README.md:%d: make has no target %s", b.line, target)
			}
			return ""
		})
		if output, code := run(t, dir, "set -e\n"+script); code != 0 {
			t.Errorf("README.md:%d: exit code %d:\n%s", b.line, code, output)
		}
	}
}

// checkout is a folder that looks like this repository after make build.
func checkout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir()) // for mktemp
	specs, err := filepath.Abs("../specs")
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"specs": specs, "bin": bin} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ownRepository is the repository of a new user.
func ownRepository(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if output, code := run(t, dir, "git init --quiet --initial-branch=main && git remote add origin https://github.com/example/shop && printf 'FROM scratch\nEXPOSE 8080\n' > Dockerfile"); code != 0 {
		t.Fatal(output)
	}
	return dir
}

// TestReadmeExcerpts finds every excerpt in the file that it is taken from, line by
// line. A line of three dots skips lines.
func TestReadmeExcerpts(t *testing.T) {
	for _, b := range blocksOf(read(t, readme)) {
		name, ok := strings.CutPrefix(b.mark, "excerpt of ")
		if !ok {
			continue
		}
		rest := read(t, filepath.Join("..", name))
		for _, part := range regexp.MustCompile(`(?m)^\s*\.\.\.\n`).Split(b.text, -1) {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("README.md:%d: %s does not have\n%s", b.line, name, part)
			}
			rest = after
		}
	}
}

// TestReadmeVerbs compares the tables of verbs with the groups of the help.
func TestReadmeVerbs(t *testing.T) {
	help, _ := run(t, ".", "pipegen --help")
	_, list, _ := strings.Cut(help, "\nBegin:\n")
	list, _, _ = strings.Cut(list, "\nFlags:\n")
	var offered, documented []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+) `).FindAllStringSubmatch(list, -1) {
		if m[1] != "help" {
			offered = append(offered, m[1])
		}
	}
	slices.Sort(offered)
	for _, m := range regexp.MustCompile("(?m)^\\| `pipegen (\\w+)` \\|").FindAllStringSubmatch(read(t, readme), -1) {
		documented = append(documented, m[1])
	}
	slices.Sort(documented)
	if !slices.Equal(offered, documented) {
		t.Errorf("pipegen --help lists %v, README.md %v", offered, documented)
	}
}

// TestReadmeCriteria compares the table of criteria with what the generated README
// says about each.
func TestReadmeCriteria(t *testing.T) {
	loaded, found := schema.Load("pipeline.cue", []byte(read(t, "../specs/fastapi-agent/pipeline.cue")))
	if len(found) > 0 {
		t.Fatal(found)
	}
	generated := read(t, "../golden/fastapi-agent/repo/.github/workflows/README.md")
	rows := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (Enforced|Measured) \\|").FindAllStringSubmatch(read(t, readme), -1)
	if len(rows) != len(loaded.Spec.Criteria) {
		t.Errorf("README.md has %d kinds of criterion, the spec %d", len(rows), len(loaded.Spec.Criteria))
	}
	for _, row := range rows {
		for _, c := range loaded.Spec.Criteria {
			if c.Value.Kind() == row[1] && !strings.Contains(generated, "- "+c.Value.Statement+" *"+row[2]) {
				t.Errorf("README.md says of %s that it is %s; the generated README does not", row[1], row[2])
			}
		}
	}
}

// TestLinks follows the links between files.
func TestLinks(t *testing.T) {
	for _, name := range []string{readme, "README.md", "spec.md", "diagnostics.md", "verify.md", "doctor.md", "diff.md"} {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestIndex: the index has every page.
func TestIndex(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	index := read(t, "README.md")
	for _, page := range pages {
		if page != "README.md" && !strings.Contains(index, "]("+page+")") {
			t.Errorf("docs/README.md does not name %s", page)
		}
	}
}
