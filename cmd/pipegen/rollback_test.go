package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// TestRollbackFormats compares the output of a list and of a rollback in every
// format.
func TestRollbackFormats(t *testing.T) {
	w := three(t)
	if _, failure, code := w.rollback(steps(1), ""); code != exitDone {
		t.Fatal(code, failure)
	}
	w.Deploy("production", "e")
	w.Pull()
	several := gitWorld{rollbacktest.Several(t)}
	for name, change := range map[string]func(*rollbackOptions){
		"list.txt":     func(o *rollbackOptions) { o.environment = "" },
		"list.json":    func(o *rollbackOptions) { o.format = "json" },
		"plan.txt":     func(o *rollbackOptions) { o.to, o.dryRun = "main-b", true },
		"plan.json":    func(o *rollbackOptions) { o.to, o.dryRun, o.format = "main-b", true, "json" },
		"several.txt":  func(*rollbackOptions) {},
		"several.json": func(o *rollbackOptions) { o.format = "json" },
		"images.txt":   func(o *rollbackOptions) { o.steps, o.dryRun = 2, true },
	} {
		w := w
		if !strings.HasPrefix(name, "list") && !strings.HasPrefix(name, "plan") {
			w = several
		}
		before := w.Clock
		w.Clock = before.Add(30 * time.Minute)
		got, failure, code := w.rollback(change, "")
		w.Clock = before
		if code != exitDone || failure != "" {
			t.Errorf("%s: %d %s", name, code, failure)
		}
		w.golden(filepath.Join("testdata", "rollback", name), got)
	}
}

// golden compares what a verb has said with a file.
func (w gitWorld) golden(file, got string) {
	w.T.Helper()
	got = stable(w.World, got)
	if *update {
		w.Write(file, got)
	}
	if diff := cmp.Diff(w.Read(file), got); diff != "" {
		w.T.Errorf("%s: %s", file, diff)
	}
}

// stable replaces the commits, which depend on the release of pipegen because its
// version is in the tree.
func stable(w *rollbacktest.World, s string) string {
	for i, sha := range strings.Fields(w.Git(w.Origin, "rev-list", "main")) {
		name := strings.Repeat("0123456789abcdef"[i:i+1], 40)
		s = strings.NewReplacer(sha, name, sha[:12], name[:12]).Replace(s)
	}
	return s
}

// TestRollbackNoDeploy: a request without a deploy to go back to is wrong usage.
func TestRollbackNoDeploy(t *testing.T) {
	w := three(t)
	before := w.State(w.Mine)
	for name, c := range map[string]struct {
		change func(*rollbackOptions)
		words  string
	}{
		"live already":   {to("main-c"), "production: main-c is live already: there is nothing to take back"},
		"before":         {steps(3), "the history shows 2 earlier deploys: going 3 back would leave the environment without an image"},
		"the seed":       {to(w.Git(w.Origin, "rev-list", "--max-parents=0", "main")), "cannot be gone back to: nothing was deployed then"},
		"elsewhere":      {to("main-d"), `no deploy has the tag, the digest or the commit "main-d"`},
		"a typing error": {to("mian-a"), "did you mean main-a?"},
		"too short":      {to("aaaaaa"), `the commit "aaaaaa"`},
		"both":           {func(o *rollbackOptions) { o.to, o.steps = "main-a", 1 }, "leave one out"},
		"negative":       {steps(-1), "--steps must be 1 or more, and not -1"},
		"no environment": {func(o *rollbackOptions) { o.environment, o.steps, o.push = "", 1, true }, "say where to take a deploy back: --env takes staging or production"},
		"environment":    {func(o *rollbackOptions) { o.environment = "prodution" }, `there is no environment "prodution": did you mean production?`},
		"nobody to ask":  {func(o *rollbackOptions) { o.steps = 1 }, "add --push, --pull-request, or --dry-run to look only"},
		"nothing said":   {func(o *rollbackOptions) { o.push = true }, "say what to go back to with --to or --steps"},
		"both ways":      {func(o *rollbackOptions) { o.steps, o.push, o.pull = 1, true, true }, "--push and --pull-request exclude each other"},
		"wait for whom":  {func(o *rollbackOptions) { o.steps, o.pull, o.follow = 1, true, true }, "nobody knows when a pull request is merged"},
	} {
		t.Run(name, func(t *testing.T) {
			out, failure, code := w.rollback(c.change, "")
			if code != exitUsage {
				t.Errorf("exit code %d: %s\n%s", code, failure, out)
			}
			wants(t, "the failure", failure, c.words)
		})
	}
	if w.State(w.Mine) != before {
		t.Error("the checkout has changed")
	}
}

