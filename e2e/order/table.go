package order

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Table is a failure for people: what is wrong, and how it comes to it. Each event has what
// the environments run after it, and below it what follows by itself.
func (m *Model) Table(f *Failure) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", f.Rule, f.What)
	s, err := m.begin()
	if err != nil {
		return "", err
	}
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\t%s\twhat happens\n", strings.Join(m.environments, "\t"))
	for n, e := range f.Story {
		after, err := m.after(s, e)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(t, "%d", n+1)
		for _, environment := range m.environments {
			fmt.Fprintf(t, "\t%s", m.runs(after.Past[environment]).Source)
		}
		fmt.Fprintf(t, "\t%s\n", e.inWords(s))
		for _, line := range m.followed(s, after) {
			fmt.Fprintf(t, "%s\t  %s\n", strings.Repeat("\t", len(m.environments)), line)
		}
		s = after
	}
	err = t.Flush()
	return b.String(), err
}

// followed is what follows from an event by itself, and what the jobs say.
func (m *Model) followed(before, after *State) (out []string) {
	for i, r := range after.Runs {
		for j, state := range r.Jobs {
			var was JobState
			if i < len(before.Runs) {
				was = before.Runs[i].Jobs[j]
			}
			if was.Status == state.Status {
				continue
			}
			job := fmt.Sprintf("run %d, %s: ", i+1, m.tried[r.File][j].ID)
			if words := ways[state.Status]; words != "" {
				out = append(out, job+words)
			}
			for _, line := range state.Said {
				out = append(out, job+line)
			}
		}
	}
	return out
}

// ways are those of a job that a reader of a story wants to know.
var ways = map[Status]string{
	waiting: "waits in its group", reviewing: "waits for an approval", running: "begins",
	skipped: "is skipped", failure: "fails", cancelled: "is cancelled",
}
