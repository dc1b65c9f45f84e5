package documents

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
)

// ownAction is the action of this repository, as a workflow names it.
const ownAction = "pipegen/pipegen"

// TestCI tries each example of ci.md in the place where a user would put it.
func TestCI(t *testing.T) {
	document := read(t, "ci.md")
	assertPinned(t, "ci.md", document)
	for _, b := range blocksOf(document) {
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			switch b.mark {
			case "workflow":
				// actionlint does not know the inputs of an action of another
				// repository.
				if found := lint(t, strings.ReplaceAll(b.text, ownAction+"@v"+generate.Version, "./")); found != "" || !strings.Contains(b.text, ownAction) {
					t.Error(found)
				}
			case "pre-commit":
				preCommit(t, b.text)
			case "git hook":
				dir := shop(t)
				if output, code := run(t, dir, b.text+"pipegen generate > /dev/null; rm PIPELINE.md; git add . && git -c user.name=t -c user.email=t@example.com commit -m x"); code != 1 || !strings.Contains(output, "[missing-file]") {
					t.Errorf("exit code %d:\n%s", code, output)
				}
			case "other CI", "run":
				// The module proxy may not have this release yet.
				script := strings.ReplaceAll(b.text, "go install github.com/pipegen/pipegen/cmd/pipegen@v"+generate.Version+"\n", "")
				if output, code := run(t, shop(t), "set -e\n"+script); code != 0 || strings.Contains(script, "go install") {
					t.Errorf("exit code %d:\n%s", code, output)
				}
			default:
				t.Errorf("no test for a block marked %q", b.mark)
			}
		})
	}
}

// TestCIVersion: every example names this release.
func TestCIVersion(t *testing.T) {
	for _, m := range regexp.MustCompile(`(?:@|rev: )v(\d+\.\d+\.\d+)`).FindAllStringSubmatch(read(t, "ci.md"), -1) {
		if m[1] != generate.Version {
			t.Errorf("ci.md: %s is not this release, v%s", m[0], generate.Version)
		}
	}
}

// shop is a repository with the spec of the examples and nothing else.
func shop(t *testing.T) string {
	t.Helper()
	t.Setenv("HOME", t.TempDir()) // no hooks of the person who runs the test
	dir := filepath.Join(t.TempDir(), "shop")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pipeline.cue"), []byte(base(blocksOf(read(t, "diagnostics.md")))), 0o644); err != nil {
		t.Fatal(err)
	}
	if output, code := run(t, dir, "git init --quiet"); code != 0 {
		t.Fatal(output)
	}
	return dir
}

func preCommit(t *testing.T, text string) {
	t.Helper()
	var config struct {
		Repos []struct {
			Repo, Rev string
			Hooks     []struct{ ID string }
		}
	}
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		t.Fatal(err)
	}
	r := config.Repos[0]
	if r.Repo != "https://github.com/"+ownAction || r.Rev == "" || len(r.Hooks) != 1 || r.Hooks[0].ID != theHook(t).ID {
		t.Errorf("%+v", config)
	}
}

// TestActionTable keeps the table of inputs equal to action.yml.
func TestActionTable(t *testing.T) {
	inputs := theAction(t).Inputs
	var table strings.Builder
	table.WriteString("| input | default | what it says |\n|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		def := "none"
		if inputs[name].Default != "" {
			def = "`" + inputs[name].Default + "`"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", name, def, inputs[name].Description)
	}
	document := read(t, "ci.md")
	settle(t, "ci.md", document, filled(t, document, "inputs", table.String()))
}

// TestFormats: ci.md has each format that check offers, and no other.
func TestFormats(t *testing.T) {
	help, _ := run(t, ".", "pipegen check --help")
	m := regexp.MustCompile(`--format (\S+)`).FindAllStringSubmatch(help, -1)
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| [^|`]*(?:`file:line:column`)?[^|`]*\\|$").FindAllStringSubmatch(read(t, "ci.md"), -1) {
		documented = append(documented, row[1])
	}
	if offered := m[len(m)-1][1]; offered != strings.Join(documented, "|") {
		t.Errorf("check offers %s, ci.md has %s", offered, strings.Join(documented, "|"))
	}
}
