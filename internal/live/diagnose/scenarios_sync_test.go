package diagnose_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/diagnose"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/schema"
)

// unseen sets when the newest deploy was made, and lets Argo CD compare with the
// commit before it.
func unseen(t *testing.T, w *livetest.World, at string) {
	w.Set(t, "argocd", app, "status.sync.revision", "@REVERT@")
	w.Set(t, "argocd", app, "status.history.1.revision", "@REVERT@")
	w.Set(t, "github", "/repos/example/deployments/compare/@GITOPS@...@REVERT@", "", map[string]any{"status": "behind"})
	w.Set(t, "github", deploys, "0.commit.committer.date", at)
}

// rendered has a workflow render what Argo CD reads.
func rendered(s *schema.Spec) {
	s.GitOps.Rendered = &schema.Rendered{Branch: "environments/{environment}"}
	s.ArgoCD.Webhook = true
	for i := range s.Criteria {
		if kind := s.Criteria[i].Value.Kind(); kind == "synced" || kind == "rollback" {
			s.Criteria[i].Value.Kinds[0].Value.Within *= 4 // to render takes a part of it
		}
	}
}

const renders = "/repos/example/deployments/actions/workflows/payments-render.yaml/runs"

// isRendered lets the branch of production have what a commit gives, Argo CD read that branch, and the run of the newest
// deploy fail.
func isRendered(t *testing.T, w *livetest.World, dry string) {
	const file = "/repos/example/deployments/contents/payments/overlays/production/hydrator.metadata"
	w.Set(t, "argocd", app, "spec.source.targetRevision", "refs/heads/environments/production")
	w.Set(t, "github", file, "", `{"drySha": "`+dry+`"}`)
	w.Set(t, "github", renders, "", map[string]any{"workflow_runs": []any{map[string]any{"id": 9, "event": "push", "status": "completed", "conclusion": "failure",
		"created_at": "2026-11-20T10:06:00Z", "html_url": "https://github.com/example/deployments/actions/runs/9"}}})
}

func condition(kind, message string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.conditions", []any{map[string]any{"type": kind, "message": message, "lastTransitionTime": "2026-11-20T10:10:00Z"}})
		w.Set(t, "argocd", app, "status.sync.status", "Unknown")
	}
}

const subscribed = "notifications.argoproj.io/subscribe.on-deployed.slack"

// notifying has somebody notified of deploys.
func notifying(s *schema.Spec) { s.ArgoCD.Notify = &schema.Notify{Slack: []string{"deploys"}} }

// figured lets people ask a Prometheus below elsewhereURL.
func figured(path string) func(*schema.Spec) {
	return func(s *schema.Spec) {
		s.Prometheus = &schema.Prometheus{Address: "http://prometheus.monitoring.svc:9090", From: schema.ByIstio, Requests: "http_requests_total", Durations: "http_request_duration_seconds", Scrape: schema.Duration(15 * time.Second), Outside: &schema.PrometheusAccess{Address: elsewhereURL + path}}
		s.Criteria = append(s.Criteria, schema.Named[schema.Criterion]{ID: "up", Value: schema.Criterion{Statement: "Most requests succeed.",
			Kinds: []schema.Named[schema.Promise]{{ID: "available", Value: schema.Promise{AtLeast: 95, Over: schema.Duration(30 * 24 * time.Hour)}}}}})
	}
}

// asSet lets an ApplicationSet create the Applications.
func asSet(s *schema.Spec) { s.ArgoCD.ApplicationSet = schema.SetFromList }

// asFiles lets it make them of files.
func asFiles(s *schema.Spec) { s.ArgoCD.ApplicationSet = schema.SetFromFiles }

const madeBy = "/api/v1/applicationsets/payments"

// made is a change beside an ApplicationSet that complains of nothing.
func made(change func(*testing.T, *livetest.World)) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", madeBy, "", map[string]any{})
		change(t, w)
	}
}

func given(field string, value any) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "spec."+field, value)
		w.Set(t, "argocd", app, "status.health.status", "Progressing")
	}
}

// syncFails is a sync that failed after some retries.
func syncFails(message string, retries int) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.operationState.phase", "Failed")
		w.Set(t, "argocd", app, "status.operationState.message", message)
		w.Set(t, "argocd", app, "status.operationState.retryCount", retries)
		w.Set(t, "argocd", app, "status.operationState.syncResult.resources.0.status", "SyncFailed")
		w.Set(t, "argocd", app, "status.operationState.syncResult.resources.0.message", message)
	}
}

// rooted lets a root bring the Applications, and brought is Argo CD's answer about it.
func rooted(s *schema.Spec) { s.ArgoCD.AppOfApps = true }

const rootApp = "/api/v1/applications/payments-root"

// inFleet has production in all clusters of a label, and listed is what Argo CD shows of them and of their ApplicationSet.
func inFleet(s *schema.Spec) {
	s.Clusters = []schema.Named[schema.Cluster]{{ID: "fleet", Value: schema.Cluster{Labels: map[string]string{"tier": "edge"}, AtLeast: 2}}}
	s.Environments[0].Value.Cluster = "fleet"
}

