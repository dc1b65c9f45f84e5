package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/plan"
)

// waveCauses are the causes if a job of the spec, or a wave of a sync, holds up what comes after it.
func waveCauses() []Cause {
	return []Cause{
		{ID: "job-failed", Statement: "A job of the spec failed, such as a migration, and nothing after it was synced", Tested: "the last sync ran the job, and its phase is Failed or Error", Remedy: "read the log of the job's pod, mend it and push; or take the deploy back", test: of(app, jobFailed)},
		{ID: "wave-stuck", Statement: "A sync waits for a workload, and does not come to those after it", Tested: "the sync runs, its message names the workload, and it waits for longer than five minutes, or for more than half of the job's time", Remedy: "see why the workload is not ready: the causes below say more", test: of(app, waveStuck)},
	}
}

// cronCauses are the causes if a cron job does not do its work.
func cronCauses() []Cause {
	return []Cause{
		{ID: "cron-failing", Statement: "The runs of a cron job fail", Tested: "of the runs that are kept, the last that has ended failed", Remedy: "read the log of the run's pod", test: crons(cronFailing, "the last run of each cron job succeeded")},
		{ID: "cron-suspended", Statement: "A cron job is suspended", Tested: "the CronJob in the cluster says so", Remedy: "kubectl patch cronjob NAME, with suspend: false", test: crons(cronSuspended, "no cron job is suspended")},
	}
}

// workload returns the workload of a name that runs in an environment, nil if there is none.
func (p delivery) workload(e environment, name string) *plan.Workload {
	for _, w := range p.plan.In(e.plan) {
		if w.Name == name {
			return &w
		}
	}
	return nil
}

// pathOf is the place in the spec of the workload that a pod belongs to.
func (p delivery) pathOf(e environment, pod argocd.Pod) string {
	if w := p.workload(e, pod.Owner); w != nil {
		return w.Path
	}
	if len(p.plan.Workloads) == 1 {
		return p.plan.Workloads[0].Path
	}
	return "workloads." + verdict.Word(pod.Owner)
}

// imageOf is the image that a pod of ours runs.
func (p delivery) imageOf(e environment, pod argocd.Pod) plan.Image {
	if w := p.workload(e, pod.Owner); w != nil && w.External == "" {
		return e.plan.Pulls(p.plan.Image(w.Image))
	}
	return e.plan.Pulls(p.plan.Images[0])
}

// after names the workloads that a sync comes to only once a workload is done.
func (p delivery) after(e environment, first plan.Workload) []string {
	var out []string
	for _, w := range p.plan.In(e.plan) {
		if w.Wave > first.Wave {
			out = append(out, w.Name)
		}
	}
	return out
}

// failedJob returns the job of the spec that failed in the last sync, nil if none did.
func (p delivery) failedJob(e environment, op argocd.Operation) (*plan.Workload, argocd.Hook) {
	for _, h := range op.Hooks {
		if w := p.workload(e, h.Name); w != nil && w.Kind == plan.JobKind && (h.Phase == "Failed" || h.Phase == "Error") {
			return w, h
		}
	}
	return nil, argocd.Hook{}
}

func jobFailed(p delivery, e environment, a argocd.Application) *answer {
	w, h := p.failedJob(e, a.Operation)
	if w == nil {
		return excluded("no job of the spec failed")
	}
	says := with(fmt.Sprintf("the job %s ended as %s", w.Name, h.Phase), brief(h.Message))
	if later := p.after(e, *w); len(later) > 0 {
		says += "; nothing after it was synced: " + strings.Join(later, ", ")
	}
	if old := p.unchanged(e); len(old) > 0 {
		says += "; the pods of " + strings.Join(old, ", ") + " are as before"
	}
	return found(says, fmt.Sprintf("kubectl logs job/%s --namespace %s; mend it and push, or take the deploy back: %s", w.Name, e.plan.Namespace, p.takeBack(e, "")), syncAt(e))
}

// unchanged names the workloads of which no pod runs what is live now.
func (p delivery) unchanged(e environment) []string {
	var out []string
	for _, w := range p.plan.In(e.plan) {
		pods := slices.DeleteFunc(slices.Clone(e.Pods.Value), func(pod argocd.Pod) bool { return pod.Owner != w.Name })
		digest := "@" + e.Live.Value.Image(e.plan.Pulls(p.plan.Image(w.Image)).Reference).Digest
		runs := func(pod argocd.Pod) bool {
			return slices.ContainsFunc(pod.Images, func(image string) bool { return strings.HasSuffix(image, digest) })
		}
		if w.External == "" && w.Own == nil && len(pods) > 0 && !slices.ContainsFunc(pods, runs) {
			out = append(out, w.Name)
		}
	}
	return out
}

