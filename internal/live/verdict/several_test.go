package verdict_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/livetest/delivery"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/schema"
)

// severalHealthy is every result of a delivery of two images, of which one did not change.
var severalHealthy = expectation{
	"run": "kept", "gitops": "kept api main-3f2a8c1d9e4b7f60a1b2c3d4e5f60718293a4b5c, web main-90a1b2c3d4e5f60718293a4b5c3f2a8c1d9e4b7f are live",
	"image":            "kept linux/amd64, built from 90a1b2c3d4e5 and not changed since",
	"argocd":           "kept Synced and Healthy, api 2 of 2 pods ready, web 1 of 1 pods ready, worker 1 of 1 pods ready, cache 1 of 1 pods ready",
	"cron job cleanup": "kept its run of 2026-11-20T02:00:00Z succeeded, and it runs next at 2026-11-21T03:00:00+01:00",
	"job migrate":      "kept it succeeded",
	"tested":           "kept the job Test api passed", "published": "kept 8m",
	"signed": "kept api, web: there is a signature", "attested": "kept api, web: there is an attestation in the registry", "scanned": "kept the scan passed",
	"synced": "kept 1m30s", "ready": "kept 1 pods", "answers": "kept api: the smoke Job got 200 from /ready within 45s; web: the smoke Job got 200 from / within 45s",
	"reversible": "kept 3m", "redundant": "kept api: 2 of 2 pods are ready", "present": "kept web, worker: 1 of 1 pods are ready",
}

func several(t *testing.T, w *livetest.World, change func(*live.Repository)) verdict.Verdict {
	t.Helper()
	target := delivery.SeveralTarget()
	if change != nil {
		change(&target.Environments[0].Images[1])
	}
	return verdict.Judge(delivery.Several(t, nil), live.Gather(t.Context(), target, delivery.Clients(w), livetest.Now))
}

func TestSeveral(t *testing.T) {
	v := several(t, livetest.NewSeveral(t), nil)
	check(t, v, severalHealthy)
	if len(v.All()) != len(severalHealthy) {
		t.Errorf("%d results, want %d", len(v.All()), len(severalHealthy))
	}
	for _, r := range v.All() {
		if strings.Contains(r.Measured, "console") {
			t.Errorf("%s: console runs in staging alone: %s", r.ID, r.Measured)
		}
	}
}

// TestOfImages: a promise about the run is judged by the jobs of its images.
func TestOfImages(t *testing.T) {
	w := livetest.NewSeveral(t)
	w.Set(t, "github", jobs, jobAt("1", "conclusion"), "failure")
	w.Set(t, "github", jobs, jobAt("5", "conclusion"), "failure")
	p := delivery.Several(t, func(s *schema.Spec) {
		for i := range s.Criteria {
			if s.Criteria[i].ID == "tested" {
				s.Criteria[i].Value.Of = []string{"api"}
				web := s.Criteria[i]
				web.ID, web.Value.Of = "web-tested", []string{"web"}
				s.Criteria = append(s.Criteria, web)
			}
		}
	})
	v := verdict.Judge(p, live.Gather(t.Context(), delivery.SeveralTarget(), delivery.Clients(w), livetest.Now))
	check(t, v, expectation{"tested": "kept the job Test api passed", "web-tested": "kept the job Test web failed, and nothing was published"})
}

const (
	tree      = app + "/resource-tree"
	hooks     = "status.operationState.syncResult.resources."
	cleanup   = app + "/resource?resourceName=cleanup"
	notReady  = `{"status":{"conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"state":{"running":{"startedAt":"2026-11-20T10:11:30Z"}}}]}}`
	suspended = `{"spec":{"schedule":"0 3 * * *","suspend":true,"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"x@@DIGEST@"}]}}}}}}`
	oldImage  = `{"spec":{"schedule":"0 3 * * *","jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"x@sha256:00"}]}}}}}}`
	unknownIn = `{"spec":{"schedule":"0 3 * * *","timeZone":"Mars/Base","jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"x@@DIGEST@"}]}}}}}}`
)

// nodeOf returns the index of an object in the tree of the Application.
func nodeOf(t *testing.T, w *livetest.World, name string) int {
	t.Helper()
	for i, n := range w.Answer(t, "argocd", tree).(map[string]any)["nodes"].([]any) {
		if n.(map[string]any)["name"] == name {
			return i
		}
	}
	t.Fatalf("there is no %s", name)
	return 0
}

