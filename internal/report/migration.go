package report

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/migration"
)

// Migration is what becomes of the objects in the cluster when a draft replaces what people wrote.
type Migration struct {
	Environments []MigratedEnvironment
	// Accepted are the objects, as KIND/NAME, whose loss or replacement is meant.
	Accepted []string
}

// MigratedEnvironment is an environment with its objects.
type MigratedEnvironment struct {
	Name string `json:"name"`
	// Prunes is set where Argo CD deletes by itself what the draft does not have.
	Prunes  bool               `json:"prunes"`
	Objects []migration.Object `json:"objects"`
}

// mostFields is how many fields of an object a screen shows.
const mostFields = 5

// Findings are the objects that lose data or that nobody can change: errors until they are accepted.
func (m Migration) Findings() diag.List {
	var out diag.List
	for _, e := range m.Environments {
		for _, o := range e.Objects {
			if !o.Fatal {
				continue
			}
			d := diag.Diagnostic{Code: diag.Migration}
			if slices.Contains(m.Accepted, o.ID()) {
				d.Severity = diag.Warning
			}
			if o.At.Known() {
				d.Pos = diag.Position{File: o.At.File.Place, Line: o.At.Line}
			}
			switch o.Fate {
			case migration.Pruned:
				d.Message = fmt.Sprintf("%s is not in what the draft gives for %s: what it keeps would be lost", o.ID(), e.Name)
				if o.To != "" {
					d.Message = fmt.Sprintf("%s of %s would be made anew in the namespace %s, without what it keeps in that of today", o.ID(), e.Name, o.To)
				}
				d.Help = "annotate it with argocd.argoproj.io/sync-options: Prune=false and sync once before, so that it stays; or --accept " + o.ID()
			default:
				d.Message = fmt.Sprintf("%s of %s would get another %s, which Kubernetes never changes: the sync fails", o.ID(), e.Name, o.Fields[0].Path)
				d.Help = "delete it without its pods before the first sync, kubectl delete --cascade=orphan, and let the draft make it anew; or --accept " + o.ID()
			}
			out = append(out, d)
		}
	}
	return out.Sorted()
}

// Unknown are the objects that are accepted and neither lost nor replaced.
func (m Migration) Unknown() []string {
	return slices.DeleteFunc(slices.Clone(m.Accepted), func(id string) bool {
		return slices.ContainsFunc(m.Environments, func(e MigratedEnvironment) bool {
			return slices.ContainsFunc(e.Objects, func(o migration.Object) bool { return o.Fatal && o.ID() == id })
		})
	})
}

// Takes reports whether the draft gives any object that is there today.
func (m Migration) Takes() bool {
	return slices.ContainsFunc(m.Environments, func(e MigratedEnvironment) bool {
		return slices.ContainsFunc(e.Objects, func(o migration.Object) bool { return o.Fate == migration.Kept || o.Fate == migration.Changed })
	})
}

var fateStyles = map[migration.Fate]Style{migration.Immutable: Bad, migration.Pruned: Bad, migration.Changed: Doubtful, migration.Added: Good, migration.Kept: Plain}

// Document is the plan, an environment after the other.
func (m Migration) Document() Document {
	d := Document{Title: "pipegen", Findings: m.Findings()}
	count := map[migration.Fate]int{}
	for _, e := range m.Environments {
		p := Part{Title: e.Name, Apart: true, Width: 9, Columns: []string{"", "object", "fields"}, Rows: "objects"}
		pruned := 0
		for _, o := range e.Objects {
			if count[o.Fate]++; o.Fate == migration.Pruned {
				pruned++
			}
			entry := Entry{Line: words(string(o.Fate), fateStyles[o.Fate], "%s", o.ID())}
			if o.To != "" {
				entry.Below = append(entry.Below, Say("made anew in the namespace %s", o.To))
			}
			for _, f := range o.Fields[:min(len(o.Fields), mostFields)] {
				entry.Below = append(entry.Below, Say("%s: %s, then %s", f.Path, value(f.Today), value(f.Then)))
			}
			if n := len(o.Fields) - mostFields; n > 0 {
				entry.Below = append(entry.Below, Say("and %d more fields", n))
			}
			if o.New > 0 {
				entry.Below = append(entry.Below, Say("gets %d fields that it does not have today", o.New))
			}
			entry.Row = []Cell{Say("%s", string(o.Fate)), code(o.ID()), Say("%d differ, %d are new", len(o.Fields), o.New)}
			p.Entries = append(p.Entries, entry)
		}
		d.Parts = append(d.Parts, p)
		if pruned > 0 && !e.Prunes {
			d.Notices = append(d.Notices, "Argo CD prunes nothing by itself in "+e.Name+": what is pruned here stays until a person deletes it")
		}
	}
	d.Summary = fmt.Sprintf("%d immutable, %d pruned, %d changed, %d added, %d kept", count[migration.Immutable], count[migration.Pruned], count[migration.Changed], count[migration.Added], count[migration.Kept])
	d.Data = struct {
		Version      int                   `json:"version"`
		OK           bool                  `json:"ok"`
		Environments []MigratedEnvironment `json:"environments"`
		Diagnostics  diag.List             `json:"diagnostics"`
	}{jsonVersion, !d.Findings.Failed(), m.Environments, d.Findings}
	return d
}

// value shows a value of a field on one line.
func value(s string) string {
	if s == "" {
		return "nothing"
	}
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return s
}
