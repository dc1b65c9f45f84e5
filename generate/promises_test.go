package generate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// promiseBase is a spec whose promises hold; each case adds to it or changes it.
const promiseBase = `
name:   "agent"
intent: "It runs."
source: repository: "org/repo"
test: steps: [{name: "Test", run: "make test"}]
image: platforms: ["linux/amd64", "linux/arm64"]
deploy: {port: 8000, probes: {liveness: "/live", readiness: "/ready"}}
environments: production: namespace: "agent"
gitops: repository: "org/gitops"
`

func promises(t *testing.T, spec string) (plan.Plan, diag.List) {
	t.Helper()
	loaded, found := schema.Load("pipeline.cue", []byte(spec))
	if found.Failed() {
		t.Fatalf("%v", found)
	}
	p, found := generate.Compile(loaded.Spec, generate.Options{SpecFile: "pipeline.cue", Kinds: criteria.ForCompile()})
	return p, loaded.Place(found)
}

// TestRulesOfTime breaks each rule that a spec can break, and shows that the same
// promise holds once the contradiction is gone.
func TestRulesOfTime(t *testing.T) {
	const webhook = "argocd: webhook: true\n"
	criterion := func(kind string) string {
		return `criteria: it: {statement: "It holds.", ` + kind + "}\n"
	}
	for _, c := range []struct {
		name, rule string
		broken     string
		holds      string
		// numbers must be in the message: a refusal shows its arithmetic.
		numbers []string
		warning bool
	}{
		{name: "start of a container", rule: "T12",
			broken: criterion(`ready: within: "3s"`), holds: criterion(`ready: within: "4s"`), numbers: []string{"3 s", "every 2 s"}},
		{name: "one answer to the smoke Job", rule: "T06",
			broken: criterion(`endpoint: within: "4s"`), holds: criterion(`endpoint: within: "5s"`), numbers: []string{"4 s", "5 s for one answer"}},
		{name: "deadline below what a pod may take", rule: "T14",
			broken: `deploy: progressDeadline: "100s"` + "\n", holds: `deploy: progressDeadline: "130s"` + "\n", numbers: []string{"100 s", "125 s (start 60 + ready 5 + pull 60)"}},
		{name: "rollback by source", rule: "T19",
			broken: webhook + criterion(`rollback: {within: "5m", by: "source-revert"}`), holds: webhook + criterion(`rollback: within: "5m"`),
			numbers: []string{"test 10m", "build 20m", "image 5m", "deploy 5m", "15 s", "60 s", "42m"}},
		{name: "rollback by source in time", rule: "T20",
			broken: webhook + criterion(`rollback: {within: "2h", by: "source-revert"}`), holds: webhook + criterion(`rollback: within: "2h"`)},
		{name: "sync counted from the push", rule: "T21",
			broken: webhook + criterion(`synced: {within: "3m", from: "registry-push"}`), holds: webhook + criterion(`synced: {within: "6m", from: "registry-push"}`), numbers: []string{"5 minutes", "15 s"}},
		{name: "sync below stock polling", rule: "T22",
			broken: criterion(`synced: within: "8m"`), holds: criterion(`synced: within: "9m"`), numbers: []string{"480 s"}},
		{name: "sync below stock polling of a repository of its own", rule: "T22",
			broken: "gitops: shared: false\n" + criterion(`synced: within: "7m"`), holds: "gitops: shared: false\n" + criterion(`synced: within: "8m"`), numbers: []string{"420 s"}},
		{name: "sync below explicit polling", rule: "T22",
			broken: `gitops: shared: false` + "\n" + `argocd: reconciliation: "120s"` + "\n" + criterion(`synced: within: "5m"`),
			holds:  `gitops: shared: false` + "\n" + `argocd: reconciliation: "120s"` + "\n" + criterion(`synced: within: "8m"`), numbers: []string{"420 s", "every 2m"}},
		{name: "sync below polling of a shared repository", rule: "T22",
			broken: `argocd: reconciliation: "120s"` + "\n" + criterion(`synced: within: "7m"`), holds: `argocd: reconciliation: "60s"` + "\n" + criterion(`synced: within: "5m"`), numbers: []string{"420 s"}},
		{name: "a person starts each sync", rule: "T24",
			broken: webhook + "argocd: sync: automated: false\n" + criterion(`synced: within: "3m"`), holds: webhook + criterion(`synced: within: "3m"`)},
		{name: "rollback waits for a person", rule: "T24", warning: true,
			broken: webhook + "environments: production: approval: true\n" + criterion(`rollback: within: "5m"`), holds: webhook + criterion(`rollback: within: "5m"`)},
		{name: "sync counted from the push waits for a person", rule: "T24", warning: true,
			broken: webhook + "environments: production: approval: true\n" + criterion(`synced: {within: "6m", from: "registry-push"}`), holds: webhook + "environments: production: approval: true\n" + criterion(`synced: within: "6m"`), numbers: []string{"6m", "production"}},
		{name: "stuck rollout noticed too late", rule: "T25",
			broken: webhook + `deploy: progressDeadline: "600s"` + "\n" + criterion(`rollback: within: "10m"`), holds: webhook + `deploy: progressDeadline: "180s"` + "\n" + criterion(`rollback: within: "10m"`), numbers: []string{"600 s", "15 s"}},
		{name: "emulation", rule: "T27",
			broken: `image: builder: "emulated"` + "\n" + criterion(`published: within: "10m"`), holds: `image: builder: "emulated"` + "\n" + criterion(`published: within: "60m"`), numbers: []string{"linux/arm64", "13 to 40 minutes"}},
		{name: "startup above the promise", rule: "T28",
			broken: `deploy: probes: startup: "60s"` + "\n" + criterion(`ready: within: "30s"`), holds: `deploy: probes: startup: "20s"` + "\n" + criterion(`ready: within: "30s"`), numbers: []string{"60 s", "30 s"}},
		{name: "rollout above what detection leaves", rule: "T28",
			broken: webhook + "deploy: replicas: 10\n" + criterion(`rollback: within: "5m"`), holds: webhook + "deploy: replicas: 9\n" + criterion(`rollback: within: "5m"`), numbers: []string{"10 pods take 300 s", "285 s"}},
		{name: "a revert waits for the smoke Job of a stuck rollout", rule: "T28",
			broken: webhook + "deploy: replicas: 6\n" + criterion(`rollback: within: "5m"`) + `criteria: asked: {statement: "x", endpoint: within: "60s"}` + "\n",
			holds:  webhook + "deploy: replicas: 5\n" + criterion(`rollback: within: "5m"`) + `criteria: asked: {statement: "x", endpoint: within: "60s"}` + "\n", numbers: []string{"185 s after it"}},
		{name: "rollback by polling", rule: "T28",
			broken: criterion(`rollback: within: "10m"`), holds: criterion(`rollback: within: "11m"`), numbers: []string{"480 s"}},
		{name: "window over a rollback", rule: "T29",
			broken: webhook + `argocd: syncWindows: [{kind: "deny", schedule: "0 18 * * 5", duration: "60h"}]` + "\n" + criterion(`rollback: within: "5m"`),
			holds:  webhook + `argocd: syncWindows: [{kind: "deny", schedule: "0 18 * * 5", duration: "60h", manualSync: true}]` + "\n" + criterion(`rollback: within: "5m"`), numbers: []string{"60h"}},
		{name: "rollback outside of a window", rule: "T29",
			broken: webhook + `argocd: syncWindows: [{kind: "allow", schedule: "0 9 * * MON-FRI", duration: "8h"}]` + "\n" + criterion(`rollback: within: "5m"`),
			holds:  webhook + `argocd: syncWindows: [{kind: "allow", schedule: "0 9 * * MON-FRI", duration: "8h", manualSync: true}]` + "\n" + criterion(`rollback: within: "5m"`), numbers: []string{"outside of the windows that allow it, such as this one of 8h", "5m"}},
		{name: "windows that together are always open", rule: "T29",
			broken: webhook + `argocd: syncWindows: [{kind: "allow", schedule: "0 0 * * 1-5", duration: "24h"}, {kind: "allow", schedule: "0 0 * * 6", duration: "24h", manualSync: true}]` + "\n" + criterion(`rollback: within: "5m"`),
			holds:  webhook + `argocd: syncWindows: [{kind: "allow", schedule: "0 0 * * 1-5", duration: "24h"}, {kind: "allow", schedule: "0 0 * * 6", duration: "48h"}]` + "\n" + criterion(`rollback: within: "5m"`)},
		{name: "sync in a window", rule: "T29", warning: true,
			broken: webhook + `argocd: syncWindows: [{kind: "deny", schedule: "0 18 * * 5", duration: "60h"}]` + "\n" + criterion(`synced: within: "3m"`),
			holds:  webhook + `argocd: syncWindows: [{kind: "deny", schedule: "0 18 * * 5", duration: "60h", manualSync: true}]` + "\n" + criterion(`synced: within: "3m"`), numbers: []string{"60h", "3m"}},
		{name: "sync outside of a window", rule: "T29", warning: true,
			broken: webhook + `argocd: syncWindows: [{kind: "allow", schedule: "0 9 * * 1-5", duration: "8h"}]` + "\n" + criterion(`synced: within: "3m"`),
			holds:  webhook + `argocd: syncWindows: [{kind: "allow", schedule: "*/30 * * * *", duration: "1h"}]` + "\n" + criterion(`synced: within: "3m"`), numbers: []string{"8h", "3m"}},
		{name: "answer from outside", rule: "T30", warning: true,
			broken: criterion(`endpoint: {within: "30s", from: "outside"}`), holds: criterion(`endpoint: within: "30s"`)},
		{name: "answer from outside by the url", rule: "T30", warning: true,
			broken: criterion(`endpoint: {within: "30s", from: "outside"}`), holds: `environments: production: url: "https://shop.example.org"` + "\n" + criterion(`endpoint: {within: "30s", from: "outside"}`)},
		{name: "answer from outside by a route of other paths", rule: "T30",
			broken: `deploy: route: {hosts: ["shop.example.org"], paths: ["/api"], gateway: name: "public"}` + "\n" + criterion(`endpoint: {path: "/apiary", within: "30s", from: "outside"}`),
			holds:  `deploy: route: {hosts: ["shop.example.org"], paths: ["/api"], gateway: name: "public"}` + "\n" + criterion(`endpoint: {path: "/api/health", within: "30s", from: "outside"}`)},
		{name: "time limits above the promise", rule: "T31",
			broken: `test: timeout: "8m"` + "\n" + criterion(`published: within: "10m"`), holds: `test: timeout: "7m"` + "\n" + criterion(`published: within: "10m"`), numbers: []string{"test 8m", "sum to 10m"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := promises(t, promiseBase+c.broken)
			if len(found) != 1 || found[0].Rule != c.rule || (found[0].Severity == diag.Warning) != c.warning {
				t.Fatalf("want one finding of %s, have %v", c.rule, found)
			}
			for _, n := range c.numbers {
				if !strings.Contains(found[0].Message, n) {
					t.Errorf("the message does not say %q: %s", n, found[0].Message)
				}
			}
			if _, found := promises(t, promiseBase+c.holds); len(found) != 0 {
				t.Errorf("it should hold: %v", found)
			}
		})
	}
}

