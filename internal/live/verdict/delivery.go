package verdict

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/plan"
)

// ok is the status that a readiness path should have.
const ok = 200

// Health is what to ask at a public address, and the answer that it should give: what the smoke Job asks, else the path
// of readiness.
func Health(p plan.Plan) (path string, status int) {
	for _, w := range p.Workloads {
		if w.Smoke != nil {
			return w.Smoke.Ask, w.Smoke.Status
		}
		path = cmp.Or(path, w.Probes.Readiness)
	}
	return path, ok
}

// from is what criteria read of a fact.
func from[T, U any](f live.Fact[T], take func(T) U) criteria.Fact[U] {
	return criteria.Fact[U]{Value: take(f.Value), Known: f.Known, Why: f.Why, Later: f.Later, URL: f.URL}
}

func as[T any](value T) T { return value }

// missing is the outcome where a fact is.
func missing[T any](f live.Fact[T], e ...criteria.Evidence) criteria.Outcome {
	return from(f, as).Missing(e...)
}

// deliveryOf is what the facts say to criteria.
func deliveryOf(p plan.Plan, f live.Facts) criteria.Delivery {
	health, _ := Health(p)
	d := criteria.Delivery{
		At: f.At, Commit: short(f.Commit.Value.SHA), Automated: p.ArgoCD.Sync.Automated, HealthPath: health, RollbackWorkflow: path.Base(p.RollbackWorkflow),
		Pushed: from(f.PushedAt, func(at time.Time) criteria.Evidence {
			return criteria.Evidence{What: "push", Revision: f.Run.Value.SHA, At: at}
		}),
		Run: from(f.Run, func(r github.Run) criteria.Run {
			return criteria.Run{SHA: r.SHA, URL: r.URL, StartedAt: r.StartedAt, Created: created(r), Done: r.Done(), Conclusion: r.Conclusion}
		}),
		Jobs:     from(f.Jobs, func(all []github.Job) criteria.Jobs { return jobs(p, all) }),
		LogRoles: from(f.LogRoles, func(roles map[string][]string) int { return len(roles) }),
	}
	for _, e := range f.Environments {
		d.Environments = append(d.Environments, environment(p, f, e))
	}
	return d
}

func created(r github.Run) criteria.Evidence {
	return criteria.Evidence{What: "run", URL: r.URL, Revision: r.SHA, At: r.CreatedAt}
}

func ended(job github.Job) criteria.Evidence {
	return criteria.Evidence{What: "job " + job.Name, URL: job.URL, At: job.CompletedAt}
}

func jobs(p plan.Plan, all []github.Job) criteria.Jobs {
	out := criteria.Jobs{Test: job(p.Jobs.Find(plan.TestJob), all), Image: images(p, all), Steps: map[string]criteria.Step{}}
	for _, c := range p.Criteria {
		out.Steps[c.ID] = step(p.Jobs, all, c.ID)
	}
	return out
}

// job is what became of a job of the plan.
func job(want plan.Job, all []github.Job) criteria.Job {
	i := slices.IndexFunc(all, func(j github.Job) bool { return want.Called(j.Name) })
	if i < 0 {
		return criteria.Job{Ended: ended(github.Job{Name: want.Name})}
	}
	return criteria.Job{Done: all[i].Done(), Succeeded: all[i].Succeeded(), Ended: ended(all[i])}
}

// images is what became of the jobs that name the images: they are done once all are, and ended when the last did.
func images(p plan.Plan, all []github.Job) criteria.Job {
	out := criteria.Job{Done: true, Succeeded: true}
	for _, i := range p.Images {
		one := job(p.Jobs.Find(i.Jobs.Name), all)
		out.Done, out.Succeeded = out.Done && one.Done, out.Succeeded && one.Succeeded
		if out.Ended.What == "" || one.Ended.At.After(out.Ended.At) {
			out.Ended = one.Ended
		}
	}
	return out
}

// step is the worst conclusion of the steps at which a criterion bites. It is "" where one of them has none or none is
// there.
func step(jobs plan.Jobs, all []github.Job, criterion string) (out criteria.Step) {
	unsettled := false
	for _, job := range all {
		known := jobs.Called(job.Name)
		for _, s := range job.Steps {
			if s.Conclusion == "skipped" || known.StepCalled(s.Name).Bites != criterion {
				continue
			}
			out.Evidence = append(out.Evidence, ended(job))
			switch {
			case s.Conclusion == "failure":
				out.Conclusion = "failure"
			case s.Conclusion != "success":
				unsettled = true
			case out.Conclusion == "":
				out.Conclusion = "success"
			}
		}
	}
	if unsettled && out.Conclusion != "failure" {
		out.Conclusion = ""
	}
	return out
}

