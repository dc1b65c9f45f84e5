package promote_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/live/promote"
	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
	"github.com/pipegen/pipegen/internal/plan"
)

const spec = `name:   "shop"
intent: "What staging has run for half an hour goes to production."
source: repository: "example/shop"
test: steps: [{name: "Test", run: "make test"}]
deploy: {port: 8080, probes: readiness: "/ready"}
environments: {
	staging: {namespace: "shop-staging", on: branch: "main"}
	production: {namespace: "shop", on: hand: true, soak: "30m"}
}
gitops: repository: "example/deployments"
`

func TestMain(m *testing.M) { os.Exit(rollbacktest.Main(m)) }

// TestWorkflowAgrees gives the command and the scripts of promote-production.yaml the same histories of two environments,
// and compares which GitOps commit each takes the images from, and what each refuses.
func TestWorkflowAgrees(t *testing.T) {
	t.Parallel()
	built, found, err := build.Text("pipeline.cue", []byte(spec), generate.Options{SpecFile: "pipeline.cue"})
	if found.Failed() || err != nil {
		t.Fatal(found, err)
	}
	asked, taken := 0, 0
	refused := map[string]int{}
	for seed := range 4 {
		w := madeUp(t, built.Plan, uint64(seed))
		for n, typed := range w.questions() {
			for _, because := range []string{"", "it is mended"}[:1+n%2] {
				want, why := w.command(typed, because)
				if got, said := w.workflow(t, typed, because); got != want {
					t.Errorf("history %d, %q because %q: the workflow says %q, and the command %q:\n%s\n%v\n%s", seed, typed, because, got, want, said, why, w.git(t, "gitops", "log", "--format=%h %ci %s"))
				}
				asked++
				if want != "refused" {
					taken++
				} else {
					for _, reason := range []string{"taken back:", "ran in production before", "never ran", "has not run", "is not part of", "newer than", "are required: others", "are required: try", "neither that commit", "no tag"} {
						if strings.Contains(why.Error(), reason) {
							refused[reason]++
						}
					}
				}
			}
		}
	}
	if taken < asked/10 || len(refused) < 7 {
		t.Errorf("of %d requests %d were taken and refused were %v: the questions no longer try all", asked, taken, refused)
	}
}

// histories are two repositories: source, and gitops, each its own origin.
type histories struct {
	dir     string
	plan    plan.Plan
	commits []string
	tags    []string
}

