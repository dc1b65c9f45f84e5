package rollback_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// tools replaces the tools of the workflow's job: kustomize prints the images of the
// live folder, gh records its arguments, and sleep returns at once.
var tools = map[string]string{
	"kustomize": `live="$2/live/kustomization.yaml"
if [[ ! -e "${live}" ]]; then
  # The overlay of a cluster that differs: over that of production, with what the tests of it add.
  live="$2/../production/live/kustomization.yaml"
  if grep -q "live/us" "$2/kustomization.yaml" && [[ ! -e "$2/../production/live/us" ]]; then
    exit 1
  fi
  if grep -q "^images:" "$2/kustomization.yaml"; then
    echo "        image: ghcr.io/example/shop/shop:pinned"
    exit 0
  fi
fi
field() { sed -n "s/^.*$1: *//p" "${live}"; }
paste -d ' ' <(field newName) <(field newTag) <(field digest) | while read -r name tag digest; do
  echo "      - image: ${name}:${tag}@${digest}"
done
echo "        image: curlimages/curl:8.18.0"
if [[ -d $2/../../base/mail ]] && ! grep -q "name: mail" "${live}"; then
  echo "        image: mail"
fi`,
	"gh": `echo "gh $*" >>"${CALLS}"
case "$1 $2" in
"pr create") echo https://github.com/example/deployments/pull/8 ;;
"api repos"*) echo "${WAITING}" ;;
esac`,
	"sleep": "",
}

// run is the result of a run of rollback.yaml for production.
type run struct {
	out, summary, calls string
	failed              bool
}

// roll runs the script of the world's generated workflow with inputs.
func roll(w *rollbacktest.World, to, steps string) run {
	w.T.Helper()
	dir := w.T.TempDir()
	for name, body := range tools {
		w.Write(filepath.Join(dir, "bin", name), "#!/bin/bash\n"+body+"\n")
		if err := os.Chmod(filepath.Join(dir, "bin", name), 0o755); err != nil {
			w.T.Fatal(err)
		}
	}
	w.Git(dir, "clone", "--quiet", "file://"+w.Origin, "gitops")
	if hook, err := os.ReadFile(filepath.Join(w.Mine, ".git", "hooks", "pre-push")); err == nil {
		w.Hook(filepath.Join(dir, "gitops", ".git", "hooks"), "pre-push", string(hook))
	}
	script, env := rollbackStep(w)
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	cmd.Dir = dir
	summary, calls := filepath.Join(dir, "summary"), filepath.Join(dir, "calls")
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "GITHUB_STEP_SUMMARY="+summary, "CALLS="+calls, "WAITING=7",
		"GITHUB_SERVER_URL=https://github.com")
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "TO="+to, "STEPS="+steps, "AUTHOR_NAME=shop[bot]", "AUTHOR_EMAIL=bot@example.org", "RUN_URL=https://github.com/example/shop/actions/runs/1")
	out, err := cmd.CombinedOutput()
	r := run{out: string(out), failed: err != nil}
	for name, text := range map[string]*string{summary: &r.summary, calls: &r.calls} {
		if content, err := os.ReadFile(name); err == nil {
			*text = string(content)
		}
	}
	return r
}

// rollbackStep returns the last step of the job that takes deploys to production
// back.
func rollbackStep(w *rollbacktest.World) (script string, env map[string]string) {
	w.T.Helper()
	set, _, err := generate.Output(w.Plan())
	if err != nil {
		w.T.Fatal(err)
	}
	file, _ := set.Lookup(artifact.Code, w.Plan().RollbackWorkflow)
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(file.Content, &workflow); err != nil {
		w.T.Fatal(err)
	}
	steps := workflow.Jobs["rollback-production"].Steps
	last := steps[len(steps)-1]
	return last.Run, last.Env
}

