package rollback_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// TestClusterThatDiffers: a rollback is for every cluster of the environment, and so each of their overlays must render with
// the live folder of then.
func TestClusterThatDiffers(t *testing.T) {
	t.Parallel()
	const us = "shop/overlays/production-us"
	spec := strings.Replace(rollbacktest.Spec, `production: {namespace: "shop", after: "staging"}`,
		`production: {namespace: "shop", after: "staging", clusters: {eu: {}, us: replicas: 3}}`, 1) + "clusters: {eu: name: \"eu\", us: name: \"us\"}\n"
	for name, c := range map[string]struct {
		// files are written between the two deploys, and now after them. Without apiVersion it is more of what is there.
		files, now       map[string]string
		failure, warning string
	}{
		"nothing": {},
		"a folder that was not there": {files: map[string]string{
			us + "/kustomization.yaml":                            "resources:\n- ../production/live/us\n",
			"shop/overlays/production/live/us/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator:\n- name: us\n",
		}, failure: us + " does not render with the live folder of main-a"},
		"an image of its own": {files: map[string]string{us + "/kustomization.yaml": "images:\n- name: ghcr.io/example/shop/shop\n  digest: " + rollbacktest.Digest("web", "e") + "\n"},
			failure: us + " does not run ghcr.io/example/shop/shop:main-a@"},
		"nothing to render even now": {now: map[string]string{us + "/kustomization.yaml": "resources:\n- missing.yaml\n"},
			warning: us + " cannot be rendered here even as it is now"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rollbacktest.Of(t, spec)
			w.Deploy("production", "a")
			write := func(files map[string]string) {
				for name, text := range files {
					at := filepath.Join(w.CI, name)
					if first, more, found := strings.Cut(text, "resources:\n"); found && first == "" {
						text = strings.Replace(w.Read(at), "resources:\n", "resources:\n"+more, 1)
					} else if !strings.Contains(text, "apiVersion") {
						text = w.Read(at) + text
					}
					w.Write(at, text)
				}
			}
			write(c.files)
			w.Deploy("production", "b")
			write(c.now)
			w.CommitAll(w.CI, "more")
			w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
			w.Pull()
			before := w.Git(w.Origin, "rev-parse", "main")
			if c.failure != "" {
				// The workflow looks at the same overlays.
				refused := roll(w, "", "1")
				wants(t, "the log", refused.out, "::error title=Roll back production::"+us+" does not render")
				if !refused.failed || w.Git(w.Origin, "rev-parse", "main") != before {
					t.Errorf("the workflow went back: %s", refused.out)
				}
			}
			got := back(w, rollback.Request{Steps: 1})
			if wants(t, "the failure", got.failure, c.failure); (got.failure == "") != (c.failure == "") || (w.Git(w.Origin, "rev-parse", "main") == before) != (c.failure != "") {
				t.Errorf("it ended with %q and %q", got.failure, got.Warnings)
			}
			if wants(t, "the warnings", strings.Join(got.Warnings, "\n"), c.warning); strings.Contains(got.failure, "overlays/production ") {
				t.Errorf("the overlay of the environment is blamed: %s", got.failure)
			}
		})
	}
}
