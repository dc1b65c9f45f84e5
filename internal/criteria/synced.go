package criteria

import (
	"fmt"
	"math"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// fromPush starts the clock when the image is pushed.
const fromPush = "registry-push"

// synced promises when Argo CD has brought a deploy to the cluster.
var synced = Kind{
	Kind: plan.Kind{
		Name: "synced", Mode: plan.Measured, Rules: []string{"T05", "T08", "T09", "T10", "T11", "T15", "T21", "T22", "T24", "T28", "T29"},
		Reach:   plan.Reach{Whole: "Argo CD syncs an environment as a whole"},
		Measure: "compare operationState.finishedAt of the Application with the time of the commit",
		Check:   syncsInTime,
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			out := fmt.Sprintf("Argo CD notices the commit within %d s (%s).%s It tries once in that time; a failed try is repeated, and may come too late.", p.ArgoCD.Noticed.Seconds(), p.ArgoCD.Noticed.Because, runsAgain(p, c))
			if where, byPerson, _ := proposed(p, c); byPerson {
				out += " In " + where + " the clock starts when a person has merged the pull request: the hours before that do not count."
			}
			return out
		},
		Labels: bound(plan.ToSync),
	},
	Support: []Part{
		Stops(InApplications, `^spec\.(?:template\.spec\.)?syncPolicy\.automated$`, "Argo CD syncs without being asked"),
		Stops(InApplications, `^spec\.(?:template\.spec\.)?syncPolicy\.retry\.limit$`, "retry of a failed sync"),
		jobLimit, jobGround, syncs, source, rendering, deployJob, promotion,
		project,
	},
	Proof:    syncsByItself,
	Promised: within,
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		n := e.Newest()
		if n == nil {
			return d.undeployed(e)
		}
		start, from := Evidence{What: "GitOps commit", URL: n.URL, Revision: n.SHA, At: n.At}, "from the commit to the finished sync"
		if c.From == fromPush {
			image := d.Jobs.Value.Image
			if n.Back || !image.Succeeded || e.Live.Value.Source != d.Run.Value.SHA {
				return Unmeasured.By("the run that pushed what is live is not the one of " + d.Commit)
			}
			start, from = image.Ended, "from the push of the image to the finished sync"
		}
		switch {
		case e.Synced.Known:
			return held(c.Within, from, start, e.Synced.Value)
		case !e.Application.Known:
			return e.Application.Missing()
		case e.Synced.Later && e.Carries.Known && e.Carries.Value && e.Application.Value.Synced:
			return Unmeasured.By("it is synced, but "+e.Synced.Why, start)
		case e.Synced.Later:
			return awaited(c.Within, d.At.Sub(start.At), "it is not synced", start)
		}
		return e.Synced.Missing()
	},
	Loosened: []Loosening{later},
	Lacks:    Reasons{"Asks": "Argo CD decides, and pipegen does the arithmetic"},
}

// syncsInTime adds up what lies between the start of the clock and the sync.
func syncsInTime(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	waits, takes := syncWaits(p, c)
	switch noticed := p.ArgoCD.Noticed; {
	case c.From == fromPush:
		out = pushedInTime(p, c)
	case takes > 0 && noticed.Seconds()+takes >= seconds(c.Within):
		out = diag.List{{Code: diag.PromiseTooShort, Rule: "T28", Path: c.At() + ".within",
			Message: fmt.Sprintf("synced within %s cannot hold: Argo CD may notice the commit after %d s (%s)%s", schema.Short(c.Within), noticed.Seconds(), noticed.Because, waits),
			Help:    "promise at least " + roundedUp(noticed.Seconds()+takes+1) + ", or give " + shortens(p) + " less time" + webhookHelp(p)}}
	case noticed.Within >= c.Within:
		out = diag.List{{Code: diag.PromiseTooShort, Rule: "T22", Path: c.At() + ".within",
			Message: fmt.Sprintf("synced within %s cannot hold: Argo CD may notice the commit after %d s only (%s)", schema.Short(c.Within), noticed.Seconds(), noticed.Because),
			Help:    "promise at least " + roundedUp(noticed.Seconds()+1) + webhookHelp(p)}}
	}
	said := map[string]bool{}
	for _, e := range syncedByHand(p, c) {
		if at := e.Sync.Path + ".automated"; !said[at] {
			said[at] = true
			// Nobody can bound when a person starts a sync (T24).
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T24", Path: at,
				Message: fmt.Sprintf("criterion %s promises a sync within %s, but with %s: false a person starts each sync, which nothing bounds", c.ID, schema.Short(c.Within), at),
				Help:    "leave " + at + " out, drop the promise, or say with in for which environments it holds"})
		}
	}
	for _, i := range mirrored(p, c) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T24", Path: i.URLPath,
			Message: fmt.Sprintf("criterion %s promises a sync within %s, but the Argo CD of %s reads a mirror, and nothing bounds when a commit comes there", c.ID, schema.Short(c.Within), i.Cluster),
			Help:    "let it read the repository on github.com, drop the promise, or say with in for which environments it holds"})
	}
	// Nothing is synced while windows forbid it, but what waits is synced after that (T29).
	return append(out, closing(p, func(w plan.SyncWindow, forbids string) diag.Diagnostic {
		return diag.Diagnostic{Code: diag.Contradiction, Rule: "T29", Severity: diag.Warning, Path: w.Path,
			Message: fmt.Sprintf("%s, but criterion %s promises a sync within %s", forbids, c.ID, schema.Short(c.Within)),
			Help:    fmt.Sprintf("the clock starts once syncs are allowed again; say so in the statement, or set manualSync: true, so that a person may sync %s it", w.Closed)}
	})...)
}

