package generate

import (
	"fmt"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// overlays is the folder of the environments, below that of the application.
const overlays = "overlays"

// environmentsOf lays out one overlay, Application and deploy job for each
// environment, those first that others come after.
func environmentsOf(p Plan) ([]EnvironmentPlan, diag.List) {
	ordered, bad := inOrder(p.Spec.Environments)
	var out []EnvironmentPlan
	for _, e := range ordered {
		overlay := path.Join(p.GitOps.Folder, overlays, e.ID)
		plan := EnvironmentPlan{
			Name:        e.ID,
			Path:        schema.Join("environments", e.ID),
			Job:         deployPrefix + e.ID,
			Application: e.Value.Application,
			Overlay:     overlay,
			Live:        path.Join(overlay, "live"),
			Rollbacks:   rollbacks + "/" + p.Spec.Name + "-" + e.ID + "-",
			Spec:        e.Value,
		}
		if plan.Application == "" {
			plan.Application = p.Spec.Name + "-" + e.ID
		}
		plan.Manifest = path.Join(p.GitOps.Argo, "applications", plan.Application+".yaml")
		if p.GitOps.Proposes {
			plan.Proposal = proposals + "/" + p.Spec.Name + "-" + e.ID
		}
		if e.Value.Approval {
			plan.Approve = approvePrefix + e.ID
		}
		if id := confirms(p.Spec, e.ID); id != plan.Job {
			plan.Merged = id
		}
		if e.Value.After != "" {
			plan.After = path.Join(p.GitOps.Folder, overlays, e.Value.After, "live")
		}
		if p.Spec.ArgoCD.ApplicationSet {
			plan.Manifest = p.ApplicationSet()
		}
		out = append(out, plan)
	}
	return out, append(bad, distinct(out)...)
}

// inOrder sorts environments so that each stands behind the one it comes after,
// and otherwise as the spec has them.
func inOrder(all []schema.Named[schema.Environment]) ([]schema.Named[schema.Environment], diag.List) {
	var out []schema.Named[schema.Environment]
	var bad diag.List
	placed := map[string]bool{"": true}
	for len(out) < len(all) {
		before := len(out)
		for _, e := range all {
			if !placed[e.ID] && placed[e.Value.After] {
				placed[e.ID] = true
				out = append(out, e)
			}
		}
		if len(out) == before {
			break
		}
	}
	for _, e := range all {
		if placed[e.ID] {
			continue
		}
		at := schema.Join("environments", e.ID) + ".after"
		if !slices.ContainsFunc(all, func(o schema.Named[schema.Environment]) bool { return o.ID == e.Value.After }) {
			bad = append(bad, diag.Diagnostic{Code: diag.UnknownEnvironment, Path: at,
				Message: fmt.Sprintf("%s names %q, and there is no such environment", at, e.Value.After)})
			continue
		}
		bad = append(bad, diag.Diagnostic{Code: diag.EnvironmentLoop, Path: at,
			Message: fmt.Sprintf("environment %s waits for %s, which in the end waits for it", e.ID, e.Value.After),
			Help:    "one of them must come first"})
	}
	return out, bad
}

// distinct refuses environments that would write over one another in the cluster.
func distinct(all []EnvironmentPlan) diag.List {
	var bad diag.List
	namespaces, applications := map[string]string{}, map[string]string{}
	for _, e := range all {
		if other, taken := namespaces[e.Spec.Namespace]; taken {
			bad = append(bad, diag.Diagnostic{Code: diag.Duplicate, Path: e.Path + ".namespace",
				Message: fmt.Sprintf("environments %s and %s both deploy to namespace %s: each would replace the other's objects", other, e.Name, e.Spec.Namespace),
				Help:    "give each environment a namespace of its own"})
		}
		namespaces[e.Spec.Namespace] = e.Name
		if other, taken := applications[e.Application]; taken {
			bad = append(bad, diag.Diagnostic{Code: diag.Duplicate, Path: e.Path + ".application",
				Message: fmt.Sprintf("environments %s and %s both have the Application %s", other, e.Name, e.Application),
				Help:    "leave application out, or give each a name of its own"})
		}
		applications[e.Application] = e.Name
	}
	return bad
}
