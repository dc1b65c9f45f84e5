package change

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/schema"
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
	for _, s := range b.spec.Test.Steps {
		stay[s.Name] = true
		stay[s.Run+s.Uses] = true
	}
	var out []finding
	for _, s := range a.spec.Test.Steps {
		if !stay[s.Name] && !stay[s.Run+s.Uses] {
			out = append(out, finding{s.Name, "test.steps", fmt.Sprintf("The step %q of the tests is gone.", s.Name)})
		}
	}
	return out
}

func extraJobOptional(a, b *view) []finding {
	stay := map[string]bool{}
	there := map[string]bool{}
	for _, j := range b.spec.Workflow.ExtraJobs {
		there[j.ID], stay[j.ID] = true, j.Value.Required
	}
	var out []finding
	for _, j := range a.spec.Workflow.ExtraJobs {
		if !j.Value.Required || stay[j.ID] {
			continue
		}
		sentence := fmt.Sprintf("The job %s is not required any longer.", j.ID)
		if !there[j.ID] {
			sentence = fmt.Sprintf("The job %s, which had to succeed, is gone.", j.ID)
		}
		out = append(out, finding{j.ID, schema.Join("workflow.extraJobs", j.ID), sentence})
	}
	return out
}

// gates are the places in which a patch may take out what holds a promise.
var gates = lazy.Regexp(`/(if|needs|permissions|timeout-minutes|continue-on-error|environment|concurrency|on|COVERAGE_MIN|run)(/|$)` +
	`|[pP]robe|/(replicas|maxUnavailable|minAvailable|progressDeadlineSeconds|securityContext|selector|podSelector|policyTypes|ingress|egress|syncPolicy|syncWindows|roles|resources|patches|components)(/|$)`)

func patchOnGate(a, b *view) []finding {
	var out []finding
	before := operations(a.spec)
	after := operations(b.spec)
	for _, at := range sorted(after) {
		if _, stood := before[at]; stood {
			continue
		}
		op := after[at]
		if op.Op != "test" && gates().MatchString(op.Path) && !strings.HasPrefix(op.Path, "/metadata/") {
			out = append(out, finding{at, "patches", fmt.Sprintf("A patch changes %s of %s.", op.Path, op.file)})
		}
	}
	return out
}

type operation struct {
	schema.Operation
	file string
}

func operations(s schema.Spec) map[string]operation {
	out := map[string]operation{}
	for _, p := range s.Patches {
		for _, op := range p.Ops {
			out[strings.Join([]string{p.File, op.Op, op.Path, op.From, string(op.Value)}, "\x00")] = operation{op, p.File}
		}
	}
	return out
}
