package generate_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// TestLowerReleasesEverywhere: the job that waits for a merge compares two releases as the deploy before it does.
// Otherwise it would give way to the higher release that is being replaced, and the next environment would never get
// the lower one.
func TestLowerReleasesEverywhere(t *testing.T) {
	text := strings.NewReplacer(
		`source: repository: "example/invoices"`, `source: {repository: "example/invoices", releaseTags: "v*"}`,
		`staging: namespace: "invoices-staging"`, `staging: {namespace: "invoices-staging", lowerReleases: true}`,
	).Replace(string(readSpec(t, "pull-requests")))
	_, set := compile(t, []byte(text))
	f, ok := set.Lookup(artifact.Code, ".github/workflows/ci.yaml")
	if !ok {
		t.Fatal("no workflow")
	}
	workflow := string(f.Content)
	for _, job := range []string{"deploy-staging", "merged-staging"} {
		_, rest, _ := strings.Cut(workflow, "\n  "+job+":\n")
		own, _, _ := strings.Cut(rest, "\n    needs: [image, merged-staging]")
		if job == "deploy-staging" {
			own, _, _ = strings.Cut(rest, "\n  merged-staging:\n")
		}
		if !strings.Contains(own, `LOWER_RELEASES: "true"`) {
			t.Errorf("%s does not know that a lower release may replace a higher one", job)
		}
	}
}
