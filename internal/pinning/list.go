package pinning

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// List is the actions that the workflows of a spec use, and the tools that its files download.
type List struct {
	// Style is how the spec names actions: commit, tag or major.
	Style   string   `json:"style"`
	Actions []Action `json:"actions"`
	Tools   []Tool   `json:"tools"`
	// Movers says who brings newer releases of the tools.
	Movers  string   `json:"toolsMoved"`
	Notices []string `json:"notices"`
}

// Action is an action with its pin.
type Action struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA     string `json:"sha"`
	// From is where the pin comes from: table, lock or spec.
	From string `json:"from"`
	// Newer is the release to which a bot has bumped it on disk, or "".
	Newer  string          `json:"newer"`
	Places []diag.Position `json:"places"`
}

// List lists the actions in the workflows that the spec gives, by name and release. MarkBumps must have seen the
// changes.
func (s Subject) List(changes []workspace.Change) List {
	newer := map[string]string{}
	for _, p := range s.Proposals(changes) {
		if p.fault == nil {
			newer[p.Name] = p.To.String()
		}
	}
	out := List{Style: string(s.Plan.Style), Notices: append(s.idle(), s.idleTools()...)}
	for _, f := range s.Set.Files() {
		if !pins.Workflow(f) || f.Owner != artifact.Generated && f.Owner != artifact.Unmanaged {
			continue
		}
		for _, u := range pins.Uses(f.Content) {
			a := s.action(u, strings.HasSuffix(f.Origin(u.Line), ".uses"))
			if a.From != "spec" {
				a.Newer = newer[u.Name]
			}
			out.add(a, diag.Position{File: s.Roots.Place(f), Line: u.Line})
		}
	}
	out.addTools(s)
	sort.SliceStable(out.Actions, func(i, j int) bool {
		a, b := &out.Actions[i], &out.Actions[j]
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version)) < 0
	})
	return out
}

// action says where the pin of a line comes from; authored means that the spec names it.
func (s Subject) action(u pins.Use, authored bool) Action {
	pin, from := u.Pin(), "spec"
	if !authored {
		table := generate.Pinned()[pins.Repository(u.Name)]
		pin, from = pins.Newest(table, s.Lock.Pins()[pins.Repository(u.Name)]), "table"
		if pin != table {
			from = "lock"
		}
	}
	return Action{Name: u.Name, Version: pin.Version, SHA: pin.SHA, From: from}
}

// add adds a place to the action that it names.
func (l *List) add(a Action, place diag.Position) {
	i := slices.IndexFunc(l.Actions, func(o Action) bool { return o.Name == a.Name && o.SHA == a.SHA && o.From == a.From })
	if i < 0 {
		l.Actions, i = append(l.Actions, a), len(l.Actions)
	}
	l.Actions[i].Places = append(l.Actions[i].Places, place)
}

// idle are the entries of the lock that change nothing.
func (s Subject) idle() []string {
	var out []string
	for _, e := range s.Lock.Lock {
		drop := "'" + s.Command("pins drop "+e.Action) + "' removes it"
		switch table, ok := generate.Pinned()[e.Action]; {
		case !ok:
			out = append(out, fmt.Sprintf("the lock has %s, which the table does not: %s", e.Action, drop))
		case pins.Newest(table, e.Pin) == table:
			out = append(out, fmt.Sprintf("the lock has %s %s, and the table %s: %s", e.Action, e.Version, table.Version, drop))
		}
	}
	return out
}
