package judge

import (
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/rules"
)

// OnceEach adds findings to what the proofs have found, each mistake once: what is refused at the same place stays as it is,
// and a proof that is not at the author's line says less than the finding about its criterion. All have their positions.
func OnceEach(proven diag.List, lost []Loss) diag.List {
	for _, f := range lost {
		if slices.ContainsFunc(proven, func(x diag.Diagnostic) bool { return x.Severity == diag.Error && x.Pos == f.Pos }) {
			continue
		}
		proven = slices.DeleteFunc(proven, func(x diag.Diagnostic) bool {
			return operation(x.Path) == "" && slices.ContainsFunc(f.Criteria, func(id string) bool { return rules.IsUnkept(x, id) })
		})
		proven = append(proven, f.Diagnostic)
	}
	return proven
}
