package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/forge"
)

// TestPreviews: Argo CD asks the forge for pull requests as it asks GitHub, and makes an Application for each that has both
// labels, in a namespace of its own. It follows a push, and goes with all that it deployed when the pull request is closed.
func TestPreviews(t *testing.T) {
	text := strings.NewReplacer(`"guestbook"`, `"visitors"`, `"example/guestbook"`, `"example/visitors"`).Replace(spec(t, "previews"))
	tr := generate(t, text)
	source, err := run.Forge.Clone(t.Context(), "example/visitors", "main", filepath.Join(run.folder, "clones", "example/visitors"))
	check(t, err)
	commit := func(version string) string {
		c, err := source.Change(t.Context(), version, func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "version"), []byte(version+"\n"), 0o644)
		})
		check(t, err)
		return c.SHA
	}
	push := func(branch, version string) string {
		sha := commit(version)
		_, err := source.Git(t.Context(), "push", "--quiet", "--force", "origin", sha+":refs/heads/"+branch)
		check(t, err)
		return sha
	}
	commit("1")
	_, err = source.Git(t.Context(), "push", "--quiet", "origin", "HEAD:refs/heads/base")
	check(t, err)
	first := push("feature", "2")
	number, err := run.Forge.Open(t.Context(), "example/visitors", "feature", "base")
	check(t, err)
	token, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "github-previews", "namespace": "argocd", "labels": map[string]any{"argocd.argoproj.io/secret-type": "scm-creds"}}, "stringData": map[string]any{"token": forge.APIToken}})
	check(t, err)
	apply(t, kube.Object{Ref: kube.Named("v1", "Secret", "argocd", "github-previews"), YAML: token})

	project, set := tr.previews[0], tr.previews[1]
	t.Cleanup(func() {
		for _, o := range []kube.Object{set, project} {
			if err := run.Kube.Delete(context.Background(), o.Ref); err != nil && !errors.Is(err, kube.ErrNotFound) {
				t.Error(err)
			}
		}
	})
	apply(t, project)
	apply(t, changed(t, set, func(s map[string]any) {
		pulls := s["generators"].([]any)[0].(map[string]any)["pullRequest"].(map[string]any)
		pulls["github"].(map[string]any)["api"], pulls["requeueAfterSeconds"] = run.Forge.API()+"/", 3
	}))

	name := "visitors-pr-" + strconv.Itoa(number)
	preview := &application{name: name, namespace: name, overlay: "visitors/overlays/preview", cluster: run.Kube, tree: tr}
	run.Forge.Label("example/visitors", number, "preview")
	time.Sleep(7 * time.Second)
	if err := run.Kube.Get(t.Context(), preview.ref(), nil); !errors.Is(err, kube.ErrNotFound) {
		t.Errorf("one label is enough: %v", err)
	}
	run.Forge.Label("example/visitors", number, "preview-ready")
	preview.made(t)
	runs := func(sha string) func(status) bool {
		return func(s status) bool {
			var d deployment
			err := run.Kube.Get(t.Context(), kube.Named("apps/v1", "Deployment", name, "web"), &d)
			return s.good() && err == nil && strings.HasSuffix(d.Spec.Template.Spec.Containers[0].Image, "/visitors:pr-"+strconv.Itoa(number)+"-"+sha)
		}
	}
	if now := preview.wait(t, 2*time.Minute, "running the pull request", runs(first)); len(now.Conditions) != 0 {
		t.Errorf("it has conditions:\n%s", now)
	}
	var route struct {
		Spec struct{ Hostnames []string }
	}
	check(t, run.Kube.Get(t.Context(), kube.Named("gateway.networking.k8s.io/v1", "HTTPRoute", name, "web"), &route))
	if want := strconv.Itoa(number) + ".guestbook.example.org"; len(route.Spec.Hostnames) != 1 || route.Spec.Hostnames[0] != want {
		t.Errorf("it answers at %v", route.Spec.Hostnames)
	}
	var web struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct{ Env []map[string]any }
				}
			}
		}
	}
	check(t, run.Kube.Get(t.Context(), kube.Named("apps/v1", "Deployment", name, "web"), &web))
	for _, v := range web.Spec.Template.Spec.Containers[0].Env {
		if v["name"] == "DATABASE_URL" && (v["valueFrom"] != nil || v["value"] != "postgres://postgres@database/postgres") {
			t.Errorf("it reads %v", v)
		}
	}
	for _, ref := range []kube.Ref{kube.Named("v1", "ResourceQuota", name, "preview"), kube.Named("apps/v1", "Deployment", name, "database"), kube.Named("networking.k8s.io/v1", "NetworkPolicy", name, "web")} {
		check(t, run.Kube.Get(t.Context(), ref, nil))
	}
	preview.settled(t, preview.status(t))

	second := push("feature", "3")
	preview.wait(t, 2*time.Minute, "running the newer commit", runs(second))

	check(t, run.Forge.Reject(t.Context(), "example/visitors", number))
	gone(t, 2*time.Minute, preview.ref(), kube.Named("apps/v1", "Deployment", name, "web"), kube.Named("v1", "Namespace", "", name))
}
