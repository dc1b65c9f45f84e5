package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/plan"
)

func secretMissing(p delivery, e environment) *answer {
	page := "https://github.com/" + p.repository() + "/settings/environments"
	remedy := fmt.Sprintf("store it at %s, in the environment %s", page, e.Name)
	j, a := p.failedDeploy(e)
	if a == nil {
		if said, ok := p.said(j, "secret missing", "variable missing"); ok {
			return found(said, remedy, jobAt(j))
		}
		if step := p.failedStep(j); step.Name != "" && step.ID != plan.StepCredential {
			return excluded("the deploy job found its credential")
		}
	}
	if j.Succeeded() {
		return excluded("the deploy job found its credential")
	}
	for _, s := range []struct {
		what   string
		wanted []string
		have   live.Fact[[]string]
	}{{"variable", p.plan.SecretNames(plan.VariableInGitHub, plan.ByDeploys), e.details.Variables}, {"secret", p.plan.SecretNames(plan.InGitHub, plan.ByDeploys), e.details.Secrets}} {
		if !s.have.Known {
			return lacking(s.have)
		}
		for _, name := range s.wanted {
			if !slices.ContainsFunc(s.have.Value, func(n string) bool { return strings.EqualFold(n, name) }) {
				return found(fmt.Sprintf("there is no %s %s in the environment %s, in the repository or for it in its organisation", s.what, name, e.Name), remedy,
					criteria.Evidence{What: "settings", URL: page, At: p.facts.At})
			}
		}
	}
	return excluded("all names are there")
}
