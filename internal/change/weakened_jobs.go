package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
)

func needDropped(a, b *view) []finding {
	var out []finding
	before, after := a.jobs(), b.jobs()
	for _, at := range sorted(before) {
		now, stays := after[at]
		if !stays {
			continue
		}
		for _, need := range list(before[at].body, "needs") {
			if !passed(after, now, need) {
				out = append(out, finding{fmt.Sprintf("%s %v", at, need), "", fmt.Sprintf("The job %s of %s does not wait for %v any longer.", now.id, now.file, need)})
			}
		}
	}
	return out
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

func failureIgnored(a, b *view) []finding {
	ignored := func(v *view) map[string]string {
		out := map[string]string{}
		for at, j := range v.jobs() {
			if set(j.body["continue-on-error"]) {
				out[at] = fmt.Sprintf("The job %s of %s", j.id, j.file)
			}
			for _, s := range steps(j.body) {
				if set(s["continue-on-error"]) {
					out[at+" "+text(s, "name")] = fmt.Sprintf("The step %q of the job %s", text(s, "name"), j.id)
				}
			}
		}
		return out
	}
	before, after := ignored(a), ignored(b)
	var out []finding
	for _, at := range sorted(after) {
		if before[at] == "" {
			out = append(out, finding{at, "", after[at] + " may fail without any effect."})
		}
	}
	return out
}

func set(v any) bool { return v != nil && v != false }

func testStepRemoved(a, b *view) []finding {
	stay := map[string]bool{}
	for _, s := range b.plan.Test.Steps {
		stay[s.Name] = true
		stay[s.Run+s.Uses] = true
	}
	var out []finding
	for _, s := range a.plan.Test.Steps {
		if !stay[s.Name] && !stay[s.Run+s.Uses] {
			out = append(out, finding{s.Name, "test.steps", fmt.Sprintf("The step %q of the tests is gone.", s.Name)})
		}
	}
	return out
}

// ownJobs are those of the author's own.
func ownJobs(p plan.Plan) []plan.Job {
	return slices.DeleteFunc(slices.Clone(p.Jobs), func(j plan.Job) bool { return j.Own == nil })
}

func extraJobOptional(a, b *view) []finding {
	stay := map[string]bool{}
	there := map[string]bool{}
	for _, j := range ownJobs(b.plan) {
		there[j.ID], stay[j.ID] = true, j.Required
	}
	var out []finding
	for _, j := range ownJobs(a.plan) {
		if !j.Required || stay[j.ID] {
			continue
		}
		sentence := fmt.Sprintf("The job %s is not required any longer.", j.ID)
		if !there[j.ID] {
			sentence = fmt.Sprintf("The job %s, which had to succeed, is gone.", j.ID)
		}
		out = append(out, finding{j.ID, j.Path, sentence})
	}
	return out
}

// gates are the places in which a patch may take out what holds a promise.
var gates = lazy.Regexp(`/(if|needs|permissions|timeout-minutes|continue-on-error|environment|concurrency|on|COVERAGE_MIN|run)(/|$)` +
	`|[pP]robe|/(replicas|maxUnavailable|minAvailable|progressDeadlineSeconds|securityContext|selector|podSelector|policyTypes|ingress|egress|syncPolicy|syncWindows|roles|resources|patches|components)(/|$)`)

func patchOnGate(a, b *view) []finding {
	var out []finding
	before := operations(a.plan)
	after := operations(b.plan)
	for _, at := range sorted(after) {
		if _, stood := before[at]; stood {
			continue
		}
		op := after[at]
		if op.Op != "test" && gates().MatchString(op.At) && !strings.HasPrefix(op.At, "/metadata/") {
			out = append(out, finding{at, "patches", fmt.Sprintf("A patch changes %s of %s.", op.At, op.file)})
		}
	}
	return out
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
