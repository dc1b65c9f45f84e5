package criteria

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/schema"
)

// smokeAsk is how long the smoke Job waits for one answer, in seconds (T06).
const smokeAsk = 5

// endpoint promises a good answer after each deploy.
var endpoint = Kind{
	Kind: plan.Kind{
		Name: "endpoint", Mode: plan.Enforced, Rules: []string{"T06", "T12", "T28", "T30"}, Tool: "curl",
		Reach: plan.Reach{Of: plan.OfWorkloads, Fits: plan.Workload.Asked, Who: "a service that answers over HTTP"},
		Gate:  "the startup probe, and the smoke Job after each sync", Fails: "the sync is marked failed; nothing is rolled back by itself",
		// Nothing of what is generated is outside the cluster.
		Only: func(c plan.Criterion) string {
			if c.From == plan.Outside {
				return "pipegen verify"
			}
			return ""
		},
		Asks: func(c plan.Criterion, d *plan.Demands) {
			d.Add(plan.Asked, c)
			if seconds(c.Within) >= smokeAsk {
				d.Add(plan.Started, c)
			}
		},
		Check: answersInTime,
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return ofEach(p, c, func(w plan.Workload) string {
				inside := keepsStart(w) + fmt.Sprintf(" After each sync a pod gets %d s to start; then the smoke Job asks %s through the Service and marks the sync failed without a %d within %s.",
					plan.PullAllowance, cmp.Or(c.Endpoint, w.Probes.Readiness), c.Status, schema.Short(c.Within))
				if c.From == plan.Outside {
					return "'pipegen verify' asks it from where it runs, by its way in, and no deploy waits for that. Inside: " + inside
				}
				return inside
			})
		},
		Labels: func(p plan.Plan, c plan.Criterion) []plan.Label {
			return append(labelStart(p, c), bound(plan.ToSmoke)(p, c)...)
		},
	},
	Support: []Part{
		secondsToStart, startupProbe,
		Stops(InSmoke, `^spec\.activeDeadlineSeconds$`, "when the smoke Job is stopped, its start included").calculated(),
		Stops(InSmoke, `^metadata\.annotations\.argocd\.argoproj\.io/hook$`, "the smoke Job runs after each sync"),
		Shows(InSmoke, `^metadata\.annotations\.pipegen/criterion$`, "the criterion that the smoke Job names"),
		Shows(InSmoke, Container+`env\.value$`, "what the smoke Job asks, which status it expects, and for how long"),
		needs(InSmoke, `^(metadata\.annotations|spec)\b`, "the smoke Job, and what Argo CD makes of it"),
		startupTimes, startupGround, readiness, tryStep, source, rendering, syncs,
		needs(InService, `^spec\b`, "the Service through which it is asked"),
		needs(InPolicies, `^spec\b`, "who may ask"),
	},
	Proof:    asks,
	Promised: func(c plan.Criterion) string { return fmt.Sprintf("%d within %s", c.Status, schema.Short(c.Within)) },
	// It is what the smoke Job of the last sync has found.
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		switch {
		case c.From == plan.Outside:
			return e.askedFromOutside(c)
		case !e.Application.Known:
			return e.Application.Missing()
		case e.Newest() == nil:
			return d.undeployed(e)
		}
		return Together(e.Application.Value.Smokes, func(j Smoke) string { return j.Workload }, c.Of, func(j Smoke) Outcome { return e.answered(c, j) })
	},
	Loosened: []Loosening{later, {
		Code: "endpoint-loosened", Why: "Another answer counts as well, and nobody who relies on the old one is told.",
		Says: func(before, after plan.Criterion) string {
			if before.Endpoint == after.Endpoint && before.Status == after.Status && before.From == after.From {
				return ""
			}
			return "asks another question: its path, status or place differs"
		},
	}},
}

