package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOwnManifests: what a team has in its own Kustomize overlays is synced in both environments, changed by a deploy and
// taken back by a revert, and none of its files is touched.
func TestOwnManifests(t *testing.T) {
	tr, a, first := installed(t, "own-kustomize")
	if a.deployment != "shop" || !strings.HasPrefix(a.overlay, "delivery/") {
		t.Fatalf("%s in %s is not the team's", a.deployment, a.overlay)
	}
	bump, second := a.bump(t, "b2")
	a.announced(t, time.Now(), bump, second)
	revert, err := tr.clone.Revert(t.Context(), bump.SHA)
	check(t, err)
	a.announced(t, time.Now(), revert, first)
	const team = "../../specs/own-kustomize/given/deployments"
	check(t, filepath.WalkDir(filepath.Join(team, "apps"), func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		want, err := os.ReadFile(name)
		check(t, err)
		below, err := filepath.Rel(team, name)
		check(t, err)
		if got, err := os.ReadFile(filepath.Join(tr.clone.Folder, below)); err != nil || string(got) != string(want) {
			t.Errorf("%s is another one after the deploys: %v", below, err)
		}
		return nil
	}))
}
