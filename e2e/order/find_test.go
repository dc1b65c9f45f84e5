package order

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// estate has the two repositories that a promotion reads, in the state that a test needs.
type estate struct {
	*testing.T
	world  *World
	folder string
	// commits are those of the source by name: one, two and three of the branch, and aside of another.
	commits map[string]string
	made    time.Time
}

// shop is a promotion to production, by a tag after a soak of half an hour, or by hand.
const shop = `name: "shop", intent: "A merge runs in staging, and later in production.", source: repository: "example/shop"
test: steps: [{name: "Test", run: "make test"}], image: attest: false
deploy: {port: 8080, probes: readiness: "/ready"}
environments: {staging: namespace: "shop-staging", production: {namespace: "shop", on: %s}}
gitops: repository: "example/deployments"
`

func newEstate(t *testing.T, on string) estate {
	t.Helper()
	root := t.TempDir()
	w, err := Open(root, fmt.Sprintf(shop, on), kustomize, []Commit{{Name: "c1"}})
	if err != nil {
		t.Fatal(err)
	}
	e := estate{t, w, filepath.Join(root, "job"), map[string]string{}, time.Now()}
	for _, name := range []string{"source", "gitops"} {
		e.git("", "init", "--quiet", filepath.Join(e.folder, name))
	}
	for _, name := range []string{"one", "two", "three"} {
		e.commits[name] = e.commit("source", name, time.Now())
	}
	e.git("source", "update-ref", "refs/remotes/origin/main", e.commits["three"])
	e.git("source", "tag", "--annotate", "--message", "the second", "v2", e.commits["two"])
	e.commits["aside"] = e.commit("source", "aside", time.Now())
	e.git("gitops", "remote", "add", "origin", filepath.Join(e.folder, "gitops"))
	return e
}

func (e estate) git(in string, args ...string) string {
	e.Helper()
	if in != "" {
		args = append([]string{"-C", filepath.Join(e.folder, in)}, args...)
	}
	out, err := e.world.git(e.world.root, args...)
	if err != nil {
		e.Fatal(err)
	}
	return out
}

func (e estate) commit(in, message string, at time.Time) string {
	e.Helper()
	command := e.world.command(filepath.Join(e.folder, in), "git", "commit", "--quiet", "--allow-empty", "--message", message)
	command.Env = append(command.Env, fmt.Sprintf("GIT_COMMITTER_DATE=@%d +0000", at.Unix()))
	if _, err := output(command); err != nil {
		e.Fatal(err)
	}
	return e.git(in, "rev-parse", "HEAD")
}

// deploys commits to staging what CI commits there, so long before the estate was made: a machine may be slow.
func (e estate) deploys(name, image string, ago time.Duration) {
	e.Helper()
	folder := filepath.Join(e.folder, "gitops", e.world.live["staging"])
	for file, text := range map[string]string{
		"source-commit": e.commits[name] + "\n",
		"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- digest: " + digestOf(image) +
			"\n  name: shop\n  newName: ghcr.io/example/shop/shop\n  newTag: main-" + image + "\n",
	} {
		if err := write(filepath.Join(folder, file), text); err != nil {
			e.Fatal(err)
		}
	}
	e.git("gitops", "add", "--all")
	e.commit("gitops", "deploy "+name, e.made.Add(-ago))
}

