package change

import (
	"bytes"
	"cmp"
	"sort"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Class is how much care a change needs. A greater one needs more.
type Class int

const (
	// Cosmetic changes reach documentation and comments alone.
	Cosmetic Class = iota
	// Changed is any other change of the output.
	Changed
	// Widened lets something do or reach more than before.
	Widened
	// Weakened lowers a bar, or takes a check away.
	Weakened
	// Destructive removes or replaces what runs, or leaves it behind.
	Destructive
)

// Classes are all of them, the worst first.
var Classes = []Class{Destructive, Weakened, Widened, Changed, Cosmetic}

func (c Class) String() string {
	return [...]string{"cosmetic", "changed", "widened", "weakened", "destructive"}[c]
}

// MarshalText makes a class the same word in reports for programs.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Side is a compiled spec.
type Side struct {
	// Spec is as it was read, before Compile filled in what other parts decide.
	Spec  schema.Spec
	Plan  plan.Plan
	Files []artifact.File
	// Text is the spec as it was written.
	Text []byte
	// Locate says where a path stands in the text of the spec.
	Locate func(path string) diag.Position
}

// Render gets files and returns what renders an overlay, a folder of the GitOps repository among them.
type Render func(files []artifact.File) func(overlay string) ([]*yaml.Node, error)

// Reason is one thing that a change means.
type Reason struct {
	Class Class  `json:"class"`
	Code  string `json:"code"`
	// Sentence says what happens, and Why why it matters; Why may be empty.
	Sentence string `json:"message"`
	Why      string `json:"why"`
}

// Change is one place of the spec that says something else, or what changes without one.
type Change struct {
	// Path is the place in the spec, "" where no single place is the cause.
	Path string `json:"path"`
	// Old and New are the values as an author would read them, "" where there is none.
	Old string `json:"old"`
	New string `json:"new"`
	// Removed is set where the place is in the old spec alone; Pos is a place in it then.
	Removed bool          `json:"removed"`
	Pos     diag.Position `json:"place"`
	// Anchor is the nearest place in the new spec.
	Anchor diag.Position `json:"-"`
	// Reasons are what it means, the worst first, and never empty.
	Reasons []Reason `json:"reasons"`
	// Files are those of the output that differ by this change alone.
	Files []FileChange `json:"files"`
}

// Class is the worst class of the reasons.
func (c Change) Class() Class { return c.Reasons[0].Class }

// Code names the worst reason.
func (c Change) Code() string { return c.Reasons[0].Code }

// FileChange is what becomes of a file of the output.
type FileChange struct {
	Root   artifact.Root `json:"repository"`
	Path   string        `json:"path"`
	Status string        `json:"status"` // added, removed or changed
}

// Comparison is all that differs between two specs.
type Comparison struct {
	// Changes stand with the worst first.
	Changes []Change
	Files   []FileChange
	// Rendered are the objects and workflows of both sides that differ.
	Rendered []Pair
}

// Worst is the worst class, false when nothing differs.
func (c Comparison) Worst() (Class, bool) {
	if len(c.Changes) == 0 {
		return 0, false
	}
	return c.Changes[0].Class(), true
}

// Compare says what it means to go from one spec to another. An error means that an overlay could not be rendered.
func Compare(before, after Side, render Render) (Comparison, error) {
	a, err := viewOf(before.Plan, before.Files, render, nil)
	if err != nil {
		return Comparison{}, err
	}
	b, err := viewOf(after.Plan, after.Files, render, nil)
	if err != nil {
		return Comparison{}, err
	}
	out := Comparison{Files: filesBetween(a, b), Rendered: pairs(a, b)}
	t := trial{before: before, after: after, a: a, b: b, render: render}
	out.Changes = t.changes(leaves(before.Spec, after.Spec))
	if len(out.Changes) == 0 && !bytes.Equal(before.Text, after.Text) {
		top := after.Locate("")
		out.Changes = []Change{{Pos: top, Anchor: top, Reasons: []Reason{{Class: Cosmetic, Code: "layout", Sentence: "Comments or the layout of the spec differ, and no value does."}}}}
	}
	sort.SliceStable(out.Changes, func(i, j int) bool {
		x, y := &out.Changes[i], &out.Changes[j]
		return cmp.Or(cmp.Compare(y.Class(), x.Class()), cmp.Compare(x.Anchor.Line, y.Anchor.Line)) < 0
	})
	return out, nil
}
