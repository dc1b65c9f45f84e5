package cluster

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/forge"
)

// set changes what stands in the Application, or in its project, as somebody with
// kubectl would.
func (d *delivery) set(t *testing.T, ref kube.Ref, patch map[string]any) {
	t.Helper()
	check(t, run.Kube.Merge(t.Context(), ref, "", patch))
	d.refresh(t, "normal")
}

// reset applies the manifests again, as the README says, and waits until what was
// deployed last runs.
func (d *delivery) reset(t *testing.T) {
	t.Helper()
	for _, o := range slices.Concat(d.tree.projects, d.tree.manifests) {
		_, err := run.Kube.Apply(t.Context(), o)
		check(t, err)
	}
	d.refresh(t, "hard")
	d.arrived(t, d.Published(t, d.Git(t, d.Folder("repo"), "rev-parse", "origin/main")))
}

// edit commits a change to a file of the GitOps repository.
func (d *delivery) edit(t *testing.T, file, old, new string) {
	t.Helper()
	clone := d.Folder("gitops-repo")
	d.Git(t, clone, "pull", "--quiet", "--ff-only", "origin", "main")
	text, err := os.ReadFile(filepath.Join(clone, file))
	check(t, err)
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not say %q", file, old)
	}
	check(t, os.WriteFile(filepath.Join(clone, file), []byte(strings.Replace(string(text), old, new, 1)), 0o644))
	d.Commit(t, "gitops-repo", "an edit")
}

// unedit takes the last edit back.
func (d *delivery) unedit(t *testing.T) {
	t.Helper()
	clone := d.Folder("gitops-repo")
	d.Git(t, clone, "revert", "--no-edit", "HEAD")
	d.Git(t, clone, "push", "--quiet", "origin", "HEAD:refs/heads/main")
	d.reset(t)
}

// pods lets every pod of the application wait for a reason of the kubelet's.
func (d *delivery) pods(t *testing.T, reason, message string) {
	t.Helper()
	var list struct{ Items []pod }
	selector := "app.kubernetes.io/instance=" + d.deployment + ",app.kubernetes.io/component!=smoke-test"
	check(t, run.Kube.List(t.Context(), kube.Ref{APIVersion: "v1", Kind: "Pod", Namespace: d.namespace}, selector, &list))
	if len(list.Items) == 0 {
		t.Fatal("there are no pods")
	}
	for _, p := range list.Items {
		c := p.Spec.Containers[0]
		check(t, run.Kube.Merge(t.Context(), p.ref(), "status", map[string]any{"status": map[string]any{
			"conditions": []any{map[string]any{"type": "Ready", "status": "False", "lastTransitionTime": stamp()}},
			"containerStatuses": []any{map[string]any{
				"name": c.Name, "image": c.Image, "imageID": "", "ready": false, "restartCount": 0,
				"state": map[string]any{"waiting": map[string]any{"reason": reason, "message": message}},
			}},
		}}))
	}
}

// evict deletes the pods, so that new ones come, and waits for them.
func evict(t *testing.T, d *delivery) {
	t.Helper()
	var list struct{ Items []pod }
	check(t, run.Kube.List(t.Context(), kube.Ref{APIVersion: "v1", Kind: "Pod", Namespace: d.namespace}, "app.kubernetes.io/instance="+d.deployment, &list))
	for _, p := range list.Items {
		check(t, run.Kube.Delete(t.Context(), p.ref()))
	}
	d.reset(t)
}

// waiting is a trouble of the pods that the kubelet reports; doctor repeats the
// words.
func waiting(finds, reason, message, words string) trouble {
	return trouble{
		name: finds,
		cause: func(t *testing.T, d *delivery) []string {
			d.pods(t, reason, message)
			return nil
		},
		finds: finds, words: words,
		verify: map[string]string{"run": "kept", "gitops": "kept", "argocd": "unmeasured"},
		mend:   evict,
	}
}

