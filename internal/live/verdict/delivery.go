package verdict

import (
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

// Health is what to ask at the public address of an environment, and the answer that it should give: what the smoke Job
// of a workload asks, else the path of readiness. A workload that anybody may call comes first.
func Health(p plan.Plan, e plan.Environment) (path string, status int) {
	asked := func(inside bool) {
		for _, w := range p.In(e) {
			if path != "" || w.Outside == inside {
				continue
			}
			path, status = w.HealthPath(), ok
			if s := w.SmokeIn(e.Name); s != nil {
				path, status = s.Ask, s.Status
			}
		}
	}
	asked(false)
	asked(true)
	return path, status
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
	d := criteria.Delivery{
		At: f.At, Commit: short(f.Commit.Value.SHA), RollbackWorkflow: path.Base(p.RollbackWorkflow),
		Pushed: from(f.PushedAt, func(at time.Time) criteria.Evidence {
			return criteria.Evidence{What: "push", Revision: f.Run.Value.SHA, At: at}
		}),
		Run: from(f.Run, func(r github.Run) criteria.Run {
			return criteria.Run{SHA: r.SHA, URL: r.URL, StartedAt: r.StartedAt, Created: created(r), Done: r.Done(), Conclusion: r.Conclusion}
		}),
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

// jobs are those of the run that matter to a criterion: all, or those of the images that it is for.
func jobs(p plan.Plan, c plan.Criterion, all []github.Job) criteria.Jobs {
	ran := func(j plan.Job) bool {
		return slices.ContainsFunc(all, func(of github.Job) bool { return j.Called(of.Name) && of.Conclusion != "skipped" })
	}
	var testing, naming []plan.Job
	unchanged := true
	for _, i := range p.Images {
		if !c.HoldsAt(plan.Spot{Images: []string{i.Name}, Tests: i.Tests}) {
			continue
		}
		naming = append(naming, p.Jobs.Find(i.Jobs.Name))
		// What an unchanged image is built of is not tested again.
		reused := len(i.Paths) > 0 && !ran(p.Jobs.Find(i.Jobs.Publish))
		for _, id := range i.Tests {
			seen := slices.ContainsFunc(testing, func(j plan.Job) bool { return j.ID == id })
			if test := p.Jobs.Find(id); !seen && (ran(test) || !reused) {
				testing = append(testing, test)
			}
		}
		unchanged = unchanged && reused
	}
	return criteria.Jobs{Test: together(testing, all), Image: together(naming, all), Unchanged: unchanged, Steps: map[string]criteria.Step{c.ID: step(p.Jobs, all, c.ID)}}
}

// together is what became of jobs of the plan: they are done once all are, and ended when the last did, or with the first
// that failed.
func together(some []plan.Job, all []github.Job) criteria.Job {
	out := criteria.Job{Done: true, Succeeded: true}
	var names []string
	failed := false
	for _, want := range some {
		names = append(names, want.Title())
		one := job(want, all)
		fails := one.Done && !one.Succeeded
		if out.Ended.What == "" || fails && !failed || !failed && one.Ended.At.After(out.Ended.At) {
			out.Ended = one.Ended
		}
		failed = failed || fails
		out.Done, out.Succeeded = out.Done && one.Done, out.Succeeded && one.Succeeded
	}
	if out.Succeeded && len(names) > 1 {
		out.Ended.What = "jobs " + strings.Join(names, ", ")
	}
	return out
}

// job is what became of a job of the plan, with all of its matrix.
func job(want plan.Job, all []github.Job) criteria.Job {
	out := criteria.Job{Done: true, Succeeded: true, Ended: ended(github.Job{Name: want.Title()})}
	legs := slices.DeleteFunc(slices.Clone(all), func(j github.Job) bool { return !want.Called(j.Name) })
	for i, leg := range legs {
		if fails := leg.Done() && !leg.Succeeded(); i == 0 || fails && out.Succeeded || out.Succeeded && leg.CompletedAt.After(out.Ended.At) {
			out.Ended = ended(leg)
		}
		out.Done, out.Succeeded = out.Done && leg.Done(), out.Succeeded && leg.Succeeded()
	}
	if len(legs) == 0 {
		out.Done, out.Succeeded = false, false
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
		Name: e.Name, Site: e.Site, Automated: p.Site(e.Name, e.Site).Sync.Automated, Holds: p.Site(e.Name, e.Site).Holds(p),
		Live: from(e.Live, func(l live.Live) criteria.Live {
			return criteria.Live{Source: l.Source, Deployed: l.Deployed()}
		}),
		Deploys: from(e.Deploys, func(all []live.Deploy) (out []criteria.Deploy) {
			for _, d := range all {
				out = append(out, criteria.Deploy{SHA: d.SHA, URL: d.URL, At: d.At, Back: d.Back, Signature: d.Signature})
			}
			return out
		}),
		Application: from(e.App, func(a argocd.Application) criteria.Application {
			return criteria.Application{Synced: a.Sync == "Synced", Smokes: smokes(p, e)}
		}),
		Carries:  from(e.Carries, as),
		Synced:   from(e.Synced, sync),
		Reverted: from(e.Reverted, sync),
		Pods:     from(e.Pods, func(all []argocd.Pod) []criteria.Workload { return workloads(p, e, all) }),
		Hidden:   e.Pods.Kind == argocd.Hidden,
		Address:  answers(p, f, e),
	}
	for _, a := range e.Outside {
		out.Outside = append(out.Outside, criteria.Asked{Criterion: a.Criterion, Workload: a.Workload,
			Answer: from(a.Answer, func(x live.Answer) criteria.Answer { return criteria.Answer(x) })})
	}
	for _, a := range e.Figures {
		out.Figures = append(out.Figures, criteria.Figured{Criterion: a.Criterion, Workload: a.Workload,
			Answer: from(a.Answer, func(x live.Figure) criteria.Figure { return criteria.Figure(x) })})
	}
	for _, i := range e.Images {
		out.Images = append(out.Images, criteria.Image{
			Name: imageOf(p, e, i).Name, Digest: i.Live.Digest,
			Stored:       from(i.Manifest, func(registry.Manifest) struct{} { return struct{}{} }),
			Signed:       from(i.Referrers, some(registry.Referrer.Signature)),
			Attested:     from(i.Referrers, some(registry.Referrer.Attestation)),
			Attestations: from(i.Attestations, as),
		})
	}
	out.Synced.Value.URL, out.Reverted.Value.URL = e.Synced.URL, e.Reverted.URL
	return out
}

// workloads are those that keep pods running, with the pods that run what is live. Where a plan has one workload, the
// image alone says so: a patch may have given its Deployment another name.
func workloads(p plan.Plan, e live.Environment, pods []argocd.Pod) []criteria.Workload {
	var out []criteria.Workload
	in := p.Site(e.Name, e.Site)
	for _, w := range p.In(in) {
		if !w.Kind.Stays() && w.Own == nil {
			continue
		}
		of := criteria.Workload{Name: w.Name, Digest: digestOf(p, e, w), Wanted: in.Least(w)}
		for _, pod := range pods {
			if w.Own != nil && ownCurrent(p, e, pod) || w.Own == nil && (pod.Owner == w.Name || len(p.Workloads) == 1) && current(pod.Images, of.Digest) {
				of.Analyses = nil // those of all pods of a version are the same
				for _, a := range pod.Analyses {
					of.Analyses = append(of.Analyses, criteria.Analysis{Name: a.Name, Health: a.Health, Message: a.Message})
				}
				of.Pods = append(of.Pods, criteria.Pod{Name: pod.Name, Ready: pod.Ready, StartedAt: pod.StartedAt, ReadyAt: pod.ReadyAt, Restarts: pod.Restarts})
			}
		}
		out = append(out, of)
	}
	return out
}

// ownCurrent reports whether a pod runs what is live and no workload of pipegen's is its owner: the author's manifests
// call their workloads as they like.
func ownCurrent(p plan.Plan, e live.Environment, pod argocd.Pod) bool {
	written := slices.ContainsFunc(p.Workloads, func(w plan.Workload) bool { return w.Own == nil && w.Name == pod.Owner })
	return !written && slices.ContainsFunc(e.Live.Value.Images, func(i live.Reference) bool { return current(pod.Images, i.Digest) })
}

// imageOf returns the image of the plan that a fact is about.
func imageOf(p plan.Plan, e live.Environment, i live.Image) plan.Image {
	in := p.Site(e.Name, e.Site)
	at := slices.IndexFunc(p.Images, func(of plan.Image) bool { return in.Pulls(of).Reference == i.Reference() })
	if at < 0 {
		return plan.Image{Name: i.Reference(), Reference: i.Reference()}
	}
	return p.Images[at]
}

// digestOf is that of the image that a workload should run: as the live folder names it, or as the spec does where it is
// not built here.
func digestOf(p plan.Plan, e live.Environment, w plan.Workload) string {
	if w.External != "" {
		_, digest, _ := strings.Cut(w.External, "@")
		return digest
	}
	return e.Live.Value.Image(p.Site(e.Name, e.Site).Pulls(p.Image(w.Image)).Reference).Digest
}

func some[T any](is func(T) bool) func([]T) bool {
	return func(all []T) bool { return slices.ContainsFunc(all, is) }
}

// smokes are the smoke Jobs that each sync runs, as the last one ran them.
func smokes(p plan.Plan, e live.Environment) (out []criteria.Smoke) {
	for _, w := range p.In(p.Site(e.Name, e.Site)) {
		if s := w.SmokeIn(e.Name); s != nil {
			out = append(out, criteria.Smoke{Workload: w.Name, Path: s.Ask, Hook: hook(e, s.Name)})
		}
	}
	return out
}

// hook is a Job of the last sync.
func hook(e live.Environment, name string) criteria.Hook {
	op := e.App.Value.Operation
	out := criteria.Hook{Evidence: criteria.Evidence{What: "Job " + name, URL: e.App.URL, Revision: op.Revision, At: op.FinishedAt}}
	for _, h := range op.Hooks {
		if h.Kind == "Job" && h.Name == name {
			out.Ran, out.Phase, out.Says = true, h.Phase, h.Message
		}
	}
	return out
}

// current reports whether a pod with these images runs a digest.
func current(images []string, digest string) bool {
	return slices.ContainsFunc(images, func(i string) bool { return strings.HasSuffix(i, "@"+digest) })
}

func short(sha string) string { return sha[:min(len(sha), 12)] }
