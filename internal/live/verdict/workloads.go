package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/plan"
)

// job is what the last sync made of a job: Argo CD runs it anew with each deploy. A sync that found it unchanged leaves it
// as it was.
func (j judge) job(e live.Environment, on criteria.Environment, w plan.Workload) criteria.Outcome {
	switch {
	case !e.App.Known:
		return missing(e.App)
	case !e.Carries.Known:
		return missing(e.Carries)
	}
	h := hook(e, w.Name)
	switch {
	case !e.Carries.Value:
		return j.delivery.Moving(on, "the sync of the newest deploy has not begun", h.Evidence)
	case !h.Ran && e.App.Value.Operation.Phase == "Running":
		return criteria.Pending("the sync has not come to it yet", h.Evidence)
	case !h.Ran:
		return before(e, w, h.Evidence)
	case h.Phase == "Running":
		return criteria.Pending("it is running", h.Evidence)
	case h.Phase == "Failed" || h.Phase == "Error":
		says := strings.TrimSuffix("it ended as "+h.Phase+": "+h.Says, ": ")
		return criteria.Broken.By(fmt.Sprintf("%s; 'kubectl logs job/%s --namespace %s' says why", says, w.Name, j.plan.Site(e.Name, e.Site).Namespace), h.Evidence)
	case h.Phase != "Succeeded":
		return criteria.Unmeasured.By("Argo CD does not say how it ended", h.Evidence)
	}
	return criteria.Kept.By("the last sync ran it, and it succeeded", h.Evidence)
}

// before is what a sync before the last one made of a job.
func before(e live.Environment, w plan.Workload, at criteria.Evidence) criteria.Outcome {
	for _, j := range e.App.Value.Jobs {
		switch {
		case j.Name != w.Name || !j.Synced:
		case j.Health == "Healthy":
			return criteria.Kept.By("it succeeded with what is live, before the last sync", at)
		case j.Health == "Degraded":
			return criteria.Broken.By(strings.TrimSuffix("it failed before the last sync: "+j.Message, ": "), at)
		}
	}
	return criteria.Unmeasured.By("the last sync did not run it: Argo CD's repairs and syncs of selected resources run no Job that they leave out", at)
}

// cronJob is what a cron job runs and when. It keeps no pods, so that its last run is all that can be said of it.
func (j judge) cronJob(e live.Environment, on criteria.Environment, w plan.Workload) criteria.Outcome {
	if !e.CronJobs.Known {
		return missing(e.CronJobs)
	}
	at := criteria.Evidence{What: "CronJob " + w.Name, URL: e.CronJobs.URL, Revision: digestOf(j.plan, e, w), At: j.facts.At}
	i := slices.IndexFunc(e.CronJobs.Value, func(c argocd.CronJob) bool { return c.Name == w.Name })
	if i < 0 {
		return j.delivery.Moving(on, "Argo CD shows no CronJob of that name", at)
	}
	c := e.CronJobs.Value[i]
	if !current(c.Images, at.Revision) {
		return j.delivery.Moving(on, "it does not name the image of the GitOps repository", at)
	}
	if c.Suspended {
		return criteria.Unmeasured.By("it is suspended, and runs again once somebody resumes it", at)
	}
	next := "it runs next " + next(c, j.facts.At)
	for _, run := range c.Runs {
		if run.Health == "Progressing" {
			continue
		}
		began := run.CreatedAt.UTC().Format(time.RFC3339)
		switch n := on.Newest(); {
		case run.Health != "Degraded":
			return criteria.Kept.By("its run of "+began+" succeeded, and "+next, at)
		case n != nil && run.CreatedAt.Before(n.At):
			return criteria.Unmeasured.By("its run of "+began+", before the newest deploy, failed; "+next, at)
		}
		says := strings.TrimSuffix("its run of "+began+" failed: "+run.Message, ": ")
		return criteria.Broken.By(fmt.Sprintf("%s; 'kubectl logs job/%s --namespace %s' says why", says, Word(run.Name), j.plan.Site(e.Name, e.Site).Namespace), at)
	}
	return criteria.Kept.By(next, at)
}

var plainWord = lazy.Regexp(`^[a-z0-9][a-z0-9.-]*$`)

// Word returns the name of an object, as a server gives it, if it is safe to type into a shell.
func Word(name string) string {
	if !plainWord().MatchString(name) {
		return "NAME"
	}
	return name
}

// next says when a CronJob begins again. Without the time zone in the data of this machine, its schedule says it.
func next(c argocd.CronJob, now time.Time) string {
	zone := c.TimeZone
	if zone == "" {
		// Most clusters count in it where an object names no other.
		zone = "UTC"
	}
	in, err := time.LoadLocation(zone)
	schedule, wrong := cron.ParseStandard(c.Schedule)
	if err == nil && wrong == nil {
		if at := schedule.Next(now.In(in)); !at.IsZero() {
			return "at " + at.Format(time.RFC3339)
		}
	}
	return fmt.Sprintf("as its schedule says, %q in %s", c.Schedule, zone)
}
