package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/pipegen/pipegen/internal/live/revert"
	"github.com/pipegen/pipegen/internal/live/rollback"
)

// DeploysText lists deploys for people. The number before one is what --steps takes.
func DeploysText(w io.Writer, d rollback.Deploys, color bool) error {
	p := &printer{w: bufio.NewWriter(w), color: color}
	for i, e := range d.Environments {
		if i > 0 {
			fmt.Fprintln(p.w)
		}
		p.environment(e, d.At)
	}
	for _, n := range d.Notices {
		fmt.Fprintf(p.w, "%s %s\n", p.paint(cyan, "notice:"), visible(n))
	}
	return p.w.Flush()
}

func (p *printer) environment(e rollback.EnvironmentDeploys, now time.Time) {
	shown, more := listed(e.History)
	if len(shown) == 0 {
		fmt.Fprintf(p.w, "%s: nothing has been deployed yet\n", e.Name)
		return
	}
	fmt.Fprintln(p.w, e.Name)
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "steps\tage\ttag\tdigest\tsource\tGitOps\tby")
	for _, d := range shown {
		fmt.Fprintf(t, "%s\t%s\t%s\n", step(d), age(now, d.Commit.At), row(d, now))
	}
	t.Flush()
	if more > 0 {
		fmt.Fprintf(p.w, "and %d older ones\n", more)
	}
}

// step is what --steps takes to go back to a deploy.
func step(d revert.Deploy) string {
	switch d.Steps {
	case 0:
		return "live"
	case revert.Unreached:
		return "-"
	}
	return fmt.Sprint(d.Steps)
}

// row is a deploy in the columns of the list, from the tag on.
func row(d revert.Deploy, now time.Time) string {
	commit, by := shortRevision(d.Commit.SHA), byWhom(d, now)
	if d.Fault != "" {
		return strings.Join([]string{"-", "-", "-", commit, by}, "\t")
	}
	source := shortRevision(d.Live.Source)
	if source == "" {
		source = "unknown"
	}
	return strings.Join([]string{d.Live.Tag, shortRevision(d.Live.Digest), source, commit, by}, "\t")
}

// byWhom says who brought a deploy, and what became of it.
func byWhom(d revert.Deploy, now time.Time) string {
	by := visible(d.Commit.Author)
	if d.Undoes != "" {
		by += ", took " + d.Undoes + " back"
	}
	if d.Fault != "" {
		by += " (" + visible(d.Fault) + ")"
	}
	switch {
	case d.Undone != nil:
		by += fmt.Sprintf(" (taken back by %s, %s)", visible(d.Undone.Author), ago(age(now, d.Undone.At)))
	case d.Again != nil:
		by += fmt.Sprintf(" (deployed again by %s, %s)", visible(d.Again.Author), ago(age(now, d.Again.At)))
	}
	return by
}

// RollbackPlan shows people what a rollback would do.
func RollbackPlan(w io.Writer, r rollback.Result, color bool) error {
	p := &printer{w: bufio.NewWriter(w), color: color}
	to := r.History[r.Place]
	how := fmt.Sprintf("goes back by %d", to.Steps)
	if to.Steps == revert.Unreached {
		how = "goes"
	}
	fmt.Fprintf(p.w, "%s in %s %s to %s\n", r.Application, r.Environment, how, p.paint(green, to.Live.Tag))
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	line := func(what string, d revert.Deploy) {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", what, age(r.At, d.Commit.At), row(d, r.At))
	}
	line("taken back", r.History[0])
	for _, d := range r.Passed() {
		line("passed over", d)
	}
	line("deployed again", to)
	t.Flush()
	fmt.Fprintln(p.w)
	p.patch(r.Diff)
	fmt.Fprintln(p.w)
	for _, warning := range r.Warnings {
		fmt.Fprintf(p.w, "%s %s\n", p.paint(yellow, "warning:"), visible(warning))
	}
	return p.w.Flush()
}

func (p *printer) patch(diff string) {
	for line := range strings.Lines(diff) {
		line = strings.TrimRight(strings.Map(printed, line), " ")
		switch {
		case strings.HasPrefix(line, "+"):
			line = p.paint(green, line)
		case strings.HasPrefix(line, "-"):
			line = p.paint(red, line)
		}
		fmt.Fprintln(p.w, line)
	}
}

// RollbackDone says in a line what became of a rollback, and below it what was seen
// of it.
func RollbackDone(w io.Writer, r rollback.Result, color bool) error {
	to, where := r.History[r.Place].Reference(), r.Branch+" of "+r.Repository
	var err error
	switch r.Outcome {
	case rollback.Pushed:
		_, err = fmt.Fprintf(w, "pushed %s to %s: %s is deployed again, and nothing was built\n", shortRevision(r.Commit), where, to)
	case rollback.Proposed:
		_, err = fmt.Fprintf(w, "proposed for %s: %s\nNothing is taken back before somebody merges it.\n", where, visible(r.PullRequest))
	default:
		_, err = fmt.Fprintln(w, "nothing was pushed")
	}
	if err != nil || r.Verdict == nil {
		return err
	}
	p := &printer{w: bufio.NewWriter(w), color: color}
	v := printable(*r.Verdict)
	p.results("what was seen of it", v.All())
	return p.w.Flush()
}

// age is how long ago something was, as exactly as people say it.
func age(now, then time.Time) string {
	switch d := now.Sub(then); {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
}

func ago(age string) string {
	if age == "now" {
		return "just " + age
	}
	return age + " ago"
}

// printed is a character, or a space for one that could move a terminal's cursor.
func printed(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

func visible(s string) string { return strings.Map(printed, s) }
