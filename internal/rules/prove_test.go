package rules_test

import (
	"slices"
	"testing"

	"github.com/pipegen/pipegen/internal/diag"
)

func TestNothingIsWrongWithTheOutput(t *testing.T) {
	for _, name := range specNames(t) {
		t.Run(name, func(t *testing.T) {
			// A SealedSecret is a placeholder until somebody seals it, and so is what SOPS is to encrypt.
			sealed := func(d diag.Diagnostic) bool {
				return (d.Rule == "K43" || d.Rule == "K44") && d.Severity == diag.Warning
			}
			if found := slices.DeleteFunc(run(t, input(t, name)), sealed); len(found) > 0 {
				show(t, found)
				t.Errorf("%d findings", len(found))
			}
		})
	}
}
