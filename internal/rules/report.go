package rules

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// additions begins the paths of what a spec's author adds to the workflow, and patches
// those of the author's changes to generated files. What is wrong with them is reported
// there: the caller knows the line.
const (
	additions = "workflow."
	patches   = "patches["
)

// regenerate is what to do where generated files are not as the spec gives them. Where something of the author's own makes
// them disagree, that would change nothing.
const (
	regenerate = "run 'pipegen generate'"
	unchanged  = "let a field of the spec say it, from which the texts are written, or take the change back"
)

// Proven is a rule that does not hold in a pipeline with a spec: at a place, with other
// as the one that disagrees, which the message names as well.
func Proven(id string, at, other pipeline.Place, help, message string) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Code(strings.ToLower(id)), Rule: id, Message: message, Help: help}
	// What was generated is right until something of the author's own changes it.
	if other.Custom() && !at.Custom() {
		at, other = other, at
	}
	if at.Known() {
		d.Pos = position(at)
		d.Path = at.File.Origin(at.Line)
	}
	if other.Known() {
		if where := other.String(); !strings.Contains(d.Message, where) {
			d.Message += " (" + where + ")"
		}
		d.Notes = []diag.Note{{Pos: position(other), Message: "the other side"}}
	}
	for _, p := range []pipeline.Place{other, at} {
		// A patch is at fault, and not what it does not fit.
		if p.Known() && strings.HasPrefix(p.File.Origin(p.Line), patches) {
			d.Path = p.File.Origin(p.Line)
		}
	}
	if strings.HasPrefix(d.Path, patches) || strings.HasPrefix(d.Path, additions) || asked(d.Path) {
		inSpec(&d)
	}
	switch before, ok := strings.CutSuffix(d.Help, regenerate); {
	case ok && byHand(at, other):
		d.Help = before + "correct the file that you write by hand"
	case ok && (at.Custom() || !d.Pos.Known()):
		d.Help = before + unchanged
	}
	return d
}

// asked reports a place in the spec that says itself what breaks a rule: it, and not what was generated, is to be changed.
func asked(path string) bool {
	return strings.Contains(path, ".serviceAccount.may[") || strings.Contains(path, ".security.")
}

// orAnswer is what to do about a breach: as help says, or, where the spec asks for it, to answer for it.
func (c *Case) orAnswer(help string, at pipeline.Node, by *pipeline.Object) string {
	if place := at.At(); c.Facts == nil || !place.Known() || !asked(place.File.Origin(place.Line)) {
		return help
	}
	return "leave it out, or answer for it: accept: [{rule: \"" + c.rule.ID + "\", object: \"" + by.Kind + "/" + by.Name + "\", because: \"…\"}]"
}

// inSpec puts a finding at the place in the spec from which its line came: what is wrong there is the author's.
func inSpec(d *diag.Diagnostic) {
	d.Notes = append([]diag.Note{{Pos: d.Pos, Message: "in the generated file"}}, d.Notes...)
	d.Pos = diag.Position{}
}

// byHand reports whether one of two places is in a file of the output that the author writes.
func byHand(places ...pipeline.Place) bool {
	return slices.ContainsFunc(places, func(p pipeline.Place) bool { return p.Known() && p.File.Owner == artifact.Unmanaged })
}

// Flaw is a rule that does not hold in a pipeline without a spec.
func Flaw(id string, at, other pipeline.Place, help, message string) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Flaw, Severity: diag.Warning, Rule: id, Message: printable(message), Help: printable(help), Pos: position(at)}
	if other.Known() {
		d.Notes = []diag.Note{{Pos: position(other), Message: "the other side"}}
	}
	return d
}

func position(at pipeline.Place) diag.Position {
	if !at.Known() {
		return diag.Position{}
	}
	return diag.Position{File: at.File.Place, Line: at.Line}
}

// printable is text without anything that a terminal would obey: names from the
// files stand in it as they are.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// quoted shows a value from a file in a message: on one line, of bounded length,
// and without anything that a terminal would obey.
func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	s = strings.NewReplacer("‹", "${{ ", "›", " }}", "\x00", "…").Replace(s)
	if r := []rune(s); len(r) > 100 {
		s = string(r[:99]) + "…"
	}
	return strings.ReplaceAll(strconv.Quote(s), `\"`, `"`)
}
