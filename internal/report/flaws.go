package report

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/rules"
)

// Flaws is what there is to say of a pipeline that people wrote by hand.
type Flaws struct {
	// Found are the flaws, and Left what a draft leaves out of it.
	Found, Left diag.List
	// Others are diagnostics besides: files that cannot be read, or why there is no draft.
	Others  diag.List
	Notices []string
	// Parts are what else there is to see, before the summary.
	Parts   []Part
	Summary string
	// Next is what to do next, "" for nothing.
	Next string
}

// group is a rule with its flaws.
type group struct {
	Harm  rules.Harm `json:"harm"`
	Rule  string     `json:"rule"`
	Title string     `json:"title"`
	Why   string     `json:"why"`
	Count int        `json:"count"`
	found diag.List
}

// mostHardening is how many flaws of one rule a screen shows where nothing is broken; programs get all.
const mostHardening = 3

// All are all diagnostics.
func (f Flaws) All() diag.List {
	return slices.Concat(f.Others, f.Found, f.Left).Sorted()
}

// Document shows first things first: what is broken now, what is dangerous, what a draft leaves out, and what there is
// to harden; the flaws of a rule are together.
func (f Flaws) Document() Document {
	groups, frame := f.groups(), Frame{}
	var parts []Part
	if others := f.Others.Sorted(); len(others) > 0 {
		parts = append(parts, findings(others, frame))
	}
	harm := func(h rules.Harm) {
		for _, g := range groups {
			if g.Harm == h {
				parts = append(parts, g.part(frame))
			}
		}
	}
	harm(rules.Broken)
	harm(rules.Dangerous)
	if left := f.Left.Sorted(); len(left) > 0 {
		p := findings(left, frame)
		p.Entries = slices.Insert(p.Entries, 0, Entry{Line: []Cell{{{Text: fmt.Sprintf("left out of the draft: %d", len(left)), Style: Strong}}}})
		p.Apart = len(parts) > 0
		parts = append(parts, p)
	}
	harm(rules.Hardening)
	parts = append(parts, f.Parts...)
	return Document{
		Title: "pipegen", Parts: parts, Notices: f.Notices, Summary: f.Summary, Next: f.Next, Marks: &Marks{f.All(), f.Notices},
		Data: struct {
			Version     int       `json:"version"`
			OK          bool      `json:"ok"`
			Diagnostics diag.List `json:"diagnostics"`
			Flaws       []group   `json:"flaws"`
			Notices     []string  `json:"notices"`
		}{jsonVersion, !f.All().Failed(), f.All(), groups, f.Notices},
	}
}

// groups are the flaws by rule, the most harmful first, then those of which there are most.
func (f Flaws) groups() []group {
	out := []group{}
	for _, d := range f.Found.Sorted() {
		i := slices.IndexFunc(out, func(g group) bool { return g.Rule == d.Rule })
		if i < 0 {
			r, _ := rules.Find(d.Rule)
			i, out = len(out), append(out, group{Harm: rules.HarmOf(d.Rule), Rule: d.Rule, Title: r.Says(), Why: r.Why})
		}
		out[i].found, out[i].Count = append(out[i].found, d), out[i].Count+1
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(a.Harm, b.Harm), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Rule, b.Rule)) < 0
	})
	return out
}

// part is a group under its rule and what the breach does.
func (g group) part(f Frame) Part {
	style := map[rules.Harm]Style{rules.Broken: Bad, rules.Dangerous: Doubtful, rules.Hardening: Hint}[g.Harm]
	shown := g.found
	if g.Harm == rules.Hardening {
		shown = shown[:min(len(shown), mostHardening)]
	}
	p := findings(shown, f)
	head := Cell{{Text: g.Harm.String() + ":", Style: style}, {Text: fmt.Sprintf(" %s (%d)", g.Title, g.Count), Style: Strong}}
	first := Entry{Line: []Cell{head}, Below: []Cell{Say("%s", g.Why)}}
	p.Entries = slices.Insert(p.Entries, 0, first)
	if rest := g.Count - len(shown); rest > 0 {
		p.Entries = append(p.Entries, Entry{Line: []Cell{Say("and %d more, which --format json has", rest)}})
	}
	p.Apart, p.Title = true, ""
	return p
}
