package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/live/diagnose"
)

// DoctorMarkdown writes a diagnosis as tables, such as for an issue.
func DoctorMarkdown(w io.Writer, d diagnose.Diagnosis, verbose bool) error {
	d = printableDiagnosis(d)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n", cell(doctorSummary(d)))
	if all := d.With(diagnose.Found); len(all) > 0 {
		fmt.Fprint(b, "\n### Found\n\n| trouble | cause | what the facts show | evidence | remedy |\n|---|---|---|---|---|\n")
		for _, f := range all {
			var links []string
			for _, e := range f.Evidence {
				links = append(links, link(e))
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", f.Trouble, cell(doctorName(f)), cell(f.Says), strings.Join(links, ", "), cell(f.Remedy))
		}
	}
	if all := unanswered(d); len(all) > 0 {
		fmt.Fprint(b, "\n### Not known\n\n| trouble | causes | why |\n|---|---|---|\n")
		for _, g := range all {
			fmt.Fprintf(b, "| %s | %s | %s |\n", g.trouble, cell(g.who(verbose)), cell(g.why))
		}
	}
	if all := d.With(diagnose.Excluded); verbose && len(all) > 0 {
		fmt.Fprint(b, "\n### Excluded\n\n| trouble | cause | because |\n|---|---|---|\n")
		for _, f := range all {
			fmt.Fprintf(b, "| %s | %s | %s |\n", f.Trouble, cell(doctorName(f)), cell(f.Says))
		}
	}
	return b.Flush()
}
