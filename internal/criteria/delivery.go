package criteria

import (
	"fmt"
	"time"
)

// settled is the time after which what is still moving no longer counts as on its way: a rollout turns Degraded long
// before. The steps of a canary come on top.
const settled = 15 * time.Minute

// Delivery is what the live systems say of the way of one source commit, as far as criteria ask for it.
type Delivery struct {
	// At is when they were asked.
	At time.Time
	// Commit is the source commit, shortened for people.
	Commit string
	// Pushed is when it became the head of its branch.
	Pushed Fact[Evidence]
	Run    Fact[Run]
	Jobs   Fact[Jobs]
	// LogRoles counts the roles of the Argo CD project that may read logs.
	LogRoles Fact[int]
	// RollbackWorkflow is the file name of the workflow that takes deploys back.
	RollbackWorkflow string
	Environments     []Environment
}

// Run is the run of the workflow for the commit.
type Run struct {
	SHA, URL  string
	StartedAt time.Time
	// Created is when GitHub made it.
	Created Evidence
	Done    bool
	// Conclusion is how it ended.
	Conclusion string
}

// Jobs are those of the run that criteria ask for.
type Jobs struct {
	Test, Image Job
	// Unchanged says that the run has built and tested nothing of what the criterion is for, since none of it has changed.
	Unchanged bool
	// Steps are the outcomes of the steps that name a criterion, by its id.
	Steps map[string]Step
}

// Job is a job of the run; its zero value has not begun. Ended is when it did.
type Job struct {
	Done, Succeeded bool
	Ended           Evidence
}

// Step is the worst that became of the steps of one criterion.
type Step struct {
	// Conclusion is success or failure, "" where one of them has neither.
	Conclusion string
	Evidence   []Evidence
}

// Environment is what runs in one, and how it came there.
type Environment struct {
	// Site is its cluster, by the name of that in the spec, where it is in several.
	Site string
	Name string
	// Automated says that Argo CD syncs it by itself.
	Automated bool
	// Holds is for how long the steps of canaries last there.
	Holds time.Duration
	Live  Fact[Live]
	// Deploys are the commits that changed what is live, the newest first.
	Deploys Fact[[]Deploy]
	// Images are what is known about each that is live.
	Images      []Image
	Application Fact[Application]
	// Carries is true when Argo CD has compared with the newest deploy.
	Carries Fact[bool]
	// Synced and Reverted are the syncs that brought the newest deploy and the newest rollback.
	Synced, Reverted Fact[Evidence]
	// Pods are those that run what is live, by workload, and Hidden says that the project keeps all of them out of sight.
	Pods   Fact[[]Workload]
	Hidden bool
	// Address is the outcome of asking the public address, and Outside what came of the questions of criteria there.
	Address Outcome
	Outside []Asked
	// Figures are what Prometheus says.
	Figures []Figured
}

// Figured is what Prometheus says of the requests to a workload for a criterion.
type Figured struct {
	Criterion, Workload string
	Answer              Fact[Figure]
}

// Figure is of so many requests. Given is false where Prometheus has none of them, as of too few.
type Figure struct {
	Requests, Value float64
	Given           bool
}

// Asked is an answer that a workload gave to somebody outside the cluster who asked for a criterion.
type Asked struct {
	Criterion, Workload string
	Answer              Fact[Answer]
}

// Answer is that of an HTTP server.
type Answer struct {
	Status int
	Took   time.Duration
}

// Live is what the GitOps repository says should run. Source is the commit that it was built from, and Deployed is
// false where there is none yet.
type Live struct {
	Source   string
	Deployed bool
}

// Image is what is known about an image that is live.
type Image struct {
	Name, Digest string
	// Stored is known where the registry has it. Signed says that it keeps a signature beside it, and Attested an
	// attestation; Attestations counts those that GitHub keeps.
	Stored           Fact[struct{}]
	Signed, Attested Fact[bool]
	Attestations     Fact[int]
}

// Deploy is a commit that changed what is live. Back is set when it took a deploy back. Signature is what GitHub says of
// its signature, "valid" for a good one, "" where GitHub was not asked.
type Deploy struct {
	SHA, URL  string
	At        time.Time
	Back      bool
	Signature string
}

