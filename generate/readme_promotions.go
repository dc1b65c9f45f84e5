package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
)

// startsText says what starts a promotion.
func startsText(p plan.Plan, one plan.Promotion) string {
	switch one.Start {
	case plan.AtTag:
		return "promotes the commit of every git tag `" + one.Tags + "`"
	case plan.AtRelease:
		if one.Release == "released" {
			return "promotes the commit of every release on GitHub that is no pre-release"
		}
		return "promotes the commit of every release that is published on GitHub"
	}
	return "promotes a commit of `" + p.Source.Branch + "` when somebody starts it"
}

// verifiedText lists the images whose attestation a promotion asks for.
func verifiedText(p plan.Plan, one plan.Promotion) string {
	var names []string
	for _, i := range p.Verified(p.Environment(one.To)) {
		names = append(names, i.Name)
	}
	return inWords(names)
}

// askerSteps say where a promotion finds what it asks Prometheus with.
func askerSteps(p plan.Plan) []string {
	var out []string
	for _, e := range p.Askers() {
		o := p.Prometheus.Outside
		text := fmt.Sprintf("Store in `%s` also the secret `%s`, which may do nothing but ask the Prometheus at `%s`", e, o.Secret, o.Address)
		if o.User != "" {
			text += fmt.Sprintf(", and the variable `%s` with the user", o.User)
		}
		out = append(out, text+".")
	}
	return out
}