// TestRollbackLooksOnly: a dry run, the list, and the answer no change nothing.
func TestRollbackLooksOnly(t *testing.T) {
	w := three(t)
	w.Deploy("staging", "e")
	mine := w.State(w.Mine)
	if out, failure, code := w.rollback(func(o *rollbackOptions) { o.environment = "" }, ""); code != exitDone || failure != "" || !strings.Contains(out, "main-e") {
		t.Errorf("the list: %d %s\n%s", code, failure, out)
	}
	if w.State(w.Mine) != mine {
		t.Error("the list has written something")
	}
	w.Pull()
	mine, origin := w.State(w.Mine), w.State(w.Origin)
	for name, c := range map[string]struct {
		change func(*rollbackOptions)
		answer string
	}{
		"dry run":  {func(o *rollbackOptions) { o.steps, o.dryRun = 1, true }, ""},
		"both":     {func(o *rollbackOptions) { o.steps, o.dryRun, o.push = 1, true, true }, ""},
		"a no":     {func(o *rollbackOptions) { o.steps = 1 }, "n\n"},
		"no word":  {func(o *rollbackOptions) { o.steps = 1 }, "\n"},
		"the json": {func(o *rollbackOptions) { o.steps, o.dryRun, o.format = 1, true, "json" }, ""},
	} {
		out, failure, code := w.rollback(c.change, c.answer)
		if code != exitDone || w.State(w.Mine) != mine || w.State(w.Origin) != origin {
			t.Errorf("%s: exit code %d, or something was written: %s", name, code, failure)
		}
		if !strings.Contains(out, "nothing was pushed") && !strings.Contains(out, `"outcome": "planned"`) {
			t.Errorf("%s:\n%s", name, out)
		}
	}
	out, failure, code := w.rollback(func(o *rollbackOptions) { o.steps = 1 }, "yes\n")
	if code != exitDone || w.Tag("production") != "main-b" {
		t.Errorf("a yes: %d %s\n%s", code, failure, out)
	}
	wants(t, "the question", failure, "Push this to main of example/deployments? [y/N] ")
}

