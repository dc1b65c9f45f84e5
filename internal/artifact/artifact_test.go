package artifact

import (
	"strings"
	"testing"
)

func TestAddRefuses(t *testing.T) {
	for _, p := range []string{
		"", ".", "..", "../a", "a/../b", "a/..", "/a", "//a", "a//b", "a/", "./a", "a/.", `a\b`, `..\a`, "C:a", "a:b", "a\x00b", "a\nb", "a\rb",
	} {
		var s Set
		if err := s.Add(File{Root: Code, Path: p}); err == nil {
			t.Errorf("Add takes %q", p)
		} else if len(s.Files()) != 0 {
			t.Errorf("Add refuses %q and keeps it", p)
		}
	}
	for _, p := range []string{"a", ".github/workflows/ci.yaml", "a/b/c", "..a", "a..b/c", "...", "a b"} {
		var s Set
		if err := s.Add(File{Root: Code, Path: p}); err != nil {
			t.Errorf("Add refuses %q: %v", p, err)
		}
	}
}

func TestAddRefusesTheSamePlace(t *testing.T) {
	for _, c := range []struct {
		first, second File
		ok            bool
	}{
		{File{Root: Code, Path: "a/b"}, File{Root: Code, Path: "a/b"}, false},
		{File{Root: Code, Path: "a/b"}, File{Root: Code, Path: "A/b"}, false},
		{File{Root: Code, Path: "a"}, File{Root: Code, Path: "a/b"}, false},
		{File{Root: Code, Path: "a/b"}, File{Root: Code, Path: "a"}, false},
		{File{Root: Code, Path: "a/b/c"}, File{Root: Code, Path: "A"}, false},
		{File{Root: Code, Path: "a"}, File{Root: Code, Path: "ab"}, true},
		{File{Root: Code, Path: "a/b"}, File{Root: Code, Path: "a/bc"}, true},
		{File{Root: Code, Path: "a/b"}, File{Root: GitOps, Path: "a/b"}, true},
	} {
		var s Set
		if err := s.Add(c.first); err != nil {
			t.Fatal(err)
		}
		err := s.Add(c.second)
		if (err == nil) != c.ok {
			t.Errorf("%s beside %s: %v", c.second.Path, c.first.Path, err)
		}
		if err != nil && (!strings.Contains(err.Error(), c.first.Path) || !strings.Contains(err.Error(), c.second.Path)) {
			t.Errorf("the message names only one of two files: %v", err)
		}
	}
}

func TestFilesInOrder(t *testing.T) {
	var s Set
	for _, f := range []File{{Root: GitOps, Path: "a"}, {Root: Code, Path: "b"}, {Root: GitOps, Path: "A.txt"}, {Root: Code, Path: "a/z"}} {
		if err := s.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, f := range s.Files() {
		got = append(got, string(f.Root)+":"+f.Path)
	}
	if want := "code:a/z code:b gitops:A.txt gitops:a"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	if f, ok := s.Lookup(GitOps, "a"); !ok || f.Path != "a" {
		t.Errorf("Lookup = %v, %v", f, ok)
	}
	if _, ok := s.Lookup(Code, "a"); ok {
		t.Error("Lookup finds a file of the other root")
	}
}

func TestOrigin(t *testing.T) {
	f := File{Origins: []string{"", "deploy.port"}}
	for line, want := range map[int]string{-1: "", 0: "", 1: "", 2: "deploy.port", 3: ""} {
		if got := f.Origin(line); got != want {
			t.Errorf("Origin(%d) = %q, want %q", line, got, want)
		}
	}
}
