package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportPreviews: what makes an Application for each pull request becomes previews, its overlay no environment, and what
// cannot be read is said.
func TestImportPreviews(t *testing.T) {
	out := t.TempDir()
	if err := os.CopyFS(out, os.DirFS("../../golden/previews")); err != nil {
		t.Fatal(err)
	}
	for _, manifests := range []string{"guestbook/.pipegen", "clusters/.pipegen"} {
		if err := os.RemoveAll(filepath.Join(out, manifests)); err != nil {
			t.Fatal(err)
		}
	}
	said := runHere(t, 0, "import", "--code", filepath.Join(out, "guestbook"), "--gitops", filepath.Join(out, "clusters"))
	text, err := os.ReadFile(filepath.Join(out, "guestbook", "pipeline.cue"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"previews: {", `label: "preview"`, `every: "180s"`, `name: "github-previews"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the draft lacks %s:\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "preview: namespace") {
		t.Errorf("the previews are an environment:\n%s", text)
	}
	if want := "what the ApplicationSet guestbook-previews renders for a pull request"; !strings.Contains(said, want) {
		t.Errorf("it does not say %q:\n%s", want, said)
	}
}
