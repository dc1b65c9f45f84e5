package pipeline

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// write makes a repository of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestOnlyWhatIsNeededIsRead: of files that are no YAML those are read that a kustomization names, and the others count
// for no limit.
func TestOnlyWhatIsNeededIsRead(t *testing.T) {
	files := map[string]string{
		"app/kustomization.yaml":      "configMapGenerator: [{name: a, files: [key=data/a.csv, c.txt]}]\nresources: [all.yaml]",
		"app/all.yaml":                "kind: Deployment",
		"app/data/a.csv":              "1",
		"app/c.txt":                   "1",
		"chart/Chart.yaml":            "name: chart",
		"chart/templates/a.yaml":      "{{ if }}",
		"vendor/a.yaml":               "a: b",
		"app/vendor/kustomization.md": "x",
	}
	for i := range maxFiles + 1 {
		files["a/"+strconv.Itoa(i)+".go"] = "package a"
	}
	dir := write(t, files)
	m, err := Read(dir, dir, nil)
	if err != nil || len(m.Skipped) > 0 {
		t.Fatal(err, m.Skipped)
	}
	for name, want := range map[string]bool{"app/data/a.csv": true, "app/c.txt": true, "a/1.go": false, "chart/templates/a.yaml": false, "vendor/a.yaml": false} {
		if got := m.File(artifact.GitOps, name) != nil; got != want {
			t.Errorf("%s: read is %v", name, got)
		}
	}
	if !m.HasFolder("a") {
		t.Error("a folder without YAML is no folder")
	}
}
