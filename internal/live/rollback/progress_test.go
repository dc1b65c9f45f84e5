package rollback

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live"
)

// TestRenderedSince: what was rendered after the last fetch is fetched when Argo CD names it.
func TestRenderedSince(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	git := func(dir string, args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	origin, mine := filepath.Join(top, "origin"), filepath.Join(top, "mine")
	git(top, "init", "--quiet", "--initial-branch=main", origin)
	git(origin, "commit", "--quiet", "--allow-empty", "-m", "first")
	git(top, "clone", "--quiet", origin, mine)
	git(origin, "switch", "--quiet", "--orphan", "environments/production")
	blob := git(origin, "hash-object", "-w", ".git/HEAD")
	git(origin, "update-index", "--add", "--cacheinfo", "100644,"+blob+",hydrator.metadata")
	git(origin, "commit", "--quiet", "-m", "render")
	rendered := git(origin, "rev-parse", "HEAD")
	p := pinned{live.Checkout{Dir: mine, Branch: "main"}, git(mine, "rev-parse", "HEAD"), "environments/production"}
	if file, err := p.File(t.Context(), rendered, "hydrator.metadata"); err != nil || !strings.Contains(string(file), "environments/production") {
		t.Errorf("%q %v", file, err)
	}
	if refs := git(mine, "for-each-ref", "refs/remotes/origin/environments"); refs != "" {
		t.Errorf("the checkout has %s", refs)
	}
}
