// Package fromsource drafts the spec of a repository that has no pipeline yet: it fills the commented starter with
// guesses from the project.
package fromsource

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
)

// Draft is a draft of a starter: its fragments, and the values of their holes.
type Draft struct {
	fragments []string
	settings  draft.Settings
	judge     draft.Judge
	// lines has the setting of each line of the last written text.
	lines map[int]string
}

// New guesses a draft and repairs its guesses until the judge accepts them. Values from flags take precedence over
// guesses; a refused one is a FlagError.
func New(project detect.Project, given map[string]any, judge draft.Judge) (*Draft, error) {
	d := &Draft{settings: guess.Of(project), judge: judge}
	for name, value := range given {
		d.settings[name] = draft.Setting{Value: value, Flag: name}
	}
	d.follow()
	test, coverage := guess.Tests(project, d.settings)
	d.fragments = append(d.fragments, "head")
	for _, remark := range []string{"workflows", "others"} {
		if d.settings[remark].Value != nil {
			d.fragments = append(d.fragments, remark)
		}
	}
	d.fragments = append(d.fragments, test, "image", "deploy", "environments", "gitops", "criteria", coverage, "nongoals", "pipegen")
	return d, draft.Settle(d, judge)
}

// follow makes the guesses that depend on other settings.
func (d *Draft) follow() {
	if s := d.settings["namespace"]; s.Note != "" {
		s.Value = d.settings["name"].Value
		d.settings["namespace"] = s
	}
	if s := d.settings["gitops"]; s.Note != "" {
		s.Value = draft.Owner(d.text("repository")) + "/gitops"
		d.settings["gitops"] = s
	}
}

func (d *Draft) text(name string) string { return fmt.Sprint(d.settings[name].Value) }

// Write returns the text of the draft, with the settings that follow from others.
func (d *Draft) Write() ([]byte, error) {
	name, repository := d.text("name"), d.text("repository")
	d.settings["intent"] = draft.Setting{Value: fmt.Sprintf("Every push to %s becomes a running, healthy %s.", d.text("branch"), name)}
	d.settings["imageName"] = draft.Setting{}
	if lower := strings.ToLower(repository); draft.ImagePath(lower) != lower {
		d.settings["imageName"] = draft.Setting{Value: draft.ImagePath(lower) + "/" + name}
	}
	fragments := slices.Clone(d.fragments)
	if i := slices.Index(fragments, "gitops"); strings.EqualFold(d.text("gitops"), repository) {
		fragments[i] = "gitops-same"
	}
	text, lines, err := compose(fragments, d.settings)
	d.lines = lines
	return text, err
}

// Mend replaces each refused guess by its spare. Errors in other lines are consequences, or mistakes of the starter.
func (d *Draft) Mend(refused diag.List) (changed bool, err error) {
	bySetting := map[string]diag.Diagnostic{}
	for _, p := range refused {
		if name, ok := d.lines[p.Pos.Line]; ok {
			bySetting[name] = p
		}
	}
	for _, name := range slices.Sorted(maps.Keys(bySetting)) {
		s := d.settings[name]
		if s.Flag != "" {
			return false, FlagError{s.Flag, s.Value, bySetting[name].Message}
		}
		if s.Spare != nil {
			d.settings[name] = s.Instead(s.Why)
			changed = true
		}
	}
	return changed, nil
}

// FlagError is a value from a flag that the judge refuses.
type FlagError struct {
	Flag    string
	Value   any
	Message string
}

func (e FlagError) Error() string {
	return fmt.Sprintf("--%s cannot be %v: %s", e.Flag, draft.Literal(e.Value), e.Message)
}

// Guess returns the value of a setting, and whether it is only a guess.
func (d *Draft) Guess(name string) (value any, guessed bool) {
	s := d.settings[name]
	return s.Value, s.Note != ""
}

// Answer replaces a guess, and the guesses that depend on it, by a person's answer. If the judge refuses it the guess
// stays, and the list says why.
func (d *Draft) Answer(name string, value any) (diag.List, error) {
	guess := d.settings[name]
	d.settings[name] = draft.Setting{Value: value}
	text, err := d.Write()
	if err != nil {
		return nil, err
	}
	refused, err := d.judge(text)
	if err != nil || len(refused) > 0 {
		d.settings[name] = guess
		return refused.Sorted(), err
	}
	d.follow()
	return nil, nil
}

// Finish returns the formatted text of the spec.
func (d *Draft) Finish() ([]byte, error) { return draft.Finish(d, d.judge) }