// TestWorkflowTwice does what TestTwice does with the workflow.
func TestWorkflowTwice(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	for _, c := range []struct{ to, steps, live, subject, says string }{
		{"", "1", "main-b", "by 1: main-b", ""},
		{"", " 01 ", "main-a", "by 1: main-a", ""},
		{" " + w.Digests["c"][:14] + "\n", "1", "main-c", "to main-c", "::warning title=Roll back production::main-c was taken back before, in GitOps commit "},
		{"", "1", "main-a", "by 1: main-a", ""},
	} {
		before := w.Git(w.Origin, "rev-parse", "main:shop/base", "main:"+w.Live("staging"))
		got := roll(w, c.to, c.steps)
		if got.failed || w.Tag("production") != c.live {
			t.Fatalf("%+v: %s is live: %s", c, w.Tag("production"), got.out)
		}
		if subject := w.Git(w.Origin, "log", "-1", "--format=%s", "main"); subject != "roll back shop in production "+c.subject {
			t.Errorf("the message is %q", subject)
		}
		if c.says == "" && strings.Contains(got.out, "::warning") {
			t.Errorf("%+v: %s", c, got.out)
		}
		wants(t, "the log", got.out, c.says)
		wants(t, "the summary", got.summary, "`"+c.live+"`", "a newer commit brings it again, unless it is reverted there", strings.TrimPrefix(c.says, "::warning title=Roll back production::"))
		if w.Git(w.Origin, "rev-parse", "main:shop/base", "main:"+w.Live("staging")) != before {
			t.Error("more than the live folder has changed")
		}
	}
}

// TestWorkflowAfterRevert: a revert by hand counts as a rollback, and a later edit
// does not prevent one.
func TestWorkflowAfterRevert(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	w.Git(w.CI, "pull", "--quiet", "--ff-only", "origin", "main")
	w.Git(w.CI, "revert", "--no-edit", w.Bumps["productionc"])
	live := filepath.Join(w.CI, w.Live("production"), "kustomization.yaml")
	w.Write(live, "# A remark.\n"+w.Read(live))
	w.Write(filepath.Join(filepath.Dir(live), "more"), "x\n")
	w.CommitAll(w.CI, "a remark")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	got := roll(w, "", "1")
	if got.failed || w.Tag("production") != "main-a" {
		t.Fatalf("%s is live: %s", w.Tag("production"), got.out)
	}
	if trees := strings.Fields(w.Git(w.Origin, "rev-parse", "main:"+w.Live("production"), w.Bumps["productiona"]+":"+w.Live("production"))); trees[0] != trees[1] {
		t.Error("the live folder is not the one of then")
	}
}

// TestWorkflowRefuses: nothing is pushed, and the input cannot print workflow
// commands.
func TestWorkflowRefuses(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	before := w.Git(w.Origin, "rev-parse", "main")
	for _, c := range []struct{ to, steps, says string }{
		{"", "3", "shows 2 earlier deploys: going 3 back would leave it without an image."},
		{"", "99999999999999999999", "'99999999999999999999' is no number of deploys."},
		{"", "1; rm -rf /", "'1; rm -rf /' is no number of deploys."},
		{"", "", "'' is no number of deploys."},
		{"main-c", "1", "there is nothing to take back."},
		{"main-z", "1", "has the tag, the digest or the commit 'main-z'."},
		{"aaaaaa", "1", "seven digits are the least."},
		{"--output=x", "1", "the commit '--output=x'."},
		{"x\n::notice title=x::y", "1", "the commit 'x ::notice title=x::y'."},
		{w.Git(w.Origin, "rev-list", "--max-parents=0", "main"), "1", "it is no image that was deployed."},
	} {
		got := roll(w, c.to, c.steps)
		if !got.failed || strings.Count("\n"+got.out, "\n::") != 1 {
			t.Errorf("%+v: it did not fail, or says more: %s", c, got.out)
		}
		wants(t, "the log", got.out, "::error title=Roll back production::", c.says)
	}
	if w.Git(w.Origin, "rev-parse", "main") != before {
		t.Error("something was pushed")
	}
}

