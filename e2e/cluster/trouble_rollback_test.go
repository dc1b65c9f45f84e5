package cluster

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// back starts the generated rollback workflow and returns what it says.
func (d *delivery) back(t *testing.T, steps string) runner.Outcome {
	t.Helper()
	source := d.Git(t, d.Folder("repo"), "rev-parse", "origin/main")
	return d.Run(t, d.Rollback(source, map[string]any{"environment": "production", "steps": steps, "to": ""}))
}

// lastDeploys are the commits of the GitOps repository that changed what is live, the
// newest first.
func (d *delivery) lastDeploys(t *testing.T) []string {
	t.Helper()
	return strings.Fields(d.Git(t, d.Bare(d.GitOps), "log", "--format=%H", "refs/heads/main", "--", d.Live))
}

// TestTroublesOfRollbacks: what lets the wrong thing run after somebody went back is
// found by doctor.
func TestTroublesOfRollbacks(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "regretted")
	d.begin(t)
	version := 2
	// anew deploys a version, after which no rollback is the newest deploy.
	anew := func(t *testing.T, d *delivery) {
		version++
		d.arrived(t, d.deliver(t, fmt.Sprintf("version = %d", version)))
		if got := d.asks(t, "doctor"); got.code != 0 {
			t.Errorf("doctor ends with %d when all is well again:\n%s", got.code, got.text)
		}
	}
	anew(t, d)

	d.meetAll(t, []trouble{
		{
			name: "the source is reverted instead", symptom: "rollback",
			cause: func(t *testing.T, d *delivery) []string {
				d.Git(t, d.Folder("repo"), "revert", "--no-edit", "HEAD")
				d.Git(t, d.Folder("repo"), "push", "--quiet", "origin", "HEAD:refs/heads/main")
				return nil
			},
			finds: "source-reverted", words: "gh workflow run rollback.yaml",
			verify: map[string]string{"run": "unmeasured has not run", "argocd": "kept"},
			mend: func(t *testing.T, d *delivery) {
				push := d.Push(d.Git(t, d.Folder("repo"), "rev-parse", "HEAD"))
				d.Run(t, push).Want(t, published)
				anew(t, d)
			},
		},
		{
			name: "the rollback workflow fails", symptom: "rollback",
			cause: func(t *testing.T, d *delivery) []string {
				d.back(t, "99").Want(t, "rollback-production=failure")
				return nil
			},
			finds: "rollback-failed", words: "actions/runs/",
			verify: map[string]string{"gitops": "kept", "reversible": "unmeasured never exercised"},
		},
		{
			name: "deployed again by a person",
			cause: func(t *testing.T, d *delivery) []string {
				d.back(t, "1").Want(t, "rollback-production=success")
				push := d.Push(d.Git(t, d.Folder("repo"), "rev-parse", "HEAD"))
				if again := d.Run(t, push); !again.Has("notice", "was taken back") {
					t.Errorf("a run of what was taken back does not stand back:\n%s", again.Results())
				}
				push.Name, push.Payload["inputs"] = "workflow_dispatch", map[string]any{"because": "the fault was elsewhere"}
				// What is measured begins with a push.
				d.Run(t, push).Want(t, strings.Replace(published, "measure=success ", "", 1))
				return nil
			},
			finds: "redeployed", words: "gh workflow run rollback.yaml",
			verify: map[string]string{"gitops": "kept"},
			mend:   anew,
		},
		{
			name: "another deploy than the newest is reverted", symptom: "rollback",
			cause: func(t *testing.T, d *delivery) []string {
				deploys := d.lastDeploys(t)
				clone := d.Folder("gitops-repo")
				d.Git(t, clone, "pull", "--quiet", "--ff-only", "origin", "main")
				d.Git(t, clone, "checkout", "--quiet", deploys[2], "--", d.Live)
				title := d.Git(t, clone, "log", "-1", "--format=%s", deploys[1])
				d.Commit(t, "gitops-repo", fmt.Sprintf("Revert %q\n\nThis reverts commit %s.", title, deploys[1]))
				return nil
			},
			finds: "wrong-commit", words: "the deploy before it is",
			verify: map[string]string{"gitops": "unmeasured"},
			mend:   anew,
		},
		{
			name: "the earlier image is gone", symptom: "rollback",
			cause: func(t *testing.T, d *delivery) []string {
				digest := d.digests(t)[1]
				request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, "http://"+d.Registry+"/v2/"+strings.TrimPrefix(d.Image, "ghcr.io/")+"/manifests/"+digest, nil)
				check(t, err)
				response, err := http.DefaultClient.Do(request)
				check(t, err)
				response.Body.Close()
				if response.StatusCode != http.StatusAccepted {
					t.Fatalf("the registry keeps %s: %s", digest, response.Status)
				}
				d.back(t, "1").Want(t, "rollback-production=success")
				return nil
			},
			finds: "digest-gone", words: "go back to another deploy",
			verify: map[string]string{"image": "unmeasured has no such thing"},
			mend:   anew,
		},
	})
}

// digests are those of the newest deploys, the newest first.
func (d *delivery) digests(t *testing.T) (all []string) {
	t.Helper()
	for _, commit := range d.lastDeploys(t) {
		text := d.Git(t, d.Bare(d.GitOps), "show", commit+":"+d.Live+"/kustomization.yaml")
		_, digest, found := strings.Cut(text, "digest: ")
		if !found {
			t.Fatalf("%s names no digest:\n%s", commit, text)
		}
		all = append(all, strings.Fields(digest)[0])
	}
	return all
}
