package criteria

import (
	"fmt"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// rollback promises when a deploy is taken back.
var rollback = Kind{
	Kind: plan.Kind{
		Name: "rollback", Mode: plan.Enforced, Rules: []string{"T14", "T16", "T17", "T19", "T20", "T24", "T25", "T26", "T28", "T29"},
		Reach: plan.Reach{Whole: "a revert takes back all that a deploy has changed in an environment"},
		Gate:  "the workflow rollback.yaml, and progressDeadlineSeconds of the Deployment", Fails: "a stuck rollout turns the Application Degraded",
		Measure: "the time from the revert to Healthy",
		Figured: func(p plan.Plan, c plan.Criterion) (gate, fails string) {
			if chart := unseen(p, c); chart != "" {
				return "the workflow rollback.yaml", "what " + chart + " says of a stuck rollout, nobody has checked"
			}
			if hasOwn(p, c) || slices.ContainsFunc(staying(p, c), func(w plan.Workload) bool { return w.Stateful == nil }) {
				return c.Gate, c.Fails
			}
			return "the workflow rollback.yaml", "a stuck rollout stays Progressing, since Kubernetes gives a StatefulSet no deadline"
		},
		Asks:  wants(plan.TakenBack),
		Check: backInTime,
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			way := "reverts the deploy and builds nothing"
			switch where, byPerson, waits := proposed(p, c); {
			case byPerson:
				way = "reverts the deploy and builds nothing; in " + where + " by a pull request, and the clock starts when a person has merged it"
			case waits:
				way = "proposes the revert of the deploy and builds nothing; the clock starts when it is merged"
			}
			out := fmt.Sprintf("The workflow %s %s. Argo CD notices within %d s", path.Base(p.RollbackWorkflow), way, p.ArgoCD.Noticed.Seconds())
			between := ", "
			if chart := unseen(p, c); chart != "" {
				out += ". How long pods take to start, and when a rollout counts as stuck, is for " + chart + " to say, and nobody has checked it"
			} else if hasOwn(p, c) {
				out += ". Of your manifests the check holds progressDeadlineSeconds below the promise; how long their pods take to start, only they know"
				if proven := byHelm(p, c); proven != "" {
					out += "." + strings.TrimSuffix(proven, ".")
				}
			}
			if slices.ContainsFunc(staying(p, c), func(w plan.Workload) bool { return w.Rollout.Progressive() }) {
				between = ". A version that is kept comes back without steps: "
			}
			if len(p.Workloads) > 1 || len(staying(p, c)) == 0 {
				between = "." + runsAgain(p, c) + " "
			}
			return strings.TrimSuffix(out+between+ofEach(p, c, func(w plan.Workload) string {
				e := slowest(p, c, w)
				if w.Stateful != nil {
					return fmt.Sprintf("%s about %d s, and a stuck one stays Progressing.", take(e.Most(w), ""), e.RolloutTime(w))
				}
				return fmt.Sprintf("%s about %d s, and a stuck one turns the rollout Degraded after %d s.", take(e.Most(w), ""), e.RolloutTime(w), w.Rollout.Deadline)
			}), " ")
		},
		Labels: bound(plan.Back),
	},
	Support: []Part{
		Stops(InRollback, `^jobs\.rollback-([\w-]+)\.steps\.name$`, "revert of a deploy to $1").In(plan.StepRevert),
		Stops(InDeployment, `^spec\.progressDeadlineSeconds$`, "when a stuck rollout counts as failed").calculated(),
		jobLimit, jobGround,
		needs(InRollback, `^(on|defaults|env|jobs)\b`, "the workflow that takes deploys back"),
		needs(InDeployment, `^spec\.(strategy|paused|minReadySeconds|rollbackWindow|revisionHistoryLimit|progressDeadlineAbort)\b`, "how long it takes to replace the pods"),
		startupTimes, startupGround, source, rendering, syncs,
		project,
	},
	Proof:    goesBack,
	Promised: within,
	// It measures the last one that happened. Of a promise that nobody has tried it says just that.
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		if !e.Deploys.Known {
			return e.Deploys.Missing()
		}
		for _, back := range e.Deploys.Value {
			if !back.Back {
				continue
			}
			start := Evidence{What: "rollback", URL: back.URL, Revision: back.SHA, At: back.At}
			switch {
			case e.Reverted.Known:
				return held(c.Within, "from the revert to the finished sync", start, e.Reverted.Value)
			case !e.Application.Known:
				return e.Application.Missing(start)
			case e.Reverted.Later && e.Newest().SHA == back.SHA:
				return awaited(c.Within, d.At.Sub(back.At), "the revert is not synced", start)
			}
			return Unmeasured.By("there was a rollback, but "+e.Reverted.Why, start)
		}
		return Unmeasured.By("never exercised: no deploy has been taken back; run 'pipegen rollback' or the workflow " + d.RollbackWorkflow + " to try it")
	},
	Loosened: []Loosening{later},
}

