package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// TestCanary follows deliveries to a canary that is judged by its requests, with the figures that the real Prometheus
// has of them: the first is good and replaces the version before. Of the second too many requests fail, and the third is too
// slow: Argo Rollouts takes both out again. The last gets no requests, and waits for a person. Doctor finds each of these,
// and a rollback ends it.
func TestCanary(t *testing.T) {
	t.Parallel()
	requests := newTraffic(t, "canary")
	prometheus, err := run.StartPrometheus(t.Context(), strings.TrimPrefix(requests.URL, "http://"))
	check(t, err)
	d := newDelivery(t, "canary", func(spec string) string { return judged(t, spec, prometheus) })
	d.rollouts = []string{d.deployment}
	d.begin(t)
	good := d.deliver(t, "version = 3")
	d.arrived(t, good)
	if got := d.judgements(t); !slices.Equal(got, []string{"failing Successful, quick Successful", "failing Successful, quick Successful"}) {
		t.Errorf("a version was promoted on %q", got)
	}
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, judgedKept)

	for _, one := range []struct{ what, judgement, finds, words, argocd string }{
		{what: "fails", judgement: "failing Failed", finds: "canary-aborted", words: "git still names the new version", argocd: "broken"},
		{what: "is slow", judgement: "quick Failed", finds: "canary-aborted", words: "git still names the new version", argocd: "broken"},
		{what: "is idle", judgement: "failing Inconclusive", finds: "canary-unjudged", words: "argocd app terminate-op canary", argocd: "unmeasured"},
	} {
		t.Run("a version that "+one.what, func(t *testing.T) {
			before := len(d.judgements(t))
			requests.next(one.what)
			bad := d.deliver(t, "version = '"+one.what+"'")
			d.meet(t, trouble{
				cause: func(*testing.T, *delivery) []string { return nil },
				finds: one.finds, words: one.words,
				verify: map[string]string{"gitops": "kept", "argocd": one.argocd},
			})
			if got := d.judgements(t)[before:]; len(got) != 1 || !strings.Contains(got[0], one.judgement) {
				t.Errorf("a version that %s was taken out on %q", one.what, got)
			}
			if d.rolledOut(t, bad.Reference()) {
				t.Errorf("a version that %s has all requests", one.what)
			}
			if one.finds == "canary-aborted" {
				d.stable(t, good.Reference())
			}
			start := time.Now()
			d.back(t, "1").Want(t, "rollback-production=success")
			if one.finds == "canary-unjudged" {
				// As doctor says: 'argocd app terminate-op' sets this.
				check(t, run.Kube.Merge(t.Context(), d.ref(), "", map[string]any{"status": map[string]any{"operationState": map[string]any{"phase": "Terminating"}}}))
				d.wait(t, time.Minute, "free for the next sync", func(s status) bool { return s.OperationState.Phase == "Failed" })
				d.sync(t)
			}
			d.arrived(t, good)
			if took := time.Since(start); took > 10*time.Minute {
				t.Errorf("the rollback took %s, ten minutes are promised", took)
			}
			if got := d.judgements(t)[before:]; len(got) != 1 {
				t.Errorf("the version before went through the steps again: %q", got)
			}
			asked := false
			d.wait(t, time.Minute, "synced", func(s status) bool {
				asked = slices.ContainsFunc(s.OperationState.SyncResult.Resources, func(r struct{ Kind, Name, Status, Message, HookPhase string }) bool { return r.Kind == "Job" })
				return s.OperationState.Phase == "Succeeded"
			})
			want := maps.Clone(judgedKept)
			want["gitops"], want["reversible"] = "unmeasured the last deploy was taken back", "kept from the revert to the finished sync"
			if !asked {
				// What takes a version out again may be Argo CD's repair of the Rollout alone.
				want["answers"] = "unmeasured the last sync ran no smoke Job"
			}
			d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, want)
			if t.Failed() {
				t.Log(d.status(t))
			}
		})
	}
}

// sync does what 'argocd app sync' does.
func (d *delivery) sync(t *testing.T) {
	t.Helper()
	check(t, run.Kube.Merge(t.Context(), d.ref(), "", map[string]any{"operation": map[string]any{"sync": map[string]any{"revision": d.Head(t)}}}))
}

// judgedKept is what verify reports for a good canary.
var judgedKept = func() map[string]string {
	out := maps.Clone(kept)
	out["argocd"] = "kept 4 of 4 pods"
	out["failing"], out["quick"] = "kept found no bad measure", "kept found no bad measure"
	return out
}()

// judged is the spec with a canary that is judged by its requests.
func judged(t *testing.T, spec, prometheus string) string {
	t.Helper()
	before, rest, _ := strings.Cut(spec, "\t\"progressive-delivery\": {\n")
	_, after, ok := strings.Cut(rest, "\n\t}\n")
	if !ok {
		t.Fatal("the spec has no such non-goal to leave out")
	}
	return strings.NewReplacer(
		"\treplicas:    2\n", "\treplicas: 4\n\trollout: canary: steps: [{weight: 25, hold: \"30s\"}, {weight: 50, hold: \"30s\"}]\n",
		"\ncriteria: {\n", fmt.Sprintf(`
prometheus: {address: %q, scrape: "1s"}

criteria: {
	failing: {
		statement: "A version of which 1 %% of the requests fail is taken out again."
		errors: below: 1
	}
	quick: {
		statement: "95 %% of the requests to a new version are answered within 300 ms."
		latency: {within: "300ms", quantile: 95}
	}
`, prometheus),
		"within 3 minutes", "within 10 minutes", `within: "3m"`, `within: "10m"`,
		"within 5 minutes", "within 15 minutes", `rollback: within: "5m"`, `rollback: within: "15m"`,
	).Replace(before + after)
}

type analysisRun struct {
	Metadata struct{ CreationTimestamp, Name string }
	Status   struct {
		MetricResults []struct{ Name, Phase string }
	}
}

// judgements are the phases of the metrics of each AnalysisRun, the oldest first.
func (d *delivery) judgements(t *testing.T) (out []string) {
	t.Helper()
	var list struct{ Items []analysisRun }
	check(t, d.cluster.List(t.Context(), kube.Ref{APIVersion: "argoproj.io/v1alpha1", Kind: "AnalysisRun", Namespace: d.namespace}, "", &list))
	slices.SortFunc(list.Items, func(a, b analysisRun) int {
		return strings.Compare(a.Metadata.CreationTimestamp+a.Metadata.Name, b.Metadata.CreationTimestamp+b.Metadata.Name)
	})
	for _, one := range list.Items {
		var metrics []string
		for _, m := range one.Status.MetricResults {
			metrics = append(metrics, m.Name+" "+m.Phase)
		}
		slices.Sort(metrics)
		out = append(out, strings.Join(metrics, ", "))
	}
	return out
}

// stable waits until four pods run the image, and no other.
func (d *delivery) stable(t *testing.T, image string) {
	t.Helper()
	_, digest, _ := strings.Cut(image, "@")
	var run []string
	for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(time.Second) {
		pods, err := podsOfRollouts(t.Context(), d.namespace)
		check(t, err)
		run = nil
		good := 0
		for _, p := range pods {
			run = append(run, p.Status.Phase+" "+p.Spec.Containers[0].Image)
			if p.Status.Phase == "Running" && strings.HasSuffix(p.Spec.Containers[0].Image, "@"+digest) {
				good++
			}
		}
		if good == 4 && len(pods) == 4 {
			return
		}
	}
	t.Errorf("%s is to run in four pods, and these are there:\n%s", image, strings.Join(run, "\n"))
}
