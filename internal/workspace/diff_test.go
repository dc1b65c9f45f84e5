package workspace

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

func TestDiff(t *testing.T) {
	file := gen(artifact.GitOps, "base/a.yaml", "replicas: 3\nport: 80\n")
	tests := []struct {
		name   string
		change Change
		want   string
	}{
		{"created", Change{File: file, Status: Missing}, `diff --git a/base/a.yaml b/base/a.yaml
new file mode 100644
--- /dev/null
+++ b/base/a.yaml
@@ -0,0 +1,3 @@
+` + header + `+replicas: 3
+port: 80
`},
		{"updated", Change{File: file, Status: Drifted, Old: []byte(header + "replicas: 2\nport: 80\n")}, `diff --git a/base/a.yaml b/base/a.yaml
--- a/base/a.yaml
+++ b/base/a.yaml
@@ -1,3 +1,3 @@
 ` + header + `-replicas: 2
+replicas: 3
 port: 80
`},
		{"updated in a CRLF checkout", Change{File: file, Status: Drifted, Old: []byte(strings.ReplaceAll(header+"replicas: 2\nport: 80\n", "\n", "\r\n"))}, `diff --git a/base/a.yaml b/base/a.yaml
--- a/base/a.yaml
+++ b/base/a.yaml
@@ -1,3 +1,3 @@
 ` + header + `-replicas: 2
+replicas: 3
 port: 80
`},
		{"foreign", Change{File: file, Status: Foreign, Old: []byte("port: 80")}, `diff --git a/base/a.yaml b/base/a.yaml
--- a/base/a.yaml
+++ b/base/a.yaml
@@ -1,1 +1,3 @@
-port: 80
\ No newline at end of file
+` + header + `+replicas: 3
+port: 80
`},
		{"unchanged", Change{File: file, Status: Unchanged, Old: file.Content}, ""},
		{"kept", Change{File: file, Status: Live, Old: []byte("x\n")}, ""},
		{"blocked", Change{File: file, Status: Blocked}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Diff(tt.change); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// The diff shows what Apply does: git apply gives the same files.
func TestDiffIsWhatGitApplies(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	put(t, dir, "old.yaml", header+"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n")
	put(t, dir, "bare.yaml", header+"no newline")
	set := setOf(t, gen(artifact.Code, "old.yaml", "a\nb\nC\nd\ne\nf\ng\nh\ni\nJ\nk\n"),
		gen(artifact.Code, "bare.yaml", "a newline\n"), gen(artifact.Code, "x/new.yaml", "new\n"),
		artifact.File{Root: artifact.Code, Path: "empty"})
	var patch strings.Builder
	for _, c := range mustCompare(t, set, Roots{artifact.Code: dir}) {
		patch.WriteString(Diff(c))
	}
	cmd := exec.Command(git, "apply", "-")
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(patch.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, patch.String())
	}
	for _, c := range mustCompare(t, set, Roots{artifact.Code: dir}) {
		if c.Status != Unchanged {
			t.Errorf("%s is %s", c.File.Path, c.Status)
		}
	}
}
