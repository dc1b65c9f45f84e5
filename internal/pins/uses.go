package pins

import (
	"iter"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Use is a line of a workflow that names an action.
type Use struct {
	// Line counts from 1.
	Line int
	// Name is the action without what stands behind its "@".
	Name string
	// Ref stands behind the "@", and Comment behind the "#".
	Ref, Comment string

	// head is the line up to the action, and tail the rest of it.
	head, tail string
}

// Pin is what the line says of the action's release and commit.
func (u Use) Pin() Pin {
	if fullCommit().MatchString(u.Ref) {
		return Pin{Version: u.Comment, SHA: u.Ref}
	}
	return Pin{Version: u.Ref}
}

var (
	usesLine = lazy.Regexp(`^( *(?:- )?uses: +)(([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)@([^\s#"']+)(?: +# *(\S+))? *)$`)
	// textBlock begins a text of several lines, in which "uses:" means nothing.
	textBlock = lazy.Regexp(`^( *)(?:- )?(?:[^\s#][^#]*: +)?(?:&\S+ +)?[|>][-+0-9]*(?: +#.*)?$`)
)

// Uses are the lines of a workflow that name an action of another repository.
func Uses(workflow []byte) []Use {
	var out []Use
	for i, line := range code(workflow) {
		if m := usesLine().FindStringSubmatch(line); m != nil {
			out = append(out, Use{Line: i + 1, Name: m[3], Ref: m[4], Comment: m[5], head: m[1], tail: m[2]})
		}
	}
	return out
}

// code goes through the lines outside texts of several lines, with their indices.
func code(text []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		block := -1 // the indentation of the key whose text goes on, or -1
		for i, line := range lines(text) {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			switch {
			case block >= 0 && (indent > block || strings.TrimSpace(line) == ""):
				continue
			case textBlock().MatchString(line):
				block = indent
				continue
			}
			block = -1
			if !yield(i, line) {
				return
			}
		}
	}
}

// lines are the lines of a text, whatever ends them.
func lines(text []byte) []string {
	return strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
}
