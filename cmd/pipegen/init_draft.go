package main

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/detect"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// draft is a spec on its way: which fragments of the starter it is made of, and
// what stands in their holes.
type draft struct {
	fragments []string
	settings  settings
}

func newDraft(facts detect.Facts, given map[string]any) *draft {
	d := &draft{settings: guess(facts)}
	for name, value := range given {
		d.settings[name] = setting{value: value, flag: name}
	}
	d.follow()
	test, coverage := testJob(facts, d.settings)
	d.fragments = append(d.fragments, "head")
	if d.settings["workflows"].value != nil {
		d.fragments = append(d.fragments, "workflows")
	}
	if d.settings["others"].value != nil {
		d.fragments = append(d.fragments, "others")
	}
	d.fragments = append(d.fragments, test, "image", "deploy", "environments", "gitops", "criteria", coverage, "nongoals")
	return d
}

// follow makes the guesses that rest on other settings.
func (d *draft) follow() {
	if s := d.settings["namespace"]; s.check != "" {
		s.value = d.settings["name"].value
		d.settings["namespace"] = s
	}
	if s := d.settings["gitops"]; s.check != "" {
		owner, _, _ := strings.Cut(fmt.Sprint(d.settings["repository"].value), "/")
		s.value = owner + "/gitops"
		d.settings["gitops"] = s
	}
}

// compose writes the draft down, with what follows from other settings.
func (d *draft) compose() ([]byte, map[int]string, error) {
	name, repository := fmt.Sprint(d.settings["name"].value), fmt.Sprint(d.settings["repository"].value)
	d.settings["intent"] = setting{value: fmt.Sprintf("Every push to %v becomes a running, healthy %s.", d.settings["branch"].value, name)}
	d.settings["imageName"] = setting{}
	if lower := strings.ToLower(repository); imagePath(lower) != lower {
		d.settings["imageName"] = setting{value: imagePath(lower) + "/" + name}
	}
	for i, f := range d.fragments {
		if f == "gitops" && strings.EqualFold(fmt.Sprint(d.settings["gitops"].value), repository) {
			d.fragments[i] = "gitops-same"
		}
	}
	return compose(d.fragments, d.settings)
}

// problems compiles the draft and says by setting what is refused, and what is
// refused elsewhere.
func (d *draft) problems() (map[string]diag.Diagnostic, diag.List, error) {
	text, lines, err := d.compose()
	if err != nil {
		return nil, nil, err
	}
	bySetting := map[string]diag.Diagnostic{}
	var elsewhere diag.List
	for _, p := range refusals(text) {
		if name, ok := lines[p.Pos.Line]; ok {
			bySetting[name] = p
		} else {
			elsewhere = append(elsewhere, p)
		}
	}
	return bySetting, elsewhere, nil
}

// refusals is all that is wrong with the text of a spec.
func refusals(text []byte) diag.List {
	loaded, found := schema.Load("pipeline.cue", text)
	if !found.Failed() {
		var plan generate.Plan
		var more diag.List
		plan, more = generate.Compile(loaded.Spec, "pipeline.cue")
		found = append(found, loaded.Place(more)...)
		if !found.Failed() {
			if _, err := generate.Render(plan); err != nil {
				found = append(found, diag.Diagnostic{Code: diag.Internal, Message: err.Error()})
			}
		}
	}
	var out diag.List
	for _, d := range found {
		if d.Severity == diag.Error {
			out = append(out, d)
		}
	}
	return out
}

// settle replaces each guess that the schema refuses by its spare. A refused flag
// is the user's mistake.
func (d *draft) settle() error {
	for {
		refused, elsewhere, err := d.problems()
		if err != nil {
			return bug(err)
		}
		if len(refused)+len(elsewhere) == 0 {
			return nil
		}
		changed := false
		for _, name := range sortedKeys(refused) {
			s := d.settings[name]
			if s.flag != "" {
				return exitError{exitUsage, fmt.Errorf("--%s cannot be %v: %s", s.flag, literal(s.value), refused[name].Message)}
			}
			if s.spare == nil {
				continue
			}
			d.settings[name] = setting{value: s.spare, check: s.why}
			changed = true
		}
		if !changed {
			return d.broken(refused, elsewhere)
		}
	}
}

// broken is a draft that cannot be mended: whatever the repository holds, that is
// a mistake of the starter.
func (d *draft) broken(refused map[string]diag.Diagnostic, elsewhere diag.List) error {
	var errs []error
	for _, name := range sortedKeys(refused) {
		elsewhere = append(elsewhere, refused[name])
	}
	for _, p := range elsewhere.Sorted() {
		errs = append(errs, fmt.Errorf("line %d: %s", p.Pos.Line, p.Message))
	}
	return bug(errors.Join(errs...))
}

// finish returns the text of the spec, laid out. It has passed every check that
// needs no repository.
func (d *draft) finish() ([]byte, error) {
	text, _, err := d.compose()
	if err != nil {
		return nil, bug(err)
	}
	// A shorter line can bring the next one nearer: lay out until it stands.
	for range 3 {
		next, err := schema.Format(text)
		if err != nil {
			return nil, bug(err)
		}
		if bytes.Equal(next, text) {
			break
		}
		text = next
	}
	if bad := refusals(text); len(bad) > 0 {
		return nil, d.broken(nil, bad)
	}
	return text, nil
}

// imagePath turns a path into one that a registry takes.
func imagePath(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		parts[i] = strings.Trim(imageRuns.ReplaceAllString(part, "-"), "-._")
		if parts[i] == "" {
			parts[i] = "x"
		}
	}
	return path.Join(parts...)
}
