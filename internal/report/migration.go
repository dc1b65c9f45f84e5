package report

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/migration"
)

// Migration is what becomes of the objects in the cluster when what a draft or a spec gives replaces what is there.
type Migration struct {
	Environments []MigratedEnvironment
	// By is what gives it, in a sentence.
	By      string
	Notices []string
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

const (
	// mostFields is how many fields of an object a screen shows.
	mostFields = 40
	// mostKept is how many objects that stay as they are it names.
	mostKept = 10
)

// Findings are the objects that lose data or that nobody can change: errors until they are accepted.
func (m Migration) Findings() diag.List {
	var out diag.List
	for _, e := range m.Environments {
		for _, o := range e.Objects {
			if !o.Fatal && o.Keep == "" && o.Selected == "" {
				continue
			}
			d := diag.Diagnostic{Code: diag.Migration}
			if !o.Fatal || slices.Contains(m.Accepted, o.ID()) {
				d.Severity = diag.Warning
			}
			if o.At.Known() {
				d.Pos = diag.Position{File: o.At.File.Place, Line: o.At.Line}
			}
			switch {
			case !o.Fatal && o.Selected != "":
				d.Message = fmt.Sprintf("%s of %s would no longer find the pods of %s that run today: requests fail until all are new", o.ID(), e.Name, o.Selected)
			case !o.Fatal:
				d.Message = fmt.Sprintf("%s is not in what %s gives for %s: its pods would go, and those of another name come", o.ID(), m.By, e.Name)
			case o.Fate == migration.Pruned:
				d.Message = fmt.Sprintf("%s is not in what %s gives for %s: what it keeps would be lost", o.ID(), m.By, e.Name)
				if o.To != "" {
					d.Message = fmt.Sprintf("%s of %s would be made anew in the namespace %s, without what it keeps in that of today", o.ID(), e.Name, o.To)
				}
				d.Help = "annotate it with argocd.argoproj.io/sync-options: Prune=false and sync once before, so that it stays; or --accept " + o.ID()
			default:
				d.Message = fmt.Sprintf("%s of %s would get another %s, which Kubernetes never changes: the sync fails", o.ID(), e.Name, o.Fields[0].Path)
				d.Help = "delete it without its pods before the first sync, kubectl delete --cascade=orphan, and let " + m.By + " make it anew; or --accept " + o.ID()
			}
			if o.Keep != "" && o.Fatal {
				d.Help = o.Keep + "; or " + d.Help
			} else if o.Keep != "" {
				d.Help = o.Keep
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
	d := Document{Title: "pipegen", Findings: m.Findings(), Notices: m.Notices}
	count := map[migration.Fate]int{}
	for _, e := range m.Environments {
		p := Part{Title: e.Name, Apart: true, Width: 9, Columns: []string{"", "object", "fields"}, Rows: "objects"}
		pruned, kept := 0, 0
		for _, o := range e.Objects {
			if o.Fate == migration.Kept {
				kept++
			}
		}
		for _, o := range e.Objects {
			if count[o.Fate]++; o.Fate == migration.Pruned {
				pruned++
			}
			if o.Fate == migration.Kept && kept > mostKept {
				continue
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
		if kept > mostKept {
			p.Entries = append(p.Entries, Entry{Line: words(string(migration.Kept), Plain, "%d other objects", kept), Row: []Cell{Say("%s", string(migration.Kept)), Say("%d other objects", kept), Say("")}})
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