func listed(set any, clusters ...string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		items := []any{}
		for _, name := range clusters {
			items = append(items, map[string]any{"metadata": map[string]any{"name": "payments-production"}, "spec": map[string]any{"destination": map[string]any{"name": name}}})
			w.Set(t, "argocd", app, "spec.destination", map[string]any{"name": name, "namespace": "payments"})
		}
		w.Set(t, "argocd", "/api/v1/applications", "", map[string]any{"items": items})
		if set != nil {
			w.Set(t, "argocd", "/api/v1/applicationsets/payments-production", "", map[string]any{"status": map[string]any{"conditions": []any{set}}})
		}
	}
}

func brought(status map[string]any, automated bool) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		policy := map[string]any{}
		if automated {
			policy["automated"] = map[string]any{}
		}
		w.Set(t, "argocd", rootApp, "", map[string]any{"spec": map[string]any{"syncPolicy": policy}, "status": status})
	}
}

var syncScenarios = map[string]scenario{
	"sync/application-missing": {change: func(_ *testing.T, w *livetest.World) {
		w.Remove("argocd", app)
	}, says: "kubectl apply -f argocd/applications/payments-production.yaml"},
	"sync/application-missing: set": {spec: asSet, change: made(func(_ *testing.T, w *livetest.World) {
		w.Remove("argocd", app)
	}), says: "kubectl apply -f argocd/applicationsets/payments.yaml, in the GitOps repository; if that is done, kubectl describe applicationset payments --namespace argocd"},
	"sync/root-behind":                     {spec: rooted, symptom: diagnose.Sync, change: func(t *testing.T, w *livetest.World) {}, says: "kubectl apply -f argocd/projects/payments-root.yaml -f argocd/roots/payments.yaml"},
	"sync/clusters-missing":                {spec: inFleet, symptom: diagnose.Sync, change: listed(map[string]any{"type": "ErrorOccurred", "status": "False"}, "eu-edge"), says: "production is in eu-edge alone, and at least 2 clusters must have tier=edge"},
	"sync/clusters-missing: without a set": {spec: inFleet, symptom: diagnose.Sync, change: listed(nil), says: "kubectl apply -f argocd/applicationsets/payments-production.yaml"},
	"sync/set-failed":                      {spec: inFleet, symptom: diagnose.Sync, change: listed(map[string]any{"type": "ErrorOccurred", "status": "True", "message": "ApplicationSet payments-production contains applications with duplicate name: payments-production-eu"}, "eu-edge"), says: "rename one"},
	"sync/root-behind: failed": {spec: rooted, symptom: diagnose.Sync, change: brought(map[string]any{"sync": map[string]any{"status": "OutOfSync"}, "operationState": map[string]any{"phase": "Failed", "message": "one or more objects failed to apply",
		"syncResult": map[string]any{"resources": []any{map[string]any{"kind": "AppProject", "name": "all", "status": "SyncFailed", "message": "resource argoproj.io:AppProject is not permitted in project payments-root"}}}}}, true),
		says: "take out of argocd/apps/payments what is neither an Application nor an ApplicationSet"},
	"sync/root-behind: by hand": {spec: rooted, symptom: diagnose.Sync, change: brought(map[string]any{"sync": map[string]any{"status": "Synced"}}, false), says: "payments-root does not sync by itself"},
	"sync/root-behind: unread":  {spec: rooted, symptom: diagnose.Sync, change: brought(map[string]any{"conditions": []any{map[string]any{"type": "ComparisonError", "message": "authentication required"}}}, true), says: "give Argo CD a credential"},
	"sync/root-behind: not yet": {spec: rooted, symptom: diagnose.Sync, change: brought(map[string]any{"sync": map[string]any{"status": "Unknown"}}, true), says: "argocd app get payments-root --refresh"},
	"sync/set-failed: files": {spec: asFiles, symptom: diagnose.Sync, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", madeBy, "", map[string]any{"status": map[string]any{"conditions": []any{map[string]any{"type": "ErrorOccurred", "status": "True", "message": "unable to process file 'x.yaml'"}}}})
	}, says: "mend what it complains of: each file in argocd/environments/payments"},
	"sync/set-failed: not there": {spec: asSet, symptom: diagnose.Sync, change: func(_ *testing.T, w *livetest.World) {
		w.Remove("argocd", madeBy)
	}, says: "kubectl apply -f argocd/applicationsets/payments.yaml, in the GitOps repository"},
	"sync/application-missing: files": {spec: asFiles, change: made(func(_ *testing.T, w *livetest.World) {
		w.Remove("argocd", app)
	}), says: "push argocd/environments/payments/payments-production.yaml; kubectl apply"},
	"sync/wrong-source: set":       {spec: asSet, change: made(given("source.path", "payments/overlays")), says: "kubectl apply -f argocd/applicationsets/payments.yaml"},
	"sync/auto-sync-off: set":      {spec: asSet, change: made(given("syncPolicy", map[string]any{})), says: "kubectl apply -f argocd/applicationsets/payments.yaml, in the GitOps repository: the ApplicationSet undoes what is set in an Application; now: argocd app sync payments-production"},
	"sync/wrong-source: path":      {change: given("source.path", "payments/overlays"), says: `the path is "payments/overlays", and in the spec "payments/overlays/production"`},
	"sync/wrong-source: branch":    {change: given("source.targetRevision", "develop"), says: "targetRevision"},
	"sync/wrong-source: project":   {change: given("project", "default"), says: "the project"},
	"sync/wrong-source: namespace": {change: given("destination.namespace", "default"), says: "the namespace"},
	"sync/wrong-source: cluster":   {change: given("destination.server", "https://old.example.org"), says: `the cluster is "https://old.example.org"`},
	"sync/wrong-source":            {change: given("source.repoURL", "https://github.com/example/other.git"), says: "the repository"},
	"sync/image-name": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", folder+"kustomization.yaml", "", "images:\n- newName: ghcr.io/example/old\n  newTag: a\n  digest: @DIGEST@\n")
	}, says: "ghcr.io/example/old"},
	"sync/not-notified": {spec: notifying, symptom: diagnose.Sync, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "metadata.annotations", map[string]any{subscribed: "deploys"})
		w.Set(t, "argocd", app, "status.operationState.finishedAt", "2026-11-20T10:00:00Z")
	}, says: "argocd-notifications-cm has no trigger on-deployed"},
	"sync/not-notified: not subscribed": {spec: notifying, symptom: diagnose.Sync, change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "metadata.annotations", map[string]any{subscribed: "others"})
		w.Set(t, "argocd", app, "status.operationState.finishedAt", "2026-11-20T10:00:00Z")
	}, says: "lacks the annotation " + subscribed + " of the spec"},
	"sync/no-figures":            {spec: figured("/empty"), symptom: diagnose.Sync, change: func(*testing.T, *livetest.World) {}, says: "has no figures of requests to payments where somebody has called payments, see in Prometheus which of these series it has"},
	"sync/no-figures: no answer": {spec: figured(""), symptom: diagnose.Sync, change: func(*testing.T, *livetest.World) {}, says: "open the address in prometheus.outside"},
	"sync/not-permitted":         {change: condition("InvalidSpecError", "application repo https://github.com/example/deployments is not permitted in project 'payments'"), says: "kubectl apply -f argocd/projects/payments.yaml"},
	"sync/not-permitted: a kind": {change: syncFails("resource batch:CronJob is not permitted in project payments", 2), says: "CronJob"},
	"sync/not-permitted: no project": {change: func(_ *testing.T, w *livetest.World) {
		w.WithoutProject("payments-production", "payments")
	}, says: "kubectl apply -f argocd/projects/payments.yaml -f argocd/applications/payments-production.yaml, in the GitOps repository"},
	"sync/not-permitted: the project went": {change: condition("InvalidSpecError", "Application referencing project payments which does not exist"), says: "kubectl apply -f argocd/projects/payments.yaml"},
	"sync/cluster-unknown": {change: condition("InvalidSpecError", `error getting cluster by server "https://kubernetes.default.svc": rpc error: code = NotFound desc = cluster "https://kubernetes.default.svc" not found`),
		says: "argocd cluster add CONTEXT, whose server is https://kubernetes.default.svc"},
	"sync/cluster-unreachable": {change: condition("ComparisonError", `Failed to load live state: failed to get cluster info for "https://kubernetes.default.svc": error synchronizing cache state : failed to sync cluster: dial tcp 10.0.0.1:443: connect: connection refused`),
		says: "argocd cluster get https://kubernetes.default.svc"},
	"sync/repository-unreachable": {change: condition("ComparisonError", "rpc error: code = Unknown desc = failed to list refs: authentication required: Repository not found."), says: "argocd repo add"},
	"sync/render-failed":          {change: condition("ComparisonError", "Failed to load target state: payments/overlays/production: app path does not exist"), says: "app path does not exist"},
	"sync/paused": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "metadata.annotations", map[string]any{"argocd.argoproj.io/skip-reconcile": "true"})
		w.Set(t, "argocd", app, "status.health.status", "Progressing")
	}, says: "skip-reconcile-"},
	"sync/auto-sync-off":          {change: given("syncPolicy", map[string]any{}), says: "argocd app sync payments-production"},
	"sync/auto-sync-off: enabled": {change: given("syncPolicy", map[string]any{"automated": map[string]any{"enabled": false}}), says: "argocd app sync payments-production"},
	"sync/sync-window": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.sync.status", "OutOfSync")
		w.Set(t, "argocd", app+"/syncwindows", "activeWindows", []any{map[string]any{"kind": "deny", "schedule": "0 18 * * 5", "duration": "60h", "manualSync": true}})
	}, says: "argocd app sync payments-production: by hand it is allowed"},
	"sync/sync-window: none open": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.sync.status", "OutOfSync")
		w.Set(t, "argocd", app+"/syncwindows", "", map[string]any{"assignedWindows": []any{map[string]any{"kind": "allow", "schedule": "0 8 * * 1-5", "duration": "8h"}}, "canSync": false})
	}, says: "wait for the end of the window"},
	"sync/not-rendered": {spec: rendered, change: func(t *testing.T, w *livetest.World) {
		isRendered(t, w, "@REVERT@")
		unseen(t, w, "2026-11-20T10:05:00Z")
	}, says: "ended with failure"},
	"sync/not-rendered: on its way": {spec: rendered, change: func(t *testing.T, w *livetest.World) {
		isRendered(t, w, "@REVERT@")
		unseen(t, w, "2026-11-20T10:05:00Z")
		w.Set(t, "github", renders, "workflow_runs.0.status", "in_progress")
	}, says: "is on its way"},
	"sync/not-rendered: never": {spec: rendered, change: func(t *testing.T, w *livetest.World) {
		isRendered(t, w, "@REVERT@")
		unseen(t, w, "2026-11-20T10:05:00Z")
		w.Set(t, "github", renders, "workflow_runs", []any{})
	}, says: "let Actions run in example/deployments"},
	"sync/webhook-missing": {spec: webhook, change: func(t *testing.T, w *livetest.World) {
		unseen(t, w, "2026-11-20T10:11:00Z")
		w.Set(t, "github", "/repos/example/deployments/hooks", "0.active", false)
	}, says: "https://github.com/example/deployments/settings/hooks"},
	"sync/webhook-failing": {spec: webhook, change: func(t *testing.T, w *livetest.World) {
		unseen(t, w, "2026-11-20T10:08:50Z")
		w.Set(t, "github", "/repos/example/deployments/hooks/21/deliveries", "0.status_code", 502)
		w.Set(t, "github", "/repos/example/deployments/hooks/21/deliveries", "0.status", "Bad Gateway")
	}, says: "argocd.example.org got the status 502: Bad Gateway"},
	"sync/webhook-failing: not sent": {spec: webhook, change: func(t *testing.T, w *livetest.World) {
		unseen(t, w, "2026-11-20T10:05:00Z")
		w.Set(t, "github", "/repos/example/deployments/hooks/21/deliveries", "", []any{})
	}, says: "was not sent since"},
	"sync/polling": {change: func(t *testing.T, w *livetest.World) {
		unseen(t, w, "2026-11-20T10:11:00Z")
	}, says: "wait until 10:15:00 UTC"},
	"sync/not-noticed": {change: func(t *testing.T, w *livetest.World) {
		unseen(t, w, "2026-11-20T10:01:00Z")
	}, says: "--hard-refresh"},
	"sync/hook-failed": {change: func(t *testing.T, w *livetest.World) {
		syncFails("one or more synchronization tasks completed unsuccessfully", 0)(t, w)
		w.Set(t, "argocd", app, "status.operationState.syncResult.resources.1.hookPhase", "Failed")
		w.Set(t, "argocd", app, "status.operationState.syncResult.resources.1.message", "Job has reached the specified backoff limit")
	}, says: "Job payments-smoke ended as Failed: Job has reached"},
	"sync/retries-spent": {change: syncFails("one or more objects failed to apply, reason: quota exceeded (retried 5 times).", 5), says: "quota exceeded"},
	"sync/sync-refused":  {change: syncFails("one or more objects failed to apply, reason: spec.selector: field is immutable", 0), says: "immutable"},
	"sync/sync-hangs": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.operationState.phase", "Running")
		w.Set(t, "argocd", app, "status.operationState.startedAt", "2026-11-20T09:12:00Z")
		w.Set(t, "argocd", app, "status.operationState.message", "waiting for completion of hook batch/Job/payments-smoke")
	}, says: "argocd app terminate-op payments-production"},
	"sync/deadline": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.health.status", "Degraded")
		w.Set(t, "argocd", app+"/resource-tree", "nodes.0.health", map[string]any{"status": "Degraded", "message": `Deployment "payments" exceeded its progress deadline`})
	}, says: "Deployment payments"},
	"sync/canary-aborted": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.health.status", "Degraded")
		w.Set(t, "argocd", app+"/resource-tree", "nodes.0.kind", "Rollout")
		w.Set(t, "argocd", app+"/resource-tree", "nodes.0.health", map[string]any{"status": "Degraded", "message": `RolloutAborted: Rollout aborted update to revision 2: Metric "few-errors" assessed Failed due to failed (1) > failureLimit (0)`})
	}, says: "few-errors"},
	"sync/canary-unjudged": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.health.status", "Suspended")
		w.Set(t, "argocd", app, "status.operationState.phase", "Running")
		w.Set(t, "argocd", app+"/resource-tree", "nodes.0.kind", "Rollout")
		w.Set(t, "argocd", app+"/resource-tree", "nodes.0.health", map[string]any{"status": "Suspended", "message": "InconclusiveAnalysisRun"})
	}, says: "argocd app terminate-op payments-production"},
	"sync/out-of-sync": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.sync.status", "OutOfSync")
		w.Set(t, "argocd", app, "status.resources.0.status", "OutOfSync")
	}, says: "Deployment/payments"},
	"sync/unhealthy": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app, "status.health.status", "Degraded")
	}, says: "Degraded"},
	"sync/address": {change: func(*testing.T, *livetest.World) {}, spec: func(s *schema.Spec) {
		s.Environments[0].Value.URL = elsewhereURL
	}, symptom: diagnose.Sync, says: "it answers 404"},
}

