package generate

import (
	"path"

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

// limitText is what a promoted environment is limited to in GitHub, so that only runs of its rule get its secrets; "" for
// the others.
func limitText(p plan.Plan, e plan.Environment) string {
	one := p.Promotion(e)
	switch {
	case e.Promoted == "":
		return ""
	case one.Start == plan.ByPerson:
		return "`" + e.Name + "` to the branch `" + p.Source.Branch + "`, from which " + path.Base(one.Workflow) + " runs"
	}
	tags := "all tags, for the releases"
	if one.Start == plan.AtTag {
		tags = "the tags `" + one.Tags + "`"
	}
	if e.Jobs.Rollback != "" {
		tags += " and the branch `" + p.Source.Branch + "`, from which " + path.Base(p.RollbackWorkflow) + " runs"
	}
	return "`" + e.Name + "` to " + tags
}

// verifiedText lists the images whose attestation a promotion asks for.
func verifiedText(p plan.Plan, one plan.Promotion) string {
	var names []string
	for _, i := range p.Verified(p.Environment(one.To)) {
		names = append(names, i.Name)
	}
	return inWords(names)
}
