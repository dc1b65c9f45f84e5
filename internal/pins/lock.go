package pins

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

const (
	// LockPath is the path of the lock in a code repository.
	LockPath = ".pipegen/actions.json"
	// MaxLock is the largest lock that is read, in bytes: some hundred actions fit into it.
	MaxLock = 1 << 16
	// lockFormat is the version of the lock's own form.
	lockFormat = 1
)

// Lock is the committed list of pins that a repository has taken, by action.
type Lock []Entry

// Entry is one action of a lock.
type Entry struct {
	// Action is the action's repository, as OWNER/NAME.
	Action string
	Pin
	// Line is where the entry begins in the file, from 1; 0 in a lock that was not read.
	Line int
}

// Pins are the entries by action.
func (l Lock) Pins() map[string]Pin {
	out := map[string]Pin{}
	for _, e := range l {
		out[e.Action] = e.Pin
	}
	return out
}

// Find returns the entry of an action.
func (l Lock) Find(action string) (Entry, bool) {
	i := slices.IndexFunc(l, func(e Entry) bool { return e.Action == action })
	if i < 0 {
		return Entry{}, false
	}
	return l[i], true
}

// With returns the lock with a pin of an action, which replaces any other pin of it.
func (l Lock) With(action string, p Pin) Lock {
	out := append(l.Without(action), Entry{Action: action, Pin: p})
	sort.SliceStable(out, func(i, j int) bool { return out[i].Action < out[j].Action })
	return out
}

// Without returns the lock without an action.
func (l Lock) Without(action string) Lock {
	return slices.DeleteFunc(slices.Clone(l), func(e Entry) bool { return e.Action == action })
}

// Encode writes a lock, one line for each action, so that two branches that take different ones can be merged.
func (l Lock) Encode() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "{\n  \"format\": %d,\n  \"actions\": [", lockFormat)
	for i, e := range l {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "\n    {\"action\": %s, \"version\": %s", text(e.Action), text(e.Version))
		if e.SHA != "" {
			b.WriteString(", \"sha\": " + text(e.SHA))
		}
		b.WriteString("}")
	}
	if len(l) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("]\n}\n")
	return []byte(b.String())
}

// text encodes a string as JSON, which cannot fail.
func text(s string) string {
	out, _ := json.Marshal(s)
	return string(out)
}

// LockFault says what is wrong with a lock, and where.
type LockFault struct {
	// Line counts from 1.
	Line int
	Fault
}

var (
	lockedAction  = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$`)
	lockedVersion = lazy.Regexp(`^(v?\d{1,6}(\.\d{1,6}\.\d{1,6})?|master|main)$`)
)

// wrong says why the form of an entry is invalid.
func (e Entry) wrong() *Fault {
	switch {
	case !lockedAction().MatchString(e.Action) || strings.HasSuffix(e.Action, "/.") || strings.HasSuffix(e.Action, "/.."):
		return &Fault{"", fmt.Sprintf("%q is no repository of an action", e.Action), "write OWNER/NAME, such as actions/checkout"}
	case !lockedVersion().MatchString(e.Version):
		return &Fault{"W01", fmt.Sprintf("%s has the version %q; it must be a release such as v7.0.1, a major version such as v7, or the branch of an action without releases", e.Action, e.Version), "write the tag of the release"}
	case e.SHA != "" && !fullCommit().MatchString(e.SHA):
		return &Fault{"W01", fmt.Sprintf("%s has the commit %q; it must have forty hexadecimal digits", e.Action, e.SHA), "write the full commit that the release names"}
	}
	return nil
}

// Judge says which entries cannot be used with a table in a style. An entry for an action that the table does not have
// is useless, but not a fault.
func (l Lock) Judge(table map[string]Pin, style Style) []LockFault {
	known := Known{}.Add(table)
	var out []LockFault
	for _, e := range l {
		t, ok := table[e.Action]
		if !ok {
			continue
		}
		if f := e.against(t, known, style); f != nil {
			out = append(out, LockFault{e.Line, *f})
		}
	}
	return out
}

func (e Entry) against(t Pin, known Known, style Style) *Fault {
	drop := "run 'pipegen pins drop " + e.Action + "'"
	releases := len(numbers(t.Version)) > 0
	switch why := belowFloor(e.Action, e.Version); {
	case why != "":
		return &Fault{"W05", why, drop}
	case releases != (len(numbers(e.Version)) > 0), releases && strings.HasPrefix(e.Version, "v") != strings.HasPrefix(t.Version, "v"):
		return &Fault{"W01", fmt.Sprintf("%s has the version %q, and the table has %s", e.Action, e.Version, t.Version), drop}
	}
	if f := known.Clash(e.Action, e.Pin); f != nil {
		f.Help = drop
		return f
	}
	switch {
	case Newest(t, e.Pin) == t:
		return nil
	case e.SHA == "" && (style == Commit || !releases):
		return &Fault{"W01", fmt.Sprintf("%s %s has no commit, and the spec names actions by commit", e.Action, e.Version), drop + ", or write the commit that the release names as \"sha\""}
	case releases && !exact(e.Version) && style != Major:
		return &Fault{"W01", fmt.Sprintf("%s %s is no exact release, and the spec names actions by %s", e.Action, e.Version, style), drop + ", or write the release, such as " + t.Version}
	}
	return nil
}
