package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Mode says what becomes of a promise that is not kept.
type Mode string

const (
	// Enforced: something fails.
	Enforced Mode = "enforced"
	// Measured: something reports it, and nothing fails.
	Measured Mode = "measured"
	// Confirmed: a person says so.
	Confirmed Mode = "confirmed"
)

// Kind is what pipegen does about one kind of criterion. The table of kinds is
// shared by the compiler, explain, the generated documents and the tests.
type Kind struct {
	// Name is the field in the spec.
	Name string
	Mode Mode
	// Gate is where it bites, and Fails what happens there; both "" where nothing does.
	Gate, Fails string
	// Measure is what reports it, "" where nothing does.
	Measure string
	// Rules are the ids of the rules of arithmetic and contradiction behind it.
	Rules []string
	// how is the sentence for people, with the figures of a plan.
	how func(plan.Plan, plan.Criterion) string
}

// Kinds returns the table, in the order of the schema.
func Kinds() []Kind { return slices.Clone(kindTable) }

// Promise is a criterion of a plan with what pipegen does about it.
type Promise struct {
	ID, Statement string
	// Path is its place in the spec.
	Path string
	Kind Kind
	// How says in a sentence what keeps or measures it, with the plan's figures.
	How string
}

// Promises are the criteria in the order of the spec.
func Promises(p plan.Plan) []Promise {
	var out []Promise
	for _, c := range p.Criteria {
		k := kindOf(c)
		out = append(out, Promise{ID: c.ID, Statement: c.Statement, Path: c.Path, Kind: k, How: k.how(p, c)})
	}
	return out
}

// promiseOf finds the one criterion of a kind, and the kind's place in the spec.
func promiseOf(s schema.Spec, kind string) (c schema.Named[schema.Criterion], at string, ok bool) {
	for _, c := range s.Criteria {
		if c.Value.Kind() == kind {
			return c, schema.Join("criteria", c.ID) + "." + kind, true
		}
	}
	return c, "", false
}

func kindOf(c plan.Criterion) Kind {
	i := slices.IndexFunc(kindTable, func(k Kind) bool { return k.Name == c.Kind })
	return kindTable[i]
}