// backInTime adds up what lies between a revert and the earlier version running.
func backInTime(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	slowest, most := plan.Workload{}, 0
	for _, w := range staying(p, c) {
		out = append(out, backSeesStuck(p, w, c)...)
		out = append(out, backIsHeld(p, w, c)...)
		if _, takes := wayBack(p, c, w); takes > most {
			slowest, most = w, takes
		}
	}
	if hasOwn(p, c) && most == 0 {
		// What its rollout takes, the proof holds over what is rendered.
		out = append(out, backByRevert(p, plan.Workload{Image: p.Images[0].Name}, c)...)
		if noticed := p.ArgoCD.Noticed; noticed.Within >= c.Within {
			out = append(out, diag.Diagnostic{Code: diag.PromiseTooShort, Rule: "T28", Path: c.At() + ".within",
				Message: fmt.Sprintf("rollback within %s cannot hold: Argo CD may notice the revert after %d s only (%s)", schema.Short(c.Within), noticed.Seconds(), noticed.Because),
				Help:    "promise at least " + roundedUp(noticed.Seconds()+1) + webhookHelp(p)})
		}
	}
	// One of them is enough: the others wait for the same.
	if most > 0 {
		out = slices.Concat(out, backByRevert(p, slowest, c), backFits(p, slowest, c))
	}
	// A time in which Argo CD may not sync holds a rollback up as well (T29).
	out = append(out, closing(p, func(w plan.SyncWindow, forbids string) diag.Diagnostic {
		return diag.Diagnostic{Code: diag.Contradiction, Rule: "T29", Path: w.Path,
			Message: fmt.Sprintf("%s, which blocks the rollback that criterion %s promises within %s", forbids, c.ID, schema.Short(c.Within)),
			Help:    fmt.Sprintf("set manualSync: true, so that a person may sync %s it", w.Closed)}
	})...)
	// Nobody can bound how long a person thinks, or a pull request waits (T24).
	waits := func(why, help string) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T24", Severity: diag.Warning, Path: c.At() + ".within",
			Message: fmt.Sprintf("criterion %s promises a rollback within %s, but %s, which nothing bounds", c.ID, schema.Short(c.Within), why), Help: help})
	}
	if where, ok := approved(p, c); ok {
		waits("deploys to "+where+" wait for an approval", "the clock starts after the approval; say so in the statement")
	}
	if where := syncedByHand(p, c); len(where) > 0 {
		waits("a person starts each sync of "+where[0].Name, "the clock then runs until somebody has synced it; say so in the statement, or let Argo CD sync "+where[0].Name)
	}
	if from := mirrored(p, c); len(from) > 0 {
		waits("the Argo CD of "+from[0].Cluster+" reads a mirror, where the revert comes later", "the clock then runs until it is there; say so in the statement, or let the Argo CD read the repository on github.com")
	}
	if _, _, proposes := proposed(p, c); proposes {
		waits("it waits for a pull request to be merged", "the clock starts after the merge; say so in the statement")
	}
	return out
}

