// Package fromsource drafts the spec of a repository that has no pipeline yet: it fills the commented starter with
// guesses from the project.
package fromsource

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/guess"
)

// Draft is a draft of a starter: its fragments, and the values of their holes.
type Draft struct {
	fragments []fragment
	settings  draft.Settings
	judge     draft.Judge
	// selfCheck is the fragment about checks in each run, which need a release of pipegen.
	selfCheck string
	// lines has the setting of each line of the last written text.
	lines map[int]string
}

// New guesses a draft and repairs its guesses until the judge accepts them. Values from flags take precedence over
// guesses; a refused one is a FlagError. A pipegen that is released can be installed by the workflow, and checks each run.
func New(project detect.Project, given map[string]any, released bool, judge draft.Judge) (*Draft, error) {
	d := &Draft{settings: guess.Of(project), judge: judge, selfCheck: "pipegen-unreleased"}
	if released {
		d.selfCheck = "pipegen"
	}
	for name, value := range given {
		d.settings[name] = draft.Setting{Value: value, Flag: name}
	}
	if _, named := given["name"]; !named && project.Remote == nil && given["repository"] != nil {
		d.settings["name"] = draft.Setting{Value: draft.Name(path.Base(d.text("repository")), draft.LongestName), Spare: "app", Why: "the repository gives no name for the pipeline"}
	}
	d.follow()
	d.add("head")
	if processes := guess.Said(project, d.settings); len(processes) > 1 {
		d.several(project, processes)
	} else {
		d.single(project)
	}
	var remarks []fragment
	for _, name := range []string{"workflows", "dockerfiles", "beside", "others"} {
		if d.settings[name].Value != nil {
			remarks = append(remarks, fragment{name: name})
		}
	}
	d.fragments = slices.Insert(d.fragments, 1, remarks...)
	return d, draft.Settle(d, judge)
}

// single adds the one program of a repository, which may be in a folder of its own.
func (d *Draft) single(project detect.Project) {
	if len(project.Parts) == 1 {
		of, _ := guess.Part(project.Parts[0])
		maps.DeleteFunc(of, func(name string, _ draft.Setting) bool { return d.settings[name].Flag != "" })
		maps.Copy(d.settings, of)
		project = project.Parts[0].Project
	}
	test, coverage := guess.Tests(project, d.settings)
	d.add(test, "image", "deploy", "environments", "gitops", "criteria", coverage, "nongoals", d.selfCheck)
}

// add adds fragments of which there is one.
func (d *Draft) add(names ...string) {
	for _, name := range names {
		d.fragments = append(d.fragments, fragment{name: name})
	}
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
	for _, f := range d.fragments {
		if f.name == "image" {
			d.settings[f.under+"imageName"] = imageName(repository, cmp.Or(f.key, name))
		}
	}
	fragments := slices.Clone(d.fragments)
	if i := slices.Index(fragments, fragment{name: "gitops"}); strings.EqualFold(d.text("gitops"), repository) {
		fragments[i].name = "gitops-same"
	}
	text, lines, err := compose(fragments, d.settings)
	d.lines = lines
	return text, err
}

// imageName is the name of an image, if that by default is not one that a registry accepts.
func imageName(repository, name string) draft.Setting {
	lower := strings.ToLower(repository)
	if draft.ImagePath(lower) == lower {
		return draft.Setting{}
	}
	return draft.Setting{Value: draft.ImagePath(lower) + "/" + name}
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
