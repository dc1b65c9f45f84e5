package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/yamldoc"
)

// WorkflowFile is where the pipeline stands in the code repository.
const WorkflowFile = ".github/workflows/ci.yaml"

func (r *renderer) workflow() {
	jobs := []yamldoc.Doc{r.testJob(), r.buildJob(), r.publishJob(), r.imageJob(), r.attestApart()}
	for _, e := range r.plan.Environments {
		jobs = append(jobs, r.deployJobs(e)...)
	}
	for _, j := range r.plan.ExtraJobs {
		jobs = append(jobs, r.extraJob(j))
	}
	jobs = append(jobs, r.measureJob(), r.selfCheckJob(), r.gateJob())
	head := r.fill("github/workflow", yamldoc.Values{
		"name": r.own("name", r.plan.Spec.Name),
		"on":   yamldoc.Block(r.triggers()),
	})
	r.addWorkflow(WorkflowFile, yamldoc.Spaced(head, r.workflowEnv(), r.under("jobs", yamldoc.Spaced(jobs...))))
}

func (r *renderer) triggers() yamldoc.Doc {
	s := r.plan.Spec
	branches := r.own("source.branch", []string{s.Source.Branch}).Flow()
	ignored := yamldoc.Omit
	if r.plan.GitOps.SameRepository {
		// X24: with an App's token the push of the bump would start the pipeline again.
		ignored = yamldoc.Of([]string{path.Join(r.plan.GitOps.Folder, "overlays/*/live/**")})
	}
	if r.plan.Release.ByTag {
		return r.fill("github/on-tags", yamldoc.Values{
			"branches": branches,
			"tags":     r.own("source.releaseTags", []string{s.Source.ReleaseTags}).Flow(),
			"ignored":  ignored,
		})
	}
	return r.fill("github/on-branch", yamldoc.Values{"branches": branches, "ignored": ignored})
}

// image is the image without tag and digest, the same in every place (X06).
func (r *renderer) image() yamldoc.Value {
	return r.own("image.name", r.plan.Image.Reference)
}

func (r *renderer) checkout() yamldoc.Doc {
	return r.fill("github/checkout", yamldoc.Values{"checkout": r.uses("actions/checkout")})
}

func (r *renderer) run(name string, env, run yamldoc.Value) yamldoc.Doc {
	return r.fill("github/step-run", yamldoc.Values{"name": yamldoc.Of(name), "if": yamldoc.Omit, "env": env, "run": run})
}

func (r *renderer) gateJob() yamldoc.Doc {
	needs := []string{"test", "build", "publish", "image"}
	publishing, otherwise := []string{"test", "publish", "image"}, []string{"test", "build"}
	if attestsApart(r.plan.Spec) {
		needs, publishing = append(needs, attestJob), append(publishing, attestJob)
	}
	for _, e := range r.plan.Environments {
		for _, id := range []string{e.Approve, e.Job, e.Merged} {
			if id != "" {
				needs, publishing = append(needs, id), append(publishing, id)
			}
		}
	}
	wait := func(id string, runs Runs) {
		needs = append(needs, id)
		if runs&InReleases != 0 {
			publishing = append(publishing, id)
		}
		if runs&Elsewhere != 0 {
			otherwise = append(otherwise, id)
		}
	}
	for _, j := range r.plan.ExtraJobs {
		if j.Spec.Required {
			wait(j.ID, j.Runs)
		}
	}
	if r.plan.Spec.Pipegen.SelfCheck {
		wait(SelfCheckJob, inAll)
	}
	required := "${{ (" + r.plan.Release.Condition + ") && '" + strings.Join(publishing, " ") + "' || '" + strings.Join(otherwise, " ") + "' }}"
	followers, script := yamldoc.Omit, "gate"
	if all := r.plan.followers(); len(all) > 0 {
		left := slices.DeleteFunc(slices.Clone(publishing), func(id string) bool { return !all[id] })
		followers, script = yamldoc.Of(strings.Join(left, " ")), "gate-after"
	}
	return r.fill("github/gate", yamldoc.Values{
		"needs":    yamldoc.Of(needs).Flow(),
		"required": yamldoc.Of(required),
		"after":    followers,
		"run":      r.script(script),
	})
}

func (r *renderer) measureJob() yamldoc.Doc {
	var steps []yamldoc.Doc
	for _, m := range r.plan.Measures {
		pushed := yamldoc.Omit
		if m.Kind == "triggered" {
			pushed = yamldoc.Of("${{ github.event.repository.pushed_at }}")
		}
		steps = append(steps, r.fill("github/measure-step", yamldoc.Values{
			"name":      r.own(m.Path, "Measure criterion "+m.Criterion),
			"criterion": r.own(m.Path, m.Criterion),
			"seconds":   r.own(m.Path, m.Seconds),
			"pushedAt":  pushed,
			"run":       r.script("measure-"+m.Kind, "measure"),
		}))
	}
	if len(steps) == 0 {
		return yamldoc.Doc{}
	}
	return r.fill("github/measure", yamldoc.Values{
		// pushed_at is a number in the event of a push alone.
		"condition": yamldoc.Of("github.event_name == 'push'"),
		"steps":     yamldoc.Block(yamldoc.Spaced(steps...)),
	})
}
