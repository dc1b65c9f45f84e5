package workspace

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

const header = "# " + artifact.HeaderMarker + " from pipeline.cue. Do not edit.\n"

func gen(root artifact.Root, path, body string) artifact.File {
	return artifact.File{Root: root, Path: path, Content: []byte(header + body)}
}

func live(root artifact.Root, path, body string) artifact.File {
	return artifact.File{Root: root, Path: path, Content: []byte(body), Owner: artifact.Live}
}

func setOf(t *testing.T, files ...artifact.File) *artifact.Set {
	t.Helper()
	set := &artifact.Set{}
	for _, f := range files {
		if err := set.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

func mustCompare(t *testing.T, set *artifact.Set, roots Roots) []Change {
	t.Helper()
	changes, err := Compare(set, roots)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// summary shows the statuses in one line: "code/a missing, gitops/b live".
func summary(changes []Change) string {
	var parts []string
	for _, c := range changes {
		parts = append(parts, fmt.Sprintf("%s/%s %s", c.File.Root, c.File.Path, c.Status))
	}
	return strings.Join(parts, ", ")
}

func twoRoots(t *testing.T) Roots {
	t.Helper()
	return Roots{artifact.Code: t.TempDir(), artifact.GitOps: t.TempDir()}
}

// put writes a file under dir; a path that ends in "/" is a directory.
func put(t *testing.T, dir, path, content string) {
	t.Helper()
	name := filepath.Join(dir, path)
	if strings.HasSuffix(path, "/") {
		if err := os.MkdirAll(name, 0o755); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// snapshot maps each path below the directories to its mode and content.
func snapshot(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			tree[name] = info.Mode().String()
			switch {
			case info.Mode().IsRegular():
				content, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				tree[name] += " " + string(content)
			case info.Mode()&fs.ModeSymlink != 0:
				target, err := os.Readlink(name)
				if err != nil {
					return err
				}
				tree[name] += " " + target
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

func sameTree(t *testing.T, got, want map[string]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if got[name] != want[name] {
			t.Errorf("%s:\n got  %q\n want %q", name, got[name], want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is gone; want %q", name, want[name])
		}
	}
}

func read(t *testing.T, elem ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