var kindTable = []Kind{
	{
		Name: "triggered", Mode: Measured, Rules: []string{"T01"},
		Measure: "a step of the job Measure compares the push with the start of the run, and warns",
		how: func(_ plan.Plan, c plan.Criterion) string {
			return fmt.Sprintf("The job Measure warns above %s; GitHub guarantees nothing.", schema.Short(c.Within))
		},
	},
	{
		Name: "tests", Mode: Enforced, Rules: []string{"T02"},
		Gate: "the jobs publish, image and deploy need the job test", Fails: "nothing is built, pushed or deployed",
		how: func(plan.Plan, plan.Criterion) string { return "Nothing is built when the job Test fails." },
	},
	{
		Name: "coverage", Mode: Enforced, Rules: []string{"T02"},
		Gate: "the threshold of the test step", Fails: "the job Test fails, and nothing after it runs",
		how: func(p plan.Plan, _ plan.Criterion) string {
			return fmt.Sprintf("The job Test fails below %s %%.", p.Test.Coverage)
		},
	},
	{
		Name: "published", Mode: Enforced, Rules: []string{"T03", "T04", "T27", "T31"},
		Gate: "timeout-minutes of the jobs on the way, which sum below the promise", Fails: "the job is stopped, and nothing is deployed",
		Measure: "a step of the job Measure adds GitHub's queue, and warns",
		how: func(p plan.Plan, _ plan.Criterion) string {
			return fmt.Sprintf("The jobs on the way are stopped after %s minutes; GitHub's queue comes on top and is measured.", limitsToImage(p, " + "))
		},
	},
	{
		Name: "scanned", Mode: Enforced,
		Gate: "the scan of the image before it is pushed", Fails: "the job fails, and nothing is published",
		how: func(_ plan.Plan, c plan.Criterion) string {
			return fmt.Sprintf("The image is scanned before it is pushed; a known vulnerability that is %s and can be mended stops it.", severities(c.Refuse, " or "))
		},
	},
	{
		Name: "signed", Mode: Enforced,
		Gate: "the sign step of the job Image", Fails: "the job fails, and nothing is deployed",
		how: func(plan.Plan, plan.Criterion) string {
			return "The job Image signs the digest with the workflow's identity, and fails when it cannot."
		},
	},
	{
		Name: "attested", Mode: Enforced,
		Gate: "the attest step of the job Image", Fails: "the job fails, and nothing is deployed",
		how: func(plan.Plan, plan.Criterion) string {
			return "The job Image fails when the attestation cannot be stored beside the image."
		},
	},
	{
		Name: "synced", Mode: Measured, Rules: []string{"T05", "T08", "T09", "T10", "T11", "T15", "T21", "T22", "T24", "T29"},
		Measure: "compare operationState.finishedAt of the Application with the time of the commit",
		how: func(p plan.Plan, _ plan.Criterion) string {
			return fmt.Sprintf("Argo CD notices the commit within %d s (%s). It tries once in that time; a failed try is repeated, and may come too late.", p.ArgoCD.Noticed.Seconds(), p.ArgoCD.Noticed.Because)
		},
	},
	{
		Name: "ready", Mode: Enforced, Rules: []string{"T12", "T28"},
		Gate: "failureThreshold of the startup probe", Fails: "the container is killed and gets no traffic; the rollout stops there",
		Measure: "the pod's timestamps also hold scheduling and the pull",
		how:     func(p plan.Plan, _ plan.Criterion) string { return ofEach(p, startupHow) },
	},
	{
		Name: "endpoint", Mode: Enforced, Rules: []string{"T06", "T12", "T28", "T30"},
		Gate: "the startup probe, and the smoke Job after each sync", Fails: "the sync is marked failed; nothing is rolled back by itself",
		how: func(p plan.Plan, c plan.Criterion) string {
			return ofEach(p, func(w plan.Workload) string {
				return startupHow(w) + fmt.Sprintf(" After each sync a pod gets %d s to start; then the smoke Job asks %s through the Service and marks the sync failed without a %d within %s.",
					pullAllowance, w.Smoke.Ask, w.Smoke.Status, schema.Short(c.Within))
			})
		},
	},
	{
		Name: "rollback", Mode: Enforced, Rules: []string{"T14", "T16", "T17", "T19", "T20", "T24", "T25", "T26", "T28", "T29"},
		Gate: "the workflow rollback.yaml, and progressDeadlineSeconds of the Deployment", Fails: "a stuck rollout turns the Application Degraded",
		Measure: "the time from the revert to Healthy",
		how: func(p plan.Plan, _ plan.Criterion) string {
			way := "reverts the deploy and builds nothing"
			if p.GitOps.Proposes {
				way = "proposes the revert of the deploy and builds nothing; the clock starts when it is merged"
			}
			return ofEach(p, func(w plan.Workload) string {
				most := mostPods(p, w)
				return fmt.Sprintf("The workflow rollback.yaml %s. Argo CD notices within %d s, %d pods take about %d s, and a stuck one turns the rollout Degraded after %d s.",
					way, p.ArgoCD.Noticed.Seconds(), most, plan.RolloutTime(most), w.Rollout.Deadline)
			})
		},
	},
	{
		Name: "logs", Mode: Enforced, Rules: []string{"T07"},
		Gate: "the role viewer of the project, with the right to logs", Fails: "without the role nobody but an administrator sees them",
		how: func(p plan.Plan, c plan.Criterion) string {
			return "Runs: whoever may read the repository" + argoLogs(p.ArgoCD, c.In) + "."
		},
	},
	{
		Name: "zeroDowntime", Mode: Enforced, Rules: []string{"T13"},
		Gate: "maxUnavailable 0, readiness, the pause before the stop, and the disruption budget", Fails: "an old pod stays until a new one is ready",
		how: func(plan.Plan, plan.Criterion) string {
			return "An old pod stays until a new one is ready, leaves the Service before it is stopped, and a drain takes one at a time."
		},
	},
	{
		Name: "replicas", Mode: Enforced,
		Gate: "replicas of the Deployment in every environment", Fails: "the compile",
		how: func(_ plan.Plan, c plan.Criterion) string {
			return fmt.Sprintf("Every environment has at least %g; the compile refuses less.", c.AtLeast)
		},
	},
	{
		Name: "manual", Mode: Confirmed,
		Measure: "a person",
		how:     func(_ plan.Plan, c plan.Criterion) string { return fmt.Sprintf("By %s: %s", c.By, c.How) },
	},
}

// severities are the words of the scanner for a severity and those above it.
func severities(least, between string) string {
	if least == "high" {
		return "HIGH" + between + "CRITICAL"
	}
	return "CRITICAL"
}

// ofEach is a sentence for each workload.
func ofEach(p plan.Plan, say func(plan.Workload) string) string {
	out := make([]string, len(p.Workloads))
	for i, w := range p.Workloads {
		out[i] = say(w)
	}
	return strings.Join(out, " ")
}

func startupHow(w plan.Workload) string {
	return fmt.Sprintf("A container without a good answer after %d s is stopped, and gets no traffic before.", w.Rollout.Startup)
}

// mostPods is the largest number of pods of a workload in any environment.
func mostPods(p plan.Plan, w plan.Workload) int {
	most := 0
	for _, e := range p.Environments {
		most = max(most, e.Replicas(w))
	}
	return most
}

// limitsToImage are the minutes of the jobs on the longest way to each image.
func limitsToImage(p plan.Plan, between string) string {
	var ways []string
	for _, i := range p.Images {
		way, _ := p.Jobs.Longest(i.Jobs.Name)
		out := make([]string, len(way))
		for i, j := range way {
			out[i] = number(j.Limit.Minutes)
		}
		ways = append(ways, strings.Join(out, between))
	}
	return strings.Join(ways, ", ")
}

func argoLogs(a plan.ArgoCD, places []string) string {
	if !slices.Contains(places, "argocd") {
		return ""
	}
	if len(a.Viewers) == 0 {
		return "; pods, in Argo CD: the role viewer of the project, to which argocd.viewers adds groups"
	}
	return "; pods, in Argo CD: " + strings.Join(a.Viewers, ", ")
}
