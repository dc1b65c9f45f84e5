package rollback

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/templates"
)

// histories is how many are generated, each with its own seed, so that one that
// fails can be generated again.
const histories = 60

// question is the input of the workflow, or the values of the flags of the verb.
type question struct{ to, steps string }

// TestWorkflowAgrees gives the command and the script of rollback.yaml the same
// histories, and compares which commits are deploys, how many steps lead to them,
// and which commit a request means.
func TestWorkflowAgrees(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "gitops.git")
	heads := madeUp(t, dir, histories)
	asked, refused := 0, 0
	for seed, head := range heads {
		c := Checkout{Dir: dir}
		deploys, err := c.history(head, plan.Environment{Live: generatedLive})
		if err != nil {
			t.Fatal(err)
		}
		questions := questionsAbout(rand.New(rand.NewPCG(2, uint64(seed))), deploys)
		want := answers(deploys, questions)
		got := script(t, dir, head, questions)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("history %d, %s: the command (-) and the workflow (+) differ:\n%s\n%s", seed, head, diff, shown(deploys, questions))
		}
		asked += len(questions)
		for _, answer := range got {
			if strings.HasSuffix(answer, " refused") {
				refused++
			}
		}
	}
	if refused < asked/5 || refused > asked*4/5 {
		t.Errorf("%d of %d requests were refused: the questions no longer try both", refused, asked)
	}
}

// questionsAbout returns requests for deploys that a history has, and for others.
func questionsAbout(r *rand.Rand, deploys []Deploy) []question {
	var out []question
	for steps := range 4 {
		out = append(out, question{steps: fmt.Sprint(steps)})
	}
	odd := [...]question{
		{steps: "08"}, {steps: " 2\t"}, {steps: "99"}, {steps: "-1"}, {steps: "1;"}, {steps: ""}, {steps: "12345"}, {to: "seed"}, {to: "unreadable"}, {to: "not-deployed-yet"},
		{to: "none"}, {to: "sha256:"}, {to: "0000000"}, {to: "*"}, {to: "main-?"}, {to: "ghcr.io"}, {to: "--help"}, {to: "$(exit 3)"}, {to: "a b"}, {to: "x\n::error::y"},
	}
	for range 3 {
		out = append(out, odd[r.IntN(len(odd))])
	}
	for range 12 {
		d := deploys[r.IntN(len(deploys))]
		n := 7 + r.IntN(8)
		var i live.Reference
		if all := d.Live.Images; len(all) > 0 {
			i = all[r.IntN(len(all))]
		}
		name := [...]string{
			i.Tag, " " + i.Tag + "\n", i.Digest, prefix(i.Digest, n), prefix(strings.TrimPrefix(i.Digest, "sha256:"), n),
			d.Live.Source, prefix(d.Live.Source, n), strings.ToUpper(prefix(d.Live.Source, n)), prefix(d.Live.Source, 6),
			d.Commit.SHA, prefix(d.Commit.SHA, n), prefix(d.At, n), "sha256:" + prefix(d.Commit.SHA, n), prefix(i.Tag, len(i.Tag)-1),
		}[r.IntN(14)]
		if name != "" {
			out = append(out, question{to: name})
		}
	}
	return out
}

func prefix(s string, n int) string { return s[:min(max(n, 0), len(s))] }

// answers returns the answers of the command: the deploys with their steps, then
// the commit for each question.
func answers(deploys []Deploy, questions []question) []string {
	out := []string{"deploys"}
	for _, d := range slices.Backward(deploys) {
		out = append(out, d.Commit.SHA)
	}
	out = append(out, "steps")
	for steps := 0; ; steps++ {
		at := slices.IndexFunc(deploys, func(d Deploy) bool { return d.Steps == steps })
		if at < 0 {
			break
		}
		out = append(out, deploys[at].At)
	}
	for i, q := range questions {
		out = append(out, fmt.Sprint(i, " ", answer(deploys, q)))
	}
	return out
}

func answer(deploys []Deploy, q question) string {
	at, err := 0, error(nil)
	if q.to != "" {
		at, err = FindDeploy(deploys, q.to)
	} else {
		steps := 0
		if n, scanned := fmt.Sscanf(q.steps+"\n", "%d\n", &steps); n != 1 || scanned != nil || steps < 0 {
			return "refused"
		}
		at, err = StepsBack(deploys, steps)
	}
	if err != nil {
		return "refused"
	}
	return fmt.Sprintf("%s %d", deploys[at].At, max(deploys[at].Steps, 0))
}

// script returns the answers of the fragment that both rollback scripts share.
func script(t *testing.T, dir, head string, questions []question) []string {
	t.Helper()
	fragment, err := templates.Files.ReadFile("scripts/history.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", string(fragment)+`
read_history "${HEAD}"
echo deploys
printf '%s\n' "${deploys[@]%% *}"
echo steps
for ((i = ${#stack[@]} - 1; i >= 0; i--)); do
  echo "${latest[${stack[i]}]}"
done
i=0
while IFS= read -r -d '' TO && IFS= read -r -d '' STEPS; do
  (choose >/dev/null && echo "${i} ${latest[${state}]} ${back}") || echo "${i} refused"
  i=$((i + 1))
done
`)
	var in bytes.Buffer
	for _, q := range questions {
		fmt.Fprintf(&in, "%s\x00%s\x00", q.to, q.steps)
	}
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, &in, os.Stderr
	cmd.Env = append(os.Environ(), "HEAD="+head, "LIVE="+generatedLive, "ENVIRONMENT=production")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", head, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// shown describes a history on which the two differ.
func shown(deploys []Deploy, questions []question) string {
	var out strings.Builder
	for _, d := range deploys {
		fmt.Fprintf(&out, "%2d %.12s %.12s %v %.12s %s\n", d.Steps, d.Commit.SHA, d.At, d.Live.Images, d.Sources, d.Fault)
	}
	for i, q := range questions {
		fmt.Fprintf(&out, "%d %+q\n", i, q)
	}
	return out.String()
}
