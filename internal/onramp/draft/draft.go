// Package draft holds what the drafts of a spec share: values with a spare one behind
// them, their text in CUE, and the loop that mends a draft until it passes.
package draft

import (
	"errors"
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
)

// Setting is a value of a draft.
type Setting struct {
	// Value is text, a number, a truth, or a list of texts or numbers. Without one the
	// field is left out.
	Value any
	// Note is what the comment beside the value says, or "".
	Note string
	// From is where the value was read, if it stands in a file.
	From Place
	// Flag is the name of the flag that gave the value, or "".
	Flag string
	// Spare stands instead when the value is refused, and Why is its note.
	Spare any
	Why   string
}

// Settings are values by name.
type Settings map[string]Setting

// Instead is the spare of a value, with what there is to say about it.
func (s Setting) Instead(note string) Setting {
	return Setting{Value: s.Spare, Note: note, From: s.From}
}

// Noted is a value with one more thing to say about it.
func (s Setting) Noted(note string) Setting {
	if s.Note != "" {
		note = s.Note + "; " + note
	}
	s.Note = note
	return s
}

// Place is a line of a file, from 1. The zero value is no place.
type Place struct {
	// Path is the file in its repository, and File the same as the user names it.
	Path, File string
	Line       int
}

// Known reports whether the place is one.
func (p Place) Known() bool { return p.File != "" }

func (p Place) String() string {
	if !p.Known() {
		return "the originals"
	}
	return fmt.Sprintf("%s:%d", p.Path, p.Line)
}

// Judge says all that is wrong with the text of a spec, each at its line. The error
// means that it could not judge.
type Judge func(text []byte) (diag.List, error)

// Draft is a spec on its way.
type Draft interface {
	// Write gives the text as it stands.
	Write() ([]byte, error)
	// Mend changes what was refused in the text that was written last. It reports
	// whether there was anything to change; the error ends the draft.
	Mend(refused diag.List) (changed bool, err error)
}

// maxRounds bounds how often a draft is mended: each round uses up a spare or takes
// out a field.
const maxRounds = 400

// Settle mends a draft until the judge accepts it. A draft that cannot be mended is
// an error.
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
	return errors.New("the draft does not settle")
}

// Finish returns the text of a settled draft, laid out and judged as it will stand.
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

func unmended(refused diag.List) error {
	var errs []error
	for _, p := range refused.Sorted() {
		errs = append(errs, fmt.Errorf("line %d: %s", p.Pos.Line, p.Message))
	}
	return errors.Join(errs...)
}