// Application is what Argo CD says.
type Application struct {
	Synced bool
	// Smokes are the smoke Jobs of the last sync, one for each workload that is asked.
	Smokes []Smoke
}

// Smoke is the Job that asks a workload, and the path that it asks.
type Smoke struct {
	Workload, Path string
	Hook
}

// Hook is a Job that Argo CD starts with a sync. Ran is false where the last sync started none.
type Hook struct {
	Ran bool
	// Phase is Argo CD's word, and Says its reason.
	Phase, Says string
	Evidence    Evidence
}

// Workload is one that keeps pods running, with those that run what is live. Digest is that of its image.
type Workload struct {
	Name, Digest string
	// Wanted is how many pods it should have.
	Wanted int
	Pods   []Pod
	// Analyses are the AnalysisRuns by which the version that is live was judged, the oldest first.
	Analyses []Analysis
}

// Analysis is an AnalysisRun, with Argo CD's words for its phase.
type Analysis struct{ Name, Health, Message string }

// Pod is one of the program's.
type Pod struct {
	Name  string
	Ready bool
	// StartedAt is when its last container started, ReadyAt when it last became ready; both are zero while it has not.
	StartedAt, ReadyAt time.Time
	// Restarts counts those of all containers.
	Restarts int
}

// unfinished is the outcome for what a run has not reached: it may still, or never will.
func (d Delivery) unfinished(what string) Outcome {
	run := d.Run.Value
	if run.Done {
		return Unmeasured.By(what+": the run has ended as "+run.Conclusion, run.Created)
	}
	return Pending(what+" yet: the run is in progress", run.Created)
}

// step judges a gate of the run by the steps that name its criterion.
func (d Delivery) step(id string, passed, failed, gate string) Outcome {
	if !d.Jobs.Known {
		return d.Jobs.Missing()
	}
	switch s := d.Jobs.Value.Steps[id]; s.Conclusion {
	case "success":
		return Kept.By(passed, s.Evidence...)
	case "failure":
		if d.Jobs.Value.Image.Succeeded {
			return Broken.By("the image was published although "+failed, s.Evidence...)
		}
		return Kept.By(failed+", and nothing was published", s.Evidence...)
	}
	if d.Jobs.Value.Unchanged && d.Run.Value.Done {
		return Unmeasured.By("nothing of it has changed: the run that built it says more", d.Run.Value.Created)
	}
	return d.unfinished(gate + " has no result")
}

// Newest is the newest change of what is live, or nil.
func (e Environment) Newest() *Deploy {
	if len(e.Deploys.Value) == 0 {
		return nil
	}
	return &e.Deploys.Value[0]
}

// undeployed is the outcome for an environment that nothing has been deployed to.
func (d Delivery) undeployed(e Environment) Outcome {
	switch {
	case !e.Live.Known:
		return e.Live.Missing()
	case !e.Deploys.Known:
		return e.Deploys.Missing()
	case e.Live.Value.Deployed:
		return Unmeasured.By("no commit of the GitOps repository is a deploy by the workflow")
	case d.Run.Known && !d.Run.Value.Done:
		return Pending("nothing is deployed yet: the run is in progress")
	}
	return Unmeasured.By("nothing is deployed yet")
}

// absent is the outcome where no pod runs the image of the GitOps repository.
func (d Delivery) absent(e Environment) Outcome {
	if e.Newest() == nil {
		return d.undeployed(e)
	}
	return Pending("no pod runs what the GitOps repository names")
}

// Moving is the outcome for what will be well in a while, or should have been.
func (d Delivery) Moving(e Environment, what string, at Evidence) Outcome {
	if n := e.Newest(); n != nil && e.Automated && d.At.Sub(n.At) > settled+e.Holds {
		return Broken.By(fmt.Sprintf("%s, %s after the deploy", what, Took(d.At.Sub(n.At))), at)
	}
	return Pending(what, at)
}

// Ready counts the pods that are ready.
func (w Workload) Ready() int {
	n := 0
	for _, p := range w.Pods {
		if p.Ready {
			n++
		}
	}
	return n
}
