package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// sometimes refuses that anything counts on a job that takes part only in some of its runs: GitHub leaves out what waits for
// a job that was left out, so that one of pipegen's would never come, or the gate would be red although nothing failed.
func (g graph) sometimes(extra extraJobs) diag.List {
	var out diag.List
	no := func(path, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "W27", Path: path, Message: fmt.Sprintf(format, args...), Help: help})
	}
	var some []string
	onFailure := map[string]bool{}
	for _, j := range extra {
		at, why := pathOfJob(j.ID), "where outputs of others say so"
		if !j.Value.Sometimes() {
			continue
		}
		if j.Value.OnFailure() {
			onFailure[j.ID], why = true, "when something failed"
		}
		some = append(some, j.ID)
		if j.Value.Required != nil && *j.Value.Required {
			no(at+".required", "leave it out", "job %s runs only %s, and the gate would be red whenever it does not", j.ID, why)
		}
		if len(j.Value.NeededBy) > 0 {
			no(at+".neededBy", "leave it out; another job of your own may name it in needs", "job %s runs only %s, and would hold up %s whenever it does not", j.ID, why, plan.And(j.Value.NeededBy))
		}
	}
	after := g.jobs.After(some...)
	for _, j := range extra {
		at := pathOfJob(j.ID)
		for i, name := range j.Value.Needs {
			if onFailure[name] {
				no(schema.Item(at+".needs", i), "put both into one job", "job %s waits for %s, which runs only when something failed", j.ID, name)
			}
		}
		switch required := g.job(j.ID).Required; {
		case !after[j.ID] || onFailure[j.ID]:
		case required:
			no(at+".needs", "write required: false in "+at, "job %s waits for one that runs only sometimes, and the gate would be red whenever that one does not", j.ID)
		case len(j.Value.NeededBy) > 0:
			no(at+".neededBy", "leave it out", "job %s waits for one that runs only sometimes, and would hold up %s whenever that one does not", j.ID, plan.And(j.Value.NeededBy))
		}
	}
	return out
}

// ownJob is the job of the author's own that has an id, nil for none.
func ownJob(s input, id string) *schema.Named[schema.ExtraJob] {
	for i := range s.Workflow.ExtraJobs {
		if s.Workflow.ExtraJobs[i].ID == id {
			return &s.Workflow.ExtraJobs[i]
		}
	}
	return nil
}

// saidBy are the outputs that the steps of a job leave to others.
func saidBy(j schema.ExtraJob) []string {
	var out []string
	for _, step := range j.Steps {
		out = append(out, step.Sets...)
	}
	return out
}

// saidTo refuses that a job reads an output of another one which has no such output, or for which it does not wait.
func saidTo(s input, job, path, output string) diag.List {
	of, name, _ := strings.Cut(output, ".")
	setting, reader := ownJob(s, of), ownJob(s, job)
	no := func(code diag.Code, help, format string, args ...any) diag.List {
		return diag.List{{Code: code, Path: path, Message: fmt.Sprintf(format, args...), Help: help}}
	}
	switch {
	case setting == nil:
		return no(diag.UnknownJob, "write JOB.NAME, with a job of your own that this one needs", "%s reads %s, and there is no job %s of your own%s", path, output, of, diag.Meant(of, ids(s.Workflow.ExtraJobs)))
	case !slices.Contains(saidBy(setting.Value), name):
		return no(diag.ChooseOne, fmt.Sprintf("write sets: [%q] in the step of %s that gives it", name, pathOfJob(of)), "%s reads %s, and no step of the job %s sets that%s", path, output, of, diag.Meant(name, saidBy(setting.Value)))
	case reader == nil:
		return no(diag.NotApplicable, "read it in a job of your own", "the job %s is pipegen's, and reads no output of yours", job)
	case !slices.Contains(reader.Value.Needs, of):
		return no(diag.NotApplicable, fmt.Sprintf("add %q to needs in %s", of, pathOfJob(job)), "the job %s does not wait for %s, and knows no output of it", job, of)
	}
	return nil
}

// outputsFit holds what steps set, and what jobs ask for, against one another.
func outputsFit(s input) diag.List {
	var out diag.List
	s.Workflow.EachStep(func(at string, step schema.ExtraStep) {
		if len(step.Sets) > 0 && strings.HasPrefix(at, "workflow.jobs.") {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + ".sets", Message: at + ".sets does nothing: only jobs of your own hand outputs on", Help: "set it in a job of workflow.extraJobs"})
		}
	})
	for _, j := range s.Workflow.ExtraJobs {
		at := pathOfJob(j.ID)
		first := map[string]int{}
		for i, step := range j.Value.Steps {
			for n, name := range step.Sets {
				path := schema.Item(schema.Item(at+".steps", i)+".sets", n)
				if other, taken := first[name]; taken {
					out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: path, Message: fmt.Sprintf("%s: the step %q sets %s already", path, j.Value.Steps[other].Name, name), Help: "keep one"})
				}
				first[name] = i
				if len(j.Value.Matrix) > 0 {
					out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: path,
						Message: fmt.Sprintf("job %s runs once for each value of its matrix, and what the last one sets would replace %s of the others", j.ID, name), Help: "set it in a job without a matrix"})
				}
			}
		}
		for _, output := range sorted(j.Value.Where) {
			out = append(out, saidTo(s, j.ID, schema.Join(at+".where", output), output)...)
		}
		if j.Value.OnFailure() && len(j.Value.Where) > 0 {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".where", Message: fmt.Sprintf("job %s runs when something failed, and what failed sets no outputs", j.ID), Help: "keep if or where"})
		}
		out = append(out, legsFit(at+".matrix", j.Value.Matrix, reachesIn)...)
		for _, name := range sorted(j.Value.Matrix) {
			if _, both := j.Value.Env[name]; both {
				out = append(out, variableTwice(schema.Join(at+".matrix", name), at))
			}
		}
	}
	return out
}