// TestWorkflowRace: somebody pushes first. A push to another folder does not
// matter; after a deploy the rollback is refused.
func TestWorkflowRace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ edit, live, says string }{
		"another application": {"mkdir -p other && echo x >other/x", "main-b", ""},
		"the environment":     {"sed -i s/main-c/main-f/ shop/overlays/production/live/kustomization.yaml", "main-f", "Somebody has deployed to production meanwhile, and nothing was pushed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rollbacktest.Three(t)
			w.Hook(filepath.Join(w.Mine, ".git", "hooks"), "pre-push", fmt.Sprintf("[ -e %[1]s.done ] && exit 0\ntouch %[1]s.done\n"+
				"cd %[1]s && git pull -q --ff-only origin main && %[2]s && git add -A && git -c user.name=x -c user.email=x commit -q -m other && git push -q origin HEAD:main\n", w.CI, c.edit))
			got := roll(w, "", "1")
			if got.failed != (c.says != "") || w.Tag("production") != c.live {
				t.Errorf("%s is live: %s", w.Tag("production"), got.out)
			}
			wants(t, "the log", got.out, c.says)
		})
	}
}

// TestWorkflowProposes: the pull request has a branch of its own. The pull request
// of a waiting deploy is left as it is, and conflicts once the rollback is merged,
// with any way of merging.
func TestWorkflowProposes(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Three(t)
	w.Write(w.Spec, strings.Replace(rollbacktest.Spec, `shared: true`, `shared: true, write: "pull-request"`, 1))
	w.Git(w.CI, "pull", "--quiet", "--ff-only", "origin", "main")
	w.Git(w.CI, "switch", "--quiet", "-c", "live/shop-production")
	live := filepath.Join(w.CI, w.Live("production"), "kustomization.yaml")
	w.Write(live, strings.NewReplacer("main-c", "main-d", w.Digests["c"], "sha256:"+strings.Repeat("d", 64)).Replace(w.Read(live)))
	deploy := w.CommitAll(w.CI, "deploy shop to production: main-d")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD")
	before := w.Git(w.Origin, "rev-parse", "main")

	got := roll(w, "", "1")
	if got.failed {
		t.Fatal(got.out)
	}
	branch := strings.TrimSpace(w.Git(w.Origin, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/rollback"))
	commit := w.Git(w.Origin, "rev-parse", branch)
	if branch != "rollback/shop-production-"+commit[:12] {
		t.Errorf("the branch is %q", branch)
	}
	if w.Git(w.Origin, "rev-parse", "main") != before || w.Git(w.Origin, "rev-parse", "live/shop-production") != deploy {
		t.Error("another branch has changed")
	}
	wants(t, "gh's calls", got.calls, "gh pr create --repo example/deployments --head "+branch+" --base main --title roll back shop in production by 1: main-b",
		"gh pr merge 8 --repo example/deployments --auto --squash --match-head-commit "+commit)
	wants(t, "the summary", got.summary, "Pull request: https://github.com/example/deployments/pull/8. Nothing was built.", "Pull request #7 still proposes a deploy")
	for _, merge := range []string{"--no-ff", "--squash", "--ff-only"} {
		w.Git(w.CI, "switch", "--quiet", "--detach", before)
		w.Git(w.CI, "fetch", "--quiet", "origin", branch)
		w.Git(w.CI, "merge", "--quiet", merge, "FETCH_HEAD")
		if merge == "--squash" {
			w.CommitAll(w.CI, "squashed")
		}
		if out, err := exec.Command("git", "-C", w.CI, "merge-tree", "--write-tree", "HEAD", deploy).CombinedOutput(); err == nil {
			t.Errorf("%s: the deploy that waited can be merged: %s", merge, out)
		}
	}
	if got := roll(w, w.Digests["c"], "1"); !got.failed {
		t.Errorf("what is live was taken back: %s", got.out)
	}
}
