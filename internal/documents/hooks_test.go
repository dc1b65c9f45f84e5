package documents

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

type hook struct {
	ID            string
	Entry         string
	Args          []string
	Language      string
	Files         string
	PassFilenames bool `yaml:"pass_filenames"`
}

func theHook(t *testing.T) hook {
	t.Helper()
	var hooks []hook
	if err := yaml.Unmarshal([]byte(read(t, "../.pre-commit-hooks.yaml")), &hooks); err != nil {
		t.Fatal(err)
	}
	if len(hooks) != 1 || hooks[0].ID != "pipegen-check" || hooks[0].Language != "golang" || hooks[0].PassFilenames {
		t.Fatalf("%+v", hooks)
	}
	return hooks[0]
}

// seeded files are written once and never compared, or a team has them.
var seeded = regexp.MustCompile(`^\.github/dependabot\.yml$|^renovate\.json$|/custom/kustomization\.yaml$|^charts/|^apps/billing/`)

// TestHookFiles: the hook runs for the spec and for every generated file, and not
// for other files that are usual in a repository.
func TestHookFiles(t *testing.T) {
	files := regexp.MustCompile(theHook(t).Files)
	matched := []string{"pipeline.cue", "services/shop/pipeline.cue", "Dockerfile"}
	err := filepath.WalkDir("../golden", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		// golden/EXAMPLE/REPOSITORY/PATH
		if parts := strings.SplitN(filepath.ToSlash(name), "/", 5); parts[2] != "invalid" && !seeded.MatchString(parts[4]) {
			matched = append(matched, parts[4])
		}
		return nil
	})
	if err != nil || len(matched) < 100 {
		t.Fatalf("%d files in golden: %v", len(matched), err)
	}
	for _, name := range matched {
		if !files.MatchString(name) {
			t.Errorf("the hook would not run for %s", name)
		}
	}
	for _, name := range []string{
		"README.md", "LICENSE", "Makefile", "go.mod", "package.json", "pyproject.toml", ".gitignore", ".dockerignore", ".pre-commit-config.yaml",
		"src/main.go", "app/main.py", "base/models.py", "docs/guide.md", "docs/Dockerfile.md", "config/settings.yaml", "openapi.yaml", "schema.cue", "my-pipeline.cue",
		".github/workflows/lint.yml", ".github/workflows/ci.yaml.bak", ".github/dependabot.yml", "tools/.github/workflows/ci.yaml", "charts/shop/values.yaml", "pipegen/notes.txt",
	} {
		if files.MatchString(name) {
			t.Errorf("the hook would run for %s", name)
		}
	}
}

// TestHookInGit commits in a real repository whose hook is the entry of the file.
func TestHookInGit(t *testing.T) {
	spec := base(blocksOf(read(t, "diagnostics.md")))
	dir := filepath.Join(t.TempDir(), "shop")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pipeline.cue"), []byte(spec), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", t.TempDir()) // no hooks and no signing of the person who runs the test
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	set := "git init --quiet && git config user.name t && git config user.email t@example.com && pipegen generate > /dev/null && " +
		"printf '#!/bin/sh\\nexec " + theHook(t).Entry + " " + strings.Join(theHook(t).Args, " ") + "\\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit"
	if output, code := run(t, dir, set); code != 0 {
		t.Fatal(output)
	}
	if output, code := run(t, dir, "git add . && git commit --quiet -m clean"); code != 0 {
		t.Fatalf("a clean commit is refused:\n%s", output)
	}
	output, code := run(t, dir, "sed -i.bak 's/ref: main/ref: trunk/' .github/workflows/ci.yaml && git commit --quiet -a -m drifted")
	if code == 0 || !strings.Contains(output, "[drift]") || !regexp.MustCompile(`help: .*'pipegen generate( --overwrite)?'`).MatchString(output) {
		t.Errorf("exit code %d of a commit with drift:\n%s", code, output)
	}
	if output, code := run(t, dir, "mv .github/workflows/ci.yaml.bak .github/workflows/ci.yaml && git commit --quiet --allow-empty -a -m mended && test \"$(git rev-list --count HEAD)\" = 2"); code != 0 {
		t.Errorf("a mended commit is refused:\n%s", output)
	}
}