// elsewhereURL is the address of a server that has nothing but a Prometheus without figures at /empty; TestMain starts it.
var elsewhereURL string

func TestMain(m *testing.M) {
	mux := http.NewServeMux()
	mux.HandleFunc("/empty/api/v1/query", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
	})
	s := httptest.NewServer(mux)
	elsewhereURL = s.URL
	defer s.Close()
	m.Run()
}

// pod makes the first pod not ready.
func pod(status string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", firstOf, "manifest", `{"kind":"Pod","status":{"conditions":[{"type":"Ready","status":"False"}],`+status+`}}`)
	}
}

func waits(reason, message string) func(*testing.T, *livetest.World) {
	return pod(`"containerStatuses":[{"name":"payments","restartCount":4,"state":{"waiting":{"reason":"` + reason + `","message":"` + message + `"}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137}}}]`)
}

// unmade is an object that does not become a Secret, and what an event says of it.
func unmade(kind, message, event string) func(*testing.T, *livetest.World) {
	return degraded(kind, "keys", message, event)
}

// degraded adds an object that is so, with an event.
func degraded(kind, name, message, event string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		tree := w.Answer(t, "argocd", app+"/resource-tree").(map[string]any)
		tree["nodes"] = append(tree["nodes"].([]any), map[string]any{"kind": kind, "name": name, "namespace": "payments", "uid": "k", "health": map[string]any{"status": "Degraded", "message": message}})
		w.Set(t, "argocd", app+"/events", "items", []any{map[string]any{"type": "Warning", "reason": "UpdateFailed", "message": event, "lastTimestamp": "2026-11-20T10:11:50Z"}})
		w.Set(t, "argocd", app, "status.health.status", "Degraded")
	}
}

