package check

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

// file is one of the output; a line that ends in " # PATH" stems from that path.
func file(root artifact.Root, path string, lines ...string) artifact.File {
	f := artifact.File{Root: root, Path: path}
	var text strings.Builder
	for _, l := range lines {
		l, origin, _ := strings.Cut(l, " # ")
		text.WriteString(l + "\n")
		f.Origins = append(f.Origins, origin)
	}
	f.Content = []byte(text.String())
	return f
}

func workflow(steps ...string) artifact.File {
	lines := append([]string{"on: push", "jobs:", "  test:", "    runs-on: ubuntu-24.04", "    steps:"}, steps...)
	return file(artifact.Code, ".github/workflows/ci.yaml", lines...)
}

func findings(t *testing.T, files ...artifact.File) diag.List {
	t.Helper()
	result, err := Run(files, func(f artifact.File) string { return "at/" + f.Path })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("shellcheck"); err == nil && len(result.Skipped) > 0 {
		t.Errorf("skipped: %v", result.Skipped)
	}
	return result.Findings
}

// expect compares all but the words of the tools.
func expect(t *testing.T, got, want diag.List) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(diag.Diagnostic{}, "Message", "Help"), cmpopts.IgnoreFields(diag.Note{}, "Message")); diff != "" {
		t.Errorf("%s\n%v", diff, got)
	}
}

func note(path string, line, column int) []diag.Note {
	return []diag.Note{{Pos: diag.Position{File: "at/" + path, Line: line, Column: column}}}
}

func TestWorkflowFaultNamesItsOrigin(t *testing.T) {
	const ci = ".github/workflows/ci.yaml"
	got := findings(t, workflow(
		"      - run: echo '::set-output name=x::1' # test.steps[0].run",
		"      - runs: echo"))
	expect(t, got.Sorted(), diag.List{
		{Code: diag.Internal, Notes: note(ci, 7, 9)},
		{Code: diag.Workflow, Path: "test.steps[0].run", Notes: note(ci, 6, 14)},
	})
}

func TestScriptFaultNamesItsLine(t *testing.T) {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		t.Skip("shellcheck is not installed")
	}
	const ci = ".github/workflows/ci.yaml"
	got := findings(t, workflow(
		"      - run: cd $ONE # test.steps[0].run",
		"      - run: | # test.steps[1].run",
		"          echo fine # test.steps[1].run",
		"          cd $TWO # test.steps[1].run",
		// The same text is reported once, and text that no author wrote is not reported.
		"      - run: cd $ONE # test.steps[2].run",
		"      - run: cd $OURS"))
	slices.SortFunc(got, func(a, b diag.Diagnostic) int { return strings.Compare(a.Path, b.Path) })
	expect(t, got, diag.List{
		{Code: diag.Script, Path: "test.steps[0].run", Offset: 1, Notes: note(ci, 6, 0)},
		{Code: diag.Script, Path: "test.steps[1].run", Offset: 2, Notes: note(ci, 9, 0)},
	})
}

// TestOptionsOfTheRunner: GitHub stops at the first command that fails, so that
// shellcheck need not ask for "|| exit"; and variables come from env.
func TestOptionsOfTheRunner(t *testing.T) {
	expect(t, findings(t, workflow(
		"      - run: | # test.steps[0].run",
		"          cd somewhere # test.steps[0].run",
		"          echo \"$FROM_ENV\" # test.steps[0].run")), nil)
}

func TestOtherFilesAreNoWorkflows(t *testing.T) {
	expect(t, findings(t,
		file(artifact.GitOps, "workflows/ci.yaml", "jobs: 1"),
		file(artifact.Code, ".github/dependabot.yaml", "jobs: 1"),
		file(artifact.Code, ".github/workflows/README.md", "jobs: 1")), nil)
}

func overlayOf(live string) []artifact.File {
	component := file(artifact.GitOps, "app/overlays/prod/live/kustomization.yaml", strings.Split(live, "\n")...)
	component.Owner = artifact.Live
	return []artifact.File{
		file(artifact.GitOps, "app/overlays/prod/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization", "resources:", "- service.yaml", "components:", "- live"),
		file(artifact.GitOps, "app/overlays/prod/service.yaml", "apiVersion: v1", "kind: Service", "metadata:", "  name: app"),
		component,
	}
}

const liveImage = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: app\n  newTag: x"

func TestOverlay(t *testing.T) {
	expect(t, findings(t, overlayOf(liveImage)...), nil)

	// A file of ours that is faulty is a bug of ours.
	files := overlayOf(liveImage)
	files[1] = file(artifact.GitOps, "app/overlays/prod/service.yaml", "kind: [")
	got := findings(t, files...)
	expect(t, got, diag.List{{Code: diag.Internal}})
	if len(got) == 1 && strings.Contains(got[0].Message, "\n") {
		t.Errorf("a message of several lines: %q", got[0].Message)
	}

	// One from the disk, which has no origins, is not.
	files = overlayOf("kind: [")
	files[2].Origins = nil
	expect(t, findings(t, files...), diag.List{{Code: diag.Overlay, Pos: diag.Position{File: "at/app/overlays/prod/live/kustomization.yaml"}}})
}

func TestWithoutShellcheck(t *testing.T) {
	t.Setenv("PATH", "")
	ours, authors := workflow("      - run: cd $OURS"), workflow("      - run: cd $X # test.steps[0].run")
	broken := workflow("      - run: echo 'x # test.steps[0].run")
	for _, c := range []struct {
		file           artifact.File
		found, skipped int
	}{{ours, 0, 0}, {authors, 0, 1}, {broken, 1, 1}} {
		result, err := Run([]artifact.File{c.file}, func(f artifact.File) string { return f.Path })
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Findings) != c.found || len(result.Skipped) != c.skipped {
			t.Errorf("%+v, want %d findings and %d skipped", result, c.found, c.skipped)
		}
	}
}
