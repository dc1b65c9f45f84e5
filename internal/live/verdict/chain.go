package verdict

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/plan"
)

// chain follows a change from its run to the pods.
func (j judge) chain() []Result {
	out := []Result{named("run", live.Environment{}, "the run for the source commit succeeds", j.run())}
	for i, e := range j.facts.Environments {
		on, whole := j.delivery.Environments[i], live.Environment{Name: e.Name}
		// What git, the registry and the address say is about all clusters of an environment, and is said once.
		first := i == 0 || j.facts.Environments[i-1].Name != e.Name
		if first {
			out = append(out,
				named("gitops", whole, "the GitOps repository names what the run built", j.gitops(e, on.Newest())),
				named("image", whole, "the registry has that image, for every platform", j.images(e)))
		}
		if fleet := j.facts.Fleet(e.Name); fleet != nil && first {
			out = append(out, named("clusters", whole, fmt.Sprintf("at least %d in Argo CD with %s have an Application", fleet.AtLeast, fleet.Labels), j.clusters(*fleet)))
		}
		out = append(out, named("argocd", e, "Argo CD runs what the GitOps repository says", j.argocd(e, on)))
		for _, w := range j.plan.In(j.plan.Site(e.Name, e.Site)) {
			switch w.Kind {
			case plan.CronKind:
				out = append(out, named("cron job "+w.Name, e, "the cron job runs what is live", j.cronJob(e, on, w)))
			case plan.JobKind:
				out = append(out, named("job "+w.Name, e, "the last sync ran the job, and it succeeded", j.job(e, on, w)))
			}
		}
		if first && j.plan.Site(e.Name, e.Site).URL != "" {
			out = append(out, named("address", whole, "the public address answers", on.Address))
		}
	}
	return out
}

func named(id string, in live.Environment, statement string, o criteria.Outcome) Result {
	return Result{ID: id, Kind: "chain", Environment: in.Name, Cluster: in.Site, Statement: statement}.with(statement, o)
}