// keeps brings the Secret keys along.
func keeps(c schema.ClusterSecret) func(*schema.Spec) {
	return func(s *schema.Spec) {
		s.Secrets = []schema.Named[schema.ClusterSecret]{{ID: "keys", Value: c}}
		s.Workloads[0].Value.Secrets = map[string]schema.ObjectKey{"KEY": {Name: "keys", Key: "key"}}
	}
}

var inVault = keeps(schema.ClusterSecret{External: &schema.ExternalSecret{Store: "vault", Keys: map[string]schema.StoreEntry{"key": {From: "payments/keys"}}}})

var byAzure = keeps(schema.ClusterSecret{CSI: &schema.MountedSecret{Provider: "azure", Parameters: map[string]string{"keyvaultName": "payments", "tenantId": "t"}, Keys: map[string]schema.StoreEntry{"key": {From: "payments-key"}}}})

// unmounted is a pod that waits for a volume, and what an event says of it.
func unmounted(reason, message string) func(*testing.T, *livetest.World) {
	return func(t *testing.T, w *livetest.World) {
		pod(`"containerStatuses":[{"name":"payments","state":{"waiting":{"reason":"ContainerCreating"}}}]`)(t, w)
		w.Set(t, "argocd", app+"/events", "items", []any{map[string]any{"type": "Warning", "reason": reason, "message": message, "lastTimestamp": "2026-11-20T10:11:50Z"}})
	}
}