// TestTimeoutsSumBelowThePromise is rule T03 for every promise of whole minutes: on every path that a run can take, the
// limits sum to less than the promised time.
func TestTimeoutsSumBelowThePromise(t *testing.T) {
	for m := 4; m <= 120; m++ {
		p, found := promises(t, promiseBase+"criteria: it: {statement: \"x\", published: within: \""+schema.Short(time.Duration(m)*time.Minute)+"\"}\n")
		if len(found) != 0 {
			t.Fatalf("%d minutes: %v", m, found)
		}
		way, sum := p.Jobs.Longest("image")
		if sum >= m || len(way) != 3 || slices.ContainsFunc(way, func(j plan.Job) bool { return j.Limit.Minutes < 1 }) {
			t.Errorf("%d minutes are split into %+v", m, way)
		}
	}
}

// TestDeadlineFitsTheRollback is rule T14: a stuck pod is noticed before the
// promise is over, and a healthy one never counts as stuck.
func TestDeadlineFitsTheRollback(t *testing.T) {
	for _, startup := range []string{"10s", "60s", "90s"} {
		for m := 4; m <= 15; m++ {
			p, found := promises(t, promiseBase+"argocd: webhook: true\ndeploy: probes: startup: \""+startup+"\"\ncriteria: it: {statement: \"x\", rollback: within: \""+schema.Short(time.Duration(m)*time.Minute)+"\"}\n")
			if len(found) != 0 {
				t.Fatalf("%s, %d minutes: %v", startup, m, found)
			}
			for _, w := range p.Workloads {
				if d := w.Rollout.Deadline; d <= w.Rollout.Startup+65 || d >= 60*m-15 {
					t.Errorf("startup %s, rollback within %dm: the deadline is %d s", startup, m, d)
				}
			}
		}
	}
}

