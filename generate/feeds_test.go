package generate_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
)

// TestMissingOnce: several tools of Python read one password, and a run that lacks it names it once.
func TestMissingOnce(t *testing.T) {
	p := planOf(t, hello+`image: feeds: ["company"]
feeds: company: {python: "company", user: "PACKAGES_USER", password: "PACKAGES_TOKEN"}`)
	set, err := generate.Render(p)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := set.Lookup(artifact.Code, p.Workflow)
	if want := "MISSING: ${{ secrets.PACKAGES_TOKEN == '' && 'PACKAGES_TOKEN' || '' }}\n"; !strings.Contains(string(f.Content), want) {
		t.Errorf("no line %q in the workflow", want)
	}
}
