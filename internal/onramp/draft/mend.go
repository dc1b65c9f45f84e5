package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
)

// Mend replaces each refused field by its spare, or takes it out. What is wrong with
// a value is often the cause of what is wrong around it, so values come first.
func (t *Tree) Mend(refused diag.List) (changed bool, err error) {
	return t.mendAll(refused, true) || t.mendAll(refused, false), nil
}

// mendAll changes the refused fields that are single values, or those that are not.
func (t *Tree) mendAll(refused diag.List, values bool) bool {
	changed, done := false, map[*Field]bool{}
	for _, p := range refused {
		if f := t.fields[p.Pos.Line]; f != nil && !done[f] && (f.leaf != nil) == values {
			done[f] = true
			changed = t.mend(f, p) || changed
		}
	}
	return changed
}

// mend changes one refused field, and reports whether it did.
func (t *Tree) mend(f *Field, p diag.Diagnostic) bool {
	if s := f.leaf; s != nil && s.Spare != nil {
		*s = s.Instead(fmt.Sprintf("%swhat stands at %s is refused: %s", guessed, s.From, p.Message))
		return true
	}
	if f.forgive(p) {
		return true
	}
	unit := f.unit()
	if unit.needed() {
		return false
	}
	if !slices.Contains(unit.up.kids, unit) {
		return true // another of its fields has taken it out
	}
	at := unit.place()
	if f.leaf != nil && f.leaf.From.Known() {
		at = f.leaf.From
	}
	t.Leave(at, p.Help, "%s was left out: %s", unit.path(), p.Message)
	unit.remove()
	return true
}

var shellcheckCode = regexp.MustCompile(`\bSC\d{4}\b`)

// forgive lets a script stand as it is, with what shellcheck has to overlook: the
// script is theirs, and runs already.
func (f *Field) forgive(p diag.Diagnostic) bool {
	code := shellcheckCode.FindString(p.Message)
	if f.leaf == nil || f.key != "run" || p.Code != diag.Script || code == "" {
		return false
	}
	script := fmt.Sprint(f.leaf.Value)
	if strings.Contains(script, "disable="+code) {
		return false
	}
	f.leaf.Value = "# shellcheck disable=" + code + "\n" + strings.TrimRight(script, "\n") + "\n"
	return true
}

// unit is what has to go together: a step without one of its fields is another step.
func (f *Field) unit() *Field {
	unit := f
	for ; f.up != nil; f = f.up {
		if f.up.list {
			unit = f
		}
	}
	return unit
}

// optional are the sections that a spec can do without.
var optional = map[string]bool{"owner": true, "image": true, "argocd": true, "criteria": true}

// needed reports whether a spec cannot do without the field.
func (f *Field) needed() bool {
	switch {
	case f.up == nil:
		return true
	case f.leaf == nil && f.up.up == nil:
		return !optional[f.key]
	}
	return f.up.key == "environments" && len(f.up.kids) == 1
}