// TestTroublesOfSyncs: what keeps a deploy from running, each brought about in the real
// Argo CD, is found by doctor, and verify holds the promises against it.
func TestTroublesOfSyncs(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "stranded")
	d.begin(t)
	version := 2
	deliver := func(t *testing.T, d *delivery) {
		version++
		d.deliver(t, fmt.Sprintf("version = %d", version))
	}
	mended := func(t *testing.T, d *delivery) { d.reset(t) }
	wrong := func(field, value string) trouble {
		return trouble{
			name: "wrong " + field,
			cause: func(t *testing.T, d *delivery) []string {
				d.set(t, d.ref(), map[string]any{"spec": map[string]any{"source": map[string]any{field: value}}})
				return nil
			},
			finds: "wrong-source", words: value,
			verify: map[string]string{"gitops": "kept"},
			mend:   mended,
		}
	}
	project := d.tree.projects[0].Ref
	denied := map[string]any{"kind": "deny", "schedule": "* * * * *", "duration": "1h", "applications": []string{"*"}, "manualSync": true}
	login := kube.Object{Ref: kube.Named("v1", "Secret", "argocd", "wrong-login-of-"+d.name), YAML: fmt.Appendf(nil, `
apiVersion: v1
kind: Secret
metadata:
  name: wrong-login-of-%s
  namespace: argocd
  labels: {argocd.argoproj.io/secret-type: repository}
data:
  url: %s
  username: %s
  password: %s
`, d.name, base64.StdEncoding.EncodeToString([]byte("https://"+forge.Host+"/"+d.GitOps)),
		base64.StdEncoding.EncodeToString([]byte(forge.User)), base64.StdEncoding.EncodeToString([]byte("expired")))}

	d.meetAll(t, []trouble{
		wrong("path", d.name+"/overlays/nowhere"),
		wrong("targetRevision", "refs/heads/develop"),
		{
			name: "project forbids the repository",
			cause: func(t *testing.T, d *delivery) []string {
				d.set(t, project, map[string]any{"spec": map[string]any{"sourceRepos": []string{"https://github.com/somebody/else"}}})
				return nil
			},
			finds: "not-permitted", words: "kubectl apply -f argocd/projects/stranded.yaml",
			mend: mended,
		},
		{
			name: "project was never applied",
			cause: func(t *testing.T, d *delivery) []string {
				check(t, run.Kube.Delete(t.Context(), project))
				d.refresh(t, "normal")
				return nil
			},
			finds: "not-permitted", words: "kubectl apply -f argocd/projects/stranded.yaml",
			mend: mended,
		},
		{
			name: "login of the repository expired",
			cause: func(t *testing.T, d *delivery) []string {
				_, err := run.Kube.Apply(t.Context(), login)
				check(t, err)
				d.refresh(t, "hard")
				return nil
			},
			finds: "repository-unreachable", words: "argocd repo add",
			verify: map[string]string{"gitops": "kept"},
			mend: func(t *testing.T, d *delivery) {
				check(t, run.Kube.Delete(t.Context(), login.Ref))
				time.Sleep(time.Second)
				d.reset(t)
			},
		},
		{
			name: "overlay cannot be rendered",
			cause: func(t *testing.T, d *delivery) []string {
				d.edit(t, d.overlay+"/kustomization.yaml", "../../base", "../../basement")
				return nil
			},
			finds: "render-failed", words: "basement",
			mend: func(t *testing.T, d *delivery) { d.unedit(t) },
		},
		{
			name: "another image",
			cause: func(t *testing.T, d *delivery) []string {
				d.edit(t, d.Live+"/kustomization.yaml", d.Image, "ghcr.io/somebody/else")
				return nil
			},
			finds: "image-name", words: "ghcr.io/somebody/else",
			verify: map[string]string{"image": "unmeasured ghcr.io/somebody/else"},
			mend:   func(t *testing.T, d *delivery) { d.unedit(t) },
		},
		{
			name: "an Application that Argo CD ignores",
			cause: func(t *testing.T, d *delivery) []string {
				check(t, run.Kube.Merge(t.Context(), d.ref(), "", map[string]any{"metadata": map[string]any{"annotations": map[string]any{"argocd.argoproj.io/skip-reconcile": "true"}}}))
				deliver(t, d)
				return nil
			},
			finds: "paused", words: "skip-reconcile-",
			verify: map[string]string{"argocd": "unmeasured newest deploy", "synced": "unmeasured"},
			mend: func(t *testing.T, d *delivery) {
				check(t, run.Kube.Merge(t.Context(), d.ref(), "", map[string]any{"metadata": map[string]any{"annotations": map[string]any{"argocd.argoproj.io/skip-reconcile": nil}}}))
				d.reset(t)
			},
		},
		{
			name: "automatic syncs are off",
			cause: func(t *testing.T, d *delivery) []string {
				d.set(t, d.ref(), map[string]any{"spec": map[string]any{"syncPolicy": map[string]any{"automated": nil}}})
				deliver(t, d)
				return nil
			},
			finds: "auto-sync-off", words: "argocd app sync stranded",
			verify: map[string]string{"argocd": "unmeasured OutOfSync", "synced": "unmeasured"},
			mend:   mended,
		},
		{
			name: "a sync window denies",
			cause: func(t *testing.T, d *delivery) []string {
				d.set(t, project, map[string]any{"spec": map[string]any{"syncWindows": []any{denied}}})
				deliver(t, d)
				return nil
			},
			finds: "sync-window", words: "by hand it is allowed",
			verify: map[string]string{"argocd": "unmeasured OutOfSync"},
			mend: func(t *testing.T, d *delivery) {
				d.set(t, project, map[string]any{"spec": map[string]any{"syncWindows": nil}})
				d.reset(t)
			},
		},
		{
			name: "the smoke test fails",
			cause: func(t *testing.T, d *delivery) []string {
				run.smoke.says(d.namespace, http.StatusServiceUnavailable)
				deliver(t, d)
				return nil
			},
			finds: "hook-failed", words: "stranded-smoke",
			verify: map[string]string{"answers": "broken the smoke Job got no 200", "image": "kept"},
			mend: func(t *testing.T, d *delivery) {
				run.smoke.says(d.namespace, http.StatusOK)
				d.reset(t)
			},
		},
		waiting("pull-denied", "ImagePullBackOff", "failed to pull and unpack image: unexpected status: 401 Unauthorized", "401 Unauthorized"),
		waiting("platform", "ErrImagePull", "no match for platform in manifest: not found", "image.platforms"),
		waiting("config-missing", "CreateContainerConfigError", "secret stranded-login not found", "stranded-login"),
		waiting("crash-loop", "CrashLoopBackOff", "back-off 5m0s restarting failed container", "kubectl logs"),
		{
			name: "the public address does not answer",
			cause: func(t *testing.T, d *delivery) []string {
				d.down.Store(true)
				return nil
			},
			finds: "address", words: "503",
			verify: map[string]string{"argocd": "kept", "address": "broken it answers 503, and should 200"},
			mend:   func(t *testing.T, d *delivery) { d.down.Store(false) },
		},
	})
}

