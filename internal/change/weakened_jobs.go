package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
)

func needDropped(a, b *view, add report) {
	before, after := a.jobs(), b.jobs()
	for _, at := range sorted(before) {
		now, stays := after[at]
		if !stays {
			continue
		}
		for _, need := range list(before[at].body, "needs") {
			if !passed(after, now, need) {
				add(fmt.Sprintf("%s %v", at, need), "", "The job %s of %s does not wait for %v any longer.", now.id, now.file, need)
			}
		}
	}
}

// passed reports whether a job waits for another one, be it by way of a third.
func passed(jobs map[string]job, j job, need any) bool {
	seen := map[string]bool{}
	var waits func(id string) bool
	waits = func(id string) bool {
		if seen[id] {
			return false
		}
		seen[id] = true
		for _, n := range list(jobs[j.file+" "+id].body, "needs") {
			name, _ := n.(string)
			if n == need || waits(name) {
				return true
			}
		}
		return false
	}
	return waits(j.id)
}

func failureIgnored(a, b *view, add report) {
	ignored := func(v *view) map[string]string {
		out := map[string]string{}
		for at, j := range v.jobs() {
			if isSet(j.body["continue-on-error"]) {
				out[at] = fmt.Sprintf("The job %s of %s", j.id, j.file)
			}
			for _, s := range steps(j.body) {
				if isSet(s["continue-on-error"]) {
					out[at+" "+text(s, "name")] = fmt.Sprintf("The step %q of the job %s", text(s, "name"), j.id)
				}
			}
		}
		return out
	}
	before, after := ignored(a), ignored(b)
	for _, at := range sorted(after) {
		if before[at] == "" {
			add(at, "", "%s may fail without any effect.", after[at])
		}
	}
}

func isSet(v any) bool { return v != nil && v != false }

func testStepRemoved(a, b *view, add report) {
	for _, before := range a.plan.Tests {
		stay := map[string]bool{}
		for _, after := range b.plan.Tests {
			if after.Job == before.Job {
				for _, s := range after.Steps {
					stay[s.Name], stay[s.Run+s.Uses] = true, true
				}
			}
		}
		for _, s := range before.Steps {
			if !stay[s.Name] && !stay[s.Run+s.Uses] {
				add(s.Name, before.Path+".steps", "The step %q of the tests is gone.", s.Name)
			}
		}
	}
}

// ownJobs are those of the author's own.
func ownJobs(p plan.Plan) []plan.Job {
	return slices.DeleteFunc(slices.Clone(p.Jobs), func(j plan.Job) bool { return j.Own == nil })
}

func extraJobOptional(a, b *view, add report) {
	stay, there := map[string]bool{}, map[string]bool{}
	for _, j := range ownJobs(b.plan) {
		there[j.ID], stay[j.ID] = true, j.Required
	}
	for _, j := range ownJobs(a.plan) {
		switch {
		case !j.Required || stay[j.ID]:
		case there[j.ID]:
			add(j.ID, j.Path, "The job %s is not required any longer.", j.ID)
		default:
			add(j.ID, j.Path, "The job %s, which had to succeed, is gone.", j.ID)
		}
	}
}

// gates are the places in which a patch may take out what holds a promise.
var gates = lazy.Regexp(`/(if|needs|permissions|timeout-minutes|continue-on-error|environment|concurrency|on|COVERAGE_MIN|run)(/|$)` +
	`|[pP]robe|/(replicas|maxUnavailable|minAvailable|progressDeadlineSeconds|securityContext|selector|podSelector|policyTypes|ingress|egress|syncPolicy|syncWindows|roles|resources|patches|components)(/|$)`)

func onGate(op operation) bool {
	return gates().MatchString(op.At) && !strings.HasPrefix(op.At, "/metadata/")
}

// patchAdded is a rule on new operations of patches. The sentence takes the file and the place in it.
func patchAdded(counts func(operation) bool, sentence string) comparison {
	return func(a, b *view, add report) {
		before := operations(a.plan)
		for at, op := range operations(b.plan) {
			if _, stood := before[at]; !stood && op.Op != "test" && counts(op) {
				add(at, "patches", sentence, op.file, op.At)
			}
		}
	}
}

type operation struct {
	plan.Operation
	file string
}

func operations(p plan.Plan) map[string]operation {
	out := map[string]operation{}
	for _, patch := range p.Patches {
		for _, op := range patch.Ops {
			out[strings.Join([]string{patch.File, op.Op, op.At, op.From, string(op.Value)}, "\x00")] = operation{op, patch.File}
		}
	}
	return out
}