// backByRevert refuses a rollback that rebuilds: it takes as long as any deploy, a failing test or the registry can stop
// it, and what comes out is another image than the one that ran (T17, T19, T20).
func backByRevert(p plan.Plan, w plan.Workload, c plan.Criterion) diag.List {
	if c.By != "source-revert" {
		return nil
	}
	image := p.Image(w.Image)
	minutes := func(jobs ...string) int {
		most := 0
		for _, job := range jobs {
			most = max(most, p.Jobs.Find(job).Limit.Minutes)
		}
		return most
	}
	test, publish, name, deploy := minutes(image.Tests...), minutes(image.Jobs.Publish), minutes(image.Jobs.Name), deployMinutes(p, c)
	rollout := slowest(p, c, w).RolloutTime(w)
	whole := 60*(test+publish+name+deploy) + p.ArgoCD.Noticed.Seconds() + rollout
	if whole < seconds(c.Within) {
		return diag.List{{Code: diag.Contradiction, Rule: "T20", Path: c.At() + ".by",
			Message: "a rollback by source revert does not bring back what ran: the rebuilt image is another one, and a failing test or the registry can stop its build",
			Help:    `write by: "gitops-revert": it deploys the recorded digest again`}}
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T19", Path: c.At() + ".by",
		Message: fmt.Sprintf("rollback within %s cannot hold by source revert: queue + test %dm + build %dm + image %dm + deploy %dm + detection %d s + rollout %d s may take %s, and the rebuilt image is not the one that ran",
			schema.Short(c.Within), test, publish, name, deploy, p.ArgoCD.Noticed.Seconds(), rollout, roundedUp(whole)),
		Help: `write by: "gitops-revert": it deploys the recorded digest again, in one to two minutes with a webhook`}}
}

// wayBack is the longest way back of a workload in the environments of a criterion, and how many seconds it may take:
// detection is not among them. A stuck pod must be noticed within the promise too (T14).
func wayBack(p plan.Plan, c plan.Criterion, w plan.Workload) (worst plan.WayBack, seconds int) {
	for _, e := range p.Running() {
		if !w.RunsIn(e.Name) || !c.Covers("", e.Name) {
			continue
		}
		back := plan.WayBackOf(w, p.Workloads, e)
		if takes := max(back.Rollout(), max(back.Canaries, plan.Sum(back.Before)+w.Rollout.Needed()+1)+back.After()); takes > seconds {
			worst, seconds = back, takes
		}
	}
	return worst, seconds
}

// slowest is the environment of a criterion in which a rollout of a workload takes the longest.
func slowest(p plan.Plan, c plan.Criterion, w plan.Workload) plan.Environment {
	return p.Slowest(w, func(e plan.Environment) bool { return c.Covers("", e.Name) })
}

// backFits: detection, the jobs of a sync and the rollout of the earlier version fall into the promise (T16, T28).
func backFits(p plan.Plan, w plan.Workload, c plan.Criterion) diag.List {
	promise, noticed := seconds(c.Within), p.ArgoCD.Noticed
	back, takes := wayBack(p, c, w)
	if noticed.Seconds()+takes < promise {
		return nil
	}
	waits, help, of := "", ", or lower the replicas or the startup time", ""
	if len(p.Workloads) > 1 {
		of = " of " + w.Name
	}
	switch {
	case back.Canaries > plan.Sum(back.Before)+w.Rollout.Needed():
		waits = fmt.Sprintf("; a sync waits for the steps of canaries, and runs for up to %d s, and the revert takes %d s after it", back.Canaries, back.After())
		help = ", shorten the steps, or take out what waits for a canary: endpoint criteria, and jobs with before or after"
	case len(back.Before) > 0:
		waits = fmt.Sprintf("; a sync first waits for %s; one with a stuck pod keeps running until then, and the revert takes %d s after it, since its sync waits again", passed(back.Before), back.After())
		help += ", or give the job less time"
	case len(back.Others) > 0:
		waits = fmt.Sprintf("; a stuck sync keeps running until then, and the revert takes %d s after it, with %s", back.After(), passed(back.Others))
	case back.Held:
		waits = fmt.Sprintf("; the smoke Job keeps a stuck sync running until then, and the revert takes %d s after it", back.After())
	}
	return diag.List{{Code: diag.PromiseTooShort, Rule: "T28", Path: c.At() + ".within",
		Message: fmt.Sprintf("rollback within %s cannot hold: Argo CD may notice the revert after %d s (%s), which leaves %d s; %s %d s %s, and one pod may take %s%s",
			schema.Short(c.Within), noticed.Seconds(), noticed.Because, max(0, promise-noticed.Seconds()), take(back.Pods, of), back.Takes, back.How, w.Rollout.Parts(), waits),
		Help: "promise at least " + roundedUp(noticed.Seconds()+takes+1) + help + webhookHelp(p)}}
}