// TestUnnoticed: a webhook that is not there, or that Argo CD refuses, leaves a deploy
// unnoticed until the next poll, which here is an hour away.
func TestUnnoticed(t *testing.T) {
	d := newDelivery(t, "unnoticed")
	d.begin(t)
	run.StopArgo()
	t.Cleanup(func() {
		run.StopArgo()
		check(t, run.StartArgo(context.Background(), quick))
	})
	check(t, run.StartArgo(t.Context(), stack.Timing{Interval: time.Hour, Refs: time.Hour}))
	// The first comparison after a start comes by itself, sometimes before Argo CD has read
	// its projects.
	d.wait(t, time.Minute, "compared after the start", func(s status) bool { return time.Since(s.ReconciledAt) < time.Minute })
	d.wait(t, time.Minute, "as before", func(status) bool {
		now := d.refresh(t, "normal")
		return now.good() && len(now.Conditions) == 0
	})
	// notified repairs the webhook and deploys a version about which it notifies
	// Argo CD.
	notified := func(version string) func(t *testing.T, d *delivery) {
		return func(t *testing.T, d *delivery) {
			d.webhook(stack.WebhookSecret)
			d.deliver(t, version)
			d.reset(t)
		}
	}
	unseen := map[string]string{"run": "kept", "gitops": "kept", "argocd": "unmeasured newest deploy", "synced": "unmeasured"}
	d.meetAll(t, []trouble{
		{
			name: "no webhook",
			cause: func(t *testing.T, d *delivery) []string {
				run.Forge.SetHook(d.GitOps, forge.Hook{})
				d.deliver(t, "version = 3")
				return nil
			},
			finds: "webhook-missing", words: "/api/webhook", verify: unseen,
			mend: notified("version = 4"),
		},
		{
			name: "wrong secret",
			cause: func(t *testing.T, d *delivery) []string {
				d.webhook("another secret")
				d.deliver(t, "version = 5")
				return nil
			},
			finds: "webhook-failing", words: "400", verify: unseen,
			mend: notified("version = 6"),
		},
	})
}
