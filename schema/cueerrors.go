package schema

import (
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/pipegen/pipegen/internal/diag"
)

// ownErrors returns what is wrong with a spec by itself, before it meets any constraint: references to nothing, values
// that contradict one another, loops.
func ownErrors(name string, user cue.Value) diag.List {
	err := user.Validate()
	if err == nil {
		return nil
	}
	var out diag.List
	seen := map[diag.Position]bool{}
	for _, e := range errors.Errors(err) {
		places := positions(name, e)
		d := diag.Diagnostic{Code: codeOf(e), Path: pathOf(e), Message: sentence(e)}
		switch {
		case d.Code == diag.Reference:
			d.Help = quotes(d.Message)
		case strings.HasSuffix(d.Message, "field not allowed"):
			d.Help = "a definition, such as #name, takes no fields beside its own: call it _name, or write ... into it"
		case strings.Contains(d.Message, "list.Concat"):
			d.Message, d.Help = "lists are not added by +", "write [for x in a {x}, for x in b {x}], or [for x in a {x}, \"more\"]"
		}
		if d.Path != "" {
			d.Message = d.Path + ": " + d.Message
		}
		if len(places) > 0 {
			d.Pos = places[0]
		}
		if seen[d.Pos] {
			continue
		}
		seen[d.Pos] = true
		for _, p := range places[min(1, len(places)):] {
			d.Notes = append(d.Notes, diag.Note{Pos: p, Message: "the other place"})
		}
		out = append(out, d)
	}
	return out
}

// quotes is the help for a word that is defined nowhere: most often it is a text without its quotes.
func quotes(message string) string {
	_, word, _ := strings.Cut(message, `"`)
	word, _, _ = strings.Cut(word, `"`)
	if strings.HasPrefix(word, "_") || strings.HasPrefix(word, "#") {
		return "define it in this file, or correct its name"
	}
	return "if it is a text, write it in quotes: " + strconv.Quote(word)
}

// rest turns an error that the walk over the fields did not find into a diagnostic.
func rest(err error) diag.List {
	var out diag.List
	for _, e := range errors.Errors(err) {
		// A path below one of the schema's definitions is a path of the spec.
		path := strings.TrimPrefix(strings.TrimPrefix(pathOf(e), "#Pipeline."), "#Defaults.")
		out = append(out, diag.Diagnostic{Code: codeOf(e), Path: path, Message: subject(path) + ": " + sentence(e)})
	}
	return out
}

func codeOf(e errors.Error) diag.Code {
	switch s := sentence(e); {
	case strings.Contains(s, "reference") && strings.Contains(s, "not found"):
		return diag.Reference
	case strings.Contains(s, "cycle"):
		return diag.Cycle
	case strings.Contains(s, "non-concrete"), strings.Contains(s, "incomplete"):
		return diag.NoValue
	}
	return diag.Conflict
}

func pathOf(e errors.Error) string {
	path := ""
	for _, part := range e.Path() {
		if n := strings.TrimLeft(part, "0123456789"); n == "" && part != "" {
			path += "[" + part + "]"
			continue
		}
		path = join(path, strings.Trim(part, `"`))
	}
	return path
}

// positions returns the positions of an error in the author's file in order, each once.
func positions(name string, e errors.Error) []diag.Position {
	var out []diag.Position
	add := func(p token.Pos) {
		if !p.IsValid() || p.Filename() != name {
			return
		}
		at := diag.Position{File: name, Line: p.Line(), Column: p.Column()}
		for _, have := range out {
			if have == at {
				return
			}
		}
		out = append(out, at)
	}
	add(e.Position())
	for _, p := range e.InputPositions() {
		add(p)
	}
	return out
}