// answered is what became of the question of a smoke Job.
func (e Environment) answered(c plan.Criterion, job Smoke) Outcome {
	question := fmt.Sprintf("%d from %s within %s", c.Status, job.Path, schema.Short(c.Within))
	switch {
	case e.Synced.Later && !e.Synced.Known && job.Phase != "Failed":
		return Pending("the sync that asks has not finished")
	case !job.Ran:
		return Unmeasured.By("the last sync ran no smoke Job: Argo CD's repairs and syncs of selected resources run none")
	case job.Phase == "Running":
		return Pending("the smoke Job is asking", job.Evidence)
	case job.Phase == "Failed" || job.Phase == "Error":
		return Broken.By("the smoke Job got no "+question, job.Evidence)
	case job.Phase != "Succeeded":
		return Unmeasured.By("Argo CD does not say how the smoke Job ended", job.Evidence)
	}
	return Kept.By("the smoke Job got "+question, job.Evidence)
}

// askedFromOutside is what came of asking now. While the sync of the newest deploy goes on, an answer may be of the pods
// before it.
func (e Environment) askedFromOutside(c plan.Criterion) Outcome {
	if e.Synced.Later && !e.Synced.Known {
		return Pending("the sync of the newest deploy has not finished")
	}
	mine := slices.DeleteFunc(slices.Clone(e.Outside), func(a Asked) bool { return a.Criterion != c.ID })
	if len(mine) == 0 {
		return Unmeasured.By("neither a route nor a url says where to ask from outside")
	}
	return Together(mine, func(a Asked) string { return a.Workload }, c.Of, func(a Asked) Outcome {
		switch at := (Evidence{What: "address", URL: a.Answer.URL}); {
		case !a.Answer.Known:
			return a.Answer.Missing()
		case a.Answer.Value.Status != c.Status:
			return Broken.By(fmt.Sprintf("it answers %d from outside, and should %d", a.Answer.Value.Status, c.Status), at)
		case a.Answer.Value.Took > c.Within:
			return Broken.By(fmt.Sprintf("it answers %d from outside after %s, promised are %s", c.Status, Took(a.Answer.Value.Took), schema.Short(c.Within)), at)
		default:
			return Kept.By(fmt.Sprintf("it answers %d from outside now, after %s", c.Status, Took(a.Answer.Value.Took)), at)
		}
	})
}

// answersInTime: the smoke Job must have time for one answer (T06), and who asks from outside needs a way in (T30).
func answersInTime(p plan.Plan, c plan.Criterion) diag.List {
	out := startsInTime(p, c)
	if promised := seconds(c.Within); promised < smokeAsk {
		out = diag.List{{Code: diag.PromiseTooShort, Rule: "T06", Path: c.At() + ".within",
			Message: fmt.Sprintf("criterion %s promises %d s, and would fail syncs that went well: the smoke Job waits up to %d s for one answer", c.ID, promised, smokeAsk),
			Help:    fmt.Sprintf("promise at least %ds", smokeAsk)}}
	}
	for _, w := range staying(p, c) {
		if c.Endpoint == "" && w.HealthPath() == "" {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "X19", Path: c.At(),
				Message: fmt.Sprintf("criterion %s asks %s for %s, which answers at %s.probes.port alone: the Service of %s has no such port", c.ID, w.Name, w.Probes.Readiness, w.Path, w.Name),
				Help:    `name a path of the program itself: endpoint: {path: "/", within: "` + schema.Short(c.Within) + `"}`})
		}
	}
	out = append(out, asleep(p, c)...)
	if c.From == plan.Outside {
		out = append(out, wayIn(p, c)...)
	}
	return out
}

// wayIn: what is promised from outside is asked at a route or at the address of the environment, and by a path that leads
// there.
func wayIn(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	for _, e := range p.Running() {
		for _, w := range p.In(e) {
			if !w.Asked() || !c.Covers(w.Name, e.Name) {
				continue
			}
			d := diag.Diagnostic{Rule: "T30", Path: c.At() + ".from"}
			switch r := e.Route(w); {
			case p.AddressOf(w, e) == "":
				d.Code, d.Severity = diag.Unmeasured, diag.Warning
				d.Message = fmt.Sprintf("criterion %s promises an answer from outside, and in %s no route and no url says where to ask %s", c.ID, e.Where(), w.Name)
				d.Help = "write a route with https, or the url of the environment; or let an external probe measure it"
			case r != nil && r.Kind != plan.ByLoadBalancer && !r.Leads(c.Asks(w)):
				d.Code = diag.Contradiction
				d.Message = fmt.Sprintf("criterion %s asks %s from outside, and the route of %s leads on %s alone", c.ID, c.Asks(w), w.Name, plan.And(r.Paths))
				d.Help = fmt.Sprintf("name a path below it: endpoint: {path: \"%s\", from: \"outside\", within: \"%s\"}", r.Paths[0], schema.Short(c.Within))
			default:
				continue
			}
			if !slices.ContainsFunc(out, func(other diag.Diagnostic) bool { return other.Message == d.Message }) {
				out = append(out, d)
			}
		}
	}
	return out
}

