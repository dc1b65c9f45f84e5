package generate

import (
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