// TestSeveralPeopleConfirm: of the kind manual there may be several, each with its own
// sentence, and none of them reaches the output.
func TestSeveralPeopleConfirm(t *testing.T) {
	p, found := promises(t, promiseBase+`criteria: {
		tried: {statement: "It was tried.", manual: {by: "Ada", how: "Clicks."}}
		read: {statement: "It was read.", manual: {by: "Bo", how: "Reads."}}
	}`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	var got []string
	for _, c := range p.Criteria {
		got = append(got, c.ID+": "+c.Keeps)
	}
	if diff := cmp.Diff([]string{"tried: By Ada: Clicks.", "read: By Bo: Reads."}, got); diff != "" {
		t.Error(diff)
	}
}

// TestGapsAreFigured: what zeroDowntime bites by names how many pods the spec lets a deploy take away.
func TestGapsAreFigured(t *testing.T) {
	base := strings.Replace(promiseBase, "environments: production: namespace: \"agent\"", `environments: {
	staging: {namespace: "agent-staging", workloads: agent: replicas: 3}
	production: {namespace: "agent", workloads: agent: replicas: 4, after: "staging"}
}`, 1) + "criteria: gapless: {statement: \"No gap.\", zeroDowntime: true}\n"
	for more, want := range map[string][2]string{
		"":                                  {"maxUnavailable 0,", "until a new one is ready"},
		"deploy: rollout: unavailable: 1\n": {"maxUnavailable 1,", "that may be away"},
		"deploy: rollout: unavailable: 1\nenvironments: production: workloads: agent: rollout: unavailable: 2\n": {"maxUnavailable 1 to 2,", "that may be away"},
	} {
		p, found := promises(t, base+more)
		if found.Failed() {
			t.Fatal(found)
		}
		if c := p.Criteria[0]; !strings.HasPrefix(c.Gate, want[0]) || !strings.HasSuffix(c.Fails, want[1]) {
			t.Errorf("%q: %q, %q", more, c.Gate, c.Fails)
		}
	}
}

// severalBase is a spec with workloads that wait for a job.
const severalBase = `
name:   "shop"
intent: "It runs."
source: repository: "org/repo"
test: steps: [{name: "Test", run: "make test"}]
workloads: {
	api: {port: 8000, probes: readiness: "/ready"}
	worker: worker: {}
	migrate: job: {before: ["api"], timeout: "2m"}
	samples: {job: {after: ["api"], timeout: "1m"}, only: ["staging"]}
	cache: {external: "valkey/valkey:8.1.1@sha256:d94d07ba9e7d6de898b6d96c1a072f6f8266c687af78a74f380087a0addf5d17", port: 6379, replicas: 9}
}
environments: {staging: namespace: "shop-staging", production: {namespace: "shop", after: "staging"}}
gitops: repository: "org/gitops"
argocd: webhook: true
`

// TestWavesTakeTime: what a sync waits for in its waves counts in what is promised of it. What is not built here does not.
func TestWavesTakeTime(t *testing.T) {
	for _, c := range []struct {
		name, broken, holds, rule string
		numbers                   []string
	}{
		{"a sync", `synced: within: "4m"`, `synced: within: "5m"`, "T28", []string{"15 s", "the sync of staging waits for the job migrate (120 s), the rollout of api (60 s) and the job samples (60 s)"}},
		{"a sync of one environment", `in: ["production"], synced: within: "3m"`, `in: ["production"], synced: within: "4m"`, "T28", []string{"the sync of production waits for the job migrate (120 s) and the rollout of api (60 s)"}},
		{"a sync from the push", `in: ["production"], synced: {within: "8m", from: "registry-push"}`, `in: ["production"], synced: {within: "9m", from: "registry-push"}`, "T21", []string{"5 minutes", "job migrate (120 s)"}},
		// In staging: 15 + 120 + (60 + 5 + 60 + 1) + 5 + (120 + 60 + 60).
		{"a rollback", `rollback: within: "506s"`, `rollback: within: "507s"`, "T28", []string{"first waits for the job migrate (120 s)", "takes 245 s after it"}},
		{"a rollback of one environment", `in: ["production"], rollback: within: "446s"`, `in: ["production"], rollback: within: "447s"`, "T28", []string{"takes 185 s after it"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := func(kind string) string {
				return severalBase + `criteria: it: {statement: "It holds.", ` + kind + "}\n"
			}
			_, found := promises(t, spec(c.broken))
			if len(found) == 0 {
				t.Fatal("it is not refused")
			}
			all := ""
			for _, d := range found {
				all += d.Message + "\n"
				if d.Rule != c.rule {
					t.Error(d)
				}
			}
			for _, n := range c.numbers {
				if !strings.Contains(all, n) {
					t.Errorf("the message does not say %q: %s", n, all)
				}
			}
			if _, found := promises(t, spec(c.holds)); len(found) != 0 {
				t.Errorf("it should hold: %v", found)
			}
		})
	}
}
