package order

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
)

// deployments is a GitOps repository whose workflow renders, with the real scripts, git and kustomize.
type deployments struct {
	*testing.T
	root, origin, mine string
	jobs               jobs
}

const (
	branchName = "environments/production"
	overlay    = "invoices/overlays/production"
)

func openDeployments(t *testing.T) *deployments {
	t.Helper()
	root := t.TempDir()
	d := &deployments{T: t, root: root, origin: filepath.Join(root, "origin.git"), mine: filepath.Join(root, "mine")}
	if err := (&World{root: root}).configure(kustomize); err != nil {
		t.Fatal(err)
	}
	d.git(root, "init", "--quiet", "--bare", d.origin)
	d.git(root, "clone", "--quiet", d.origin, d.mine)
	spec, err := os.ReadFile("../../specs/rendered/pipeline.cue")
	if err != nil {
		t.Fatal(err)
	}
	built, found, err := build.Text("pipeline.cue", spec, generate.Options{})
	if err != nil || built == nil {
		t.Fatal(err, found)
	}
	for _, f := range built.Set.Files() {
		if f.Root == artifact.GitOps {
			d.write(f.Path, string(f.Content))
		}
	}
	file, _ := built.Set.Lookup(artifact.GitOps, built.Plan.GitOps.Rendered.Workflow)
	w, err := parse(string(file.Content))
	if err != nil {
		t.Fatal(err)
	}
	d.jobs = w.Jobs
	d.commit("first")
	return d
}

func (d *deployments) write(name, text string) {
	d.Helper()
	at := filepath.Join(d.mine, name)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		d.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
}

// change replaces a text in a file and pushes that to main.
func (d *deployments) change(name, old, new string) string {
	d.Helper()
	text, err := os.ReadFile(filepath.Join(d.mine, name))
	if err != nil || !bytes.Contains(text, []byte(old)) {
		d.Fatalf("%s has no %q: %v", name, old, err)
	}
	d.write(name, strings.Replace(string(text), old, new, 1))
	return d.commit("change " + name)
}

func (d *deployments) commit(subject string) string {
	d.Helper()
	d.git(d.mine, "add", "--all")
	d.git(d.mine, "commit", "--quiet", "-m", subject)
	d.git(d.mine, "push", "--quiet", "origin", "HEAD:refs/heads/main")
	return d.git(d.mine, "rev-parse", "HEAD")
}

func (d *deployments) environ(more ...string) []string {
	return append([]string{
		"PATH=" + filepath.Join(d.root, "bin") + ":" + os.Getenv("PATH"), "REAL_KUSTOMIZE=" + kustomize, "BUILT=" + filepath.Join(d.root, "built"),
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + filepath.Join(d.root, "gitconfig"), "HOME=" + d.root, "LANG=C.UTF-8",
	}, more...)
}