// finds runs the step that finds images, and returns its log and its outputs.
func (e estate) finds(env ...string) (log, outputs string) {
	e.Helper()
	m, err := NewModel(e.world, Plan{}, nil)
	if err != nil {
		e.Fatal(err)
	}
	var step Step
	for _, s := range m.Workflows[e.world.promotes["production"]].Jobs.named("find-production").Steps {
		if s.Env["FOUND_IN"] != "" {
			step = s
		}
	}
	result := filepath.Join(e.T.TempDir(), "output")
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
	command.Dir, command.Env = e.folder, append(e.world.environ, "HOME="+e.folder, "GH_TOKEN=x", "SOURCE_TOKEN=x", "GITHUB_REPOSITORY=example/shop", "GITHUB_OUTPUT="+result, "GITHUB_STEP_SUMMARY="+result+"-summary", "RUNNER_TEMP="+e.T.TempDir())
	for name, value := range step.Env {
		if !strings.Contains(value, "${{") {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	command.Env = append(append(command.Env, "SECONDS_TO_WAIT=20"), env...)
	if err := os.MkdirAll(filepath.Join(e.folder, "github/example"), 0o755); err == nil {
		_ = os.Symlink(filepath.Join(e.folder, "source"), filepath.Join(e.folder, "github/example/shop"))
	}
	out, err := command.CombinedOutput()
	text, _ := os.ReadFile(result)
	if (err == nil) == strings.Contains(string(out), "::error") {
		e.Errorf("it ends with %v and says:\n%s", err, out)
	}
	return string(out), string(text)
}

func (e estate) tagged(name, tag string) []string {
	return []string{"GITHUB_SHA=" + e.commits[name], "GITHUB_REF_NAME=" + tag}
}

// TestSoak: images are promoted once they have run for long enough, by themselves and at a stretch.
func TestSoak(t *testing.T) {
	for _, c := range []struct {
		name   string
		staged func(e estate)
		says   string
	}{
		{"long enough", func(e estate) { e.deploys("one", "a", 2*time.Hour); e.deploys("two", "b", time.Hour) }, ""},
		{"the same image under a later commit", func(e estate) { e.deploys("one", "a", time.Hour); e.deploys("two", "a", time.Minute) }, ""},
		{"long enough, before others came", func(e estate) { e.deploys("two", "b", 2*time.Hour); e.deploys("three", "c", time.Hour) }, ""},
		{"almost", func(e estate) { e.deploys("two", "b", 29*time.Minute) }, "Run this job again after 20"},
		{"others came too soon", func(e estate) { e.deploys("two", "b", 2*time.Hour); e.deploys("three", "c", 119*time.Minute) }, "for 60 s, and 1800 s are required: others took their place at 20"},
		{"back for a minute", func(e estate) {
			e.deploys("two", "b", 3*time.Hour)
			e.deploys("three", "c", 2*time.Hour)
			e.deploys("two", "b", time.Minute)
		}, "Run this job again after 20"},
		{"not yet there", func(e estate) { e.deploys("one", "a", time.Hour) }, "After 20 s, staging has not run"},
		{"taken back, with something newer since", func(e estate) {
			e.deploys("one", "a", 5*time.Hour)
			e.deploys("two", "b", 4*time.Hour)
			e.deploys("one", "a", 3*time.Hour)
			e.deploys("three", "c", 2*time.Hour)
		}, "and it was taken back: "},
		{"passed over", func(e estate) { e.deploys("three", "c", time.Hour) }, "which contains it. Promote that one."},
		{"nothing there", func(e estate) { e.commit("gitops", "empty", time.Now()) }, "Nothing has been deployed to staging yet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEstate(t, `{tag: "v*"}, soak: "30m"`)
			c.staged(e)
			e.git("source", "tag", "--force", "v9", e.commits["two"])
			e.expects(c.says, e.commits["two"], e.tagged("two", "v9"))
		})
	}
}

// expects runs the step, which finds a commit or says something.
func (e estate) expects(says, commit string, env []string) {
	e.Helper()
	log, outputs := e.finds(env...)
	switch {
	case says != "" && (!strings.Contains(log, says) || outputs != ""):
		e.Errorf("it does not say %q: %s%s", says, log, outputs)
	case says == "" && (!strings.Contains(outputs, "commit="+commit) || !strings.Contains(outputs, "digest-shop=sha256:")):
		e.Errorf("it does not find %s: %s%s", commit, log, outputs)
	}
}

// TestWhatIsPromoted: tags and words that people type mean one commit, or are refused by name.
func TestWhatIsPromoted(t *testing.T) {
	e := newEstate(t, "hand: true")
	for n, name := range []string{"one", "two", "three"} {
		e.deploys(name, name, time.Duration(3-n)*time.Hour)
	}
	two := e.commits["two"]
	for _, c := range []struct{ typed, commit, says string }{
		{"", e.commits["three"], ""}, {"v2", two, ""}, {" v2\n", two, ""}, {two, two, ""}, {two[:7], two, ""}, {strings.ToUpper(two[:9]), two, ""},
		{two[:6], "", "seven digits are the least"}, {"v3", "", "'v3' is no tag of this repository"}, {"main", "", "is no tag"}, {"--all", "", "is no tag"},
		{"$(id)", "", "'$(id)' is no tag"}, {"::error::x", "", "is no tag"}, {e.commits["aside"], "", "is not part of main"}, {strings.Repeat("0", 40), "", "is no tag"},
	} {
		e.expects(c.says, c.commit, []string{"WANTED=" + c.typed})
	}
	byTag := newEstate(t, `tag: "v*"`)
	byTag.deploys("two", "two", time.Hour)
	byTag.expects("", byTag.commits["two"], byTag.tagged("two", "v2"))
	byTag.expects("it may be deleted", "", byTag.tagged("two", "v3"))
	byTag.git("source", "tag", "--force", "v2", byTag.commits["three"])
	byTag.expects("The tag v2 was moved: it names "+byTag.commits["three"], "", byTag.tagged("two", "v2"))
	byTag.git("source", "tag", "v4", byTag.commits["aside"])
	byTag.expects("is not part of main, so staging never runs it", "", byTag.tagged("aside", "v4"))
}
