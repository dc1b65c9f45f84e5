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
	// project is what the repository says, for what has to be guessed again.
	project detect.Project
	// lines has the setting of each line of the last written text.
	lines map[int]string
}

// New guesses a draft and repairs its guesses until the judge accepts them. Values from flags take precedence over
// guesses; a refused one is a FlagError. A pipegen that is released can be installed by the workflow, and checks each run.
func New(project detect.Project, given map[string]any, released bool, judge draft.Judge) (*Draft, error) {
	d := &Draft{settings: guess.Of(project), project: project, judge: judge, selfCheck: "pipegen-unreleased"}
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
	return d, draft.Settle(d, judge)
}

// remarks are fragments of one comment each, about what a setting of that name says.
var remarks = []string{"workflows", "dockerfiles", "beside", "others", guess.Unread}

// registry adds the login to the registry that is in use.
func (d *Draft) registry() {
	if name := guess.Registry(d.project, d.settings); name != "" {
		d.fragments = append(d.fragments, fragment{name: name, key: d.text(guess.RegistryHost)})
	}
}

// leaveRegistry leaves the registry out that is in use, and reports whether it was in.
func (d *Draft) leaveRegistry() bool {
	if d.settings[guess.RegistryHost].Value == nil && d.settings[guess.PushedName].Value == nil {
		return false
	}
	guess.LeaveRegistry(d.project, d.settings)
	d.fragments = slices.DeleteFunc(d.fragments, func(f fragment) bool { return strings.HasPrefix(f.name, "registry") })
	return true
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
	d.add(test)
	d.registry()
	d.add("image", "deploy", "environments", "gitops", "criteria", coverage, "nongoals", d.selfCheck)
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
			d.settings[f.under+guess.RegistryHost] = d.settings[guess.RegistryHost]
			d.settings[f.under+"host"] = draft.Setting{Value: cmp.Or(d.settings[guess.RegistryHost].Value, any(detect.GHCR))}
			d.settings[f.under+"imageName"] = d.imageName(f)
		}
	}
	var said []fragment
	for _, name := range remarks {
		if d.settings[name].Value != nil {
			said = append(said, fragment{name: name})
		}
	}
	fragments := slices.Insert(slices.Clone(d.fragments), 1, said...)
	if i := slices.Index(fragments, fragment{name: "gitops"}); strings.EqualFold(d.text("gitops"), repository) {
		fragments[i].name = "gitops-same"
	}
	text, lines, err := compose(fragments, d.settings)
	d.lines = lines
	return text, err
}

// imageName is the name of an image as it is pushed today, or else that by default, if a registry accepts it.
func (d *Draft) imageName(f fragment) draft.Setting {
	if pushed := d.settings[guess.PushedName]; pushed.Value != nil && f.key == "" {
		return pushed
	}
	lower, name := strings.ToLower(d.text("repository")), cmp.Or(f.key, d.text("name"))
	switch path := draft.ImagePath(lower); {
	case d.settings[guess.RegistryHost].Value != nil:
		return draft.Setting{Value: draft.Owner(path) + "/" + name, Note: "the name in the registry is a guess"}
	case path != lower:
		return draft.Setting{Value: path + "/" + name}
	}
	return draft.Setting{}
}

// Mend replaces each refused guess by its spare. Errors in other lines are consequences, or mistakes of the starter; or a
// registry cannot be used as it was.
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
	return changed || d.leaveRegistry(), nil
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
