package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

func acceptedOf(s input) []plan.Accepted {
	var out []plan.Accepted
	for i, a := range s.Accept {
		out = append(out, plan.Accepted{Path: schema.Item("accept", i), Criterion: a.Criterion, Rule: a.Rule, Object: a.Object, File: a.File, Because: a.Because})
	}
	return out
}

// byHand takes the gates from the criteria that the author keeps: what they are made of may be changed.
func (s input) byHand() {
	for _, a := range s.Accept {
		for i := range s.criteria {
			if c := &s.criteria[i]; c.ID == a.Criterion {
				c.Mode, c.Gate, c.Fails, c.Measure, c.Rules = plan.ByHand, "", "", "", nil
				c.Keeps = a.Because
			}
		}
	}
}

// acceptable refuses what cannot be accepted, or is accepted twice. Only the rules themselves know which of them may be.
func acceptable(s input) diag.List {
	var out diag.List
	for i, a := range s.Accept {
		at := schema.Item("accept", i)
		same := func(x schema.Accept) bool {
			x.Because = a.Because
			return x == a
		}
		criterion := at + ".criterion"
		switch {
		case slices.ContainsFunc(s.Accept[:i], same):
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at, Message: at + " accepts the same a second time", Help: "keep one"})
		case a.Criterion == "":
		case len(s.Criteria) == 0:
			out = append(out, diag.Diagnostic{Code: diag.UnknownName, Path: criterion, Message: fmt.Sprintf("%s names %q, and there are no criteria", criterion, a.Criterion), Help: "leave it out"})
		default:
			out = append(out, unknownName(criterion, a.Criterion, "criterion", ids(s.Criteria))...)
		}
		for _, c := range s.criteria {
			if c.ID == a.Criterion && c.Mode == plan.Confirmed {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: criterion, Message: criterion + " does nothing: a person confirms " + c.ID + " in any case", Help: "leave it out"})
			}
		}
		for _, target := range []struct{ field, value string }{{"object", a.Object}, {"file", a.File}} {
			if a.Criterion != "" && target.value != "" {
				at := at + "." + target.field
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Message: at + " does nothing: a criterion is kept by hand as a whole", Help: "leave it out"})
			}
		}
	}
	return out
}
