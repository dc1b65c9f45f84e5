package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Input is what is proven: files, and what the spec says about them.
type Input struct {
	// Files are both repositories as they stand, edited by a person or not. Files of
	// the author's own, such as the Dockerfile, may be among them: what they say is
	// then proven too.
	Files []artifact.File
	Facts Facts
	// Render is kustomize. The files that it gets are the Input's, with every live image
	// replaced the way CI replaces it.
	Render pipeline.Render
	// Charts renders what Helm renders beside an overlay, from files as Render; nil for nothing.
	Charts func(files []artifact.File, overlay string) ([]pipeline.Charted, error)
	// Texts are what earlier runs have read; without it, each file is read anew.
	Texts *pipeline.Texts
	// Schemas are files with the schemas of kinds that are not built in.
	Schemas []artifact.File
	// Place names a file for the reader. Without it that is "root:path".
	Place func(artifact.File) string
}

// Read reads the output as the tools will: parsed files, resolved expressions and
// scripts. Nothing is rendered yet.
func Read(in Input) (*Case, error) {
	if in.Render == nil {
		return nil, fmt.Errorf("rules: Input.Render is not set")
	}
	if in.Place == nil {
		in.Place = func(f artifact.File) string { return string(f.Root) + ":" + f.Path }
	}
	if in.Texts == nil {
		in.Texts = &pipeline.Texts{}
	}
	c := newCase(&in.Facts)
	c.in = in
	c.read()
	return c, nil
}

// Rendered are the files with every live image replaced the way CI replaces it, which
// are those to render.
func (c *Case) Rendered() []artifact.File {
	if len(c.found) > 0 {
		return c.in.Files
	}
	return c.Deployed()
}

// Prove holds every rule against the output and its rendered objects. A file that is no
// YAML gives one diagnostic, and the rules that need it are left out.
func (c *Case) Prove() diag.List {
	if len(c.found) > 0 {
		// A half-read output would break many rules at once, and say nothing new.
		return c.found.Sorted()
	}
	if c.unfollowed() {
		for _, ofSets := range []string{"A22", "A23", "A27"} {
			c.rule, _ = Find(ofSets)
			c.rule.Check(c)
		}
		return c.found.Sorted()
	}
	c.render()
	if len(c.found) > 0 {
		return c.found.Sorted()
	}
	c.hold(Proof)
	promises(c)
	c.guard()
	c.withoutEchoes()
	return c.eachOnce()
}

// eachOnce is what was found, sorted, with a mistake that several overlays share in the first of them alone.
func (c *Case) eachOnce() diag.List {
	var dirs []string
	for _, o := range c.overlays {
		dirs = append(dirs, o.Dir, "")
	}
	anywhere, seen := strings.NewReplacer(dirs...), map[mistake]bool{}
	return slices.DeleteFunc(c.found.Sorted(), func(d diag.Diagnostic) bool {
		m := mistake{d.Code, d.Pos, d.Path, anywhere.Replace(d.Message)}
		known := seen[m]
		seen[m] = true
		return known
	})
}

// mistake is what makes two diagnostics one.
type mistake struct {
	code          diag.Code
	pos           diag.Position
	path, message string
}

func (c *Case) read() {
	var files []*pipeline.File
	for _, f := range c.in.Files {
		s := c.in.Texts.Parse(f, c.in.Place(f))
		files = append(files, s)
		if s.Fault != "" {
			c.unreadable(s)
		}
	}
	if len(c.found) > 0 {
		return
	}
	known := &pipeline.Known{GitOps: c.Facts.GitOps.Name, Charts: c.in.Charts}
	for _, e := range c.Facts.Environments {
		known.Overlays = append(known.Overlays, e.Overlay)
	}
	c.take(pipeline.New(files, known))
}

// extra is what the spec says of a job that it adds, nil for one of the pipeline's.
func (c *Case) extra(j *pipeline.Job) *ExtraJob {
	for i, e := range c.Facts.ExtraJobs {
		if e.ID == j.ID {
			return &c.Facts.ExtraJobs[i]
		}
	}
	return nil
}

// isAuthors reports whether a job's steps are the author's own: they may use the
// names of variables in any sense.
func (c *Case) isAuthors(j *pipeline.Job) bool {
	return c.extra(j) != nil || slices.Contains(c.Tests(j.Workflow), j)
}

func (c *Case) unreadable(s *pipeline.File) {
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
	c.found = append(c.found, diag.Diagnostic{Code: code,
		Pos:     diag.Position{File: s.Place, Line: s.FaultLine},
		Message: "this is no valid YAML: " + s.Fault + "; nothing can be proven of it", Help: help})
}
