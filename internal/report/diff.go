package report

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/change"
)

// Diff is what the way from one version of a spec to another means.
type Diff struct {
	// Spec is the file of the newer one, Old and New are what people call the two.
	Spec, Old, New string
	Comparison     change.Comparison
	// Rendered is empty unless it was asked for.
	Rendered []Patch
	// Incomparable says why there is no comparison; "" where there is one.
	Incomparable string
	Notices      []string
	// Fails reports whether a change fails the run; nil fails none.
	Fails func(change.Change) bool
}

// Patch is the difference of one file as a unified diff.
type Patch struct{ Name, Text string }

func (d Diff) fails(c change.Change) bool { return d.Fails != nil && d.Fails(c) }

// summary is the comparison in one line.
func (d Diff) summary() string {
	if d.Incomparable != "" {
		return d.Incomparable
	}
	between := "between " + d.Old + " and " + d.New
	if len(d.Comparison.Changes) == 0 {
		return "no difference " + between
	}
	n := map[change.Class]int{}
	for _, c := range d.Comparison.Changes {
		n[c.Class()]++
	}
	var parts []string
	for _, c := range change.Classes {
		if n[c] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[c], c))
		}
	}
	return fmt.Sprintf("%s %s: %s; %s", counting(len(d.Comparison.Changes), "change"), between, strings.Join(parts, ", "), differ(d.Comparison.Files))
}

func counting(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// differ says how many files of the output differ.
func differ(files []change.FileChange) string {
	if len(files) == 0 {
		return "no file of the output differs"
	}
	return counting(len(files), "file") + " of the output " + map[bool]string{true: "differs", false: "differ"}[len(files) == 1]
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

// said is what a reason says; a change that no rule knows says what its code means.
func said(r change.Reason) string {
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
			parts = append(parts, fmt.Sprintf("%d %s: %s", len(all), status, visible(strings.Join(all, ", "))))
		}
	}
	return strings.Join(parts, "; ")
}
