package check

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// TestQueue: the one key that actionlint does not know is read by us, and nothing else passes with it.
func TestQueue(t *testing.T) {
	for concurrency, want := range map[string]string{
		"{group: g, queue: max}":                                                        "",
		"{group: g, cancel-in-progress: false, queue: max}":                             "",
		"{group: g, cancel-in-progress: true, queue: single}":                           "",
		"{group: g, queue: most}":                                                       `queue must be "max" or "single"`,
		"{group: g, queue: [max]}":                                                      `queue must be "max" or "single"`,
		"{group: g, queue: \"\"}":                                                       `queue must be "max" or "single"`,
		"{group: g, cancel-in-progress: true, queue: max}":                              "GitHub refuses the two together",
		"{group: g, cancel-in-progress: \"${{ github.ref == 'x' }}\", queue: max}":      "GitHub refuses the two together",
		"{group: g, queues: max}":                                                       `unexpected key "queues"`,
		"{queue: max}":                                                                  "group",
		"\n      group: g\n      queue: max":                                            "",
		"\n      queue: most\n      group: g":                                           `queue must be "max" or "single"`,
		"\n      cancel-in-progress: true\n\n  # why\n      queue: max\n      group: g": "GitHub refuses the two together",
		"\n      queue: max\n\n  # why\n      cancel-in-progress: true\n      group: g": "GitHub refuses the two together",
		"{group: g,\n      queue: max,\n      cancel-in-progress: true}":                "GitHub refuses the two together",
		"&c\n      group: &max max\n      queue: *max":                                  `queue must be "max" or "single"`,
	} {
		for place, text := range map[string]string{
			"workflow": "on: push\nconcurrency: " + concurrency + "\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: 'true'}]\n",
			"job":      "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    concurrency: " + concurrency + "\n    steps: [{run: 'true'}]\n",
		} {
			f := artifact.File{Root: artifact.Code, Path: ".github/workflows/a.yaml", Content: []byte(text), Owner: artifact.Unmanaged}
			c := checker{files: []artifact.File{f}, place: func(f artifact.File) string { return f.Path }}
			found, _, err := c.lintWorkflows()
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, d := range found {
				said = append(said, d.Message)
			}
			if got := strings.Join(said, "\n"); want == "" && got != "" || !strings.Contains(got, want) {
				t.Errorf("%s of a %s: %q, want %q", concurrency, place, got, want)
			}
		}
	}
	// Elsewhere the key is as unknown as any other.
	text := "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    queue: max\n    steps: [{run: 'true'}]\n"
	c := checker{files: []artifact.File{{Root: artifact.Code, Path: ".github/workflows/a.yaml", Content: []byte(text), Owner: artifact.Unmanaged}}, place: func(f artifact.File) string { return f.Path }}
	if found, _, err := c.lintWorkflows(); err != nil || len(found) != 1 || !strings.Contains(found[0].Message, `unexpected key "queue" for "job" section`) {
		t.Errorf("%v %v", found, err)
	}
}
