package verdict_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/livetest/delivery"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/schema"
)

const (
	runs    = "/repos/example/payments/actions/workflows/ci.yaml/runs?head_sha=@SOURCE@"
	jobs    = "/repos/example/payments/actions/runs/7001/jobs?page=1"
	folder  = "/repos/example/deployments/contents/payments/overlays/production/live/"
	deploys = "/repos/example/deployments/commits?path=payments/overlays/production/live/kustomization.yaml"
	app     = "/api/v1/applications/payments-production"
	firstOf = app + "/resource?resourceName=payments-6d4-a"
)

func gather(t *testing.T, w *livetest.World, change func(*live.Target, *live.Clients)) live.Facts {
	t.Helper()
	target, c := delivery.Target(), delivery.Clients(w)
	if change != nil {
		change(&target, &c)
	}
	return live.Gather(t.Context(), target, c, livetest.Now)
}

// expectation is what a result must be: a status, "pending", or either with words
// that must be in the measurement.
type expectation map[string]string

// healthy is every result of the delivery in which all is well.
var healthy = expectation{
	"run": "kept 9m26s", "gitops": "kept is live", "image": "kept linux/amd64, linux/arm64", "argocd": "kept 3 of 3 pods",
	"triggered": "kept 4s", "tested": "kept", "covered": "kept 90 %", "published": "kept 8m", "scanned": "kept", "signed": "kept", "attested": "kept registry",
	"synced": "kept 1m30s", "ready": "kept 14s", "answers": "kept got 200 from /live", "reversible": "kept 3m", "visible": "kept role",
	"uninterrupted": "unmeasured", "redundant": "kept 3 of 3", "accepted": "manual product owner",
}

func check(t *testing.T, v verdict.Verdict, want expectation) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range v.All() {
		seen[r.ID] = true
		expected, ok := want[r.ID]
		if !ok {
			continue
		}
		status, words, _ := strings.Cut(expected, " ")
		got := string(r.Status)
		if r.Pending {
			got = "pending"
		}
		if got != status || !strings.Contains(r.Measured, words) {
			t.Errorf("%s is %s: %s; want %s", r.ID, got, r.Measured, expected)
		}
		if (r.Status == criteria.Kept || r.Status == criteria.Broken) && len(r.Evidence) == 0 {
			t.Errorf("%s is %s without evidence", r.ID, r.Status)
		}
	}
	for id := range want {
		if !seen[id] {
			t.Errorf("there is no result %s", id)
		}
	}
}

func TestHealthy(t *testing.T) {
	v := verdict.Judge(delivery.Plan(t, nil), gather(t, livetest.New(t), nil))
	check(t, v, healthy)
	if len(v.All()) != len(healthy) {
		t.Errorf("%d results, want %d", len(v.All()), len(healthy))
	}
	if v.Broken() || len(v.Pending()) > 0 {
		t.Errorf("broken: %t, pending: %v", v.Broken(), v.Pending())
	}
}

// jobAt sets a field of a job of the run.
func jobAt(i, field string) string { return "jobs." + i + "." + field }