func (w histories) git(t *testing.T, in string, args ...string) string {
	t.Helper()
	out, err := exec.Command("git", append([]string{"-C", filepath.Join(w.dir, in)}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// imported makes a repository whose origin it is itself.
func (w histories) imported(t *testing.T, name, stream string) {
	t.Helper()
	if out, err := exec.Command("git", "init", "--quiet", "--template=", "--initial-branch=main", filepath.Join(w.dir, name)).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v\n%s", err, out)
	}
	cmd := exec.Command("git", "-C", filepath.Join(w.dir, name), "fast-import", "--quiet")
	cmd.Stdin = strings.NewReader(stream)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	for _, args := range [][]string{{"reset", "--quiet", "--hard"}, {"remote", "add", "origin", "."}, {"fetch", "--quiet", "origin"}, {"config", "user.name", "Ann"}, {"config", "user.email", "ann@example.org"}} {
		w.git(t, name, args...)
	}
}

func madeUp(t *testing.T, p plan.Plan, seed uint64) histories {
	t.Helper()
	r := rand.New(rand.NewPCG(3, seed))
	w := histories{dir: t.TempDir(), plan: p}
	var source bytes.Buffer
	const mains, sides = 7, 2
	for i := range mains + sides {
		branch, from := "main", i
		if i >= mains {
			branch, from = fmt.Sprint("side", i), 1+r.IntN(mains)
		}
		fmt.Fprintf(&source, "commit refs/heads/%s\nmark :%d\ncommitter CI <ci@example.org> %d +0000\ndata 2\nc\n", branch, i+1, 1000+i)
		if from > 0 {
			fmt.Fprintf(&source, "from :%d\n", from)
		}
		fmt.Fprintf(&source, "reset refs/tags/v%d\nfrom :%d\n\n", i, i+1)
		w.tags = append(w.tags, fmt.Sprint("v", i))
	}
	w.imported(t, "source", source.String())
	for _, tag := range w.tags {
		w.commits = append(w.commits, w.git(t, "source", "rev-parse", tag))
	}

	var gitops bytes.Buffer
	at := time.Now().Add(-12 * time.Hour)
	number := 0
	write := func(environment, image, source string) {
		number++
		at = at.Add(time.Duration(2+r.IntN(45)) * time.Minute)
		digest := "sha256:" + strings.Repeat(image, 64)
		kustomization := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- digest: " + digest + "\n  name: shop\n  newName: ghcr.io/example/shop/shop\n  newTag: main-" + image + "\n"
		if source == "none" {
			kustomization = strings.Replace(kustomization, "main-"+image, "not-deployed-yet", 1)
		}
		subject := fmt.Sprintf("%s %s of %.12s", environment, image, source)
		fmt.Fprintf(&gitops, "commit refs/heads/main\nmark :%d\ncommitter CI <ci@example.org> %d +0000\ndata %d\n%s\n", number, at.Unix(), len(subject), subject)
		if number > 1 {
			fmt.Fprintf(&gitops, "from :%d\n", number-1)
		}
		for name, text := range map[string]string{"kustomization.yaml": kustomization, "source-commit": source + "\n"} {
			fmt.Fprintf(&gitops, "M 100644 inline shop/overlays/%s/live/%s\ndata %d\n%s\n", environment, name, len(text), text)
		}
	}
	write("staging", "0", "none")
	write("production", "0", "none")
	newest := 0
	for range 2 + r.IntN(9) {
		n := min(newest+r.IntN(3), mains-1)
		if r.IntN(6) == 0 {
			n = r.IntN(newest + 1)
		}
		newest = max(n, newest)
		// Some commits change nothing of the image.
		write("staging", fmt.Sprint(1+n/2), w.commits[n])
		if r.IntN(2) == 0 {
			n = r.IntN(newest + 1)
			source := w.commits[n]
			switch r.IntN(12) {
			case 0:
				source = w.commits[mains+r.IntN(sides)]
			case 1:
				source = strings.Repeat("e", 40)
			case 2:
				source = "unknown"
			}
			write("production", fmt.Sprint(1+n/2), source)
		}
	}
	w.imported(t, "gitops", gitops.String())
	return w
}

func (w histories) questions() []string {
	return slices.Concat(w.tags, []string{"", w.commits[0][:7], w.commits[1][:6], strings.ToUpper(w.commits[2]), "v99", "--help"})
}

func (w histories) find(request promote.Request) (promote.Promotion, error) {
	c := rollback.Checkout{Plan: w.plan, Dir: filepath.Join(w.dir, "gitops"), Code: filepath.Join(w.dir, "source"), Now: time.Now}
	request.Attested = func(context.Context, plan.Plan, string) error { return nil }
	return promote.Find(context.Background(), c, w.plan.Environment("production"), request)
}

// command is what pipegen promote takes, or why it takes nothing.
func (w histories) command(typed, because string) (string, error) {
	p, err := w.find(promote.Request{Commit: typed, Because: because})
	if err != nil && strings.HasSuffix(err.Error(), " already") {
		err = nil // A deploy of the workflow is green there, and writes nothing.
	}
	if err != nil {
		return "refused", err
	}
	return p.Commit + " from " + p.Found, nil
}

// workflow is what the scripts of the workflow take: those that find the images, and the order of the deploys.
func (w histories) workflow(t *testing.T, typed, because string) (string, string) {
	t.Helper()
	find, _, cut := strings.Cut(script(t, "find"), "# kustomize says")
	if !cut {
		t.Fatal("the script find no longer says where it asks kustomize")
	}
	all := script(t, "find-start") + script(t, "find-hand") + find + `PROMOTED=${commit}
` + script(t, "promoted") + script(t, "order") + script(t, "order-branch") + script(t, "order-after") + `check_order
echo "THESE: ${GITHUB_SHA} from ${found}"
`
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", all)
	cmd.Dir = filepath.Join(w.dir, "gitops")
	live := func(e string) string { return w.plan.Environment(e).Live }
	cmd.Env = append(os.Environ(), "ENVIRONMENT=production", "BRANCH=main", "FOUND_IN=staging", "AFTER="+live("staging"), "SOURCE_BRANCH=main", "WANTED="+typed,
		"SECONDS_TO_WAIT=0", "SECONDS_TO_SOAK=1800", "LIVE="+live("production"), "BECAUSE="+because, "GITHUB_OUTPUT="+os.DevNull, "GITHUB_STEP_SUMMARY="+os.DevNull)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if _, taken, ok := strings.Cut(string(out), "THESE: "); ok && err == nil {
		return strings.TrimSpace(taken), string(out)
	}
	return "refused", string(out)
}
