package pipeline

import (
	"maps"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// played reads a workflow with these jobs, one a line: its id, what it needs, and its condition.
func played(t *testing.T, jobs ...string) *Workflow {
	t.Helper()
	text := "on: push\njobs:\n"
	for _, line := range jobs {
		part := strings.SplitN(line, " | ", 3)
		text += "  " + part[0] + ":\n    needs: [" + part[1] + "]\n    runs-on: x\n"
		if len(part) > 2 {
			text += "    if: " + part[2] + "\n"
		}
	}
	w := readWorkflows([]*File{(&Texts{}).Parse(artifact.File{Root: artifact.Code, Path: ".github/workflows/ci.yaml", Content: []byte(text)}, "ci.yaml")}, nil)
	if len(w) != 1 {
		t.Fatal("no workflow was read")
	}
	return w[0]
}

func TestPlay(t *testing.T) {
	built := []string{
		"changes | ", "test | changes | needs.changes.outputs.api == 'true'",
		"publish | changes, test | github.ref == 'refs/heads/main' && needs.changes.outputs.api == 'true'",
		"image | changes, publish | ${{ !cancelled() && github.ref == 'refs/heads/main' && (needs.publish.result == 'success' || needs.changes.outputs.api == 'false') }}",
		"plain | image", "deploy | image | ${{ !cancelled() && needs.image.result == 'success' }}", "gate | deploy, plain | always()",
	}
	api := func(value string) map[Output]string { return map[Output]string{{"changes", "api"}: value} }
	main := Event{"push", "refs/heads/main"}
	for _, c := range []struct {
		name string
		Assumed
		want string
	}{
		{"all is built", Assumed{Event: main, Outputs: api("true")}, "changes test publish image plain deploy gate"},
		{"what is skipped skips what comes after it, but not where the condition asks for the state", Assumed{Event: main, Outputs: api("false")}, "changes image deploy gate"},
		{"a failure skips as well", Assumed{Event: main, Outputs: api("true"), Fails: "test"}, "changes test! gate"},
		{"outputs of a job that failed are empty", Assumed{Event: main, Outputs: api("true"), Fails: "changes"}, "changes! gate"},
		{"an event decides", Assumed{Event: Event{"pull_request", "refs/pull/1/merge"}, Outputs: api("true")}, "changes test gate"},
		{"an output that is not known lets a job run", Assumed{Event: main}, "changes test publish image plain deploy gate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := played(t, built...)
			results := w.Play(c.Assumed).Results
			if c.Fails != "" {
				whole := c.Assumed
				whole.Fails = ""
				other := w.Play(whole)
				maps.Copy(other.Results, other.But(w, c.Fails).Results)
				if !maps.Equal(results, other.Results) {
					t.Errorf("one after the other they end as %v, and only with what a failure changes as %v", results, other.Results)
				}
			}
			var got []string
			for _, j := range w.Jobs {
				switch results[j.ID] {
				case Succeeded:
					got = append(got, j.ID)
				case Failed:
					got = append(got, j.ID+"!")
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestPlayEnds(t *testing.T) {
	for id, r := range played(t, "a | b", "b | a", "c | nobody", "d | d | needs.d.result == 'x'").Play(Assumed{}).Results {
		if r != LeftOut {
			t.Errorf("%s: %s", id, r)
		}
	}
}

func TestValue(t *testing.T) {
	w := played(t, "a | ", "b | a")
	run := Assumed{Event: Event{"push", "refs/heads/main"}, Outputs: map[Output]string{{"a", "x"}: "1"}}
	played := w.Play(run)
	for expression, want := range map[string]string{
		"${{ github.ref == 'refs/heads/main' && 'a b' || 'c' }}":       "a b",
		"${{ (github.ref == 'refs/heads/x') && 'a b' || 'c' }}":        "c",
		"${{ needs.a.outputs.x == '1' && needs.a.result || 'c' }}":     "success",
		"${{ needs.b.result || 'none' }}":                              "none",
		"x ${{ needs.a.result }}\n${{ 'y' }}":                          "x success\ny",
		"${{ success() && 'a' || 'b' }}":                               "a",
		"${{ failure() && 'a' || 'b' }}":                               "b",
		"${{ needs.a.outputs.y && 'a' }}":                              "?",
		"${{ toJSON(needs) }}":                                         "?",
		"${{ contains(needs.*.result, 'failure') }}":                   "?",
		"${{ needs.a.outputs.y == 'true' && 'a' || github.ref_name }}": "?",
	} {
		got, known := played.Value(w.Job("b"), expression)
		if !known {
			got = "?"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", expression, got, want)
		}
	}
}
