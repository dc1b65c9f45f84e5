package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// viewersOnce: Argo CD refuses a project with a role that has a group twice.
func viewersOnce(s input) diag.List {
	var out diag.List
	names := groupNames(s.ArgoCD.Viewers)
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			at := schema.Item("argocd.viewers", i)
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at,
				Message: fmt.Sprintf("%s is %s a second time, and Argo CD refuses a role with a group twice", at, s.ArgoCD.Viewers[i]), Help: "keep one"})
		}
	}
	return out
}

// groupNames are groups as a role of Argo CD wants them. It puts them into lines of a policy, where a name with commas
// must be in quotes; quotes of the author's own stay.
func groupNames(viewers []string) []string {
	out := slices.Clone(viewers)
	for i, name := range out {
		if strings.Contains(name, ",") && !strings.HasPrefix(name, `"`) {
			out[i] = `"` + name + `"`
		}
	}
	return out
}
