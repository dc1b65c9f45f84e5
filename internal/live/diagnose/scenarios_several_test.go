package diagnose_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/diagnose"
	"github.com/pipegen/pipegen/internal/live/livetest"
)

const (
	lastSync = "status.operationState."
	resource = lastSync + "syncResult.resources."
)

// objects changes the objects in the tree of the Application, by their names.
func objects(t *testing.T, w *livetest.World, changes map[string]map[string]any) {
	t.Helper()
	seen := 0
	for _, n := range w.Answer(t, "argocd", app+"/resource-tree").(map[string]any)["nodes"].([]any) {
		if fields := changes[n.(map[string]any)["name"].(string)]; fields != nil {
			seen++
			maps.Copy(n.(map[string]any), fields)
		}
	}
	if seen != len(changes) {
		t.Fatalf("%d of %d objects are there", seen, len(changes))
	}
}

// migrationFails is a sync whose first wave fails: the pods of those after it are as before.
func migrationFails(t *testing.T, w *livetest.World) {
	w.Set(t, "argocd", app, lastSync+"phase", "Failed")
	w.Set(t, "argocd", app, lastSync+"message", "one or more synchronization tasks completed unsuccessfully (retried 5 times).")
	w.Set(t, "argocd", app, lastSync+"retryCount", 5)
	w.Set(t, "argocd", app, resource+"0.hookPhase", "Failed")
	w.Set(t, "argocd", app, resource+"0.message", "Job has reached the specified backoff limit")
	w.Set(t, "argocd", app, "status.sync.status", "OutOfSync")
	before := map[string]any{"images": []any{"ghcr.io/example/payments/api:main-@BEFORE@@sha256:" + strings.Repeat("0c", 32)}}
	objects(t, w, map[string]map[string]any{"api-6d4-a": before, "api-6d4-b": before, "worker-6d4-a": before})
}

// waitsFor is a sync that runs since a time, with Argo CD's words for what it waits for.
func waitsFor(since, what string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, lastSync+"phase", "Running")
		w.Set(t, "argocd", app, lastSync+"startedAt", "2026-11-20T"+since+"Z")
		w.Set(t, "argocd", app, lastSync+"message", what)
	}
}

// stuckPod makes the pod of a workload wait.
func stuckPod(name, reason, message string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app+"/resource?resourceName="+name, "manifest", `{"kind":"Pod","status":{"conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"name":"it","restartCount":4,"state":{"waiting":{"reason":"`+
			reason+`","message":"`+message+`"}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]}}`)
	}
}

func cronRun(health, message string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		objects(t, w, map[string]map[string]any{"cleanup-29393400": {"health": map[string]any{"status": health, "message": message}}})
	}
}