func (j judge) run() criteria.Outcome {
	if !j.facts.Run.Known {
		return missing(j.facts.Run)
	}
	r := j.facts.Run.Value
	e := criteria.Evidence{What: "run", URL: r.URL, Revision: r.SHA, At: r.UpdatedAt}
	switch {
	case !r.Done():
		return criteria.Pending("the run is in progress: "+j.progress(), e)
	case r.Succeeded():
		return criteria.Kept.By("the run succeeded after "+criteria.Took(r.UpdatedAt.Sub(r.StartedAt)), e)
	}
	for _, job := range j.facts.Jobs.Value {
		if job.Done() && (job.Conclusion == "failure" || job.Conclusion == "timed_out") {
			return criteria.Broken.By(fmt.Sprintf("the job %s ended as %s", job.Name, job.Conclusion), e, ended(job))
		}
	}
	return criteria.Broken.By("the run ended as "+r.Conclusion, e)
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

func (j judge) gitops(e live.Environment, newest *criteria.Deploy) criteria.Outcome {
	switch {
	case !e.Live.Known:
		return missing(e.Live)
	case !e.Holds.Known:
		return missing(e.Holds)
	}
	l, wanted := e.Live.Value, j.facts.Commit.Value.SHA
	at := criteria.Evidence{What: "GitOps repository", URL: e.Live.URL, Revision: l.Revision, At: j.facts.At}
	if newest != nil {
		at.At, at.Revision, at.URL = newest.At, newest.SHA, newest.URL
	}
	switch {
	case e.Holds.Value && l.Source == wanted:
		return criteria.Kept.By(runs(l), at)
	case e.Holds.Value:
		return criteria.Kept.By(fmt.Sprintf("%s, from %s, which is newer", runs(l), short(l.Source)), at)
	}
	if newest != nil && newest.Back {
		return criteria.Unmeasured.By("the last deploy was taken back, "+runs(l), at)
	}
	now := "nothing was deployed"
	if l.Deployed() {
		now = fmt.Sprintf("%s, from %s", runs(l), short(l.Source))
	}
	if to := j.plan.Site(e.Name, e.Site); to.Promoted != "" {
		return criteria.Unmeasured.By(fmt.Sprintf("%s; %s comes there when it is promoted %s", now, short(wanted), j.plan.Promotion(to).Starts()), at)
	}
	run := j.facts.Run
	switch {
	case !run.Known:
		r := missing(run)
		r.Measured = now + ": " + r.Measured
		return r
	case !run.Value.Done():
		return criteria.Pending(now+" yet: the run is in progress", at)
	case run.Value.Succeeded() && j.plan.Site(e.Name, e.Site).Reviewed:
		return criteria.Unmeasured.By(now+" yet: a person has to review and merge its pull request; 'pipegen doctor image' knows more", at)
	case run.Value.Succeeded() && j.plan.Site(e.Name, e.Site).Proposal != "":
		return criteria.Pending(now+" yet: a pull request may wait to be merged; 'pipegen doctor image' knows more", at)
	case run.Value.Succeeded():
		return criteria.Broken.By(now+", although the run for "+short(wanted)+" succeeded", at)
	}
	return criteria.Unmeasured.By(now+": the run has ended as "+run.Value.Conclusion, at)
}

// runs says what is live.
func runs(l live.Live) string {
	if len(l.Images) == 1 {
		return l.Tags() + " is live"
	}
	return l.Tags() + " are live"
}

func (j judge) argocd(e live.Environment, on criteria.Environment) criteria.Outcome {
	if !e.App.Known {
		return missing(e.App)
	}
	app := e.App.Value
	at := criteria.Evidence{What: "Application", URL: app.URL, Revision: app.Revision, At: j.facts.At}
	if !e.Carries.Known {
		return missing(e.Carries, at)
	}
	op := app.Operation
	switch {
	case app.Health == "Degraded" || app.Health == "Missing":
		return criteria.Broken.By(strings.TrimSuffix("the Application is "+app.Health+": "+app.Message, ": "), at)
	case op.Phase == "Failed" || op.Phase == "Error":
		return criteria.Broken.By(strings.TrimSuffix("the last sync ended as "+op.Phase+": "+op.Message, ": "), at)
	case !e.Carries.Value:
		return j.delivery.Moving(on, "it has not seen the newest deploy: it compares with "+short(app.Revision), at)
	case app.Sync != "Synced":
		return j.delivery.Moving(on, "it is "+app.Sync, at)
	case op.Phase == "Running":
		return j.delivery.Moving(on, "a sync is running", at)
	case app.Health != "Healthy":
		return j.delivery.Moving(on, "it is "+app.Health, at)
	case !e.Pods.Known:
		return criteria.Kept.By("Synced and Healthy; the pods are not known: "+e.Pods.Why, at)
	}
	var waits, well []string
	for _, w := range on.Pods.Value {
		ready, all, name := w.Ready(), len(w.Pods), ""
		if len(j.plan.Workloads) > 1 {
			name = w.Name + " "
		}
		if ready < all || all < w.Wanted {
			waits = append(waits, fmt.Sprintf("%s%d of %d pods with the image are ready", name, ready, max(all, w.Wanted)))
		}
		well = append(well, fmt.Sprintf("%s%d of %d pods ready", name, ready, all))
	}
	if len(waits) > 0 {
		return j.delivery.Moving(on, strings.Join(waits, "; "), at)
	}
	return criteria.Kept.By("Synced and Healthy, "+strings.Join(well, ", "), at)
}

// clusters are those of a fleet that have an Application.
func (j judge) clusters(f live.Found) criteria.Outcome {
	at := criteria.Evidence{What: "Applications", URL: f.Applications.URL, At: j.facts.At}
	names := f.Clusters()
	there := "none"
	if len(names) > 0 {
		there = plan.And(names)
	}
	switch {
	case !f.Applications.Known:
		return missing(f.Applications)
	case f.Complaint.Value != "":
		return criteria.Broken.By(there+"; the ApplicationSet "+f.Set+" reports: "+f.Complaint.Value, at)
	case len(names) >= f.AtLeast:
		return criteria.Kept.By(there, at)
	case f.Gone:
		return criteria.Broken.By(there+"; there is no ApplicationSet "+f.Set, at)
	case f.Hidden():
		return criteria.Unmeasured.By("none is shown, and whether the login may see any is not known: "+f.Complaint.Why, at)
	}
	return criteria.Broken.By(there+", where at least "+strconv.Itoa(f.AtLeast)+" must have the labels "+f.Labels, at)
}

// answers is a look from here, now: somebody else may see something else.
func answers(p plan.Plan, f live.Facts, e live.Environment) criteria.Outcome {
	if !e.Answer.Known {
		return missing(e.Answer)
	}
	a := e.Answer.Value
	at := criteria.Evidence{What: "address", URL: e.Answer.URL, At: f.At}
	_, want := Health(p, p.Site(e.Name, e.Site))
	if a.Status != want {
		return criteria.Broken.By(fmt.Sprintf("it answers %d, and should %d", a.Status, want), at)
	}
	return criteria.Kept.By(fmt.Sprintf("it answers %d", a.Status), at)
}