func (d *deployments) git(dir string, args ...string) string {
	d.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, d.environ()
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// run does what a run of the workflow does that was started for a commit: first, before its script, what a caller adds to
// its checkout.
func (d *deployments) run(job, started string, prepare func(checkout string)) (out string, ok bool) {
	d.Helper()
	dir := d.TempDir()
	checkout := filepath.Join(dir, "gitops")
	d.git(dir, "clone", "--quiet", d.origin, checkout)
	d.git(checkout, "checkout", "--quiet", "--detach", started)
	if prepare != nil {
		prepare(checkout)
	}
	steps := d.jobs.named(job).Steps
	last := steps[len(steps)-1]
	env := map[string]string{"GITHUB_SHA": started, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "example/deployments", "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "RUNNER_TEMP": d.TempDir()}
	maps.Copy(env, last.Env)
	var all []string
	for name, value := range env {
		all = append(all, name+"="+value)
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", last.Run)
	cmd.Dir, cmd.Env = dir, d.environ(all...)
	if job == "difference" {
		cmd.Dir = checkout
	}
	said, err := cmd.CombinedOutput()
	summary, _ := os.ReadFile(filepath.Join(dir, "summary"))
	return string(said) + string(summary), err == nil
}

// renders runs the job of production, which must succeed.
func (d *deployments) renders(started string) string {
	d.Helper()
	out, ok := d.run("render-production", started, nil)
	if !ok {
		d.Fatal(out)
	}
	return out
}

// rendered is the commit of the branch, "" for none, and dry the one from which it was rendered.
func (d *deployments) rendered() (head, dry string) {
	d.Helper()
	head = d.git(d.origin, "for-each-ref", "--format=%(objectname)", "refs/heads/"+branchName)
	if head != "" {
		_, dry, _ = strings.Cut(d.git(d.origin, "show", head+":"+overlay+"/hydrator.metadata"), `"drySha": "`)
		dry, _, _ = strings.Cut(dry, `"`)
	}
	return head, dry
}

func (d *deployments) manifest() string {
	return d.git(d.origin, "show", branchName+":"+overlay+"/manifest.yaml")
}

// hook writes a hook of git.
func (d *deployments) hook(at, script string) {
	d.Helper()
	if err := os.WriteFile(at, []byte("#!/bin/bash\n"+script), 0o755); err != nil {
		d.Fatal(err)
	}
}

// TestRenderedFirst: the first run makes a branch with nothing else in it, and the second one leaves it alone.
func TestRenderedFirst(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	first := d.git(d.mine, "rev-parse", "HEAD")
	d.renders(first)
	head, dry := d.rendered()
	if dry != first {
		t.Errorf("rendered of %s, and main is at %s", dry, first)
	}
	if got, want := d.git(d.origin, "ls-tree", "-r", "--name-only", branchName), ".gitattributes\nhydrator.metadata\n"+everywhere("README.md", "hydrator.metadata", "manifest.yaml"); !sameLines(got, want) {
		t.Errorf("the branch has\n%s\nand should have\n%s", got, want)
	}
	if count := d.git(d.origin, "rev-list", "--count", branchName); count != "1" {
		t.Errorf("%s commits", count)
	}
	if message := d.git(d.origin, "log", "-1", "--format=%B", branchName); !strings.Contains(message, "Dry commit: "+first) {
		t.Errorf("the message is %s", message)
	}
	d.renders(first)
	if again, _ := d.rendered(); again != head {
		t.Error("the second run changes the branch")
	}
	if other := d.git(d.origin, "for-each-ref", "refs/heads/environments/staging"); other != "" {
		t.Error("the job of one environment writes the branch of another")
	}
}

// everywhere are files of both overlays of production.
func everywhere(names ...string) string {
	var out []string
	for _, in := range []string{overlay, overlay + "-eu"} {
		for _, name := range names {
			out = append(out, in+"/"+name)
		}
	}
	return strings.Join(out, "\n")
}

func sameLines(a, b string) bool {
	lines := func(s string) []string { return slices.Sorted(slices.Values(strings.Split(s, "\n"))) }
	return slices.Equal(lines(a), lines(b))
}

// TestRenderedLate: a run renders the newest commit, whichever it was started for.
func TestRenderedLate(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	first := d.git(d.mine, "rev-parse", "HEAD")
	second := d.change("invoices/base/deployment.yaml", "replicas: 2", "replicas: 3")
	d.renders(first) // the run of the older commit comes first, and finds the newer one
	head, dry := d.rendered()
	if dry != second || !strings.Contains(d.manifest(), "replicas: 3") {
		t.Errorf("rendered of %s, and main is at %s", dry, second)
	}
	d.renders(second)
	d.renders(first) // or it is run again
	if again, _ := d.rendered(); again != head {
		t.Error("a late run changes the branch")
	}
}

// TestRenderedMeanwhile: between what a run has read of main and of the branch, a newer commit is rendered.
func TestRenderedMeanwhile(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	first := d.git(d.mine, "rev-parse", "HEAD")
	d.renders(first)
	older := d.change("invoices/base/deployment.yaml", "replicas: 2", "replicas: 3")
	var newer string
	meanwhile := filepath.Join(d.root, "meanwhile")
	out, ok := d.run("render-production", older, func(string) {
		// git, as the run has it, waits once before it looks at the branch.
		d.hook(filepath.Join(d.root, "bin", "git"), `if [[ "$1" == ls-remote && ! -e "`+meanwhile+`" ]]; then
  touch "`+meanwhile+`"
  while [[ ! -e "`+meanwhile+`-done" ]]; do /bin/sleep 0.1; done
fi
exec /usr/bin/git "$@"
`)
		go func() {
			for {
				if _, err := os.Stat(meanwhile); err == nil {
					break
				}
			}
			newer = d.change("invoices/base/deployment.yaml", "replicas: 3", "replicas: 4")
			d.renders(newer)
			d.hook(meanwhile+"-done", "")
		}()
	})
	if !ok {
		t.Fatal(out)
	}
	if _, dry := d.rendered(); dry != newer || !strings.Contains(d.manifest(), "replicas: 4") {
		t.Errorf("rendered of %s, and main is at %s\n%s", dry, newer, out)
	}
}

// TestRenderedAtOnce: another run pushes first.
func TestRenderedAtOnce(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	first := d.git(d.mine, "rev-parse", "HEAD")
	var newer string
	out, ok := d.run("render-production", first, func(checkout string) {
		newer = d.change("invoices/base/deployment.yaml", "replicas: 2", "replicas: 5")
		d.renders(newer)
		// The run is made to build upon nothing, as if the branch had not been there when it looked.
		d.hook(filepath.Join(checkout, ".git", "hooks", "pre-push"), "exit 0\n")
		d.git(d.origin, "update-ref", "refs/keep/"+branchName, "refs/heads/"+branchName)
		d.git(d.origin, "update-ref", "-d", "refs/heads/"+branchName)
		d.hook(filepath.Join(checkout, ".git", "hooks", "pre-push"), `if git --git-dir="`+d.origin+`" rev-parse --verify --quiet "refs/keep/`+branchName+`" >/dev/null; then
  git --git-dir="`+d.origin+`" update-ref "refs/heads/`+branchName+`" "refs/keep/`+branchName+`"
  git --git-dir="`+d.origin+`" update-ref -d "refs/keep/`+branchName+`"
fi
`)
	})
	if !ok {
		t.Fatal(out)
	}
	if count := d.git(d.origin, "rev-list", "--count", branchName); count != "1" {
		t.Errorf("%s commits after a push that was refused: the one that came first has it all\n%s", count, out)
	}
	if _, dry := d.rendered(); dry != newer {
		t.Errorf("rendered of %s, and main is at %s", dry, newer)
	}
}

// TestRenderedFails: what cannot be rendered, or pushed, changes no branch.
func TestRenderedFails(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	first := d.git(d.mine, "rev-parse", "HEAD")
	d.renders(first)
	head, _ := d.rendered()
	broken := d.change("invoices/base/kustomization.yaml", "- service.yaml", "- services.yaml")
	if out, ok := d.run("render-production", broken, nil); ok || !strings.Contains(out, "cannot be rendered, and "+branchName+" stays as it is") {
		t.Errorf("ended with success: %v\n%s", ok, out)
	}
	d.change("invoices/base/kustomization.yaml", "- services.yaml", "- service.yaml")
	mended := d.change("invoices/base/deployment.yaml", "replicas: 2", "replicas: 3")
	d.hook(filepath.Join(d.origin, "hooks", "pre-receive"), "echo protected >&2\nexit 1\n")
	if out, ok := d.run("render-production", mended, nil); ok || !strings.Contains(out, "refused five times") {
		t.Errorf("ended with success: %v\n%s", ok, out)
	}
	if again, _ := d.rendered(); again != head {
		t.Error("a run that failed changes the branch")
	}
}

// TestRenderedApart: what a cluster has for itself is rendered with the rest, or nothing is; a cluster begins to differ and
// is like the others again in one commit of the branch.
func TestRenderedApart(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	first := d.git(d.mine, "rev-parse", "HEAD")
	d.renders(first)
	eu := func() string { return d.git(d.origin, "show", branchName+":"+overlay+"-eu/manifest.yaml") }
	if !strings.Contains(eu(), "replicas: 4") || strings.Contains(d.manifest(), "replicas: 4") {
		t.Errorf("eu has\n%s", eu())
	}
	head, _ := d.rendered()
	broken := d.change(overlay+"-eu/kustomization.yaml", "- ../production", "- ../production\n- missing.yaml")
	if out, ok := d.run("render-production", broken, nil); ok || !strings.Contains(out, overlay+"-eu of "+broken+" cannot be rendered") {
		t.Errorf("ended with success: %v\n%s", ok, out)
	}
	if again, _ := d.rendered(); again != head {
		t.Error("the other cluster was rendered without it")
	}
	// As pipegen writes the workflow where no cluster differs.
	workflow := ".github/workflows/invoices-render.yaml"
	both, err := os.ReadFile(filepath.Join(d.mine, workflow))
	if err != nil {
		t.Fatal(err)
	}
	turns := func(text []byte) {
		w, err := parse(string(text))
		if err != nil {
			t.Fatal(err)
		}
		d.jobs = w.Jobs
		d.write(workflow, string(text))
	}
	alike := bytes.Replace(both, []byte(" "+overlay+"-eu\n"), []byte("\n"), 1)
	turns(alike)
	d.git(d.mine, "rm", "-r", "--quiet", overlay+"-eu")
	d.renders(d.commit("alike"))
	if got, want := d.git(d.origin, "ls-tree", "-r", "--name-only", branchName+":"+overlay), "README.md\nhydrator.metadata\nmanifest.yaml"; got != want || strings.Contains(d.git(d.origin, "ls-tree", "-r", "--name-only", branchName), "-eu/") {
		t.Errorf("the overlay has\n%s", got)
	}
	turns(both)
	d.git(d.mine, "checkout", "--quiet", first, "--", overlay+"-eu")
	d.renders(d.commit("apart"))
	if !strings.Contains(eu(), "replicas: 4") {
		t.Errorf("eu has\n%s", eu())
	}
	if count := d.git(d.origin, "rev-list", "--count", branchName); count != "3" {
		t.Errorf("%s commits", count)
	}
}

// TestRenderedGone: an object that is not rendered any more is gone, what somebody has changed by hand as well, and what
// another application has in the branch stays.
func TestRenderedGone(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	d.renders(d.git(d.mine, "rev-parse", "HEAD"))
	other := filepath.Join(d.root, "other")
	d.git(d.root, "clone", "--quiet", "--branch", branchName, d.origin, other)
	for name, text := range map[string]string{"orders/overlays/production/manifest.yaml": "kind: ConfigMap\n", "invoices/by-hand.yaml": "kind: Secret\n", overlay + "/manifest.yaml": "kind: Secret\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(other, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d.git(other, "add", "--all")
	d.git(other, "commit", "--quiet", "-m", "others")
	d.git(other, "push", "--quiet", "origin", "HEAD")
	d.renders(d.change("invoices/base/kustomization.yaml", "- poddisruptionbudget.yaml\n", ""))
	tree := d.git(d.origin, "ls-tree", "-r", "--name-only", branchName)
	if strings.Contains(tree, "by-hand") || !strings.Contains(tree, "orders/overlays/production/manifest.yaml") {
		t.Errorf("the branch has\n%s", tree)
	}
	if manifest := d.manifest(); strings.Contains(manifest, "PodDisruptionBudget") || !strings.Contains(manifest, "kind: Deployment") {
		t.Errorf("the objects are\n%s", manifest)
	}
}

// TestRenderedByAnother: a run whose workflow is not that of the newest commit leaves the rendering to the run of that one.
func TestRenderedByAnother(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	first := d.git(d.mine, "rev-parse", "HEAD")
	newer := d.change(".github/workflows/invoices-render.yaml", "name: Render invoices", "name: Render the invoices")
	if out := d.renders(first); !strings.Contains(out, "has started a run of its own") {
		t.Error(out)
	}
	if head, _ := d.rendered(); head != "" {
		t.Error("an old workflow has rendered")
	}
	d.renders(newer)
	// Somebody takes main back to the older commit: that is then what runs.
	d.git(d.origin, "update-ref", "refs/heads/main", first)
	d.renders(first)
	if _, dry := d.rendered(); dry != first {
		t.Errorf("rendered of %s, and main is at %s", dry, first)
	}
}

// TestDifference: the summary shows what a pull request changes, within a fence that the text cannot end.
func TestDifference(t *testing.T) {
	t.Parallel()
	d := openDeployments(t)
	d.git(d.mine, "checkout", "--quiet", "-b", "change")
	d.change("invoices/overlays/staging/kustomization.yaml", "namespace: invoices-staging", "namespace: invoices-staging\ncommonAnnotations:\n  note: \"```\"")
	merge := d.git(d.mine, "rev-parse", "HEAD")
	out, ok := d.run("difference", merge, nil)
	if !ok || !strings.Contains(out, "### staging\n\n````diff\n") || !strings.Contains(out, "+    note: '```'") || !strings.Contains(out, "Nothing changes in production.") {
		t.Errorf("ended with success: %v\n%s", ok, out)
	}
}