// kustomizeSays are the words of Argo CD before those of kustomize.
const kustomizeSays = "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = Manifest generation error (cached): `kustomize build <path to cached source>/payments/overlays/production --enable-alpha-plugins --enable-exec` failed exit status 1: "

var secretScenarios = map[string]scenario{
	"sync/secret-key-missing": {spec: inVault, change: unmade("ExternalSecret", "could not get secret data from provider", "error processing spec.data[0] (key: payments/keys), err: Secret does not exist"),
		says: "err: Secret does not exist put it into the SecretStore vault, or correct secrets.keys.external in the spec"},
	"sync/store-silent": {spec: inVault, change: unmade("ExternalSecret", "could not get secret data from provider", "unable to log in to auth method: dial tcp 10.0.0.9:8200: connect: connection refused"),
		says: "kubectl describe secretstore vault --namespace payments"},
	"sync/store-silent: not there": {spec: inVault, change: unmade("ExternalSecret", "could not get secret data from provider", `could not get SecretStore "vault", SecretStore.external-secrets.io "vault" not found`),
		says: `"vault" not found`},
	"sync/store-silent: of the author's own": {change: unmade("ExternalSecret", "could not get secret data from provider", "connection refused"), says: "kubectl describe externalsecret keys --namespace payments"},
	"sync/decrypter-missing": {spec: keeps(schema.ClusterSecret{Sops: true}), change: condition("ComparisonError", kustomizeSays+"Error: accumulating resources: accumulation err='accumulating resources from 'secrets': recursed accumulation of path '<path to cached source>/payments/overlays/production/secrets': loading generator plugins: failed to load generator: external plugins disabled; unable to load external plugin 'ksops'"),
		says: "set kustomize.buildOptions: --enable-alpha-plugins --enable-exec in argocd-cm"},
	"sync/decrypter-missing: no program": {spec: keeps(schema.ClusterSecret{Sops: true}), change: condition("ComparisonError", kustomizeSays+`Error: accumulating resources: couldn't execute function: exec: "ksops": executable file not found in $PATH`),
		says: "give the deployment argocd-repo-server the program ksops"},
	"sync/not-decrypted": {spec: keeps(schema.ClusterSecret{Sops: true}), change: condition("ComparisonError", kustomizeSays+`failed to evaluate function: error decrypting file "keys.enc.yaml" from manifest.Files: trouble decrypting file: Error getting data key: 0 successful groups required, got 0`),
		says: "'sops updatekeys FILE' encrypt it for the key that it has"},
	"sync/not-decrypted: in clear": {spec: keeps(schema.ClusterSecret{Sops: true}), change: condition("ComparisonError", kustomizeSays+`failed to evaluate function: error decrypting file "keys.enc.yaml" from manifest.Files: trouble decrypting file: sops metadata not found`),
		says: "let SOPS write the file, as its first lines say"},
	"sync/not-decrypted: edited": {spec: keeps(schema.ClusterSecret{Sops: true}), change: condition("ComparisonError", kustomizeSays+`failed to evaluate function: error decrypting file "keys.enc.yaml" from manifest.Files: trouble decrypting file: Failed to verify data integrity. expected mac "A", got "B"`),
		says: "change it with 'sops edit FILE'"},
	"sync/not-decrypted: a key renamed": {spec: keeps(schema.ClusterSecret{Sops: true}), change: condition("ComparisonError", kustomizeSays+`unable to generate manifests: error decrypting file "keys.enc.yaml" from manifest.Files: trouble decrypting file: Error walking tree: Could not decrypt value: cipher: message authentication failed`),
		says: "change it with 'sops edit FILE'"},
	"sync/not-decrypted: no way to the key": {spec: keeps(schema.ClusterSecret{Sops: true}), change: condition("ComparisonError", kustomizeSays+`error decrypting file "keys.enc.yaml" from manifest.Files: trouble decrypting file: Error getting data key: failed to decrypt sops data key with AWS KMS: dial tcp 10.0.0.9:443: i/o timeout`),
		says: "give Argo CD's repo server a key for which the file is encrypted"},
	"sync/config-missing: decrypted by nothing": {spec: keeps(schema.ClusterSecret{Sops: true}), change: waits("CreateContainerConfigError", `secret \"keys\" not found`),
		says: "Argo CD renders without this Secret where it may start no program"},
	"sync/config-missing: made by no driver": {spec: byAzure, change: waits("CreateContainerConfigError", `secret \"keys\" not found`), says: "syncSecret.enabled=true in its chart"},
	"sync/driver-missing": {spec: byAzure, change: unmounted("FailedMount", `MountVolume.SetUp failed for volume "secrets-1" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name secrets-store.csi.k8s.io not found in the list of registered CSI drivers`),
		says: "its provider azure on each node"},
	"sync/driver-missing: no provider": {spec: byAzure, change: unmounted("FailedMount", `MountVolume.SetUp failed for volume "secrets-1" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod payments/payments-5f6d8b9c7-x2v4q, err: error connecting to provider "azure": provider not found: provider "azure"`),
		says: "its provider azure on each node"},
	"sync/not-mounted": {spec: byAzure, change: unmounted("FailedMount", `MountVolume.SetUp failed for volume "secrets-1" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod payments/p, err: rpc error: code = Unknown desc = failed to mount objects, error: failed to get objectType:secret, objectName:payments-key, objectVersion:: GET https://payments.vault.azure.net RESPONSE 404: 404 Not Found ERROR CODE: SecretNotFound`),
		says: "put it into the store, or correct secrets.keys.csi in the spec"},
	"sync/not-mounted: refused": {spec: byAzure, change: unmounted("FailedMount", `MountVolume.SetUp failed for volume "secrets-1" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod payments/p, err: rpc error: code = Unknown desc = failed to mount objects, error: RESPONSE 403: 403 Forbidden ERROR CODE: Forbidden`),
		says: "let the service account of payments in the namespace payments read what secrets.keys.csi in the spec names"},
	"sync/not-mounted: no class": {spec: byAzure, change: unmounted("FailedMount", `MountVolume.SetUp failed for volume "secrets-1" : rpc error: code = Unknown desc = failed to get secretproviderclass payments/keys, error: secretproviderclasses.secrets-store.csi.x-k8s.io "keys" not found`),
		says: "sync the Application"},
	"sync/not-mounted: another file": {change: unmounted("FailedToCreateSecret", `failed to get data in spc payments/keys for secret keys, err: file matching objectName key not found in the pod`),
		says: "correct the files that the SecretProviderClass names"},
	"sync/not-mounted: no right": {spec: byAzure, change: unmounted("FailedToCreateSecret", "timed out waiting for the condition"), says: "syncSecret.enabled=true in its chart"},
	"sync/not-mounted: of another reason": {spec: byAzure, change: unmounted("FailedMount", `MountVolume.SetUp failed for volume "secrets-1" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod payments/p, err: dial tcp 10.0.0.9:8200: i/o timeout`),
		says: "look at the log of the provider's pod on that node"},
	"sync/not-unsealed": {spec: keeps(schema.ClusterSecret{Sealed: true}), change: unmade("SealedSecret", "no key could decrypt secret (key)", ""),
		says: "let kubeseal write payments/overlays/production/secrets/keys.yaml anew, for this cluster, with --name keys --namespace payments"},
}

