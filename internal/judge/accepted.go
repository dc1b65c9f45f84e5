package judge

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// Acceptable refuses rules that are not known, or whose breach nobody may accept.
func Acceptable(p plan.Plan) diag.List {
	var out diag.List
	for _, a := range p.Accepted {
		if a.Rule == "" {
			continue
		}
		at := a.Path + ".rule"
		switch r, ok := rules.Find(a.Rule); {
		case !ok:
			out = append(out, diag.Diagnostic{Code: diag.UnknownName, Path: at, Message: fmt.Sprintf("%s names %s, and there is no such rule", at, a.Rule), Help: "docs/rules.md lists them" + near(a.Rule)})
		case r.Strict != "":
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: r.ID, Path: at, Message: fmt.Sprintf("%s cannot be accepted: %s", r.ID, r.Strict), Help: "mend what breaks it"})
		case r.By&rules.Proof == 0 || r.Check == nil:
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Rule: r.ID, Path: at, Message: fmt.Sprintf("%s does nothing: no object or file of yours can break %s (%s)", at, r.ID, r.Title), Help: "leave it out; 'pipegen explain " + r.ID + "' says what holds it"})
		}
	}
	return out
}

// Unneeded refuses what is accepted and not there any longer: it would hide the next breach. Needed reports whether
// a rule or a proof is broken for it, or may be, and byHand has the criteria that a change took out of pipegen's hands.
func Unneeded(p plan.Plan, needed func(plan.Accepted) bool, byHand map[string]bool) diag.List {
	var out diag.List
	for _, a := range p.Accepted {
		if needed(a) || byHand[a.Criterion] {
			continue
		}
		why := "nothing takes the criterion " + a.Criterion + " out of pipegen's hands"
		if a.Rule != "" {
			why = a.Object + a.File + " does not break " + a.Rule
		}
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Rule: "S03", Path: a.Path, Message: a.Path + " does nothing: " + why, Help: "leave it out: it would hide what comes next"})
	}
	return out
}

// near names the rules whose ids are like that of none.
func near(id string) string {
	if ids := rules.Nearest(id); len(ids) > 0 {
		return ", such as " + plan.And(ids)
	}
	return ""
}