func environment(p plan.Plan, f live.Facts, e live.Environment) criteria.Environment {
	sync := func(d argocd.Deployment) criteria.Evidence {
		return criteria.Evidence{What: "sync", Revision: d.Revision, At: d.FinishedAt}
	}
	out := criteria.Environment{
		Name: e.Name,
		Live: from(e.Live, func(l live.Live) criteria.Live {
			return criteria.Live{Source: l.Source, Deployed: l.Deployed()}
		}),
		Deploys: from(e.Deploys, func(all []live.Deploy) (out []criteria.Deploy) {
			for _, d := range all {
				out = append(out, criteria.Deploy{SHA: d.SHA, URL: d.URL, At: d.At, Back: d.Back})
			}
			return out
		}),
		Application: from(e.App, func(a argocd.Application) criteria.Application {
			return criteria.Application{Synced: a.Sync == "Synced", Smoke: smoke(p, a, e.App.URL)}
		}),
		Carries:  from(e.Carries, as),
		Synced:   from(e.Synced, sync),
		Reverted: from(e.Reverted, sync),
		Pods:     from(e.Pods, func(all []argocd.Pod) []criteria.Workload { return workloads(p, e, all) }),
		Hidden:   e.Pods.Kind == argocd.Hidden,
		Address:  answers(p, f, e),
	}
	for _, i := range e.Images {
		out.Images = append(out.Images, criteria.Image{
			Name: imageOf(p, i).Name, Digest: i.Live.Digest,
			Stored:       from(i.Manifest, func(registry.Manifest) struct{} { return struct{}{} }),
			Signed:       from(i.Referrers, some(registry.Referrer.Signature)),
			Attested:     from(i.Referrers, some(registry.Referrer.Attestation)),
			Attestations: from(i.Attestations, as),
		})
	}
	out.Synced.Value.URL, out.Reverted.Value.URL = e.Synced.URL, e.Reverted.URL
	return out
}

// workloads are those that keep pods running, with the pods that run what is live. Where there is one workload, the
// image alone says so: a patch may have given its Deployment another name.
func workloads(p plan.Plan, e live.Environment, pods []argocd.Pod) []criteria.Workload {
	var out []criteria.Workload
	for _, w := range p.Workloads {
		of := criteria.Workload{Name: w.Name, Digest: liveImage(p, e, w).Digest, Wanted: p.Environment(e.Name).Replicas(w)}
		for _, pod := range pods {
			if (pod.Owner == w.Name || len(p.Workloads) == 1) && current(pod.Images, of.Digest) {
				of.Pods = append(of.Pods, criteria.Pod{Name: pod.Name, Ready: pod.Ready, StartedAt: pod.StartedAt, ReadyAt: pod.ReadyAt, Restarts: pod.Restarts})
			}
		}
		out = append(out, of)
	}
	return out
}

// imageOf returns the image of the plan that a fact is about.
func imageOf(p plan.Plan, i live.Image) plan.Image {
	at := slices.IndexFunc(p.Images, func(of plan.Image) bool { return of.Reference == i.Reference() })
	if at < 0 {
		return plan.Image{Name: i.Reference(), Reference: i.Reference()}
	}
	return p.Images[at]
}

// liveImage is the image that a workload should run, as the live folder names it.
func liveImage(p plan.Plan, e live.Environment, w plan.Workload) live.Reference {
	for _, i := range p.Images {
		if i.Name == w.Image {
			return e.Live.Value.Image(i.Reference)
		}
	}
	return live.Reference{}
}

func some[T any](is func(T) bool) func([]T) bool {
	return func(all []T) bool { return slices.ContainsFunc(all, is) }
}

// smoke is the smoke Job that went worst: the one that did not run, else the one that did not succeed.
func smoke(p plan.Plan, a argocd.Application, url string) (worst criteria.Hook) {
	for i, w := range p.Workloads {
		if w.Smoke == nil {
			continue
		}
		hook := criteria.Hook{Evidence: criteria.Evidence{What: "Job " + w.Smoke.Name, URL: url, Revision: a.Operation.Revision, At: a.Operation.FinishedAt}}
		for _, h := range a.Operation.Hooks {
			if h.Kind == "Job" && h.Name == w.Smoke.Name {
				hook.Ran, hook.Phase = true, h.Phase
			}
		}
		if i == 0 || worst.Ran && (!hook.Ran || worst.Phase == "Succeeded") {
			worst = hook
		}
	}
	return worst
}

// current reports whether a pod with these images runs a digest.
func current(images []string, digest string) bool {
	return slices.ContainsFunc(images, func(i string) bool { return strings.HasSuffix(i, "@"+digest) })
}

func short(sha string) string { return sha[:min(len(sha), 12)] }