// follows has KEDA set the number of pods.
func follows(s *schema.Spec) {
	s.Workloads[0].Value.Replicas = 0
	s.Workloads[0].Value.Scale = &schema.Scale{Min: 3, Max: 4, Keda: []schema.Trigger{{Type: "rabbitmq", Metadata: map[string]string{"queueLength": "20"}}}}
}

const triggersFail = "Triggers defined in ScaledObject are not working correctly"

var scalerScenarios = map[string]scenario{
	"sync/scaler-refused": {spec: follows, change: degraded("ScaledObject", "payments", triggersFail, "error establishing rabbitmq connection: Exception (403) Reason: username or password not allowed"),
		says: "scale.keda[].authentication, or what is in the Secret or the role that it names"},
	"sync/scaler-blind": {spec: follows, change: degraded("ScaledObject", "payments", triggersFail, "dial tcp 10.0.0.9:5672: connect: connection refused"),
		says: "scale.fallback is a number for that"},
	"sync/scaler-blind: falling back":  {change: degraded("ScaledObject", "payments", "At least one trigger is falling back on this scaled object", ""), says: "kubectl describe scaledobject payments --namespace payments"},
	"sync/scaler-blind: of Kubernetes": {change: degraded("HorizontalPodAutoscaler", "payments", "unable to compute the replica count: no metrics returned", ""), says: "no metrics returned"},
}