// asks: after each sync a Job asks each of the programs.
func asks(c plan.Criterion, on *rules.Case) {
	if seconds(c.Within) >= smokeAsk {
		stopsSlowStart(c, on)
	}
	for _, t := range on.Delivered() {
		if !c.Covers("", on.EnvironmentOf(t)) {
			continue
		}
		after := afterSync(t)
		if len(on.Facts.Workloads) == 1 {
			// Whatever a hook asks is about the one program.
			asked(c, on, t, "the application", after)
			continue
		}
		for _, a := range on.Programs(t) {
			if c.Covers(a.Fact.Name, on.EnvironmentOf(t)) {
				asked(c, on, t, a.Name, slices.DeleteFunc(slices.Clone(after), func(j pipeline.Workload) bool { return !on.Asks(t, j, a) }))
			}
		}
	}
}

// afterSync are the Jobs that Argo CD runs once a sync is healthy. One that the author adds has a purpose of its own.
func afterSync(t *pipeline.Target) []pipeline.Workload {
	return slices.DeleteFunc(t.Workloads(), func(w pipeline.Workload) bool {
		return w.Kind != "Job" || w.Added() || !strings.Contains(w.Get("metadata", "annotations", "argocd.argoproj.io/hook").Text(), "PostSync")
	})
}

// asked: there is a Job that asks, and each asks in time.
func asked(c plan.Criterion, on *rules.Case, t *pipeline.Target, program string, jobs []pipeline.Workload) {
	for _, j := range jobs {
		asksInTime(c, on, t, j.Object)
	}
	if len(jobs) == 0 && len(t.Folders) > 0 {
		on.Unkept("T06", t.At(), on.AnyApplication(), "keep the folder smoke among the resources", "after a sync of %s nothing asks %s", t.Dir, program)
	}
}

// asksInTime: the Job gives up when the promised time has passed, and Kubernetes stops one that never came to ask, but
// not before.
func asksInTime(c plan.Criterion, on *rules.Case, t *pipeline.Target, j *pipeline.Object) {
	promised := seconds(c.Within)
	given := j.Get("spec", "template", "spec", "containers")
	takes := 0
	for _, n := range given.Items() {
		for _, e := range n.Get("env").Items() {
			if e.Get("name").Text() == "WITHIN" && strings.Contains(strings.Join(n.Get("command").List(), "\n"), "$(date +%s) + WITHIN") {
				given = e.Get("value")
				takes, _ = strconv.Atoi(given.Text())
			}
		}
	}
	if takes < 1 || takes > promised {
		on.Unkept("T06", given.At(), t.At(), fmt.Sprintf("WITHIN: \"%d\" and the script that counts it", promised), "%s may try for longer than %s", j.Label(), c.Within)
	}
	limit := j.Get("spec", "activeDeadlineSeconds")
	if s, ok := limit.Number(); !ok || s <= takes {
		on.Unkept("T06", limit.At(), given.At(), "activeDeadlineSeconds: more than the promise, by what the pod needs to start", "%s is stopped too early, or never, when its pod does not start", j.Label())
	}
}

// asleep refuses to promise an answer of what may have no pod.
func asleep(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	for _, e := range p.Running() {
		for _, w := range p.In(e) {
			if s := e.Scale(w); s != nil && s.Min == 0 && c.Covers(w.Name, e.Name) {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T06", Path: s.MinPath,
					Message: fmt.Sprintf("criterion %s promises an answer, and in %s %s may have no pod (%s)", c.ID, e.Where(), w.Name, s.MinPath),
					Help:    "let at least one run, or say with of or in what the criterion is for"})
			}
		}
	}
	return out
}
