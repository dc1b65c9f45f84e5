package fromsource

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/drafttest"
	"github.com/pipegen/pipegen/templates"
)

// A fragment is valid CUE, has at most one hole in a line, and each hole is a
// setting that some repository fills.
func TestStarterFragments(t *testing.T) {
	entries, err := templates.Files.ReadDir("starter")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		src, err := templates.Files.ReadFile("starter/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		drafttest.RequireFormatted(t, src)
		for line := range strings.Lines(string(src)) {
			if n := len(hole().FindAllString(line, -1)); n > 1 {
				t.Errorf("%s: %d holes in %q", e.Name(), n, line)
			}
		}
	}
}

// FuzzDraft writes a spec for a project made of arbitrary text: it is always
// accepted.
func FuzzDraft(f *testing.F) {
	// TestAlwaysPasses tries the hostile texts.
	f.Add(uint64(1), "app")
	f.Add(uint64(2), "a/b")
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		r := rand.New(rand.NewPCG(seed, 1))
		requirePassing(t, randomProject(r, []string{text, text, "app", ""}))
		requirePassing(t, randomProjects(r, []string{text, text, "app", ""}))
	})
}

// TestAlwaysPasses does the same with several hostile texts at once.
func TestAlwaysPasses(t *testing.T) {
	for seed := range uint64(40) {
		requirePassing(t, randomProject(rand.New(rand.NewPCG(seed, 2)), drafttest.NastyTexts()))
		requirePassing(t, randomProjects(rand.New(rand.NewPCG(seed, 3)), drafttest.NastyTexts()))
	}
}

func requirePassing(t *testing.T, project detect.Project) {
	t.Helper()
	d, err := New(project, nil, true, judge.Compile)
	if err != nil {
		t.Fatalf("%v\n%+v", err, project)
	}
	text, err := d.Finish()
	if err != nil {
		t.Fatalf("%v\n%+v", err, project)
	}
	drafttest.RequireFormatted(t, text)
}
