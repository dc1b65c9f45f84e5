package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/plan"
)

// givenSteps say where the secrets of tests and builds must be before the first run.
func givenSteps(p plan.Plan) []string {
	given := map[string][]plan.Given{}
	var environments []string
	for _, j := range p.Jobs {
		if !j.Asks() {
			continue
		}
		if given[j.Environment] == nil {
			environments = append(environments, j.Environment)
		}
		given[j.Environment] = append(given[j.Environment], j.Given...)
	}
	var out []string
	for _, e := range environments {
		names := plan.StoredNames(given[e])
		where := "Create the environment `" + e + "`, open to all branches, and store there"
		switch e {
		case plan.RegistryEnvironment, plan.ReadEnvironment:
			where = "Store in `" + e + "` also"
		}
		text := where + " the " + counted(names, "secret") + " " + inWords(names) + "."
		if e != plan.RegistryEnvironment {
			text += " A pull request of this repository runs changed code with " + counted(names, "it", "them") + ": give nothing that could do harm, or add required reviewers, for whom each run then waits."
		}
		out = append(out, text)
	}
	for _, name := range p.SecretNames(plan.VariableInGitHub, plan.ByWork) {
		out = append(out, "Store the user that reads packages as the variable `"+name+"` of this repository.")
	}
	return out
}

// counted is a word in the singular or the plural, by the number of names.
func counted(names []string, words ...string) string {
	if len(words) == 1 {
		words = append(words, words[0]+"s")
	}
	return words[min(len(names), 2)-1]
}

// withoutSecrets says which jobs leave their work out in runs that get no secrets, "" where none does.
func withoutSecrets(p plan.Plan) string {
	var jobs []string
	for _, j := range p.Jobs {
		if j.LeavesOut() {
			jobs = append(jobs, "*"+j.Title()+"*")
		}
	}
	if len(jobs) == 0 {
		return ""
	}
	return fmt.Sprintf("Those of forks and of Dependabot get no secrets: %s then %s nothing, and the check names %s.",
		plan.And(jobs), counted(jobs, "does", "do"), counted(jobs, "it", "them"))
}