var podScenarios = map[string]scenario{
	"sync/pods-hidden": {change: func(t *testing.T, w *livetest.World) {
		w.HidePods(t, "payments-production")
		w.Set(t, "argocd", app, "status.health.status", "Progressing")
	}, says: "kubectl apply -f argocd/projects/payments.yaml"},
	"sync/platform":             {change: waits("ErrImagePull", "no match for platform in manifest: not found"), says: "image.platforms"},
	"sync/pull-denied":          {change: waits("ImagePullBackOff", "failed to authorize: failed to fetch anonymous token: 401 Unauthorized"), says: "make the package public"},
	"sync/pull-denied: a role":  {change: waits("ErrImagePull", "401 Unauthorized"), spec: onECR(""), says: "AmazonEC2ContainerRegistryPullOnly"},
	"sync/pull-denied: a token": {change: waits("ErrImagePull", "401 Unauthorized"), spec: onECR("ecr"), says: "renew the Secret ecr in the namespace payments"},
	"sync/pull-denied: a login": {change: waits("ErrImagePull", "unexpected status: 403 Forbidden"), spec: func(s *schema.Spec) { s.Images[0].Value.Private, s.Images[0].Value.PullSecret = true, "registry" }, says: "kubectl get secret registry --namespace payments"},
	"sync/image-gone":           {change: waits("ErrImagePull", "ghcr.io/example/payments/payments@sha256:00: not found"), says: "take the deploy back"},
	"sync/pull-failed":          {change: waits("ErrImagePull", "net/http: TLS handshake timeout"), says: "TLS handshake timeout"},
	"sync/unschedulable":        {change: pod(`"conditions":[{"type":"PodScheduled","status":"False","message":"0/3 nodes are available: 3 Insufficient memory."}]`), says: "Insufficient memory"},
	"sync/config-missing":       {change: waits("CreateContainerConfigError", `secret \"payments\" not found`), says: "create what the message names in the namespace payments"},
	"sync/crash-loop":           {change: waits("CrashLoopBackOff", "back-off 40s restarting failed container"), says: "deploy.resources.limits.memory"},
	"sync/probe-failing": {change: func(t *testing.T, w *livetest.World) {
		pod(`"containerStatuses":[{"name":"payments","state":{"running":{"startedAt":"2026-11-20T10:11:00Z"}}}]`)(t, w)
		w.Set(t, "argocd", app+"/events", "items", []any{map[string]any{"type": "Warning", "reason": "Unhealthy", "message": "Readiness probe failed: HTTP probe failed with statuscode: 503", "lastTimestamp": "2026-11-20T10:11:50Z"}})
	}, says: "statuscode: 503"},
}

