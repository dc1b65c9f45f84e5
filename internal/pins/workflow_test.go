package pins

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

func TestWorkflow(t *testing.T) {
	for path, want := range map[string]bool{
		".github/workflows/ci.yaml": true, ".github/workflows/ci.yml": true, ".github/workflows/README.md": false,
		".github/workflows/deep/ci.yaml": false, ".github/ci.yaml": false,
	} {
		if got := Workflow(artifact.File{Root: artifact.Code, Path: path}); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
	if Workflow(artifact.File{Root: artifact.GitOps, Path: ".github/workflows/ci.yaml"}) {
		t.Error("a file of the GitOps repository is no workflow of ours")
	}
}

func TestAlike(t *testing.T) {
	for name, c := range map[string]struct {
		disk string
		want bool
	}{
		"the same": {given, true},
		"a bump":   {strings.ReplaceAll(given, shaA+"  # v7.0.1", shaB+" # v7.1.0"), true},
		"an edit":  {strings.Replace(given, "Check out", "Checkout", 1), false},
	} {
		if got := Alike([]byte(c.disk), []byte(given)); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestBumpInWords(t *testing.T) {
	b := Bump{Name: "gradle/actions/setup-gradle", From: Pin{"v6.4.0", shaA}, To: Pin{"v6.5.0", shaB}}
	if got := b.String(); !strings.HasPrefix(got, "gradle/actions/setup-gradle v6.4.0") || !strings.Contains(got, " → v6.5.0") {
		t.Error(got)
	}
	b.To.Version = "v6.4.0"
	if got, want := b.String(), "gradle/actions/setup-gradle v6.4.0 (aaaaaaaaaaaa → bbbbbbbbbbbb)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for name, want := range map[string]bool{"gradle/actions/setup-gradle": true, "gradle/actions": true, "gradle": false, "gradle/actions/wrapper": false} {
		if b.Named(name) != want {
			t.Errorf("named %s: %t", name, !want)
		}
	}
}
