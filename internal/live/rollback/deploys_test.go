package rollback_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// listed returns the notices of a list, which must show the live deploy.
func listed(w *rollbacktest.World) string {
	w.T.Helper()
	d, err := w.Checkout().Deploys(context.Background(), w.Plan().Environments)
	if err != nil {
		w.T.Fatal(err)
	}
	found := false
	for _, e := range d.Environments {
		found = found || e.Name == "production" && e.History[0].Live.Tags() == "main-c"
	}
	if !found {
		w.T.Errorf("what is live is not listed: %+v", d)
	}
	return w.Plain(strings.Join(d.Notices, "\n"))
}

// TestOffline: without origin, the list is as of the last fetch and says so.
func TestOffline(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	if err := os.Rename(w.Origin, w.Origin+".away"); err != nil {
		t.Fatal(err)
	}
	wants(t, "the list", listed(w), "this is as of the last fetch: origin of ../deployments cannot be asked")
}

// TestShallow: a notice says that a shallow clone lacks history.
func TestShallow(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	if err := os.RemoveAll(w.Mine); err != nil {
		t.Fatal(err)
	}
	w.Git(filepath.Dir(w.Mine), "clone", "--quiet", "--depth=3", "file://"+w.Origin, w.Mine)
	wants(t, "the list", listed(w), "../deployments was cloned without all of its history", "fetch --unshallow")
}

// TestTwice goes back by one step twice: this takes back two deploys, and not the
// first rollback. Then it goes forth to one of them, and back again.
func TestTwice(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	for _, c := range []struct {
		request       rollback.Request
		live, subject string
		warned        bool
	}{
		{rollback.Request{Steps: 1}, "main-b", "by 1: main-b", false},
		{rollback.Request{Steps: 1}, "main-a", "by 1: main-a", false},
		{rollback.Request{To: "main-c"}, "main-c", "to main-c", true},
		{rollback.Request{Steps: 1}, "main-a", "by 1: main-a", false},
	} {
		got := back(w, c.request)
		if got.failure != "" || w.Tag("production") != c.live {
			t.Fatalf("%+v: %s is live: %s", c.request, w.Tag("production"), got.failure)
		}
		if subject := w.Git(w.Origin, "log", "-1", "--format=%s", "main"); subject != "roll back shop in production "+c.subject {
			t.Errorf("the message is %q", subject)
		}
		if warned := strings.Contains(strings.Join(got.Warnings, "\n"), "was taken back before, by Ann in "); warned != c.warned {
			t.Errorf("%+v: the warnings are %q", c.request, got.Warnings)
		}
	}
	if got := back(w, rollback.Request{Steps: 1}); !got.noDeploy {
		t.Errorf("it went back beyond the first deploy: %+v", got)
	}
}

// TestSource: the warning uses the code repository if there is one.
func TestSource(t *testing.T) {
	t.Parallel()
	w := rollbacktest.New(t)
	code := filepath.Dir(w.Spec)
	w.Git(code, "init", "--quiet", "--initial-branch=main")
	first := w.CommitAll(code, "first")
	w.Git(code, "switch", "--quiet", "-c", "feature")
	w.CommitAll(code, "feature")
	w.Git(code, "switch", "--quiet", "main")
	w.Git(code, "merge", "--quiet", "--no-ff", "--no-edit", "feature")
	merge := w.Git(code, "rev-parse", "HEAD")
	w.DeploySource("production", "a", first)
	w.DeploySource("production", "b", merge)
	w.Pull()
	got := back(w, rollback.Request{Steps: 1})
	if got.failure != "" {
		t.Fatal(got.failure)
	}
	wants(t, "the warnings", strings.Join(got.Warnings, "\n"), "in example/shop type 'git revert --no-edit --mainline 1 "+merge+"', and push")
	// Going forth again leaves no commit behind that is not deployed.
	got = back(w, rollback.Request{To: "main-b"})
	if got.failure != "" || strings.Contains(strings.Join(got.Warnings, "\n"), "the source still holds") {
		t.Errorf("%+v", got)
	}
}
