package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live/diagnose"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// DoctorText writes a diagnosis for people: what was found, with its remedy, and what
// could not be asked; with verbose also what was excluded.
func DoctorText(w io.Writer, d diagnose.Diagnosis, verbose, color bool) error {
	d = printableDiagnosis(d)
	p := &printer{w: bufio.NewWriter(w), color: color}
	for _, f := range d.With(diagnose.Found) {
		fmt.Fprintf(p.w, "%s %s: %s\n", p.paint(red, fmt.Sprintf("%-8s", f.Trouble)), doctorName(f), f.Says)
		for _, e := range f.Evidence {
			fmt.Fprintf(p.w, "         %s\n", evidence(e))
		}
		fmt.Fprintf(p.w, "         %s %s\n", p.paint(cyan, "remedy:"), f.Remedy)
	}
	if groups := unanswered(d); len(groups) > 0 {
		fmt.Fprintln(p.w, "not known, for lack of an answer")
		for _, g := range groups {
			fmt.Fprintf(p.w, "  %s %s\n           %s\n", p.paint(yellow, fmt.Sprintf("%-8s", g.trouble)), g.who(verbose), g.why)
		}
	}
	if verbose && len(d.With(diagnose.Excluded)) > 0 {
		fmt.Fprintln(p.w, "excluded")
		for _, f := range d.With(diagnose.Excluded) {
			fmt.Fprintf(p.w, "  %s %s: %s\n", p.paint(green, fmt.Sprintf("%-8s", f.Trouble)), doctorName(f), f.Says)
		}
	}
	fmt.Fprintln(p.w, doctorSummary(d))
	return p.w.Flush()
}

// doctorName is a cause, with its environment if it has one.
func doctorName(f diagnose.Finding) string {
	if f.Environment == "" {
		return f.Cause
	}
	return f.Cause + " in " + f.Environment
}

// group is the causes that one missing answer leaves open.
type group struct {
	trouble diagnose.Trouble
	why     string
	causes  []string
}

func (g group) who(verbose bool) string {
	if !verbose && len(g.causes) > 3 {
		return fmt.Sprintf("%s and %d more causes", strings.Join(g.causes[:2], ", "), len(g.causes)-2)
	}
	return strings.Join(g.causes, ", ")
}

// unanswered puts together what is unknown for the same reason.
func unanswered(d diagnose.Diagnosis) []group {
	var out []group
	for _, f := range d.With(diagnose.Unknown) {
		i := slices.IndexFunc(out, func(g group) bool { return g.trouble == f.Trouble && g.why == f.Says })
		if i < 0 {
			i = len(out)
			out = append(out, group{trouble: f.Trouble, why: f.Says})
		}
		out[i].causes = append(out[i].causes, doctorName(f))
	}
	return out
}

func doctorSummary(d diagnose.Diagnosis) string {
	of := d.Pipeline
	if d.Revision != "" {
		of += " at " + shortRevision(d.Revision)
	}
	n := len(d.With(diagnose.Found))
	says := map[int]string{0: "no cause found", 1: "1 cause found"}[n]
	if says == "" {
		says = fmt.Sprintf("%d causes found", n)
	}
	if len(d.Troubles) == 0 {
		return of + ": nothing points to a trouble"
	}
	var looked []string
	for _, t := range d.Troubles {
		looked = append(looked, string(t))
	}
	return fmt.Sprintf("%s: %s, %d excluded, %d not known (looked into: %s)", of, says, len(d.With(diagnose.Excluded)), len(d.With(diagnose.Unknown)), strings.Join(looked, ", "))
}

// printableDiagnosis replaces what servers could send to move a terminal's cursor.
func printableDiagnosis(d diagnose.Diagnosis) diagnose.Diagnosis {
	d.Revision = printableText(d.Revision)
	d.Findings = slices.Clone(d.Findings)
	for i, f := range d.Findings {
		f.Says, f.Remedy = printableText(f.Says), printableText(f.Remedy)
		from := f.Evidence
		f.Evidence = make([]verdict.Evidence, len(from))
		for k, e := range from {
			e.What, e.URL, e.Revision = printableText(e.What), printableText(e.URL), printableText(e.Revision)
			f.Evidence[k] = e
		}
		d.Findings[i] = f
	}
	return d
}
