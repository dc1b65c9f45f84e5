package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/internal/diag"
)

// Diff says what the change from one version of a spec to another means.
type Diff struct {
	// Spec is the file of the newer one, Old and New are what people call the two.
	Spec, Old, New string
	Comparison     change.Comparison
	// Rendered is empty unless it was asked for.
	Rendered []Patch
	// Incomparable says why there is no comparison; "" where there is one.
	Incomparable string
	Notices      []string
	// Next is what to do next, "" for nothing.
	Next string
	// Fails reports whether a change fails the run; nil fails none.
	Fails func(change.Change) bool
}

// Document is the comparison for every format, with the places of a page as f has them.
func (d Diff) Document(f Frame) Document {
	changes := Part{Rows: "changes"}
	data := diffData{Version: jsonVersion, Old: d.Old, New: d.New, Comparable: d.Incomparable == "", Summary: d.summary(), Files: d.Comparison.Files, Rendered: d.Rendered, Notices: d.Notices}
	if worst, ok := d.Comparison.Worst(); ok {
		data.Worst = worst.String()
	}
	marks := &Marks{Notices: slices.Clone(d.Notices)}
	for _, c := range d.Comparison.Changes {
		fails := d.Fails != nil && d.Fails(c)
		changes.Entries = append(changes.Entries, changeEntry(c, f))
		data.Changes = append(data.Changes, changeData{c.Class(), c.Code(), fails, c})
		marks.add(c, fails)
	}
	effects := Part{Title: differ(d.Comparison.Files), Folded: true, Columns: []string{"repository", "file", ""}, Rows: "files"}
	for _, c := range d.Comparison.Files {
		effects.Entries = append(effects.Entries, Entry{Row: []Cell{Say("%s", c.Root), code(c.Path), Say("%s", c.Status)}})
	}
	var rendered Part
	for _, p := range d.Rendered {
		rendered.Entries = append(rendered.Entries, Entry{Patch: &p})
	}
	return Document{Title: "pipegen diff", Spec: d.Spec, Parts: []Part{changes, effects, rendered}, Notices: d.Notices, Summary: data.Summary, Next: d.Next, Marks: marks, Data: data}
}

type diffData struct {
	Version int    `json:"version"`
	Old     string `json:"old"`
	New     string `json:"new"`
	// Comparable is false where one of the specs is not there or not valid.
	Comparable bool                `json:"comparable"`
	Summary    string              `json:"summary"`
	Worst      string              `json:"worst"`
	Changes    []changeData        `json:"changes"`
	Files      []change.FileChange `json:"files"`
	Rendered   []Patch             `json:"rendered"`
	Notices    []string            `json:"notices"`
}

type changeData struct {
	Class change.Class `json:"class"`
	Code  string       `json:"code"`
	Fails bool         `json:"fails"`
	change.Change
}

func changeEntry(c change.Change, f Frame) Entry {
	styles := map[change.Class]Style{change.Destructive: Bad, change.Weakened: Bad, change.Widened: Doubtful, change.Changed: Hint, change.Cosmetic: Good}
	class, head, pos := c.Class(), headline(c), c.Pos
	e := Entry{Line: []Cell{{{Text: place(pos)}, {Text: class.String() + ":", Style: styles[class]}, {Text: strings.TrimSuffix(" "+head, " ") + " "}, {Text: "[" + c.Code() + "]", URL: documentation(diag.Code(c.Code()))}}}}
	var means []string
	for i, r := range c.Reasons {
		means = append(means, meaningOf(r))
		switch {
		case i > 0:
			e.Below = append(e.Below, Say("%s: %s [%s]", r.Class, meaningOf(r), r.Code))
		case r.Sentence != "":
			e.Below = append(e.Below, Say("%s", meaningOf(r)))
		}
	}
	if files := fileList(c.Files); files != "" {
		e.Below = append(e.Below, Say("files: %s", files))
	}
	if !c.Removed {
		pos.File = f.relative(pos.File)
	}
	word := Span{Text: class.String()}
	if class >= change.Weakened {
		word.Style = Strong
	}
	// One below the other: beside one another, what counts has no room on GitHub.
	e.Row = []Cell{{word}, Say("%s", head), code(strings.TrimSuffix(place(pos), ": ")), code(c.Code()), Say("\n%s", strings.Join(means, "\n"))}
	return e
}

// add makes a finding of a change that a review should see at its line, and a notice of
// one of no consequence, unless that fails the run.
func (m *Marks) add(c change.Change, fails bool) {
	message := c.Class().String()
	if head := headline(c); head != "" {
		message += ": " + head
	}
	if c.Class() < change.Widened && !fails {
		m.Notices = append(m.Notices, place(c.Pos)+message)
		return
	}
	found := diag.Diagnostic{Code: diag.Code(c.Code()), Severity: diag.Warning, Path: c.Path, Pos: c.Anchor, Message: message}
	if fails {
		found.Severity = diag.Error
	}
	for _, r := range c.Reasons {
		found.Message += "\n" + meaningOf(r)
	}
	if c.Removed {
		found.Notes = []diag.Note{{Pos: c.Pos, Message: "it stood here"}}
	}
	m.Findings = append(m.Findings, found)
}

// summary is the comparison in one line.
func (d Diff) summary() string {
	if d.Incomparable != "" {
		return d.Incomparable
	}
	between := "between " + d.Old + " and " + d.New
	if len(d.Comparison.Changes) == 0 {
		return "no difference " + between
	}
	var classes []change.Class
	for _, c := range d.Comparison.Changes {
		classes = append(classes, c.Class())
	}
	return fmt.Sprintf("%s %s: %s; %s", Count(len(d.Comparison.Changes), "change"), between, counted(classes, change.Classes...), differ(d.Comparison.Files))
}

// differ says how many files of the output differ.
func differ(files []change.FileChange) string {
	switch n := len(files); n {
	case 0:
		return "no file of the output differs"
	case 1:
		return "1 file of the output differs"
	default:
		return fmt.Sprintf("%d files of the output differ", n)
	}
}

// maxShown is how many characters of a value are shown to people.
const maxShown = 60

// headline names the place of a change and its values.
func headline(c change.Change) string {
	old, now := clipped(c.Old), clipped(c.New)
	switch {
	case c.Path == "":
		return ""
	case c.Removed || now == "":
		return fmt.Sprintf("%s: removed (%s)", c.Path, old)
	case old == "":
		return fmt.Sprintf("%s: added (%s)", c.Path, now)
	}
	return fmt.Sprintf("%s: %s → %s", c.Path, old, now)
}

func clipped(s string) string {
	s = strings.Join(strings.Fields(visible(s)), " ")
	if r := []rune(s); len(r) > maxShown {
		return string(r[:maxShown-1]) + "…"
	}
	return s
}

// meaningOf is what a reason says; a change that no rule knows says what its code means.
func meaningOf(r change.Reason) string {
	if r.Sentence != "" {
		return visible(strings.TrimSpace(r.Sentence + " " + r.Why))
	}
	for _, g := range change.General() {
		if g.Code == r.Code {
			return g.Why
		}
	}
	return ""
}

// fileList names files by what becomes of them.
func fileList(files []change.FileChange) string {
	names := map[string][]string{}
	for _, f := range files {
		name := f.Path
		if f.Root == artifact.GitOps {
			name = "gitops:" + name
		}
		names[f.Status] = append(names[f.Status], name)
	}
	var parts []string
	for _, status := range []string{"added", "removed", "changed"} {
		if all := names[status]; len(all) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s: %s", len(all), status, strings.Join(all, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}
