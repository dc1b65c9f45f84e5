package prove

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

// Object is one rendered object: the node that kustomize's own library holds, so
// that nothing is encoded and parsed again.
type Object = *yaml.Node

// Input is what is proven: files, and what the spec says about them.
type Input struct {
	// Files are both repositories as they stand, edited by a person or not. Files of
	// the author's own, such as the Dockerfile, may be among them: what they say is
	// then proven too.
	Files []artifact.File
	Facts Facts
	// Render is kustomize: it gets files and returns what renders an overlay, a folder
	// of the GitOps repository among them. The files are the Input's, with every live
	// image replaced the way CI replaces it.
	Render func(files []artifact.File) func(overlay string) ([]Object, error)
	// Texts are what earlier runs have read; without it, each file is read anew.
	Texts *Texts
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
		in.Texts = &Texts{}
	}
	return &Proof{newModel(in)}, nil
}

// Deployed are the files with every live image replaced the way CI replaces it. These
// are rendered.
func (p *Proof) Deployed() []artifact.File {
	if len(p.m.found) > 0 {
		return p.m.in.Files
	}
	return p.m.bumped()
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
	for _, r := range rules {
		r.check(m)
	}
	m.guard()
	return m.found.Sorted()
}

// model is the output as the tools see it.
type model struct {
	facts Facts
	in    Input
	found diag.List

	sources   []*source
	byPath    map[string]*source // root:path
	workflows []*workflow
	writers   []*writer
	apps      []node
	sets      []*appSet
	projects  []node
	overlays  []*overlay
	byFolder  map[string]*overlay // those of overlays, by their folder
	byName    map[string]*overlay // those of environments, by their name
	byDigest  map[string]*writer  // deploys, by the digest that stands for what they deploy

	// What follows is filled when it is asked for first: with many environments, rules
	// that look through all of something for each of another would take most of the time.
	deployed  []artifact.File
	rendering map[string][]node              // Applications, by the folder that they render
	folders   map[string]bool                // every folder with a file somewhere in it
	targets   map[*yaml.Node]map[target]bool // what a project allows
	smoke     []*step                        // those that start the image
}

func newModel(in Input) *model {
	m := &model{facts: in.Facts, in: in, byPath: map[string]*source{}, byFolder: map[string]*overlay{}, byName: map[string]*overlay{}, byDigest: map[string]*writer{}, targets: map[*yaml.Node]map[target]bool{}}
	for _, f := range in.Files {
		s := &source{File: f, place: in.Place(f)}
		if isYAML(f.Path) {
			s = in.Texts.read(f).source(f, s.place)
		}
		m.sources = append(m.sources, s)
		m.byPath[key(f.Root, f.Path)] = s
		if s.fault != "" {
			m.unreadable(s)
		}
	}
	if len(m.found) > 0 {
		return m
	}
	for _, s := range m.sources {
		switch {
		case s.Root == artifact.Code && path.Dir(s.Path) == ".github/workflows" && isYAML(s.Path):
			m.workflows = append(m.workflows, readWorkflow(s, m.facts.ExtraJobs))
		case s.Root == artifact.GitOps:
			m.readArgoCD(s)
		}
	}
	m.readOverlays()
	m.readWriters()
	return m
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

func key(root artifact.Root, name string) string { return string(root) + ":" + name }

func (m *model) file(root artifact.Root, name string) *source { return m.byPath[key(root, name)] }

func (m *model) unreadable(s *source) {
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
		Pos:     diag.Position{File: s.place, Line: s.faultLine},
		Message: "this is no valid YAML: " + s.fault + "; nothing can be proven of it", Help: help})
}

func (m *model) readArgoCD(s *source) {
	for _, d := range s.docs {
		if !strings.HasPrefix(d.get("apiVersion").text(), "argoproj.io/") {
			continue
		}
		switch d.get("kind").text() {
		case "Application":
			m.apps = append(m.apps, d)
		case "ApplicationSet":
			m.readAppSet(d)
		case "AppProject":
			m.projects = append(m.projects, d)
		}
	}
}

// additions begins the paths of what a spec's author adds to the workflow. What is
// wrong with it is told there: the caller knows the line.
const additions = "workflow."

// patches begins the paths of the author's changes to generated files.
const patches = "patches["

// broken reports a rule that does not hold. The fault is told at a; b is the place
// that disagrees, which the message names as well.
func (m *model) broken(code diag.Code, a, b place, help, format string, args ...any) {
	d := diag.Diagnostic{Code: code, Rule: strings.ToUpper(string(code)), Message: fmt.Sprintf(format, args...), Help: help}
	// What was generated is right until something of the author's own changes it.
	if b.own() && !a.own() {
		a, b = b, a
	}
	if a.known() {
		d.Pos = diag.Position{File: a.src.place, Line: a.line}
		d.Path = a.src.Origin(a.line)
	}
	if b.known() {
		if where := b.String(); !strings.Contains(d.Message, where) {
			d.Message += " (" + where + ")"
		}
		d.Notes = []diag.Note{{Pos: diag.Position{File: b.src.place, Line: b.line}, Message: "the other side"}}
	}
	if at := patchAt(a, b); at != "" {
		d.Path = at
	}
	if strings.HasPrefix(d.Path, patches) || strings.HasPrefix(d.Path, additions) {
		d.Notes = append([]diag.Note{{Pos: d.Pos, Message: "in the generated file"}}, d.Notes...)
		d.Pos = diag.Position{}
	}
	m.found = append(m.found, d)
}

// patchAt is the author's patch that one of two places comes from, or "": it is at
// fault, and not what it does not fit. The caller turns it into a line of the spec.
func patchAt(places ...place) string {
	for _, p := range places {
		if p.known() && strings.HasPrefix(p.src.Origin(p.line), patches) {
			return p.src.Origin(p.line)
		}
	}
	return ""
}

// doubtful is broken for what CI or a person wrote into a live folder: it is data,
// which the next deploy may heal, and must keep nobody from generating.
func (m *model) doubtful(code diag.Code, a, b place, help, format string, args ...any) {
	m.broken(code, a, b, help, format, args...)
	m.found[len(m.found)-1].Severity = diag.Warning
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
