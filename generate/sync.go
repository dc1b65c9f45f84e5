package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// syncOf is how Argo CD keeps an environment equal to git.
func syncOf(s input, e schema.Named[schema.Environment]) plan.Sync {
	all, own := s.ArgoCD.Sync, e.Value.Sync
	out := plan.Sync{Path: "argocd.sync", Automated: all.Automated, Prune: all.Prune, SelfHeal: all.SelfHeal}
	if own == nil {
		return out
	}
	out.Path = schema.Join("environments", e.ID) + ".sync"
	for _, f := range []struct{ here, to *bool }{{own.Automated, &out.Automated}, {own.Prune, &out.Prune}, {own.SelfHeal, &out.SelfHeal}} {
		if f.here != nil {
			*f.to = *f.here
		}
	}
	return out
}

// syncsFit: one template of an ApplicationSet says for all environments how they are synced, what is synced by hand is
// neither pruned nor healed by itself, and nothing is known of when it ran.
func syncsFit(s input) diag.List {
	var out diag.List
	by := map[string]plan.Sync{}
	all := inOneSet(s)
	for _, e := range all {
		own, first := syncOf(s, e), syncOf(s, all[0])
		if first.Path = own.Path; own != first {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: own.Path,
				Message: fmt.Sprintf("%s and %s are synced in different ways, and the ApplicationSet has one template for both", all[0].ID, e.ID),
				Help:    "sync all environments in one way, or leave argocd.applicationSet out"})
		}
	}
	for _, e := range s.Environments {
		own := syncOf(s, e)
		by[e.ID] = own
		at := own.Path
		if v := e.Value.Sync; v != nil && !own.Automated {
			for _, f := range []struct {
				name string
				set  *bool
			}{{"prune", v.Prune}, {"selfHeal", v.SelfHeal}} {
				if f.set != nil {
					out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + "." + f.name, Message: fmt.Sprintf("%s.%s does nothing: a person starts each sync of %s", at, f.name, e.ID), Help: "leave it out"})
				}
			}
		}
	}
	for _, e := range s.Environments {
		if before, ok := by[e.Value.After]; ok && e.Value.Soak > 0 && !before.Automated {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: schema.Join("environments", e.ID) + ".soak",
				Message: fmt.Sprintf("a soak counts from the commit that deploys to %s, and a person starts each sync there: the images may have run for no time at all", e.Value.After),
				Help:    "let Argo CD sync " + e.Value.After + ", or leave the soak out"})
		}
	}
	return out
}
