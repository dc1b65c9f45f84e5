package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live/diagnose"
)

// Doctor is a diagnosis: what was found, with its remedy, and what could not be asked;
// with verbose also what was excluded.
func Doctor(d diagnose.Diagnosis, verbose bool) Document {
	found, excluded := d.With(diagnose.Found), d.With(diagnose.Excluded)
	if !verbose {
		excluded = nil
	}
	return Document{
		Name: d.Pipeline, Summary: doctorSummary(d),
		Parts: []Part{
			causes("found", Bad, found, "trouble", "cause", "what the facts show", "evidence", "remedy"),
			unanswered(d, verbose),
			causes("excluded", Good, excluded, "trouble", "cause", "because"),
		},
		Data: struct {
			Version int `json:"version"`
			// OK is set where causes were tested, or none needed to be, and none was found.
			OK bool `json:"ok"`
			diagnose.Diagnosis
		}{jsonVersion, len(found) == 0 && d.Reached && !d.Undecidable(), d},
	}
}

func causes(title string, style Style, all []diagnose.Finding, columns ...string) Part {
	p := Part{Title: title, Width: 8, Columns: columns, Rows: "causes"}
	for _, f := range all {
		name := in(f.Cause, f.Where())
		e := Entry{Line: words(string(f.Trouble), style, "%s: %s", name, f.Says), Below: evidence(f.Evidence),
			Row: append(cells(string(f.Trouble), name, f.Says), links(f.Evidence), linked(f.Remedy))[:len(columns)]}
		if f.Remedy != "" {
			e.Below = append(e.Below, Cell{{Text: "remedy:", Style: Hint}, {Text: " " + f.Remedy}})
		}
		p.Entries = append(p.Entries, e)
	}
	return p
}

var address = lazy.Regexp(`https://[^\s;,]+`)

// linked is a sentence of ours in which addresses lead somewhere.
func linked(s string) (out Cell) {
	from := 0
	for _, at := range address().FindAllStringIndex(s, -1) {
		url := s[at[0]:at[1]]
		out = append(out, Span{Text: s[from:at[0]]}, Span{Text: url, URL: url})
		from = at[1]
	}
	return append(out, Span{Text: s[from:]})
}

// unanswered puts together what is unknown for the same reason.
func unanswered(d diagnose.Diagnosis, verbose bool) Part {
	p := Part{Title: "not known", Width: 8, Columns: []string{"trouble", "causes", "why"}, Rows: "causes"}
	all := d.With(diagnose.Unknown)
	for len(all) > 0 {
		first := all[0]
		var names, who []string
		all = slices.DeleteFunc(all, func(f diagnose.Finding) bool {
			same := f.Trouble == first.Trouble && f.Says == first.Says
			if same {
				names = append(names, in(f.Cause, f.Where()))
			}
			return same
		})
		if who = names; !verbose && len(names) > 3 {
			who = []string{fmt.Sprintf("%s and %d more causes", strings.Join(names[:2], ", "), len(names)-2)}
		}
		p.Entries = append(p.Entries, Entry{Line: words(string(first.Trouble), Doubtful, "%s", strings.Join(who, ", ")), Below: cells(first.Says),
			Row: cells(string(first.Trouble), strings.Join(who, ", "), first.Says)})
	}
	return p
}

func doctorSummary(d diagnose.Diagnosis) string {
	of := subject(d.Pipeline, d.Revision)
	if len(d.Troubles) == 0 {
		return of + ": nothing points to a trouble"
	}
	found := "no cause"
	if n := len(d.With(diagnose.Found)); n > 0 {
		found = Count(n, "cause")
	}
	var looked []string
	for _, t := range d.Troubles {
		looked = append(looked, string(t))
	}
	return fmt.Sprintf("%s: %s found, %d excluded, %d not known (looked into: %s)", of, found, len(d.With(diagnose.Excluded)), len(d.With(diagnose.Unknown)), strings.Join(looked, ", "))
}
