package verdict

import (
	"fmt"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/live"
)

// settled is the time after which what is still moving no longer counts as on its
// way: a rollout turns Degraded long before.
const settled = 15 * time.Minute

// chain follows a change from its run to the pods.
func (j judge) chain() []Result {
	out := []Result{named("run", "", "the run for the source commit succeeds", j.run())}
	for _, e := range j.facts.Environments {
		out = append(out,
			named("gitops", e.Name, "the GitOps repository names what the run built", j.gitops(e)),
			named("image", e.Name, "the registry has that image, for every platform", j.image(e)),
			named("argocd", e.Name, "Argo CD runs what the GitOps repository says", j.argocd(e)))
		if j.address(e) != "" {
			out = append(out, named("address", e.Name, "the public address answers", j.answers(e)))
		}
	}
	return out
}

func named(id, environment, statement string, r Result) Result {
	r.ID, r.Kind, r.Environment, r.Statement, r.Promised = id, "chain", environment, statement, statement
	return r
}

func (j judge) run() Result {
	if !j.facts.Run.Known {
		return missing(j.facts.Run)
	}
	r := j.facts.Run.Value
	e := Evidence{What: "run", URL: r.URL, Revision: r.SHA, At: r.UpdatedAt}
	switch {
	case !r.Done():
		return pending("the run is in progress: "+j.progress(), e)
	case r.Succeeded():
		return kept("the run succeeded after "+duration(r.UpdatedAt.Sub(r.StartedAt)), e)
	}
	for _, job := range j.facts.Jobs.Value {
		if job.Done() && (job.Conclusion == "failure" || job.Conclusion == "timed_out") {
			return broken(fmt.Sprintf("the job %s ended as %s", job.Name, job.Conclusion), e, ended(job))
		}
	}
	return broken("the run ended as "+r.Conclusion, e)
}

// progress names the jobs that run now.
func (j judge) progress() string {
	var now []string
	for _, job := range j.facts.Jobs.Value {
		if job.Status == "in_progress" || job.Status == "waiting" {
			now = append(now, job.Name)
		}
	}
	if len(now) == 0 {
		return "no job has begun"
	}
	return strings.Join(now, ", ")
}

func (j judge) gitops(e live.Environment) Result {
	switch {
	case !e.Live.Known:
		return missing(e.Live)
	case !e.Holds.Known:
		return missing(e.Holds)
	}
	l, wanted := e.Live.Value, j.facts.Commit.Value.SHA
	at := Evidence{What: "GitOps repository", URL: e.Live.URL, Revision: l.Revision, At: j.facts.At}
	if d := newest(e); d != nil {
		at.At, at.Revision, at.URL = d.At, d.SHA, d.URL
	}
	switch {
	case e.Holds.Value && l.Source == wanted:
		return kept(l.Tag+" is live", at)
	case e.Holds.Value:
		return kept(fmt.Sprintf("%s is live, from %s, which is newer", l.Tag, short(l.Source)), at)
	}
	if d := newest(e); d != nil && d.Back {
		return unmeasured("the last deploy was taken back, "+l.Tag+" is live", at)
	}
	now := "nothing was deployed"
	if l.Deployed() {
		now = fmt.Sprintf("%s is live, from %s", l.Tag, short(l.Source))
	}
	run := j.facts.Run
	switch {
	case !run.Known:
		r := missing(run)
		r.Measured = now + ": " + r.Measured
		return r
	case !run.Value.Done():
		return pending(now+" yet: the run is in progress", at)
	case run.Value.Succeeded() && j.plan.GitOps.Proposes:
		return pending(now+" yet: a pull request may wait to be merged, of which 'pipegen doctor image' knows more", at)
	case run.Value.Succeeded():
		return broken(now+", although the run for "+short(wanted)+" succeeded", at)
	}
	return unmeasured(now+": the run has ended as "+run.Value.Conclusion, at)
}

// newest is the newest change of what is live, or nil.
func newest(e live.Environment) *live.Deploy {
	if len(e.Deploys.Value) == 0 {
		return nil
	}
	return &e.Deploys.Value[0]
}

func (j judge) argocd(e live.Environment) Result {
	if !e.App.Known {
		return missing(e.App)
	}
	app := e.App.Value
	at := Evidence{What: "Application", URL: app.URL, Revision: app.Revision, At: j.facts.At}
	if !e.Carries.Known {
		r := missing(e.Carries)
		r.Evidence = []Evidence{at}
		return r
	}
	op := app.Operation
	switch {
	case app.Health == "Degraded" || app.Health == "Missing":
		return broken(strings.TrimSuffix("the Application is "+app.Health+": "+app.Message, ": "), at)
	case op.Phase == "Failed" || op.Phase == "Error":
		return broken(strings.TrimSuffix("the last sync ended as "+op.Phase+": "+op.Message, ": "), at)
	case !e.Carries.Value:
		return j.moving(e, "it has not seen the newest deploy: it compares with "+short(app.Revision), at)
	case app.Sync != "Synced":
		return j.moving(e, "it is "+app.Sync, at)
	case op.Phase == "Running":
		return j.moving(e, "a sync is running", at)
	case app.Health != "Healthy":
		return j.moving(e, "it is "+app.Health, at)
	case !e.Pods.Known:
		return kept("Synced and Healthy; the pods are not known: "+e.Pods.Why, at)
	}
	ready, all := j.pods(e)
	wanted := j.replicasOf(e.Name)
	if ready < all || all < wanted {
		return j.moving(e, fmt.Sprintf("%d of %d pods with the image are ready", ready, max(all, wanted)), at)
	}
	return kept(fmt.Sprintf("Synced and Healthy, %d of %d pods ready", ready, all), at)
}

// moving is what will be well in a while, or should have been.
func (j judge) moving(e live.Environment, what string, at Evidence) Result {
	if d := newest(e); d != nil && j.plan.Spec.ArgoCD.Sync.Automated && j.facts.At.Sub(d.At) > settled {
		return broken(fmt.Sprintf("%s, %s after the deploy", what, duration(j.facts.At.Sub(d.At))), at)
	}
	return pending(what, at)
}

// pods counts those that run the image of the GitOps repository.
func (j judge) pods(e live.Environment) (ready, all int) {
	for _, p := range e.Pods.Value {
		if !current(p.Images, e.Live.Value.Digest) {
			continue
		}
		all++
		if p.Ready {
			ready++
		}
	}
	return ready, all
}

func current(images []string, digest string) bool {
	for _, i := range images {
		if strings.HasSuffix(i, "@"+digest) {
			return true
		}
	}
	return false
}

func (j judge) replicasOf(environment string) int {
	for _, e := range j.plan.Environments {
		if e.Name == environment && e.Spec.Replicas > 0 {
			return e.Spec.Replicas
		}
	}
	return j.plan.Spec.Deploy.Replicas
}

func (j judge) address(e live.Environment) string {
	for _, p := range j.plan.Environments {
		if p.Name == e.Name {
			return p.Spec.URL
		}
	}
	return ""
}

// answers is a look from here, now: somebody else may see something else.
func (j judge) answers(e live.Environment) Result {
	if !e.Answer.Known {
		return missing(e.Answer)
	}
	a := e.Answer.Value
	at := Evidence{What: "address", URL: e.Answer.URL, At: j.facts.At}
	want := HealthStatus(j.plan)
	if a.Status != want {
		return broken(fmt.Sprintf("it answers %d, and should %d", a.Status, want), at)
	}
	return kept(fmt.Sprintf("it answers %d", a.Status), at)
}
