// Package draft holds what all drafts of a spec share: values with a spare value in case they are refused, their text
// in CUE, and the loop that repairs a draft until it is accepted.
package draft

import (
	"errors"
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
)

// Setting is a value of a draft.
type Setting struct {
	// Value is a string, a number, a boolean, or a list of strings or numbers. If it is nil the field is left out.
	Value any
	// Note is the comment beside the value, or "".
	Note string
	// From is the line from which the value was read, if any.
	From SourceLine
	// Flag is the name of the flag that gave the value, or "".
	Flag string
	// Spare replaces the value if it is refused, and Why is its note.
	Spare any
	Why   string
}

// Settings are values by name.
type Settings map[string]Setting

// Instead returns the spare of a value, with a note.
func (s Setting) Instead(note string) Setting {
	return Setting{Value: s.Spare, Note: note, From: s.From}
}

// Noted returns a value with one more note.
func (s Setting) Noted(note string) Setting {
	if s.Note != "" {
		note = s.Note + "; " + note
	}
	s.Note = note
	return s
}

// SourceLine is a line, from 1, of a file from which a value was read. The zero value means none.
type SourceLine struct {
	// Path is the path of the file in its repository, and File its path as the user names it.
	Path, File string
	Line       int
}

// Known reports whether there is such a line.
func (p SourceLine) Known() bool { return p.File != "" }

func (p SourceLine) String() string {
	if !p.Known() {
		return "the originals"
	}
	return fmt.Sprintf("%s:%d", p.Path, p.Line)
}

// Judge returns everything that is wrong with the text of a spec, each at its line. The error means that it could not
// judge.
type Judge func(text []byte) (diag.List, error)

// Draft is a draft of a spec.
type Draft interface {
	// Write returns the current text.
	Write() ([]byte, error)
	// Mend changes what was refused in the last written text. It reports whether it changed anything; an error ends the
	// draft.
	Mend(refused diag.List) (changed bool, err error)
}

// maxRounds bounds how often a draft is repaired: each round uses a spare or removes a field.
const maxRounds = 400

// Settle repairs a draft until the judge accepts it. A draft that cannot be repaired is an error.
func Settle(d Draft, judge Judge) error {
	for range maxRounds {
		text, err := d.Write()
		if err != nil {
			return err
		}
		refused, err := judge(text)
		if err != nil {
			return err
		}
		if len(refused) == 0 {
			return nil
		}
		changed, err := d.Mend(refused)
		if err != nil {
			return err
		}
		if !changed {
			return unmended(refused)
		}
	}
	return Unmended{diag.List{{Message: "the draft does not settle"}}}
}

// Finish returns the text of a settled draft, formatted and judged once more.
func Finish(d Draft, judge Judge) ([]byte, error) {
	text, err := d.Write()
	if err != nil {
		return nil, err
	}
	if text, err = layOut(text); err != nil {
		return nil, err
	}
	refused, err := judge(text)
	if err != nil {
		return nil, err
	}
	if len(refused) > 0 {
		return nil, unmended(refused)
	}
	return text, nil
}

// Unmended is a draft that is refused, and of which nothing can be changed any more.
type Unmended struct{ Refused diag.List }

func (u Unmended) Error() string {
	var errs []error
	for _, p := range u.Refused {
		errs = append(errs, fmt.Errorf("line %d: %s", p.Pos.Line, p.Message))
	}
	return errors.Join(errs...).Error()
}

func unmended(refused diag.List) error { return Unmended{refused.Sorted()} }
