package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// viewersOnce: Argo CD refuses a project with a role that has a group twice.
func viewersOnce(s input) diag.List {
	const why = ", and Argo CD refuses a role with a group twice"
	out := append(eachOnce("argocd.viewers", groupNames(s.ArgoCD.Viewers), why), eachOnce("argocd.operators", groupNames(s.ArgoCD.Operators), why)...)
	if len(s.ArgoCD.Operators) > 0 && !slices.ContainsFunc(s.Environments, func(e schema.Named[schema.Environment]) bool { return !syncOf(s, e).Automated }) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: "argocd.operators", Message: "argocd.operators may start nothing: Argo CD syncs each environment by itself",
			Help: "leave it out, or say sync: automated: false for the environment whose syncs a person starts"})
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
