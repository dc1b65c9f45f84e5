package generate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/schema"
)

// ordered are workloads from lines: "NAME before A,B after C" is a job, and a name alone a service.
func ordered(t *testing.T, lines ...string) input {
	t.Helper()
	var s input
	for _, line := range lines {
		name, rest, isJob := strings.Cut(line, " ")
		w := schema.Workload{At: "workloads." + name}
		if isJob {
			w.Job = &schema.Job{}
			words := strings.Fields(rest)
			for i := 0; i+1 < len(words); i += 2 {
				names := strings.Split(words[i+1], ",")
				switch words[i] {
				case "before":
					w.Job.Before = names
				case "after":
					w.Job.After = names
				}
			}
		}
		s.Workloads = append(s.Workloads, schema.Named[schema.Workload]{ID: name, Value: w})
	}
	return s
}

// TestWaves: what runs all the time is in wave 0 wherever it can be, jobs before it are below and jobs after it above.
func TestWaves(t *testing.T) {
	for _, c := range []struct {
		workloads []string
		want      string
	}{
		{[]string{"api", "worker"}, "map[]"},
		{[]string{"api", "worker", "migrate before api"}, "map[migrate:-1]"},
		{[]string{"api", "report after api"}, "map[report:1]"},
		{[]string{"api", "cache", "migrate before api after cache"}, "map[cache:-2 migrate:-1]"},
		{[]string{"api", "one before two", "two before api"}, "map[one:-2 two:-1]"},
		{[]string{"api", "one after api", "two after one"}, "map[one:1 two:2]"},
		{[]string{"api", "migrate before api", "report after api,migrate"}, "map[migrate:-1 report:1]"},
		{[]string{"alone "}, "map[]"},
		{[]string{"one before two", "two "}, "map[two:1]"},
	} {
		waves, bad := wavesOf(ordered(t, c.workloads...))
		for name, wave := range waves {
			if wave == 0 {
				delete(waves, name)
			}
		}
		if got := fmt.Sprint(waves); len(bad) > 0 || got != c.want {
			t.Errorf("%q: %s %v, want %s", c.workloads, got, bad, c.want)
		}
	}
}

// TestLoops: jobs that wait for one another are refused, each with the way.
func TestLoops(t *testing.T) {
	for _, c := range [][]string{
		{"api", "one before one"},
		{"api", "one before two", "two before one"},
		{"api", "one before api after api"},
		{"api", "one before two", "two before three,api", "three before one"},
	} {
		if _, bad := wavesOf(ordered(t, c...)); len(bad) == 0 || !strings.Contains(bad[0].Message, "comes before") {
			t.Errorf("%q is not refused: %v", c, bad)
		}
	}
}
