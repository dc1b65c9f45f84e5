package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/pipegen/pipegen/internal/change"
)

// DiffMarkdown writes a comparison that fits into a comment on a pull request: a line
// that sums it up, a table of the changes, and the rendered difference folded away.
func DiffMarkdown(w io.Writer, d Diff, f Frame) error {
	b := &document{}
	b.add("**pipegen diff**: " + text(d.summary()) + "\n")
	b.changes(d, f)
	if len(d.Notices) > 0 {
		b.add("\n")
	}
	for _, n := range d.Notices {
		b.add("- notice: " + text(n) + "\n")
	}
	b.effects(d.Comparison.Files)
	b.patches(d.Rendered)
	_, err := io.WriteString(w, b.String())
	return err
}

func (b *document) changes(d Diff, f Frame) {
	if len(d.Comparison.Changes) == 0 {
		return
	}
	b.add("\n| class | where | change | what it means | code |\n|---|---|---|---|---|\n")
	left := 0
	for _, c := range d.Comparison.Changes {
		pos := c.Pos
		if !c.Removed {
			pos.File = f.relative(pos.File)
		}
		var means []string
		for _, r := range c.Reasons {
			means = append(means, said(r))
		}
		class := c.Class().String()
		if c.Class() >= change.Weakened {
			class = "**" + class + "**"
		}
		row := fmt.Sprintf("| %s | %s | %s | %s | %s |\n", class, code(strings.TrimSuffix(place(pos), ": ")), text(headline(c)), text(strings.Join(means, "\n")), code(c.Code()))
		if !b.add(row) {
			left++
		}
	}
	if left > 0 {
		b.leftOut(left, "changes")
	}
}

func (b *document) effects(files []change.FileChange) {
	if len(files) == 0 || !b.add(fmt.Sprintf("\n<details><summary>%s</summary>\n\n| repository | file | |\n|---|---|---|\n", differ(files))) {
		return
	}
	left := 0
	for _, f := range files {
		if !b.add(fmt.Sprintf("| %s | %s | %s |\n", text(string(f.Root)), code(f.Path), f.Status)) {
			left++
		}
	}
	if left > 0 {
		b.leftOut(left, "files")
	}
	b.WriteString("\n</details>\n")
}

func (b *document) patches(all []Patch) {
	left := 0
	for _, p := range all {
		lines := strings.Split(strings.TrimRight(p.Text, "\n"), "\n")
		for i := range lines {
			lines[i] = visible(lines[i])
		}
		fence := "```"
		for strings.Contains(p.Text, fence) {
			fence += "`"
		}
		if !b.add(fmt.Sprintf("\n<details><summary>%s</summary>\n\n%sdiff\n%s\n%s\n\n</details>\n", code(p.Name), fence, strings.Join(lines, "\n"), fence)) {
			left++
		}
	}
	if left > 0 {
		b.leftOut(left, "rendered differences")
	}
}
