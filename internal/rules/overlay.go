package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// overlay is a folder that Argo CD may render.
type overlay struct {
	*pipeline.Target
	// env is the spec's environment, nil when it has none for this folder.
	env     *Environment
	writers []*writer
}

// readOverlays finds the environment of each folder that is rendered. Without a spec, those count that share
// something with one that CI edits.
func (c *Case) readOverlays() {
	of := map[string]*Environment{}
	if c.Facts == nil {
		c.branch, c.targets = releaseBranch(c.Model), c.Ours()
	} else {
		c.branch, c.targets = c.Facts.Source.Branch, c.Targets
		for i, e := range c.Facts.Environments {
			of[e.Overlay] = &c.Facts.Environments[i]
		}
	}
	for _, t := range c.targets {
		o := &overlay{Target: t, env: of[t.Dir]}
		c.overlays, c.byTarget[t] = append(c.overlays, o), o
		if o.env != nil && o.env.Over == "" {
			c.byName[o.env.Name] = o
		}
	}
}

// under is the overlay of the environment, where this is that of a cluster of it that differs; nil otherwise.
func (c *Case) under(o *overlay) *overlay {
	if o.env == nil || o.env.Over == "" {
		return nil
	}
	return c.overlay(o.env.Over)
}

// manifestsAt is where an overlay takes in manifests of the author's.
func (o *overlay) manifestsAt() pipeline.Place {
	for _, n := range o.Folders[0].Kust.Get("resources").Items() {
		return n.At()
	}
	for _, a := range o.Apps {
		for _, s := range pipeline.Sources(a) {
			if files := s.Get("helm", "valueFiles"); files.OK() {
				return files.At()
			}
		}
	}
	return o.At()
}

// environment is the one that a target is, nil for none.
func (c *Case) environment(t *pipeline.Target) *Environment {
	if o := c.byTarget[t]; o != nil {
		return o.env
	}
	return nil
}

// overlay is the one that is rendered from a folder, or nil.
func (c *Case) overlay(dir string) *overlay { return c.byTarget[c.Target(dir)] }

// writer is a job that commits to the GitOps repository.
type writer struct {
	*pipeline.Writer
	// edits are those of images.
	edits   []pipeline.Edit
	overlay *overlay
}

// At is where the step is that writes.
func (w *writer) At() pipeline.Place { return w.Step.At() }

func (c *Case) readWriters() {
	for _, from := range c.Writers {
		w := &writer{Writer: from, overlay: c.byTarget[from.Target]}
		for _, e := range from.Edits {
			if e.Kustomize {
				w.edits = append(w.edits, e)
			}
		}
		c.deploying[w.Step] = true
		if w.overlay != nil {
			w.overlay.writers = append(w.overlay.writers, w)
		}
		c.writers = append(c.writers, w)
	}
}

// variable is where the step sets the variable that holds a value, alone or within a line; where none does, or nothing
// is known of the run, the line of the script.
func (w *writer) variable(value string, c pipeline.Command) pipeline.Place {
	if _, at, ok := w.set(value); ok {
		return at
	}
	if c.Step == nil {
		c.Step = w.Step
	}
	return c.At()
}

// set finds the line in a variable that gives a script a value: one that is the value, or else one that has it within.
func (w *writer) set(value string) (line string, at pipeline.Place, ok bool) {
	if w.Run == nil || value == "" {
		return "", pipeline.Place{}, false
	}
	for _, n := range []pipeline.Node{w.Step.Node, w.Job.Node, w.Workflow.Node} {
		for _, v := range n.Get("env").Pairs() {
			for i, text := range strings.Split(v.Text(), "\n") {
				switch filled := w.Run.Fill(w.Job, text); {
				case filled == value:
					return text, v.TextLine(i), true
				case !ok && strings.Contains(filled, value):
					line, at, ok = text, v.TextLine(i), true
				}
			}
		}
		if ok {
			break
		}
	}
	return line, at, ok
}

// written is how the workflow writes a value: the line of the variable that holds it, and never a sentinel.
func (w *writer) written(value string) (string, pipeline.Place) {
	if line, at, ok := w.set(value); ok {
		return quoted(line), at
	}
	value = strings.ReplaceAll(value, w.Run.SHA, "${GITHUB_SHA}")
	for _, j := range w.Job.Workflow.NamingJobs() {
		named := w.Run.Named(j)
		value = strings.NewReplacer(named.Tag, "${TAG}", named.Digest, "${DIGEST}").Replace(value)
	}
	if s := w.Job.Workflow.FindingStep(); s != nil {
		for _, e := range w.edits {
			found := w.Run.Found(s.Job, e.Name)
			value = strings.NewReplacer(found.Tag, "${TAG}", found.Digest, "${DIGEST}").Replace(value)
		}
	}
	return quoted(value), w.edits[0].At()
}

// render has every overlay rendered after CI's edit.
func (c *Case) render() {
	c.RenderWith(c.Deployed(), c.in.Render)
	for _, o := range c.overlays {
		if o.Err == nil {
			continue
		}
		at := o.At()
		c.found = append(c.found, diag.Diagnostic{Code: diag.Overlay, Pos: diag.Position{File: at.File.Place, Line: at.Line},
			Message: o.Dir + " cannot be rendered: " + strings.ReplaceAll(strings.Join(strings.Fields(o.Err.Error()), " "), shell.Unknown, "?"),
			Help:    "run 'pipegen generate' to have what is generated written anew"})
	}
}

// uncertain reports a value of which only a run knows all.
func uncertain(s string) bool { return strings.ContainsAny(s, "‹"+shell.Unknown) }
