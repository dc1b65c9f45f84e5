package act

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner"
)

// written changes how the spec has CI write.
func written(gitops string) func(string) string {
	return func(spec string) string {
		return strings.Replace(spec, "\tcredential: token: \"GITOPS_REPO_TOKEN\"\n", gitops, 1)
	}
}

// TestDeployKey deploys and rolls back over SSH. A key that may only read, one of another repository, and a host that is
// not GitHub are refused, and nothing is pushed.
func TestDeployKey(t *testing.T) {
	t.Parallel()
	w := world{runner.New(t, runner.Options{Spec: written("\tcredential: deployKey: \"DEPLOY_KEY\"\n")})}
	file := filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	secret, err := os.ReadFile(file)
	check(t, err)
	public, err := os.ReadFile(file + ".pub")
	check(t, err)
	w.DeployKey, w.KeyOf = strings.Join(strings.Fields(string(public))[:2], " "), w.GitOps
	keyed := func(e runner.Event) runner.Event {
		// The key as it is in its file.
		e.Secrets = map[string]string{"DEPLOY_KEY": string(secret)}
		return e
	}

	before := w.Head(t)
	push := keyed(w.Develop(t, "version = 2"))
	w.Run(t, push).Want(t, allGreen)
	first := w.Published(t, push.SHA)
	before = w.deployed(t, before, first)

	push = keyed(w.Develop(t, "version = 3"))
	for said, set := range map[string]func(on bool){
		"marked as read only":          func(on bool) { w.KeyReads = on },
		"Host key verification failed": func(on bool) { w.Impostor = on },
		"ERROR: Repository not found":  func(on bool) { w.KeyOf = map[bool]string{true: "org/other", false: w.GitOps}[on] },
		"The secret DEPLOY_KEY is not set": func(on bool) {
			push = keyed(push)
			push.Secrets["DEPLOY_KEY"] = map[bool]string{true: "", false: push.Secrets["DEPLOY_KEY"]}[on]
		},
	} {
		set(true)
		result := w.Run(t, push)
		if results := result.Results(); !strings.Contains(results, "deploy-production=failure") {
			t.Errorf("%s: the deploy ends as %s", said, results)
		}
		if !result.Logged(said) {
			t.Errorf("the log does not say %q", said)
		}
		set(false)
	}
	if now := w.Head(t); now != before {
		t.Errorf("a refused key has made the commit %s", now)
	}

	w.Run(t, push).Want(t, allGreen)
	w.deployed(t, before, w.Published(t, push.SHA))
	w.Run(t, keyed(w.Rollback(push.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""}))).Want(t, "rollback-production=success")
	w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")
	w.now(t, first)
}

// forged is a world whose repositories are on a forge, to which CI writes in some way.
func forged(t *testing.T, way string) (world, *forge.Forge) {
	t.Helper()
	f, err := forge.Start(t.TempDir())
	check(t, err)
	t.Cleanup(f.Close)
	for _, repository := range []string{"org/repo", "org/gitops-repo"} {
		check(t, f.Init(t.Context(), repository, "main"))
	}
	w := world{runner.New(t, runner.Options{Repositories: f.Root(), Spec: written(way + "\tcredential: token: \"GITOPS_REPO_TOKEN\"\n")})}
	w.API, w.RunToken, w.Report = f.API(), forge.APIToken, f.Report
	return w, f
}

// start runs a workflow with the token of the forge.
func (w world) start(t *testing.T, e runner.Event) runner.Outcome {
	t.Helper()
	e.Secrets = map[string]string{runner.Secret: forge.APIToken}
	return w.Run(t, e)
}