// waitsFor matches what a running sync waits for, as Argo CD says it.
var waitsFor = lazy.Regexp(`^waiting for (?:healthy state of|completion of hook|deletion of) [^/ ]*/(\w+)/([a-z0-9.-]+)`)

func waveStuck(p delivery, e environment, a argocd.Application) *answer {
	op := a.Operation
	m := waitsFor().FindStringSubmatch(op.Message)
	if op.Phase != "Running" || m == nil {
		return excluded("no sync waits for a workload")
	}
	w := p.workload(e, m[2])
	if w == nil || len(p.after(e, *w)) == 0 {
		return excluded("nothing comes after what the sync waits for")
	}
	took, limit := p.facts.At.Sub(op.StartedAt), patience+e.plan.Holds(p.plan)
	says := fmt.Sprintf("the sync waits for %s %s for %s", m[1], w.Name, duration(took))
	remedy := "see why " + w.Name + " is not ready: the causes below say more"
	if w.Job != nil {
		whole := time.Duration(w.Job.Seconds) * time.Second
		limit = whole / 2
		says += " of its " + duration(whole)
		remedy = fmt.Sprintf("kubectl logs job/%s --namespace %s; it is stopped once its time is up", w.Name, e.plan.Namespace)
	}
	if took <= limit {
		return excluded("the sync has not waited for long")
	}
	return found(says+", and has not come to "+strings.Join(p.after(e, *w), ", "), remedy, syncAt(e))
}

// crons tests the cron jobs of the spec.
func crons(judge func(environment, argocd.CronJob) (says, remedy string), otherwise string) test {
	return func(p delivery, e environment) *answer {
		for _, c := range e.CronJobs.Value {
			if says, remedy := judge(e, c); says != "" {
				return found(brief(says), remedy, criteria.Evidence{What: "CronJob " + c.Name, URL: e.CronJobs.URL, At: p.facts.At})
			}
		}
		isCron := func(w plan.Workload) bool { return w.Kind == plan.CronKind }
		if !e.CronJobs.Known && slices.ContainsFunc(p.plan.In(e.plan), isCron) {
			return lacking(e.CronJobs)
		}
		return excluded(otherwise)
	}
}

func cronFailing(e environment, c argocd.CronJob) (says, remedy string) {
	var failed []argocd.JobRun
	for _, r := range c.Runs {
		if r.Health == "Degraded" {
			failed = append(failed, r)
		} else if r.Health != "Progressing" {
			break
		}
	}
	if len(failed) == 0 {
		return "", ""
	}
	says = fmt.Sprintf("the run %s of the cron job %s, of %s, failed", failed[0].Name, c.Name, failed[0].CreatedAt.UTC().Format(time.RFC3339))
	if n := len(failed) - 1; n > 0 {
		says += fmt.Sprintf(", and so did the %d before it", n)
	}
	name := verdict.Word(c.Name)
	return with(says, failed[0].Message), fmt.Sprintf("kubectl logs job/%s --namespace %s; once it is mended, run it now: kubectl create job %s-now --from=cronjob/%s --namespace %s",
		verdict.Word(failed[0].Name), e.plan.Namespace, name, name, e.plan.Namespace)
}

func cronSuspended(e environment, c argocd.CronJob) (says, remedy string) {
	if !c.Suspended {
		return "", ""
	}
	return "the cron job " + c.Name + " is suspended: nothing starts it",
		fmt.Sprintf(`kubectl patch cronjob %s --namespace %s --patch '{"spec":{"suspend":false}}', unless a file of your own suspends it`, verdict.Word(c.Name), e.plan.Namespace)
}

// imageMissing is about what is live: a rollback to an image that is gone has a cause of its own.
func imageMissing(p delivery, e environment) *answer {
	if _, no := lastBack(p, e); no == nil {
		return excluded("the newest deploy is a rollback")
	}
	var there []string
	var gone *live.Image
	for _, i := range e.Images {
		switch {
		case i.Manifest.Kind == remote.NotFound:
			gone = &i
		case !i.Manifest.Known && gone == nil && e.Live.Known && e.Live.Value.Deployed() && i.Live.Name != "":
			return lacking(i.Manifest)
		default:
			there = append(there, i.Live.Short())
		}
	}
	if gone == nil {
		return excluded("the registry has what the live folder names")
	}
	says := fmt.Sprintf("the registry does not have %s, or does not show it to this credential", gone.Live)
	if len(there) > 0 {
		says += "; it has " + strings.Join(there, ", ")
	}
	return found(says, p.again()+" pushes what the run did not; if the image was deleted since, push a new commit that builds it, and keep images for as long as they may run", criteria.Evidence{What: "registry", URL: gone.Manifest.URL, At: p.facts.At})
}