// syncWaits is what a sync waits for in its waves, in words and in seconds, in the environment of a criterion in which that
// takes the longest. Without jobs and canaries a sync waits for nothing, or for what asks after it.
func syncWaits(p plan.Plan, c plan.Criterion) (words string, takes int) {
	for _, e := range p.Running() {
		passes := plan.Passes(p.Workloads, e)
		counts := func(pass plan.Pass) bool {
			return pass.Workload.Kind == plan.JobKind || e.Hold(pass.Workload) > 0 && p.Waits(e)
		}
		if s := plan.Sum(passes); c.Covers("", e.Name) && s > takes && slices.ContainsFunc(passes, counts) {
			words, takes = fmt.Sprintf(", and the sync of %s waits for %s", e.Where(), passed(passes)), s
		}
	}
	return words, takes
}

// shortens is what a sync waits for in this pipeline.
func shortens(p plan.Plan) string {
	if p.Ordered() {
		return "the job"
	}
	return "the steps of the canary"
}

// pushedInTime: between the push of the image and the commit lies the deploy job, which Argo CD cannot hurry (T21), and
// where a person approves or merges, nothing bounds how long that takes (T24).
func pushedInTime(p plan.Plan, c plan.Criterion) diag.List {
	const promised = "criterion %s promises a sync within %s of the registry push, but between the two "
	if _, _, waits := proposed(p, c); waits {
		return diag.List{{Code: diag.Contradiction, Rule: "T24", Path: c.At() + ".from",
			Message: fmt.Sprintf(promised+"a pull request waits to be merged, which nothing bounds", c.ID, schema.Short(c.Within)),
			Help:    `count from: "gitops-commit"`}}
	}
	for _, e := range p.Environments {
		if e.Promoted != "" && c.Covers("", e.Name) {
			return diag.List{{Code: diag.Contradiction, Rule: "T24", Path: c.At() + ".from",
				Message: fmt.Sprintf(promised+"a commit is promoted to %s %s, and nothing bounds when", c.ID, schema.Short(c.Within), e.Name, p.Promotion(e).Starts()),
				Help:    `count from: "gitops-commit", or let in name only environments that get every build`}}
		}
	}
	var out diag.List
	noticed, deploy := p.ArgoCD.Noticed, deployMinutes(p, c)
	waits, takes := syncWaits(p, c)
	if whole := 60*deploy + noticed.Seconds() + takes; whole >= seconds(c.Within) {
		out = diag.List{{Code: diag.Contradiction, Rule: "T21", Path: c.At() + ".from",
			Message: fmt.Sprintf("synced within %s of the registry push cannot hold: that time includes the deploy job, %d minutes at the most, and %d s of detection (%s)%s",
				schema.Short(c.Within), deploy, noticed.Seconds(), noticed.Because, waits),
			Help: `count from: "gitops-commit", or promise at least ` + roundedUp(whole+1)}}
	}
	if where, waits := approved(p, c); waits {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T24", Severity: diag.Warning, Path: c.At() + ".within",
			Message: fmt.Sprintf(promised+"the deploy to %s waits for an approval, which nothing bounds", c.ID, schema.Short(c.Within), where),
			Help:    `count from: "gitops-commit", or say in the statement that the clock starts after the approval`})
	}
	return out
}

// deployMinutes is the longest that a deploy to an environment of a criterion may take.
func deployMinutes(p plan.Plan, c plan.Criterion) int {
	most := 0
	for _, e := range p.Environments {
		if !c.Covers("", e.Name) {
			continue
		}
		most = max(most, p.Job(e.Jobs.Deploy).Limit.Minutes)
	}
	return most
}

// syncsByItself: each Application syncs without a person, and the jobs in its waves end in time.
func syncsByItself(c plan.Criterion, on *rules.Case) {
	for _, a := range on.Applications {
		if !c.Covers("", on.EnvironmentBy(a)) {
			continue
		}
		auto := a.Get("spec", "syncPolicy", "automated")
		if !auto.OK() || auto.Get("enabled").Text() == "false" {
			on.Unkept("T05", auto.At(), a.Get("metadata", "name").At(), "keep automated", "Application %s waits for a person before it syncs", pipeline.NameOf(a))
		}
	}
	for _, t := range on.Delivered() {
		if c.Covers("", on.EnvironmentOf(t)) {
			endsInTime(c, on, t, math.MaxInt, 0)
		}
	}
}