// rolledBack makes the newest deploy a rollback to the commit before it.
func rolledBack(t *testing.T, w *livetest.World, message string) {
	older(t, w)
	w.Set(t, "github", deploys, "0.commit.message", message)
}

const byWorkflow = "roll back payments in production by 1: main-@BEFORE@"

var rollbackScenarios = map[string]scenario{
	"rollback/rollback-failed": {change: func(t *testing.T, w *livetest.World) {
		route := "/repos/example/payments/actions/workflows/rollback.yaml/runs"
		w.Set(t, "github", route, "workflow_runs.0.conclusion", "failure")
		w.Set(t, "github", route, "workflow_runs.0.created_at", "2026-11-20T10:11:00Z")
	}, symptom: diagnose.Rollback, says: "gh run view 6001 --log-failed"},
	"rollback/source-reverted": {change: func(t *testing.T, w *livetest.World) {
		older(t, w)
		w.Set(t, "github", source, "commit.message", `Revert "Round amounts half to even (#42)"`)
	}, symptom: diagnose.Rollback, says: "gh workflow run rollback.yaml --repo example/payments -f environment=production"},
	"rollback/redeployed": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", deploys, "1.commit.message", "roll back payments in production by 1: main-x\n\nTaken back: ghcr.io/example/payments/payments:main-"+livetest.Source+"@"+w.Digest)
	}, says: "revert 3f2a8c1d9e4b in example/payments too"},
	"rollback/redeployed: after a git revert": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "github", deploys, "1.commit.message", `Revert "deploy payments to production: main-@SOURCE@"`)
	}, says: "was taken back, and deployed again"},
	"rollback/wrong-commit": {change: func(t *testing.T, w *livetest.World) {
		rolledBack(t, w, "Revert \"deploy payments to production: main-x\"\n\nThis reverts commit @SEED@.")
	}, symptom: diagnose.Rollback, says: "the revert takes back 5eed5eed5eed, and the deploy before it is deadbeefdead"},
	"rollback/wrong-commit: no workflow": {change: func(t *testing.T, w *livetest.World) {
		rolledBack(t, w, "Revert \"deploy payments to production: main-x\"\n\nThis reverts commit @SEED@.")
	}, spec: func(s *schema.Spec) {
		s.Criteria = slices.DeleteFunc(s.Criteria, func(c schema.Named[schema.Criterion]) bool { return c.Value.Kind() == "rollback" })
	}, symptom: diagnose.Rollback, says: "pipegen rollback --env production --to TAG"},
	"rollback/digest-gone": {change: func(t *testing.T, w *livetest.World) {
		rolledBack(t, w, byWorkflow)
		w.Set(t, "github", folder+"kustomization.yaml", "", "images:\n- newName: ghcr.io/example/payments/payments\n  newTag: main-@BEFORE@\n  digest: sha256:00000000000000000000000000000000000000000000000000000000000000aa\n")
		for _, i := range []string{"2", "3", "4"} {
			w.Set(t, "argocd", app+"/resource-tree", "nodes."+i+".images", []any{"ghcr.io/example/payments/payments:main-x@sha256:00000000000000000000000000000000000000000000000000000000000000aa"})
		}
	}, symptom: diagnose.Rollback, says: "sha256:00"},
	"rollback/not-synced": {change: func(t *testing.T, w *livetest.World) {
		rolledBack(t, w, byWorkflow)
		w.Set(t, "argocd", app, "status.history", []any{})
		w.Set(t, "argocd", app, "status.operationState.syncResult.revision", "@SEED@")
	}, symptom: diagnose.Rollback, says: "pipegen doctor sync"},
	"rollback/by-tag": {change: func(t *testing.T, w *livetest.World) {
		w.Set(t, "argocd", app+"/resource-tree", "nodes.2.images", []any{"ghcr.io/example/payments/payments:main"})
	}, symptom: diagnose.Rollback, says: "payments:main"},
	"rollback/old-pods": {change: func(t *testing.T, w *livetest.World) {
		rolledBack(t, w, byWorkflow)
		w.Set(t, "argocd", app+"/resource-tree", "nodes.2.images", []any{"ghcr.io/example/payments/payments:main-x@" + w.Digest})
	}, symptom: diagnose.Rollback, says: "still runs"},
}
