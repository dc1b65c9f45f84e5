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
	// Name is the action up to its "@".
	Name string
	// Ref follows the "@", and Comment the "#".
	Ref, Comment string

	// head is the line up to the action, and tail the rest of it.
	head, tail string
}

// Pin returns the release and the commit that the line names.
func (u Use) Pin() Pin {
	if fullCommit().MatchString(u.Ref) {
		return Pin{Version: u.Comment, SHA: u.Ref}
	}
	return Pin{Version: u.Ref}
}

var (
	usesLine = lazy.Regexp(`^( *(?:- )?uses: +)(([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)@([^\s#"']+)(?: +# *(\S+))? *)$`)
	// textBlock matches the beginning of a text of several lines, in which "uses:" means nothing.
	textBlock = lazy.Regexp(`^( *)(?:- )?(?:[^\s#][^#]*: +)?(?:&\S+ +)?[|>][-+0-9]*(?: +#.*)?$`)
)

// Uses returns the lines of a workflow that name an action of another repository.
func Uses(workflow []byte) []Use {
	var out []Use
	for i, line := range code(workflow) {
		if m := usesLine().FindStringSubmatch(line); m != nil {
			out = append(out, Use{Line: i + 1, Name: m[3], Ref: m[4], Comment: m[5], head: m[1], tail: m[2]})
		}
	}
	return out
}

// code iterates over the lines outside texts of several lines, with their indices.
func code(text []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		block := -1 // the indentation of the key whose text continues, or -1
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

// lines splits a text into lines, with any line ending.
func lines(text []byte) []string {
	return strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
}