// TestReview opens a pull request for each deploy, in a repository whose rules would let a machine merge it. A newer run
// takes its place, nothing runs until a person merges, and a rollback waits as well.
func TestReview(t *testing.T) {
	t.Parallel()
	w, f := forged(t, "\twrite: \"review\"\n")
	f.SetAutoMerge(w.GitOps, true)
	waits := func(result runner.Outcome, before, results string) {
		t.Helper()
		result.Want(t, results)
		if now := w.Head(t); now != before {
			t.Errorf("nobody has merged, and main is at %s", now)
		}
		if !result.Has("notice", "waits for a review. Nothing is deployed until a person merges it.") || strings.Contains(result.Summary, "Deployed to production") {
			t.Errorf("the run does not say that nothing is deployed: %+v\n%s", result.Notes, result.Summary)
		}
		for _, call := range w.Calls(t, result.ID, "gh") {
			if strings.HasPrefix(strings.Join(call.Args, " "), "pr merge") {
				t.Errorf("the run merges: %q", call.Args)
			}
		}
	}

	before := w.Head(t)
	older := w.Develop(t, "version = 2")
	waits(w.start(t, older), before, allGreen)
	newer := w.Develop(t, "version = 3")
	waits(w.start(t, newer), before, allGreen)
	if late := w.start(t, older); !late.Has("notice", "Pull request #1 proposes "+newer.SHA) {
		t.Errorf("an older run has taken the place of a newer one: %+v", late.Notes)
	}
	check(t, f.Merge(t.Context(), w.GitOps, 1))
	w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")
	w.renders(t, w.Published(t, newer.SHA))

	// One that is turned down stays so, and the next run asks anew.
	third := w.Develop(t, "version = 4")
	merged := w.Head(t)
	waits(w.start(t, third), merged, allGreen)
	check(t, f.Reject(t.Context(), w.GitOps, 2))
	fourth := w.Develop(t, "version = 5")
	waits(w.start(t, fourth), merged, allGreen)
	check(t, f.Merge(t.Context(), w.GitOps, 3))

	before = w.Head(t)
	back := w.start(t, w.Rollback(fourth.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""}))
	waits(back, before, "rollback-production=success")
	check(t, f.Merge(t.Context(), w.GitOps, 4))
	w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")
	w.now(t, w.Published(t, newer.SHA))
}

// TestSigned has GitHub sign each commit, of deploys and rollbacks. Where it does not, nothing is pushed; a branch on which
// it signs is never left.
func TestSigned(t *testing.T) {
	t.Parallel()
	w, f := forged(t, "\tsigned: true\n")
	none := func() {
		t.Helper()
		if left := w.Git(t, w.Bare(w.GitOps), "for-each-ref", "refs/heads/signed"); left != "" {
			t.Errorf("branches are left: %s", left)
		}
	}
	signed := func(before string) string {
		t.Helper()
		now := w.Head(t)
		text := w.Git(t, w.Bare(w.GitOps), "cat-file", "commit", now)
		if now == before || !strings.Contains(text, "\ngpgsig ") || !strings.Contains(text, "\nparent "+before+"\n") || !strings.Contains(text, "author deployer[bot] ") {
			t.Errorf("main is at %s, after %s:\n%s", now, before, text)
		}
		none()
		w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")
		return now
	}

	before := w.Head(t)
	push := w.Develop(t, "version = 2")
	w.start(t, push).Want(t, allGreen)
	first := w.Published(t, push.SHA)
	before = signed(before)
	w.now(t, first)
	text := w.Git(t, w.Bare(w.GitOps), "log", "--max-count=1", "--format=%B", "main")
	if !strings.HasPrefix(text, "deploy ") || !strings.Contains(text, "\n\nImage: ") || !strings.Contains(text, "\n\nSource: "+w.Code+"@"+push.SHA+"\nRun: ") {
		t.Errorf("the commit says %q", text)
	}

	// A run that is started again changes nothing.
	w.start(t, push).Want(t, allGreen)
	if now := w.Head(t); now != before {
		t.Errorf("a second run has made %s", now)
	}

	push = w.Develop(t, "version = 3")
	f.SetSigns(false)
	result := w.start(t, push)
	if now, results := w.Head(t), result.Results(); now != before || !strings.Contains(results, "deploy-production=failure") {
		t.Errorf("GitHub signs nothing, main is at %s after %s, and the run ends as %s", now, before, results)
	}
	if !result.Has("error", "GitHub has not signed the commit, and nothing was deployed") {
		t.Errorf("no error says so: %+v", result.Notes)
	}
	none()
	f.SetSigns(true)
	w.start(t, push).Want(t, allGreen)
	before = signed(before)

	w.start(t, w.Rollback(push.SHA, map[string]any{"environment": "production", "steps": "1", "to": ""})).Want(t, "rollback-production=success")
	signed(before)
	w.now(t, first)
}
