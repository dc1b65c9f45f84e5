package generate_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// TestUnattestedIsBuilt: where nobody attests an image, nobody could say who has built it. No run looks for it, and none
// lets it be found.
func TestUnattestedIsBuilt(t *testing.T) {
	for _, c := range []struct {
		name, old, by   string
		wanted, without []string
	}{
		{"one of three", `context: "forecast"`, `context: "forecast", attest: false`,
			[]string{"\n            forecast - forecast\n", "\n            web ghcr.io/example-travel/bookings/web web proto\n", "attestations: read", "outputs.digest-web }}"},
			[]string{"attest-forecast", "REUSED: ${{ needs.changes.outputs.digest-forecast }}", "CONTENT: ${{ needs.changes.outputs.content-forecast }}"}},
		{"all", `context: "`, `attest: false, context: "`,
			[]string{"\n            forecast - forecast\n", "\n            web - web proto\n"},
			[]string{"attestations:", "packages: read", "REUSED:", "CONTENT:", "GH_TOKEN: ${{ github.token }}\n          WORKFLOW"}},
	} {
		_, set := compile(t, []byte(strings.ReplaceAll(string(readSpec(t, "monorepo")), c.old, c.by)))
		f, _ := set.Lookup(artifact.Code, ".github/workflows/ci.yaml")
		for _, text := range c.wanted {
			if !strings.Contains(string(f.Content), text) {
				t.Errorf("%s: the workflow lacks %q", c.name, text)
			}
		}
		for _, text := range c.without {
			if strings.Contains(string(f.Content), text) {
				t.Errorf("%s: the workflow has %q", c.name, text)
			}
		}
	}
}
