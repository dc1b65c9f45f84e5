package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
)

// readmeJob is a row of the table of jobs.
type readmeJob struct {
	Title, Does string
	Minutes     int
}

func readmeJobs(p plan.Plan) []readmeJob {
	var out []readmeJob
	for _, j := range p.Jobs {
		if j.Own == nil {
			continue
		}
		does := "`" + j.Path + "` of the spec"
		switch {
		case p.Notice != nil && j.Path == p.Notice.Path:
			does = "sends a message to the address in the secret `" + p.Notice.Secret + "` when one of the others failed, here and in promotions"
		case j.Own.OnFailure:
			does += ", when something failed; nothing waits for it"
		case j.Runs == p.Release.Otherwise:
			does += ", in runs that do not release"
		case !j.Required:
			does += "; the gate does not wait for it"
		}
		out = append(out, readmeJob{j.Title(), does, j.Limit.Minutes})
	}
	if j := p.Jobs.Find(plan.SelfCheckJob); j.ID != "" {
		out = append(out, readmeJob{j.Name, "holds the generated files against the spec", j.Limit.Minutes})
	}
	if j := p.Jobs.Find(plan.CodecovJob); j.ID != "" {
		out = append(out, readmeJob{j.Name, "sends the coverage reports to Codecov; nothing waits for it", j.Limit.Minutes})
	}
	return out
}

// readmeNeeds is what somebody must set up for the author's own steps, and what they
// may do beyond reading.
func readmeNeeds(p plan.Plan) []string {
	var out []string
	for _, name := range p.SecretNames(plan.InGitHub, plan.BySteps) {
		out = append(out, fmt.Sprintf("The secret `%s`, in the environment of each job that reads it.", name))
	}
	for _, name := range p.SecretNames(plan.VariableInGitHub, plan.BySteps) {
		out = append(out, fmt.Sprintf("The variable `%s`, of the repository or of the environment of the job that reads it.", name))
	}
	for _, j := range p.Jobs {
		if j.Own == nil {
			continue
		}
		ours := slices.ContainsFunc(p.Environments, func(e plan.Environment) bool { return e.Name == j.Own.Environment })
		if j.Own.Environment != "" && !ours {
			limited := "like the others"
			if j.Own.Environment == plan.NoticeEnvironment && p.Notice != nil {
				limited = "to " + noticed(p).text()
			}
			out = append(out, fmt.Sprintf("The environment `%s`, limited %s, for the job %s.", j.Own.Environment, limited, j.Title()))
		}
		for _, right := range j.Rights {
			if right.Access == "write" {
				out = append(out, fmt.Sprintf("The job %s has the right `%s: write`.", j.Title(), right.Name))
			}
		}
	}
	return out
}