// setNode changes an object in the tree of the Application.
func setNode(t *testing.T, w *livetest.World, name, field string, value any) {
	t.Helper()
	w.Answer(t, "argocd", tree).(map[string]any)["nodes"].([]any)[nodeOf(t, w, name)].(map[string]any)[field] = value
}

// TestJudgeSeveral breaks one thing after the other; the results name it, and not what is well.
func TestJudgeSeveral(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*testing.T, *livetest.World)
		web    func(*live.Repository)
		want   expectation
	}{
		"the commit's tag of an unchanged image names another": {change: func(t *testing.T, w *livetest.World) {
			w.PushTo(livetest.WebRepository, w.Tag, livetest.Source, "linux/amd64")
		}, want: expectation{"image": "broken web: sha256:", "signed": "kept"}},
		"an unchanged image has no tag of the commit": {web: func(r *live.Repository) { r.Tag = "other-{sha}" },
			want: expectation{"image": "unmeasured web: the tag other-3f2a8c1d9e4b7f60a1b2c3d4e5f60718293a4b5c: "}},
		"an unchanged image of an earlier commit, where tags do not follow from it": {web: func(r *live.Repository) { r.Tag = "{gitTag}" },
			want: expectation{"image": "kept not changed since"}},
		"an image of a commit that is no part of the live one": {web: func(r *live.Repository) { r.Tag = "{gitTag}" }, change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", "/repos/example/payments/compare/@BEFORE@...@SOURCE@", "", map[string]any{"status": "diverged"})
		}, want: expectation{"image": "broken web: it says it was built from 90a1b2c3d4e5, the GitOps repository says from 3f2a8c1d9e4b, which is not built on it"}},
		"an image that each run builds": {web: func(r *live.Repository) { r.Reused = false },
			want: expectation{"image": "broken web: it says it was built from 90a1b2c3d4e5"}},
		"one image was not pushed": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", folder+"kustomization.yaml", "", strings.ReplaceAll(w.Answer(t, "github", folder+"kustomization.yaml").(string), w.Web, "sha256:"+strings.Repeat("ab", 32)))
		}, want: expectation{"image": "unmeasured web: ", "signed": "unmeasured web: ", "argocd": "pending web 0 of 1 pods with the image are ready"}},
		"the live folder names one image": {change: func(t *testing.T, w *livetest.World) {
			text := w.Answer(t, "github", folder+"kustomization.yaml").(string)
			w.Set(t, "github", folder+"kustomization.yaml", "", text[:strings.LastIndex(text, "- digest")])
		}, want: expectation{"gitops": "kept main-3f2a8c1d9e4b7f60a1b2c3d4e5f60718293a4b5c is live", "image": `unmeasured web: the live folder names the image "ghcr.io/example/payments/api", the spec "ghcr.io/example/payments/web"`}},
		"a worker is not ready": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app+"/resource?resourceName=worker-6d4-a", "manifest", notReady)
		}, want: expectation{"argocd": "pending worker 0 of 1 pods with the image are ready", "redundant": "kept", "present": "pending worker: 0 of 1", "ready": "pending worker: pod worker-6d4-a is not ready"}},
		"a worker runs another image": {change: func(t *testing.T, w *livetest.World) {
			setNode(t, w, "worker-6d4-a", "images", []any{"ghcr.io/example/payments/web:main@" + w.Web})
		}, want: expectation{"argocd": "pending worker 0 of 1 pods", "ready": "pending worker: no pod runs what the GitOps repository names"}},
		"an image that is not built here was replaced": {change: func(t *testing.T, w *livetest.World) {
			setNode(t, w, "cache-6d4-a", "images", []any{"valkey/valkey:9@sha256:00"})
		}, want: expectation{"argocd": "pending cache 0 of 1 pods", "image": "kept"}},
		"the migration failed": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.operationState.phase", "Failed")
			w.Set(t, "argocd", app, hooks+"0.hookPhase", "Failed")
			w.Set(t, "argocd", app, hooks+"0.message", "Job has reached the specified backoff limit")
		}, want: expectation{"argocd": "broken Failed", "job migrate": "broken it ended as Failed: Job has reached the specified backoff limit; 'kubectl logs job/migrate --namespace payments' says why", "cron job cleanup": "kept"}},
		"the migration runs": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.operationState.phase", "Running")
			w.Set(t, "argocd", app, hooks+"0.hookPhase", "Running")
		}, want: expectation{"argocd": "pending", "job migrate": "pending it is running"}},
		"a later sync left the migration as it was": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.operationState.syncResult.resources", []any{})
			w.Set(t, "argocd", app, "status.resources", []any{map[string]any{"kind": "Job", "name": "migrate", "status": "Synced", "health": map[string]any{"status": "Healthy"}}})
		}, want: expectation{"job migrate": "kept it succeeded with what is live"}},
		"the migration failed before the last sync": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.operationState.syncResult.resources", []any{})
			w.Set(t, "argocd", app, "status.resources", []any{map[string]any{"kind": "Job", "name": "migrate", "status": "Synced", "health": map[string]any{"status": "Degraded", "message": "Job has reached the specified backoff limit"}}})
		}, want: expectation{"job migrate": "broken it failed before the last sync: Job has reached"}},
		"a sync of selected resources": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.operationState.syncResult.resources", []any{})
		}, want: expectation{"job migrate": "unmeasured selected resources", "answers": "unmeasured api, web: the last sync ran no smoke Job"}},
		"one smoke Job failed": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, hooks+"4.hookPhase", "Failed")
		}, want: expectation{"answers": "broken web: the smoke Job got no 200 from / within 45s"}},
		"the cron job is suspended": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", cleanup, "manifest", suspended)
		}, want: expectation{"cron job cleanup": "unmeasured it is suspended", "argocd": "kept"}},
		"the cron job names another image": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", cleanup, "manifest", oldImage)
		}, want: expectation{"cron job cleanup": "pending it does not name the image"}},
		"the cron job counts in an unknown zone": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", cleanup, "manifest", unknownIn)
		}, want: expectation{"cron job cleanup": `kept it runs next as its schedule says, "0 3 * * *" in Mars/Base`}},
		"a run of the cron job failed": {change: func(t *testing.T, w *livetest.World) {
			setNode(t, w, "cleanup-29393400", "createdAt", "2026-11-20T10:11:00Z")
			setNode(t, w, "cleanup-29393400", "health", map[string]any{"status": "Degraded", "message": "Job was active longer than specified deadline"})
		}, want: expectation{"cron job cleanup": "broken its run of 2026-11-20T10:11:00Z failed: Job was active longer than specified deadline; 'kubectl logs job/cleanup-29393400 --namespace payments' says why"}},
		"a run before the deploy failed": {change: func(t *testing.T, w *livetest.World) {
			setNode(t, w, "cleanup-29393400", "health", map[string]any{"status": "Degraded"})
		}, want: expectation{"cron job cleanup": "unmeasured before the newest deploy, failed; it runs next at"}},
		"a run of the cron job goes on": {change: func(t *testing.T, w *livetest.World) {
			setNode(t, w, "cleanup-29393400", "health", map[string]any{"status": "Progressing"})
		}, want: expectation{"cron job cleanup": "kept it runs next at"}},
		"the cron job is not there": {change: func(t *testing.T, w *livetest.World) {
			setNode(t, w, "cleanup", "name", "another")
		}, want: expectation{"cron job cleanup": "pending Argo CD shows no CronJob"}},
		"nothing is tested": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("0", "conclusion"), "skipped")
			w.Set(t, "github", jobs, jobAt("2", "conclusion"), "skipped")
			w.Set(t, "github", jobs, "jobs.2.steps", []any{})
		}, want: expectation{"tested": "kept nothing that is tested has changed", "scanned": "unmeasured nothing of it has changed"}},
		"an image that was not tested": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("0", "conclusion"), "skipped")
		}, want: expectation{"tested": "broken the image was published although the job Test api did not pass"}},
		"the tests of one image fail": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("1", "conclusion"), "failure")
			w.Set(t, "github", jobs, jobAt("5", "conclusion"), "skipped")
		}, want: expectation{"tested": "kept the job Test web failed, and nothing was published"}},
		"an image in spite of failed tests": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("1", "conclusion"), "failure")
		}, want: expectation{"tested": "broken although the job Test web did not pass"}},
		"all is tested": {change: func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("1", "conclusion"), "success")
		}, want: expectation{"tested": "kept the jobs Test api, Test web passed"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := livetest.NewSeveral(t)
			if c.change != nil {
				c.change(t, w)
			}
			check(t, several(t, w, c.web), c.want)
		})
	}
}
