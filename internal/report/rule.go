package report

import (
	"strings"

	"github.com/pipegen/pipegen/internal/rules"
)

// Rule is a rule of the book.
func Rule(r rules.Rule) Document {
	p := Part{Title: r.ID + ": " + r.Title, Width: 9, Prose: true, Entries: []Entry{{Line: cells("why:", r.Why)}}}
	label := "held:"
	for _, h := range r.Held() {
		p.Entries = append(p.Entries, Entry{Line: cells(label, strings.ReplaceAll(h, "`", "'"))})
		label = ""
	}
	if r.Strict != "" {
		p.Entries = append(p.Entries, Entry{Line: cells("strict:", "a breach cannot be accepted: "+r.Strict)})
	}
	label = "evidence:"
	for _, e := range r.Evidence {
		p.Entries = append(p.Entries, Entry{Line: cells(label, e.Says)})
		if label = ""; e.URL != "" {
			p.Entries = append(p.Entries, Entry{Line: cells(label, e.URL)})
		}
	}
	return Document{Parts: []Part{p}, Data: struct {
		Version int        `json:"version"`
		Rule    rules.Rule `json:"rule"`
	}{jsonVersion, r}}
}
