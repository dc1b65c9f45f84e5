package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// mostGrowth is how much more of pipegen's code an environment may run where there are 200 than where there are 100.
const mostGrowth = 1.1

// growth counts how many statements of pipegen's own a check runs for a spec with many environments more. Unlike time,
// that does not depend on what else the machine does; code that looks through all environments for each one shows.
func growth(w io.Writer, specs []string) error {
	dir, err := os.MkdirTemp("", "pipegen-growth-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "pipegen")
	if out, err := exec.Command("go", "build", "-cover", "-covermode=count", "-coverpkg=./...", "-o", binary, "./cmd/pipegen").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	var grown []string
	fmt.Fprintf(w, "\n| statements of a check, in thousands | 50 more environments | 100 | 200 | the last 100 against the 50 before |\n|---|---|---|---|---|\n")
	for _, spec := range specs {
		var counts []float64
		for _, n := range []int{50, 100, 200} {
			count, err := statements(binary, filepath.Join(dir, fmt.Sprint(filepath.Base(filepath.Dir(spec)), n)), spec, n)
			if err != nil {
				return err
			}
			counts = append(counts, count/1000)
		}
		times := (counts[2] - counts[1]) / 100 / ((counts[1] - counts[0]) / 50)
		fmt.Fprintf(w, "| `%s` | %.0f | %.0f | %.0f | %.2f |\n", spec, counts[0], counts[1], counts[2], times)
		if times > mostGrowth {
			grown = append(grown, fmt.Sprintf("%s: an environment costs %.2f times as much where there are many", spec, times))
		}
	}
	if len(grown) > 0 {
		return fmt.Errorf("the work grows faster than the environments:\n%s", strings.Join(grown, "\n"))
	}
	return nil
}

// statements is how many a check runs for a spec with so many environments more. Every second one comes after
// the one before it.
func statements(binary, dir, spec string, environments int) (float64, error) {
	text, err := os.ReadFile(spec)
	if err != nil {
		return 0, err
	}
	counters := filepath.Join(dir, "counters")
	if err := os.MkdirAll(counters, 0o755); err != nil {
		return 0, err
	}
	for i := range environments {
		text = fmt.Appendf(text, "environments: more%03d: namespace: \"more-%03d\"\n", i, i)
		if i%2 == 1 {
			text = fmt.Appendf(text, "environments: more%03d: after: \"more%03d\"\n", i, i-1)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "pipeline.cue"), text, 0o644); err != nil {
		return 0, err
	}
	for _, verb := range []string{"generate", "check"} {
		cmd := exec.Command(binary, verb, "--out", ".")
		cmd.Dir, cmd.Env = dir, []string{"PATH=", "GOCOVERDIR="}
		if verb == "check" {
			cmd.Env = []string{"PATH=", "GOCOVERDIR=" + counters}
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%s %s: %w\n%s", verb, spec, err, out)
		}
	}
	profile := filepath.Join(dir, "profile")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i", counters, "-o", profile).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go tool covdata: %w\n%s", err, out)
	}
	return sum(profile)
}

// sum adds up a profile. Each of its lines ends in the number of statements of a block and how often it was run.
func sum(profile string) (float64, error) {
	f, err := os.Open(profile)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	total := 0.0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var place string
		var count, times float64
		if _, err := fmt.Sscan(lines.Text(), &place, &count, &times); err == nil {
			total += count * times
		}
	}
	return total, lines.Err()
}