// TestJudge breaks one thing after the other; what is not named stays as it was.
func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*testing.T, *livetest.World)
		want   expectation
	}{
		"run in progress": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", runs, "workflow_runs.1.status", "in_progress")
			w.Set(t, "github", runs, "workflow_runs.1.conclusion", nil)
			w.Set(t, "github", jobs, jobAt("3", "status"), "in_progress")
			w.Set(t, "github", jobs, jobAt("3", "conclusion"), nil)
			w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
			w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "behind"})
		}, expectation{"run": "pending Image", "gitops": "pending 90a1b2c3d4e5", "published": "pending 11m56s of 20m", "tested": "kept", "image": "broken built from 3f2a8c1d9e4b"}},
		"image too late": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("3", "completed_at"), "2026-11-20T10:20:05Z")
		}, expectation{"published": "broken 20m1s", "run": "kept"}},
		"started late": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", "/repos/example/payments/activity?ref=refs/heads/main", "0.timestamp", "2026-11-20T09:59:33Z")
		}, expectation{"triggered": "broken 31s"}},
		"push not recorded": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", "/repos/example/payments/activity?ref=refs/heads/main", "", []any{})
		}, expectation{"triggered": "unmeasured activities"}},
		"started by hand": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", runs, "workflow_runs.1.event", "workflow_dispatch")
		}, expectation{"triggered": "unmeasured workflow_dispatch", "run": "kept"}},
		"no run yet": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", runs, "workflow_runs", []any{})
		}, expectation{"run": "pending has not run", "tested": "pending", "published": "pending", "triggered": "pending"}},
		"tests fail": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", runs, "workflow_runs.1.conclusion", "failure")
			w.Set(t, "github", jobs, jobAt("0", "conclusion"), "failure")
			w.Set(t, "github", jobs, "jobs.0.steps.1.conclusion", "failure")
			for _, i := range []string{"1", "2", "3", "4"} {
				w.Set(t, "github", jobs, jobAt(i, "conclusion"), "skipped")
			}
			w.Set(t, "github", jobs, "jobs.1.steps", []any{})
			w.Set(t, "github", jobs, "jobs.2.steps", []any{})
		}, expectation{"run": "broken Test ended as failure", "tested": "kept nothing was published", "covered": "kept nothing was published",
			"published": "unmeasured ended as failure", "scanned": "unmeasured"}},
		"image in spite of failed tests": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("0", "conclusion"), "failure")
			w.Set(t, "github", jobs, "jobs.0.steps.1.conclusion", "failure")
		}, expectation{"tested": "broken although", "covered": "broken although"}},
		"one leg not scanned": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, "jobs.2.steps.0.conclusion", "failure")
		}, expectation{"scanned": "broken although"}},
		"platform missing": {func(t *testing.T, w *livetest.World) {
			digest := w.Push(w.Tag, livetest.Source, "linux/amd64")
			deployed(t, w, digest, w.Tag)
		}, expectation{"image": "broken no linux/arm64", "signed": "broken", "attested": "broken neither"}},
		"tag moved": {func(t *testing.T, w *livetest.World) {
			w.Push(w.Tag, livetest.Source, "linux/amd64", "linux/arm64", "linux/riscv64")
		}, expectation{"image": "broken points to sha256:"}},
		"image of another commit": {func(t *testing.T, w *livetest.World) {
			deployed(t, w, w.Push("other", livetest.Before, "linux/amd64", "linux/arm64"), "other")
		}, expectation{"image": "broken built from 90a1b2c3d4e5"}},
		"revision in the labels alone": {func(t *testing.T, w *livetest.World) {
			deployed(t, w, w.Push("plain", "", "linux/amd64", "linux/arm64"), "plain")
		}, expectation{"image": "kept"}},
		"image gone": {func(t *testing.T, w *livetest.World) {
			deployed(t, w, "sha256:"+strings.Repeat("ab", 32), "gone")
		}, expectation{"image": "unmeasured has no such thing", "signed": "unmeasured has no such thing", "attested": "unmeasured"}},
		"another image": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", folder+"kustomization.yaml", "", "images:\n- newName: evil.example.org/x\n  newTag: a\n  digest: @DIGEST@\n")
		}, expectation{"image": "unmeasured evil.example.org", "signed": "unmeasured"}},
		"signature missing": {func(t *testing.T, w *livetest.World) {
			w.Refer(w.Digest, "https://slsa.dev/provenance/v1")
		}, expectation{"signed": "broken", "attested": "kept registry"}},
		"attestation on GitHub alone": {func(t *testing.T, w *livetest.World) {
			w.Refer(w.Digest, "https://sigstore.dev/cosign/sign/v1")
		}, expectation{"signed": "kept", "attested": "kept GitHub"}},
		"no attestation": {func(t *testing.T, w *livetest.World) {
			w.Refer(w.Digest)
			w.Remove("github", "/repos/example/payments/attestations/@DIGEST@")
		}, expectation{"signed": "broken", "attested": "broken neither"}},
		"not deployed": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", folder+"source-commit", "", "none\n")
			w.Set(t, "github", deploys, "", []any{})
		}, expectation{"gitops": "broken nothing was deployed", "image": "unmeasured nothing is deployed", "synced": "unmeasured nothing is deployed",
			"reversible": "unmeasured never exercised: no deploy has been taken back; run 'pipegen rollback' or the workflow rollback.yaml to try it"}},
		"a newer commit is live": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
			w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "ahead"})
		}, expectation{"gitops": "kept which is newer"}},
		"an older commit is live": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
			w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "behind"})
		}, expectation{"gitops": "broken although the run"}},
		"taken back": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
			w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "behind"})
			w.Set(t, "github", deploys, "0.commit.message", `Revert "deploy payments to production: main-x"`)
		}, expectation{"gitops": "unmeasured taken back", "reversible": "kept 1m30s"}},
		"out of sync": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.sync.status", "OutOfSync")
			w.Set(t, "argocd", app, "status.history", []any{})
		}, expectation{"argocd": "pending OutOfSync", "synced": "pending 3m10s of 5m", "answers": "pending"}},
		"out of sync for long": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.sync.status", "OutOfSync")
			w.Set(t, "argocd", app, "status.history", []any{})
			w.Set(t, "github", deploys, "0.commit.committer.date", "2026-11-20T09:50:00Z")
		}, expectation{"argocd": "broken 22m after", "synced": "broken after 22m"}},
		"degraded": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.health.status", "Degraded")
			w.Set(t, "argocd", app, "status.health.message", "Deployment exceeded its progress deadline")
		}, expectation{"argocd": "broken progress deadline"}},
		"progressing": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.health.status", "Progressing")
		}, expectation{"argocd": "pending Progressing"}},
		"sync failed": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.operationState.phase", "Failed")
			w.Set(t, "argocd", app, "status.operationState.syncResult.resources.1.hookPhase", "Failed")
		}, expectation{"argocd": "broken Failed", "answers": "broken no 200 from /live within 45s"}},
		"an older revision": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.sync.revision", "@REVERT@")
			w.Set(t, "argocd", app, "status.history.1.revision", "@REVERT@")
			w.Set(t, "github", "/repos/example/deployments/compare/@GITOPS@...@REVERT@", "", map[string]any{"status": "behind"})
		}, expectation{"argocd": "pending newest deploy", "synced": "pending"}},
		"a newer revision": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.sync.revision", "@SEED@")
			w.Set(t, "argocd", app, "status.history.1.revision", "@SEED@")
			w.Set(t, "github", "/repos/example/deployments/compare/@GITOPS@...@SEED@", "", map[string]any{"status": "ahead"})
		}, expectation{"argocd": "kept", "synced": "kept 1m30s"}},
		"a retry at a newer commit": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.history.1.revision", "@REVERT@")
			w.Set(t, "github", "/repos/example/deployments/compare/@GITOPS@...@REVERT@", "", map[string]any{"status": "behind"})
		}, expectation{"synced": "kept", "argocd": "kept"}},
		"synced late": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.history.1.deployedAt", "2026-11-20T10:13:51Z")
		}, expectation{"synced": "broken 5m1s"}},
		"no smoke Job": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.operationState.syncResult.resources", []any{})
		}, expectation{"answers": "unmeasured no smoke Job"}},
		"no sync ever": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status", map[string]any{})
		}, expectation{"argocd": "pending newest deploy", "synced": "pending", "answers": "pending"}},
		"pod not ready": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", firstOf, "manifest", `{"status":{"conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"state":{"running":{"startedAt":"2026-11-20T10:11:30Z"}}}]}}`)
		}, expectation{"ready": "pending 30s of 40s", "argocd": "pending 2 of 3", "redundant": "pending 2 of 3"}},
		"pod never ready": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", firstOf, "manifest", `{"status":{"containerStatuses":[{"state":{"running":{"startedAt":"2026-11-20T10:11:00Z"}}}]}}`)
		}, expectation{"ready": "broken not ready after 1m"}},
		"pod missing": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app+"/resource-tree", "nodes.4.parentRefs", []any{})
		}, expectation{"argocd": "pending 2 of 3", "redundant": "pending 2 of 2", "ready": "kept 14s"}},
		"pod of another image": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app+"/resource-tree", "nodes.4.images", []any{"ghcr.io/example/payments/payments:old@sha256:00"})
		}, expectation{"argocd": "pending 2 of 3", "redundant": "pending 2 of 2"}},
		"pod restarted": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", firstOf, "manifest", `{"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-11-20T10:11:10Z"}],"containerStatuses":[{"restartCount":1,"state":{"running":{"startedAt":"2026-11-20T10:11:00Z"}}}]}}`)
		}, expectation{"ready": "unmeasured was restarted (1)", "argocd": "kept"}},
		"pod killed": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", firstOf, "manifest", `{"status":{"containerStatuses":[{"restartCount":4,"state":{"running":{"startedAt":"2026-11-20T10:11:50Z"}}}]}}`)
		}, expectation{"ready": "broken restarted (4)"}},
		"pod ready anew": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", firstOf, "manifest", `{"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-11-20T10:11:50Z"}],"containerStatuses":[{"state":{"running":{"startedAt":"2026-11-20T10:09:15Z"}}}]}}`)
		}, expectation{"ready": "unmeasured may have been ready before", "redundant": "kept"}},
		"rolled back slowly": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.history.0.deployedAt", "2026-11-18T14:10:01Z")
		}, expectation{"reversible": "broken 10m1s"}},
		"rollback forgotten": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", app, "status.history.0.revision", "@SEED@")
			w.Set(t, "github", "/repos/example/deployments/compare/@REVERT@...@SEED@", "", map[string]any{"status": "behind"})
			w.Set(t, "github", "/repos/example/deployments/compare/@REVERT@...@GITOPS@", "", map[string]any{"status": "behind"})
		}, expectation{"reversible": "unmeasured there was a rollback"}},
		"nobody may read logs": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "argocd", "/api/v1/projects/payments", "spec.roles.0.policies", []any{"p, proj:payments:viewer, logs, get, payments/*, deny"})
		}, expectation{"visible": "broken no role"}},
		"pods hidden": {func(t *testing.T, w *livetest.World) {
			w.HidePods(t, "payments-production")
		}, expectation{"visible": "broken hides the pods of production", "argocd": "kept the pods are not known", "ready": "unmeasured", "redundant": "unmeasured ReplicaSet and Pod"}},
		"GitHub without times": {func(t *testing.T, w *livetest.World) {
			w.Set(t, "github", jobs, jobAt("3", "completed_at"), nil)
		}, expectation{"published": "unmeasured no time"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := livetest.New(t)
			c.change(t, w)
			check(t, verdict.Judge(delivery.Plan(t, nil), gather(t, w, nil)), c.want)
		})
	}
}

// deployed writes another image into the GitOps repository.
func deployed(t *testing.T, w *livetest.World, digest, tag string) {
	t.Helper()
	w.Set(t, "github", folder+"kustomization.yaml", "", "images:\n- newName: ghcr.io/"+livetest.Repository+"\n  newTag: "+tag+"\n  digest: "+digest+"\n")
}

// TestOneSystemDown: what a system does not say now is not measured and may be later;
// the others go on.
func TestOneSystemDown(t *testing.T) {
	for system, want := range map[string]expectation{
		"github":   {"run": "pending 500", "gitops": "pending 500", "image": "pending", "tested": "pending", "visible": "pending", "accepted": "manual"},
		"registry": {"run": "kept", "gitops": "kept", "image": "pending 500", "signed": "pending 500", "attested": "kept GitHub", "synced": "kept"},
		"argocd":   {"run": "kept", "image": "kept", "argocd": "pending 500", "synced": "pending", "ready": "pending", "answers": "pending", "redundant": "pending", "reversible": "pending"},
	} {
		t.Run(system, func(t *testing.T) {
			w := livetest.New(t)
			w.Fault(func(s string, out http.ResponseWriter, _ *http.Request) bool {
				if s == system {
					out.WriteHeader(http.StatusInternalServerError)
				}
				return s == system
			})
			f := gather(t, w, nil)
			check(t, verdict.Judge(delivery.Plan(t, nil), f), want)
			if !f.Reached() {
				t.Error("two systems answered")
			}
		})
	}
}

// TestSeveralManual: each waits for its own person.
func TestSeveralManual(t *testing.T) {
	p := delivery.Plan(t, func(s *schema.Spec) {
		s.Criteria = append(s.Criteria, schema.Named[schema.Criterion]{ID: "read", Value: schema.Criterion{Statement: "It was read.", Kinds: []schema.Named[schema.Promise]{{ID: "manual", Value: schema.Promise{By: "Bo", How: "Reads."}}}}})
	})
	check(t, verdict.Judge(p, gather(t, livetest.New(t), nil)), expectation{"accepted": "manual by The product owner", "read": "manual by Bo"})
}

// TestKeptByHand: what its author answers for is measured by nobody, and called so.
func TestKeptByHand(t *testing.T) {
	p := delivery.Plan(t, func(s *schema.Spec) {
		s.Accept = []schema.Accept{{Criterion: "scanned", Because: "We scan in the registry."}}
	})
	check(t, verdict.Judge(p, gather(t, livetest.New(t), nil)), expectation{"scanned": "manual kept by hand: We scan in the registry."})
}

// TestNoCredential: Argo CD without a login is passed over, with the reason.
func TestNoCredential(t *testing.T) {
	f := gather(t, livetest.New(t), func(_ *live.Target, c *live.Clients) {
		c.ArgoCDs = map[string]live.ArgoCD{"": {Missing: "log in first"}}
	})
	check(t, verdict.Judge(delivery.Plan(t, nil), f), expectation{"argocd": "unmeasured log in first", "synced": "unmeasured log in first", "visible": "unmeasured log in first", "run": "kept"})
}

// TestAddress: the public address is a link of the chain where the spec names one, and a promise from outside is asked
// there.
func TestAddress(t *testing.T) {
	for name, c := range map[string]struct {
		status int // 0: nobody is there
		want   expectation
	}{
		"well":    {200, expectation{"address": "kept answers 200", "answers": "kept answers 200 from outside now"}},
		"wrong":   {404, expectation{"address": "broken answers 404, and should 200", "answers": "broken answers 404 from outside, and should 200"}},
		"nothing": {0, expectation{"address": "pending cannot be reached", "answers": "pending cannot be reached"}},
	} {
		t.Run(name, func(t *testing.T) {
			asked := ""
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = r.URL.Path
				w.WriteHeader(c.status)
			}))
			defer s.Close()
			if c.status == 0 {
				s.Close()
			}
			p := delivery.Plan(t, func(s *schema.Spec) {
				s.Environments[0].Value.URL = "https://payments.example.org"
				for _, criterion := range s.Criteria {
					if criterion.Value.Kind() == "endpoint" {
						criterion.Value.Kinds[0].Value.From = "outside"
					}
				}
			})
			f := gather(t, livetest.New(t), func(t *live.Target, _ *live.Clients) {
				health, _ := verdict.Health(p, p.Environments[0])
				t.Environments[0].Address = s.URL + health
				for _, q := range p.Questions(p.Environments[0]) {
					t.Environments[0].Questions = append(t.Environments[0].Questions, live.Question{Criterion: q.Criterion, Workload: q.Workload, URL: strings.Replace(q.URL, "https://payments.example.org", s.URL, 1)})
				}
			})
			check(t, verdict.Judge(p, f), c.want)
			if c.status != 0 && asked != "/live" {
				t.Errorf("%q was asked", asked)
			}
		})
	}
}

// TestPushOfTheImage: the clock of synced may begin at the push of the image, when the
// run that is looked at is the one that pushed it.
func TestPushOfTheImage(t *testing.T) {
	p := delivery.Plan(t, nil)
	for i := range p.Criteria {
		if p.Criteria[i].Kind == "synced" {
			p.Criteria[i].From = "registry-push"
		}
	}
	w := livetest.New(t)
	check(t, verdict.Judge(p, gather(t, w, nil)), expectation{"synced": "kept 2m16s from the push of the image"})
	w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
	w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "ahead"})
	check(t, verdict.Judge(p, gather(t, w, nil)), expectation{"synced": "unmeasured the run that pushed what is live"})
}

// TestSyncedByHand: where a person starts syncs, nobody counts the minutes.
func TestSyncedByHand(t *testing.T) {
	w := livetest.New(t)
	w.Set(t, "argocd", app, "status.sync.status", "OutOfSync")
	w.Set(t, "github", deploys, "0.commit.committer.date", "2026-11-20T08:00:00Z")
	p := delivery.Plan(t, nil)
	p.Environments[0].Sync.Automated = false
	check(t, verdict.Judge(p, gather(t, w, nil)), expectation{"argocd": "pending OutOfSync"})
}

// TestProposed: a deploy that waits to be merged has not arrived, and has not failed.
func TestProposed(t *testing.T) {
	p := delivery.Plan(t, func(s *schema.Spec) { s.GitOps.Write = "pull-request" })
	w := livetest.New(t)
	w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
	w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "behind"})
	check(t, verdict.Judge(p, gather(t, w, nil)), expectation{"gitops": "pending wait to be merged"})
}

// TestPromoted: where a person or a tag promotes, a run that built and deployed elsewhere has done all that it should.
func TestPromoted(t *testing.T) {
	p := delivery.Plan(t, func(s *schema.Spec) {
		staging := s.Environments[0]
		staging.ID, staging.Value.Namespace, staging.Value.Application, staging.Value.URL = "staging", "payments-staging", "", ""
		s.Environments[0].Value.On = &schema.On{Tag: "v*"}
		s.Environments = append([]schema.Named[schema.Environment]{staging}, s.Environments...)
	})
	w := livetest.New(t)
	w.Set(t, "github", folder+"source-commit", "", "@BEFORE@\n")
	w.Set(t, "github", "/repos/example/payments/compare/@SOURCE@...@BEFORE@", "", map[string]any{"status": "behind"})
	check(t, verdict.Judge(p, gather(t, w, nil)), expectation{"gitops": "unmeasured 3f2a8c1d9e4b comes there when it is promoted by the git tag v*"})
}

// TestDeploysSigned: what GitHub says of the signature of the newest deploy, and of no older one, decides.
func TestDeploysSigned(t *testing.T) {
	p := delivery.Plan(t, func(s *schema.Spec) {
		s.GitOps.Signed = true
		s.Criteria = append(s.Criteria, schema.Named[schema.Criterion]{ID: "proven", Value: schema.Criterion{
			Statement: "GitHub vouches for each deploy.", Kinds: []schema.Named[schema.Promise]{{ID: "deploysSigned"}},
		}})
	})
	for reason, want := range map[string]string{"valid": "kept", "unsigned": "broken unsigned", "": "unmeasured checkout"} {
		w := livetest.New(t)
		w.Set(t, "github", deploys, "0.commit.verification", map[string]any{"verified": reason == "valid", "reason": reason})
		w.Set(t, "github", deploys, "1.commit.verification", map[string]any{"verified": true, "reason": "valid"})
		check(t, verdict.Judge(p, gather(t, w, nil)), expectation{"proven": want})
	}
}