// take is how a sentence about the time of some pods begins.
func take(pods int, of string) string {
	if pods == 1 {
		return "1 pod" + of + " takes"
	}
	return fmt.Sprintf("%d pods%s take", pods, of)
}

// backSeesStuck: with a deadline of the spec's own a stuck rollout may be noticed after the promise is broken (T25).
func backSeesStuck(p plan.Plan, w plan.Workload, c plan.Criterion) diag.List {
	back, _ := wayBack(p, c, w)
	noticed, before, deadline, after := p.ArgoCD.Noticed.Seconds(), plan.Sum(back.Before), w.Rollout.Deadline, back.After()
	if w.Rollout.DeadlinePath == "" || noticed+before+deadline+after < seconds(c.Within) {
		return nil
	}
	waits := ""
	if before > 0 {
		waits = ", " + passed(back.Before)
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T25", Path: w.Rollout.DeadlinePath,
		Message: fmt.Sprintf("a stuck rollout is taken back after %d s of detection%s, %d s of %s and %d s of the next sync, but criterion %s promises %s",
			noticed, waits, deadline, w.Rollout.DeadlinePath, after, c.ID, schema.Short(c.Within)),
		Help: "set it to 120s to 180s, or leave it out"}}
}

// backIsHeld: Kubernetes gives a StatefulSet no deadline, so that a sync that waits for one that is stuck never ends, and
// Argo CD begins no other one before.
func backIsHeld(p plan.Plan, w plan.Workload, c plan.Criterion) diag.List {
	back, _ := wayBack(p, c, w)
	if w.Stateful == nil || !back.Held {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T14", Path: w.Stateful.Path,
		Message: fmt.Sprintf("a pod of %s that never becomes ready holds its sync for ever, since a smoke Job or a later wave waits for it and Kubernetes gives pods that keep their names no deadline: the revert that criterion %s promises would not be synced", w.Name, c.ID),
		Help:    "take the jobs and the endpoint criterion out, or leave stateful out and give the program a claim of its own with one replica"}}
}

// goesBack: a stuck rollout is noticed within the promise, with the jobs before it, and a workflow takes a deploy back.
func goesBack(c plan.Criterion, on *rules.Case) {
	for t, a := range programs(c, on) {
		n := a.Get("spec", "progressDeadlineSeconds")
		s, ok := n.Number()
		if !a.Built() || a.Kind == "StatefulSet" {
			continue
		}
		noticed := time.Duration(0) // of what pipegen writes, the arithmetic has counted it
		if a.Fact.Kind == string(plan.OwnKind) {
			noticed = on.Facts.Noticed
		}
		if !ok || noticed+time.Duration(s)*time.Second >= c.Within {
			on.Unkept("T14", n.At(), t.At(), "lower progressDeadlineSeconds", "a rollout of %s that is stuck is seen too late to be taken back within %s", a.Label(), c.Within)
			continue
		}
		if probe := a.Container.Get("startupProbe"); probe.OK() && longestStart(probe) >= time.Duration(s)*time.Second {
			at, help := toShorten(probe)
			on.Unkept("T14", at, n.At(), help, "a rollout of %s counts as stuck after %d s, and a pod may take %s to start", a.Label(), s, longestStart(probe))
			continue
		}
		endsInTime(c, on, t, waveOf(a), time.Duration(s)*time.Second)
	}
	if !slices.ContainsFunc(on.Writers, func(w *pipeline.Writer) bool { return w.Reverts }) {
		on.Unkept("T18", on.AnyOverlay(), on.AnyApplication(), "keep the workflow rollback", "no workflow takes a deploy back")
	}
}
