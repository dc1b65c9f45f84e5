package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
)

// Mend replaces each refused field by its spare, or removes it. A wrong value often causes errors around it, so values
// come first.
func (t *Tree) Mend(refused diag.List) (changed bool, err error) {
	return t.mendAll(refused, true) || t.mendAll(refused, false), nil
}

// mendAll changes only the refused fields that are single values, or only those that are not.
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

// mend changes a refused field, and reports whether it did.
func (t *Tree) mend(f *Field, p diag.Diagnostic) bool {
	if s := f.leaf; s != nil && s.Spare != nil {
		*s = s.Instead(fmt.Sprintf("%sthe value at %s is refused: %s", guessed, s.From, p.Message))
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
		return true // it was removed with another field
	}
	at := unit.source()
	if f.leaf != nil && f.leaf.From.Known() {
		at = f.leaf.From
	}
	t.Leave(at, p.Help, "%s was left out: %s", unit.path(), p.Message)
	unit.remove()
	return true
}

var shellcheckCode = lazy.Regexp(`\bSC\d{4}\b`)

// forgive keeps a script as it is and adds a directive for shellcheck: the script is the author's, and is already in
// use. A directive is for the command after it, so that braces make one command of a script in which that is not enough.
func (f *Field) forgive(p diag.Diagnostic) bool {
	code := shellcheckCode().FindString(p.Message)
	if f.leaf == nil || f.key != "run" || p.Code != diag.Script || code == "" {
		return false
	}
	script := strings.TrimRight(fmt.Sprint(f.leaf.Value), "\n") + "\n"
	directive := "# shellcheck disable=" + code + "\n"
	if !strings.Contains(script, directive) {
		f.leaf.Value = directive + script
		return true
	}
	commands := script
	for strings.HasPrefix(commands, "# shellcheck ") {
		_, commands, _ = strings.Cut(commands, "\n")
	}
	if strings.HasPrefix(commands, "{\n") {
		return false
	}
	f.leaf.Value = strings.TrimSuffix(script, commands) + "{\n" + commands + "}\n"
	return true
}

// unit returns the fields that must be removed together: a step without one of its fields would be another step.
func (f *Field) unit() *Field {
	unit := f
	for ; f.up != nil; f = f.up {
		if f.up.list {
			unit = f
		}
	}
	return unit
}

// optional are the sections that a spec does not need.
var optional = map[string]bool{"owner": true, "image": true, "argocd": true, "criteria": true}

// needed reports whether a spec needs the field.
func (f *Field) needed() bool {
	switch {
	case f.up == nil:
		return true
	case f.leaf == nil && f.up.up == nil:
		return !optional[f.key]
	}
	return f.up.key == "environments" && len(f.up.kids) == 1
}