var severalScenarios = map[string]scenario{
	"sync/job-failed": {several: true, change: migrationFails,
		says: "the job migrate ended as Failed: Job has reached the specified backoff limit; nothing after it was synced: api, web, worker, cleanup, cache; the pods of api, worker are as before kubectl logs job/migrate --namespace payments"},
	"sync/hook-failed: beside a job of the spec": {several: true, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, lastSync+"phase", "Failed")
		w.Set(t, "argocd", app, resource+"4.hookPhase", "Failed")
	}, says: "the PostSync hook Job web-smoke ended as Failed"},
	"sync/wave-stuck": {several: true, change: waitsFor("10:09:00", "waiting for healthy state of batch/Job/migrate"),
		says: "the sync waits for Job migrate for 3m of its 3m20s, and has not come to api, web, worker, cleanup, cache"},
	"sync/wave-stuck: for long": {several: true, change: waitsFor("09:20:00", "waiting for healthy state of batch/Job/migrate and 1 more resources"),
		says: "kubectl logs job/migrate --namespace payments"},
	"sync/sync-hangs: after the waves": {several: true, change: waitsFor("09:20:00", "waiting for healthy state of apps/Deployment/web"), says: "waiting for healthy state of apps/Deployment/web"},
	"sync/never-healthy": {several: true, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, lastSync+"phase", "Failed")
		w.Set(t, "argocd", app, resource+"2.hookPhase", "Failed")
		w.Set(t, "argocd", app, resource+"2.message", `Deployment "worker" exceeded its progress deadline`)
	}, says: `Deployment/worker: Deployment "worker" exceeded its progress deadline`},
	"sync/image-missing": {several: true, change: func(t *testing.T, w *livetest.World) {
		gone := "sha256:" + strings.Repeat("ab", 32)
		text, _ := w.Answer(t, "github", folder+"kustomization.yaml").(string)
		w.Set(t, "github", folder+"kustomization.yaml", "", strings.ReplaceAll(text, w.Web, gone))
	}, says: "the registry does not have ghcr.io/example/payments/web:main-90a1b2c3d4e5f60718293a4b5c3f2a8c1d9e4b7f@sha256:abab"},
	"sync/image-missing: one of one": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", folder+"kustomization.yaml", "", "images:\n- newName: ghcr.io/example/payments/payments\n  newTag: main-@SOURCE@\n  digest: sha256:"+strings.Repeat("ab", 32)+"\n")
	}, says: "gh run rerun 7001 --failed"},
	"sync/image-name: one of two": {several: true, change: func(t *testing.T, w *livetest.World) {
		text, _ := w.Answer(t, "github", folder+"kustomization.yaml").(string)
		w.Set(t, "github", folder+"kustomization.yaml", "", strings.ReplaceAll(text, "payments/web", "payments/old"))
	}, says: `the spec "ghcr.io/example/payments/web"`},
	"sync/crash-loop: of a worker":                         {several: true, change: stuckPod("worker-6d4-a", "CrashLoopBackOff", "back-off"), says: "raise workloads.worker.resources.limits.memory"},
	"sync/pull-denied: of an image that is not built here": {several: true, change: stuckPod("cache-6d4-a", "ErrImagePull", "401 Unauthorized"), says: "name an image in workloads.cache.external"},
	"sync/pull-denied: of one image":                       {several: true, change: stuckPod("web-6d4-a", "ErrImagePull", "401 Unauthorized"), says: "set images.web.pullSecret"},
	"sync/platform: of one image":                          {several: true, change: stuckPod("worker-6d4-a", "ErrImagePull", "no match for platform in manifest: not found"), says: "images.api.platforms"},
	"sync/cron-failing":                                    {several: true, change: cronRun("Degraded", "Job was active longer than specified deadline"), says: "the run cleanup-29393400 of the cron job cleanup, of 2026-11-20T02:00:00Z, failed: Job was active longer than specified deadline kubectl logs job/cleanup-29393400"},
	"sync/cron-suspended": {several: true, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app+"/resource?resourceName=cleanup", "manifest", `{"spec":{"schedule":"0 3 * * *","suspend":true,"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"x@@DIGEST@"}]}}}}}}`)
	}, says: "kubectl patch cronjob cleanup --namespace payments"},
	"build/tests: of one image": {several: true, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", runs, "workflow_runs.1.conclusion", "failure")
		w.Set(t, "github", jobs, "jobs.0.conclusion", "failure")
		for _, i := range []string{"2", "4", "6", "7"} {
			w.Set(t, "github", jobs, "jobs."+i+".conclusion", "skipped")
		}
	}, says: "the job Test api ended as failure"},
	"rollback/redeployed: one of two images": {several: true, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", deploys, "1.commit.message", "roll back payments in production by 1: api main-x\n\nTaken back: ghcr.io/example/payments/api:main-"+livetest.Source+"@"+w.Digest)
	}, says: "api main-3f2a8c1d9e4b7f60a1b2c3d4e5f60718293a4b5c was taken back"},
	"rollback/redeployed: after a git revert of one of two images": {several: true, change: func(t *testing.T, w *livetest.World) {
		all, _ := w.Answer(t, "github", deploys).([]any)
		reverted := map[string]any{"sha": livetest.Before, "commit": map[string]any{"committer": map[string]any{"date": "2026-11-17T10:00:00Z"},
			"message": "deploy payments to production: api\n\nImage: ghcr.io/example/payments/api:main-x@" + w.Digest}}
		w.Set(t, "github", deploys, "", append(all[:2:2], reverted, all[2]))
		w.Set(t, "github", deploys, "1.commit.message", "Revert \"deploy payments to production: api\"\n\nThis reverts commit @BEFORE@.")
	}, says: "api main-3f2a8c1d9e4b7f60a1b2c3d4e5f60718293a4b5c was taken back"},
	"rollback/redeployed: after a git revert of two images that names no commit": {several: true, change: func(t *testing.T, w *livetest.World) {
		all, _ := w.Answer(t, "github", deploys).([]any)
		reverted := map[string]any{"sha": livetest.Before, "commit": map[string]any{"committer": map[string]any{"date": "2026-11-17T10:00:00Z"},
			"message": "deploy payments to production: api, web\n\nImage: ghcr.io/example/payments/api:main-x@" + w.Digest}}
		w.Set(t, "github", deploys, "", append(all[:2:2], reverted, all[2]))
		w.Set(t, "github", deploys, "1.commit.message", `Revert "deploy payments to production: api, web"`)
	}, says: "api main-3f2a8c1d9e4b7f60a1b2c3d4e5f60718293a4b5c was taken back"},
	"rollback/old-pods: of one workload": {several: true, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", deploys, "0.commit.message", "roll back payments in production by 1: api main-@SOURCE@")
		objects(t, w, map[string]map[string]any{"worker-6d4-a": {"images": []any{"ghcr.io/example/payments/api:main-x@sha256:00"}}})
	}, symptom: diagnose.Rollback, says: "pod worker-6d4-a still runs"},
}
