package generate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pipegen/pipegen/schema"
)

// SecretsOf are the secrets that an author's own steps read, by name.
func SecretsOf(w schema.Workflow) []string {
	return readBy(w, func(step schema.ExtraStep) map[string]string { return step.Secrets })
}

// VariablesOf are the configuration variables that an author's own steps read.
func VariablesOf(w schema.Workflow) []string {
	return readBy(w, func(step schema.ExtraStep) map[string]string { return step.Vars })
}

func readBy(w schema.Workflow, of func(schema.ExtraStep) map[string]string) []string {
	names := map[string]bool{}
	w.EachStep(func(_ string, step schema.ExtraStep) {
		for _, name := range of(step) {
			names[name] = true
		}
	})
	return slices.Sorted(maps.Keys(names))
}

// readmeJob is a row of the table of jobs.
type readmeJob struct {
	Title, Does string
	Minutes     int
}

func (p Plan) readmeJobs() []readmeJob {
	var out []readmeJob
	for _, j := range p.ExtraJobs {
		does := "`workflow.extraJobs." + j.ID + "` of the spec"
		switch {
		case j.Runs == Elsewhere:
			does += ", in runs that do not release"
		case !j.Spec.Required:
			does += "; the gate does not wait for it"
		}
		out = append(out, readmeJob{j.Title, does, minutesOf(j.Spec.Timeout)})
	}
	if p.Spec.Pipegen.SelfCheck {
		out = append(out, readmeJob{selfCheckTitle, "holds the generated files against the spec", selfCheckMinutes})
	}
	return out
}

// readmeNeeds is what somebody must set up for the author's own steps, and what they
// may do beyond reading.
func (p Plan) readmeNeeds() []string {
	var out []string
	for _, name := range SecretsOf(p.Spec.Workflow) {
		out = append(out, fmt.Sprintf("The secret `%s`, in the environment of each job that reads it.", name))
	}
	for _, name := range VariablesOf(p.Spec.Workflow) {
		out = append(out, fmt.Sprintf("The variable `%s`, of the repository or of the environment of the job that reads it.", name))
	}
	for _, j := range p.ExtraJobs {
		own := slices.ContainsFunc(p.Environments, func(e EnvironmentPlan) bool { return e.Name == j.Spec.Environment })
		if j.Spec.Environment != "" && !own {
			out = append(out, fmt.Sprintf("The environment `%s`, limited like the others, for the job %s.", j.Spec.Environment, j.Title))
		}
		for _, right := range slices.Sorted(maps.Keys(j.Spec.Permissions)) {
			if j.Spec.Permissions[right] == "write" {
				out = append(out, fmt.Sprintf("The job %s has the right `%s: write`.", j.Title, right))
			}
		}
	}
	return out
}
