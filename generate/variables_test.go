package generate_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
)

// TestAccountTried: an image is tried with the name of the account that its pods have.
func TestAccountTried(t *testing.T) {
	for accounts, want := range map[string]string{"": "ACCOUNT=hello", `, serviceAccount: existing: "shared"`: "ACCOUNT=shared"} {
		p := planOf(t, hello+`deploy: {fields: ACCOUNT: "spec.serviceAccountName"`+accounts+`}`)
		set, err := generate.Render(p)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := set.Lookup(artifact.Code, p.Workflow)
		if !strings.Contains(string(f.Content), want) {
			t.Errorf("no %s in the workflow", want)
		}
	}
}
