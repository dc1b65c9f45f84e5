package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	rulebook "github.com/pipegen/pipegen/internal/rules"
)

// Input is what is proven: files, and what the spec says about them.
type Input struct {
	// Files are both repositories as they stand, edited by a person or not. Files of
	// the author's own, such as the Dockerfile, may be among them: what they say is
	// then proven too.
	Files []artifact.File
	Facts rulebook.Facts
	// Render is kustomize. The files that it gets are the Input's, with every live image
	// replaced the way CI replaces it.
	Render pipeline.Render
	// Texts are what earlier runs have read; without it, each file is read anew.
	Texts *pipeline.Texts
	// Place names a file for the reader. Without it that is "root:path".
	Place func(artifact.File) string
}

// Run holds every rule against the output and returns where it is broken.
func Run(in Input) (diag.List, error) {
	p, err := Read(in)
	if err != nil {
		return nil, err
	}
	return p.Run(), nil
}

// Proof is an output that has been read, and not yet been rendered.
type Proof struct{ m *model }

// Read reads the output as the tools will: parsed files, resolved expressions and
// scripts.
func Read(in Input) (*Proof, error) {
	if in.Render == nil {
		return nil, fmt.Errorf("prove: Input.Render is not set")
	}
	if in.Place == nil {
		in.Place = func(f artifact.File) string { return string(f.Root) + ":" + f.Path }
	}
	if in.Texts == nil {
		in.Texts = &pipeline.Texts{}
	}
	return &Proof{newModel(in)}, nil
}

// Deployed are the files with every live image replaced the way CI replaces it. These
// are rendered.
func (p *Proof) Deployed() []artifact.File {
	if len(p.m.found) > 0 {
		return p.m.in.Files
	}
	return p.m.Deployed()
}

// Run holds every rule against the output and its rendered objects. A file that is no
// YAML gives one diagnostic, and the rules that need it are left out.
func (p *Proof) Run() diag.List {
	m := p.m
	if len(m.found) > 0 {
		// A half-read output would break many rules at once, and say nothing new.
		return m.found.Sorted()
	}
	if m.unfollowed() {
		a22(m)
		return m.found.Sorted()
	}
	m.render()
	if len(m.found) > 0 {
		return m.found.Sorted()
	}
	held := &rulebook.Case{Model: m.Model, Facts: &m.facts}
	for _, r := range rules {
		if r.check == nil {
			m.found = append(m.found, held.Hold(string(r.Code))...)
			continue
		}
		r.check(m)
	}
	m.guard()
	return m.found.Sorted()
}

// model is the output as the tools see it, beside what the spec says of it.
type model struct {
	*pipeline.Model
	facts rulebook.Facts
	in    Input
	found diag.List

	writers   []*writer
	overlays  []*overlay
	byTarget  map[*pipeline.Target]*overlay
	deploying map[*pipeline.Step]bool // the steps of writers
	byName    map[string]*overlay     // those of environments, by their name

	// What follows is filled when it is asked for first: with many environments, rules
	// that look through all of something for each of another would take most of the time.
	targets map[pipeline.Place]map[target]bool     // what a project allows
	first   map[*pipeline.Workflow][]*pipeline.Job // what tests found
	smoke   []*pipeline.Step                       // those that start the image
}

func newModel(in Input) *model {
	m := &model{facts: in.Facts, in: in, byTarget: map[*pipeline.Target]*overlay{}, deploying: map[*pipeline.Step]bool{}, byName: map[string]*overlay{},
		targets: map[pipeline.Place]map[target]bool{}, first: map[*pipeline.Workflow][]*pipeline.Job{}}
	var files []*pipeline.File
	for _, f := range in.Files {
		s := in.Texts.Parse(f, in.Place(f))
		files = append(files, s)
		if s.Fault != "" {
			m.unreadable(s)
		}
	}
	if len(m.found) > 0 {
		return m
	}
	known := &pipeline.Known{GitOps: in.Facts.GitOps.Name}
	for _, e := range in.Facts.Environments {
		known.Overlays = append(known.Overlays, e.Overlay)
	}
	m.Model = pipeline.New(files, known)
	m.readOverlays()
	m.readWriters()
	return m
}

// extra is what the spec says of a job that it adds, nil for one of the pipeline's.
func (m *model) extra(j *pipeline.Job) *rulebook.ExtraJob {
	for i, e := range m.facts.ExtraJobs {
		if e.ID == j.ID {
			return &m.facts.ExtraJobs[i]
		}
	}
	return nil
}

// isAuthors reports whether a job's steps are the author's own: they may use the
// names of variables in any sense.
func (m *model) isAuthors(j *pipeline.Job) bool {
	return m.extra(j) != nil || slices.Contains(m.tests(j.Workflow), j)
}

func (m *model) unreadable(s *pipeline.File) {
	code, help := diag.Overlay, "run 'pipegen generate' to have it written anew"
	if s.Root == artifact.Code {
		code = diag.Workflow
	}
	if s.Owner == artifact.Seeded {
		help = "correct it: the file is yours"
	}
	if s.Owner == artifact.Live {
		help = "restore the file from git: CI writes it, and nothing else does"
	}
	m.found = append(m.found, diag.Diagnostic{Code: code,
		Pos:     diag.Position{File: s.Place, Line: s.FaultLine},
		Message: "this is no valid YAML: " + s.Fault + "; nothing can be proven of it", Help: help})
}

// broken reports a rule that does not hold. The fault is at a; b is the place that
// disagrees, which the message names as well.
func (m *model) broken(code diag.Code, a, b pipeline.Place, help, format string, args ...any) {
	m.found = append(m.found, rulebook.Proven(strings.ToUpper(string(code)), a, b, help, fmt.Sprintf(format, args...)))
}

// doubtful is broken for what CI or a person wrote into a live folder: it is data,
// which the next deploy may heal, and must keep nobody from generating.
func (m *model) doubtful(code diag.Code, a, b pipeline.Place, help, format string, args ...any) {
	m.broken(code, a, b, help, format, args...)
	m.found[len(m.found)-1].Severity = diag.Warning
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
