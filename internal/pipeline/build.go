package pipeline

import (
	"strings"
)

// Build is a step that builds an image.
type Build struct {
	*Step
	// Pushes is the input that sends the result to a registry; it is missing where the step does not.
	Pushes Node
}

// Reference is the name of an image in a workflow. Expressions are written in it as in a Command.
type Reference struct {
	Name, Tag string
	At        Place
}

// Builds are the steps of all workflows that build an image with Docker's action.
func (m *Model) Builds() []Build {
	if m.builds == nil {
		m.builds = &[]Build{}
		for _, j := range m.Jobs() {
			for _, s := range j.Steps {
				if s.Builds() {
					*m.builds = append(*m.builds, Build{Step: s, Pushes: s.Pushes()})
				}
			}
		}
	}
	return *m.builds
}

// Pushes is the input by which the step sends the image that it builds to a registry; it is missing where the step does
// not.
func (s *Step) Pushes() Node {
	if !s.Builds() {
		return Node{}
	}
	o := s.With("outputs")
	for _, attribute := range strings.FieldsFunc(o.Text(), func(r rune) bool { return r == ',' || r == '\n' }) {
		if a := strings.TrimSpace(attribute); a == "push=true" || a == "type=registry" {
			return o
		}
	}
	if push := s.With("push"); push.OK() && !push.False() {
		return push
	}
	return Node{}
}

// References are the names under which the step pushes. If an action works the names out, they are the names that the
// action is given.
func (b Build) References() []Reference {
	var out []Reference
	if name := Attribute(b.Job.Filled(b.With("outputs")), "name"); name != "" {
		out = append(out, Reference{Name: name, At: b.With("outputs").At()})
	}
	out = append(out, references(b.Job, b.With("tags"))...)
	for _, s := range b.Job.Steps {
		if s.Uses == "docker/metadata-action" && strings.Contains(b.With("tags").Text(), "steps.") {
			out = append(out, references(b.Job, s.With("images"))...)
		}
	}
	return out
}

func references(j *Job, list Node) []Reference {
	var out []Reference
	for i, line := range strings.Split(j.Filled(list), "\n") {
		for _, ref := range strings.Split(line, ",") {
			ref = strings.TrimSpace(ref)
			if ref == "" || strings.HasPrefix(ref, "‹steps.") {
				continue
			}
			e := ParseImage(ref)
			out = append(out, Reference{Name: e.Name, Tag: e.Tag, At: list.TextLine(i)})
		}
	}
	return out
}

// Platforms are those that the step builds for, each with its place; a leg of a matrix counts for each of its values.
func (b Build) Platforms() []Node {
	p := b.With("platforms")
	inner, isMatrix := strings.CutPrefix(b.Job.Filled(p), "‹matrix.")
	if !isMatrix {
		if p.OK() {
			return []Node{p}
		}
		return nil
	}
	key := strings.TrimSuffix(inner, "›")
	matrix := b.Job.Matrix()
	out := matrix.Get(key).Items()
	for _, leg := range matrix.Get("include").Items() {
		if v := leg.Get(key); v.OK() {
			out = append(out, v)
		}
	}
	return out
}
