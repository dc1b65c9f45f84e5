package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/pipegen/pipegen/internal/change"
)

// DiffText writes a comparison for people.
func DiffText(w io.Writer, d Diff, color bool) error {
	p := &printer{w: bufio.NewWriter(w), color: color}
	for _, c := range d.Comparison.Changes {
		p.change(c)
	}
	for _, r := range d.Rendered {
		fmt.Fprintln(p.w)
		p.patch(r.Text)
	}
	if len(d.Rendered) > 0 {
		fmt.Fprintln(p.w)
	}
	for _, n := range d.Notices {
		fmt.Fprintf(p.w, "%s %s\n", p.paint(cyan, "notice:"), visible(n))
	}
	fmt.Fprintln(p.w, visible(d.summary()))
	return p.w.Flush()
}

var classColors = map[change.Class]string{change.Destructive: red, change.Weakened: red, change.Widened: yellow, change.Changed: cyan, change.Cosmetic: green}

func (p *printer) change(c change.Change) {
	class := p.paint(classColors[c.Class()], c.Class().String()+":")
	if head := headline(c); head != "" {
		class += " " + head
	}
	fmt.Fprintf(p.w, "%s%s [%s]\n", visible(place(c.Pos)), class, c.Code())
	for i, r := range c.Reasons {
		if i == 0 {
			if r.Sentence != "" {
				fmt.Fprintf(p.w, "  %s\n", said(r))
			}
			continue
		}
		fmt.Fprintf(p.w, "  %s: %s [%s]\n", r.Class, said(r), r.Code)
	}
	if files := fileList(c.Files); files != "" {
		fmt.Fprintf(p.w, "  files: %s\n", files)
	}
}
