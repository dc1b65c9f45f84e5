package report

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/pipegen/pipegen/internal/live/verdict"
)

// VerifyMarkdown writes a verdict as tables, such as for the summary of a run.
func VerifyMarkdown(w io.Writer, v verdict.Verdict) error {
	v = printable(v)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n", cell(verifySummary(v)))
	table(b, "The way of the change", v.Chain)
	table(b, "The promises", v.Promises)
	return b.Flush()
}

func table(b *bufio.Writer, title string, all []verdict.Result) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n| | | promised | measured | evidence |\n|---|---|---|---|---|\n", title)
	for _, r := range all {
		var links []string
		for _, e := range r.Evidence {
			links = append(links, link(e))
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", r.Status, cell(verifyName(r)), cell(r.Promised), cell(r.Measured), strings.Join(links, ", "))
	}
}

func link(e verdict.Evidence) string {
	u, err := url.Parse(e.URL)
	if e.URL == "" || err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return cell(e.What)
	}
	return "[" + cell(e.What) + "](" + strings.NewReplacer("(", "%28", ")", "%29", "|", "%7C", "<", "%3C", ">", "%3E").Replace(u.String()) + ")"
}

// cell keeps a text from being anything but text in a table.
func cell(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "[", `\[`, "]", `\]`, "`", "\\`", "*", `\*`, "_", `\_`).Replace(s)
}
