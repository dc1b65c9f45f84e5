package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
)

func secretMissing(p delivery, e environment) answer {
	page := "https://github.com/" + p.repository() + "/settings/environments"
	remedy := fmt.Sprintf("store it at %s, in the environment %s", page, e.Name)
	j, a := p.failedDeploy(e)
	if a == nil {
		if said, ok := p.said(j, "secret missing", "variable missing"); ok {
			return found(said, remedy, jobAt(j))
		}
		if step := failedStep(j); step != "" && step != stepCredential {
			return excluded("the deploy job found its credential")
		}
	}
	if j.Succeeded() {
		return excluded("the deploy job found its credential")
	}
	variables, secrets := needed(p.plan)
	for _, s := range []struct {
		what   string
		wanted []string
		have   live.Fact[[]string]
	}{{"variable", variables, e.details.Variables}, {"secret", secrets, e.details.Secrets}} {
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

// needed returns the names of the variables and secrets with which CI writes to the
// GitOps repository.
func needed(p generate.Plan) (variables, secrets []string) {
	c := p.Spec.GitOps.Credential
	switch p.GitOps.Credential {
	case generate.AppCredential:
		return []string{c.App.ClientID}, []string{c.App.PrivateKey}
	case generate.TokenCredential:
		return nil, []string{c.Token}
	}
	return nil, nil
}
