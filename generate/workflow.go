package generate

import (
	"fmt"
	"maps"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) workflow() {
	jobs := []yamldoc.Doc{r.changesJob(r.plan.Jobs.Find(plan.ChangesJob))}
	for _, t := range r.plan.Tests {
		jobs = append(jobs, r.testJob(t))
	}
	for _, i := range r.plan.Images {
		jobs = append(jobs, r.imageJobs(i)...)
	}
	for _, e := range r.plan.Environments {
		if e.Promoted == "" {
			jobs = append(jobs, r.deployJobs(e, r.plan.Jobs)...)
		}
	}
	for _, j := range r.plan.Jobs {
		if j.Own != nil {
			jobs = append(jobs, r.ownJob(j))
		}
	}
	jobs = append(jobs, r.measureJob(r.plan.Jobs.Find(plan.MeasureJob)), r.selfCheckJob(r.plan.Jobs.Find(plan.SelfCheckJob)), r.codecovJob(r.plan.Jobs.Find(plan.CodecovJob)), r.gateJob(r.plan.Jobs.Find(plan.GateJob)))
	head := r.fill("github/workflow", yamldoc.Values{
		"name": r.own("name", r.plan.Name),
		"on":   yamldoc.Block(r.triggers()),
	})
	r.addWorkflow(r.plan.Workflow, yamldoc.Spaced(head, r.workflowEnv(), r.under("jobs", yamldoc.Spaced(jobs...))))
}

func (r *renderer) triggers() yamldoc.Doc {
	values := yamldoc.Values{"branches": r.own("source.branch", []string{r.plan.Source.Branch}).Flow(), "paths": yamldoc.Omit, "ignored": yamldoc.Omit}
	switch paths := r.plan.StartedBy; {
	case paths != nil:
		values["paths"] = yamldoc.Of(paths)
	case r.plan.GitOps.SameRepository:
		// X24: with an App's token the push of the bump would start the pipeline again.
		values["ignored"] = yamldoc.Of([]string{path.Join(r.plan.GitOps.Folder, liveFiles)})
	}
	if r.plan.Release.ByTag() {
		values["tags"] = r.own("source.releaseTags", []string{r.plan.Release.Tags}).Flow()
		return r.fill("github/on-tags", values)
	}
	values["rebuild"], values["dispatch"] = yamldoc.Omit, yamldoc.Omit
	if events := r.plan.Release.Events; len(events) > 0 {
		values["dispatch"] = yamldoc.Of(yamldoc.Map{{Key: "types", Value: r.own("workflow.dispatch", events).Flow()}})
	}
	if r.plan.Jobs.Find(plan.ChangesJob).ID != "" {
		values["rebuild"] = yamldoc.Of(yamldoc.Map{
			{Key: "description", Value: yamldoc.Of("Build every image, also those whose files are as they were, to get newer base images")},
			{Key: "type", Value: yamldoc.Of("boolean")},
		})
	}
	return r.fill("github/on-branch", values)
}

// when is the condition of a job of the pipeline, "" where it takes part in every run: in which runs it does, for which
// images, and how the jobs before it must have ended, where GitHub's own condition would leave it out too often.
func (r *renderer) when(j plan.Job) string {
	var parts []string
	if j.Own != nil && j.Own.OnFailure {
		parts, j.Built = append(parts, "failure()"), nil
	}
	if runs := j.Runs.Condition(r.started(j), r.plan.Source.Branch); runs != "" {
		parts = append(parts, runs)
	}
	if len(j.Built) > 0 {
		parts = append(parts, built(j.Built))
	}
	if j.Own != nil {
		for _, v := range j.Own.Where {
			parts = append(parts, fmt.Sprintf("needs.%s == '%s'", v.Name, v.Value))
		}
	}
	if r.sayResults[j.ID] && (j.Own == nil || !j.Own.OnFailure) {
		for _, id := range j.Needs {
			ended := "needs." + id + ".result == 'success'"
			if n := r.plan.Jobs.Find(id); j.RunsWithout(n) {
				ended += " || " + unchanged(n.Built)
			}
			parts = append(parts, ended)
		}
		// Last, since a ! in front would be a tag of YAML.
		parts = append(parts, "!cancelled()")
	}
	if len(parts) > 1 {
		for i, part := range parts {
			if strings.Contains(part, " || ") {
				parts[i] = "(" + part + ")"
			}
		}
	}
	return strings.Join(parts, " && ")
}

// started are the runs among which those of a job are picked.
func (r *renderer) started(j plan.Job) plan.Runs {
	for _, p := range r.plan.Promotions {
		if p.Jobs.Find(j.ID).ID != "" {
			return p.Started()
		}
	}
	return r.plan.Release.All()
}

// under puts the body of a job under its id.
func (r *renderer) under(key string, body yamldoc.Doc) yamldoc.Doc {
	d, err := yamldoc.Under(key, body)
	if err != nil {
		r.fail(err)
	}
	return d
}

// job writes a job with the values of its own, or nothing where there is none. A note is written above it.
func (r *renderer) job(j plan.Job, fragment string, own yamldoc.Values, note ...string) yamldoc.Doc {
	if j.ID == "" {
		return yamldoc.Doc{}
	}
	values := yamldoc.Values{"name": r.title(j.Path, j), "runner": r.runsOn(j.RunsOn), "timeout": r.limit(j), "permissions": r.rights(j)}
	maps.Copy(values, own)
	return yamldoc.Join(yamldoc.Text(note...), r.under(j.ID, r.fill(fragment, values)))
}

// title is what a run calls a job. The expression of a matrix at its end is pipegen's own.
func (r *renderer) title(origin string, j plan.Job) yamldoc.Value {
	r.own(origin, j.Title())
	return yamldoc.From(origin, j.Name)
}

// limit names the promise that decides it, for those who find that a run was stopped.
func (r *renderer) limit(j plan.Job) yamldoc.Value {
	v := r.own(j.Limit.Path, j.Limit.Minutes)
	if j.Limit.Criterion != "" {
		return v.Comment("criterion " + j.Limit.Criterion)
	}
	return v
}

// rights are what the token of a job may do, each with its reason (W16).
func (r *renderer) rights(j plan.Job) yamldoc.Value {
	m := yamldoc.Map{}
	for _, right := range j.Rights {
		m = append(m, yamldoc.Entry{Key: right.Name, Value: r.own(right.Path, right.Access).Comment(right.Why)})
	}
	return yamldoc.Of(m)
}

// step is the name of a step of a job.
func (r *renderer) step(j plan.Job, id string) yamldoc.Value {
	s := j.Step(id)
	return r.own(s.Path, s.Name)
}

// image is an image without tag and digest, the same in every place (X06).
func (r *renderer) image(i plan.Image) yamldoc.Value { return r.own(i.Path+".name", i.Reference) }

func (r *renderer) checkout() yamldoc.Doc {
	s := r.plan.Source
	values := yamldoc.Values{"checkout": r.uses("actions/checkout"), "depth": yamldoc.Omit, "lfs": yamldoc.Omit, "submodules": yamldoc.Omit}
	if s.History {
		values["depth"] = r.own("source.history", 0)
	}
	if s.LFS {
		values["lfs"] = r.own("source.lfs", true)
	}
	if s.Submodules {
		values["submodules"] = r.own("source.submodules", "recursive")
	}
	return r.fill("github/checkout", values)
}

func (r *renderer) runIf(condition, name, env, run yamldoc.Value) yamldoc.Doc {
	return r.fill("github/step-run", yamldoc.Values{"name": name, "id": yamldoc.Omit, "if": condition, "env": env, "run": run})
}