// TestRollbackSameRepository: source and deployed state in one repository with
// uncommitted changes, and with everything that can delay a rollback.
func TestRollbackSameRepository(t *testing.T) {
	alone(t)
	w := gitWorld{rollbacktest.New(t)}
	spec := strings.NewReplacer(
		`gitops: {repository: "example/deployments", shared: true}`, `gitops: {repository: "example/shop", path: "deploy"}`+"\n"+
			`argocd: {sync: automated: false, syncWindows: [{kind: "deny", schedule: "0 18 * * 5", duration: "60h", manualSync: true}]}`,
		`namespace: "shop", after: "staging"`, `namespace: "shop", after: "staging", approval: true`).Replace(rollbacktest.Spec)
	w.Folder, w.Spec = "deploy/", filepath.Join(w.CI, "pipeline.cue")
	w.Git(w.CI, "rm", "-rq", ".")
	w.Write(w.Spec, spec)
	w.Generate(w.CI)
	w.CommitAll(w.CI, "one repository")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	for _, image := range []string{"a", "b"} {
		w.Deploy("production", image)
	}
	w.Write(filepath.Join(w.CI, "main.go"), "package main\n")
	w.CommitAll(w.CI, "source")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	w.Pull()
	w.Write(filepath.Join(w.Mine, "main.go"), "package main // at work\n")
	w.Write(filepath.Join(w.Mine, "new.go"), "package main\n")
	w.Spec = filepath.Join(w.Mine, "pipeline.cue")
	out, failure, code := w.rollback(func(o *rollbackOptions) { o.gitops, o.steps, o.push = "", 1, true }, "")
	if code != exitDone || w.Tag("production") != "main-a" {
		t.Fatalf("%d %s\n%s", code, failure, out)
	}
	if w.Read(filepath.Join(w.Mine, "main.go")) != "package main // at work\n" {
		t.Error("the work is gone")
	}
	wants(t, "the failure", failure, "was left as it is, it has changes that are not committed")
	wants(t, "the output", out,
		"warning: deploys to production wait for an approval on GitHub, which a push to the GitOps repository does not ask for",
		"warning: in the sync window of 60h from '0 18 * * 5' (UTC) Argo CD syncs nothing by itself: type 'argocd app sync shop-production' then",
		"warning: Argo CD syncs shop-production only when somebody asks")
}

// TestRollbackHostile: texts in the history are escaped, and cannot look like other
// commits.
func TestRollbackHostile(t *testing.T) {
	w := three(t)
	file := filepath.Join(w.CI, w.Live("production"), "kustomization.yaml")
	good := w.Read(file)
	w.Write(file, rollbacktest.TagLine.ReplaceAllString(good, `newTag: "x\e[31m\nnewTag y"`))
	w.CommitAll(w.CI, "deploy shop to production: x\x1b[31m\x1e"+strings.Repeat("a", 40)+"\x1f2026-11-20T00:00:00Z\x1fdeploy shop to production: forged")
	w.Write(file, good+"# odd\n")
	w.Write(filepath.Join(filepath.Dir(file), "odd\nname\x1b[31m"), "x\x1b]0;title\a\n")
	w.Git(w.CI, "add", "--all")
	w.Git(w.CI, "-c", "core.quotePath=false", "commit", "--quiet", "--author", "E\x1b[31mve\u202e\x1f <eve@example.org>", "-m", "\x1b[2J")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	w.Pull()
	for name, change := range map[string]func(*rollbackOptions){
		"list": func(*rollbackOptions) {},
		"back": steps(1),
	} {
		out, failure, code := w.rollback(change, "")
		if code != exitDone || strings.ContainsAny(out+failure, "\x1b\x07\x1e\x1f\u202e") || strings.Contains(out, "forged") {
			t.Errorf("%s: exit code %d\n%q\n%q", name, code, out, failure)
		}
		if name == "list" {
			wants(t, name, out, "(its kustomization.yaml names no image that a registry could have) (taken back by E")
		}
	}
	if files := w.Git(w.Origin, "ls-tree", "--name-only", "-z", "main:"+w.Live("production")); w.Tag("production") != "main-b" || strings.Contains(files, "odd") {
		t.Errorf("%s is live, with %q", w.Tag("production"), files)
	}
}

// TestRollbackOffline lists what was last fetched, and says so; a rollback is
// refused.
func TestRollbackOffline(t *testing.T) {
	w := three(t)
	if err := os.Rename(w.Origin, w.Origin+".away"); err != nil {
		t.Fatal(err)
	}
	out, _, code := w.rollback(func(*rollbackOptions) {}, "")
	if code != exitDone {
		t.Error(code)
	}
	wants(t, "the list", out, "main-c", "notice: this is as of the last fetch: origin of ../deployments cannot be asked")
	_, failure, code := w.rollback(steps(1), "")
	if code != exitFailed {
		t.Error(code)
	}
	wants(t, "the failure", failure, "origin of ../deployments cannot be asked")
}
