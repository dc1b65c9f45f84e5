package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Program is a workload that runs a program of the pipeline, as a target renders it.
type Program struct {
	pipeline.Workload
	// Container is that of the program.
	Container pipeline.Node
	// Fact is what the spec says of it, nil without one.
	Fact *WorkloadFact
}

// Called reports whether others call it, as far as the spec says.
func (p Program) Called() bool { return p.Fact == nil || p.Fact.is().called }

// Built reports whether its image is built here, as far as the spec says.
func (p Program) Built() bool { return p.Fact == nil || p.Fact.External == "" }

// Programs are the workloads of a target that run the programs of the pipeline. Where a spec says what these are called, a
// workload that only tries one of them is none.
func (c *Case) Programs(t *pipeline.Target) []Program {
	if out, known := c.programs[t]; known {
		return out
	}
	var out []Program
	if c.Facts == nil {
		for _, a := range c.Model.Programs(t) {
			out = append(out, Program{a.Workload, a.Container, nil})
		}
	} else {
		for _, w := range t.Workloads() {
			if f := c.Facts.Workload(w.Name); f != nil && f.runs(w) {
				containers := w.Pod().Get("containers").Items()
				at := slices.IndexFunc(containers, func(n pipeline.Node) bool { return n.Get("name").Text() == f.Name })
				if len(containers) > 0 {
					out = append(out, Program{w, containers[max(at, 0)], f})
				}
			} else {
				out = append(out, c.ownPrograms(t, w)...)
			}
		}
	}
	if len(t.Objects) > 0 {
		c.programs[t] = out
	}
	return out
}

// ownPrograms are the containers of a workload of the author's that run images built here.
func (c *Case) ownPrograms(t *pipeline.Target, w pipeline.Workload) []Program {
	var out []Program
	o := c.byTarget[t]
	if o == nil || c.Facts.own(o.env) == nil || !w.Added() {
		return nil
	}
	for _, container := range w.Containers() {
		image := c.Facts.named(container.Get("image").Text())
		if image == nil {
			continue
		}
		fact := *c.Facts.own(o.env)
		fact.Image = image.Name
		out = append(out, Program{w, container, &fact})
	}
	return out
}

// eachProgram visits the programs of all targets.
func (c *Case) eachProgram(visit func(*pipeline.Target, Program)) {
	for _, t := range c.targets {
		for _, a := range c.Programs(t) {
			visit(t, a)
		}
	}
}

// program is the one that a workload of a target runs, nil for none.
func (c *Case) program(t *pipeline.Target, w pipeline.Workload) *Program {
	return first(c.Programs(t), func(a Program) bool { return a.Same(w.Node) })
}

// buildsOf are the builds of the image that a program runs, or all where none says that it is one.
func (c *Case) buildsOf(a Program) []pipeline.Build {
	all := c.Builds()
	var out []pipeline.Build
	for _, b := range all {
		if c.Facts != nil {
			if i := c.imageOf(b.Job); i != nil && i.Name == a.Fact.Image {
				out = append(out, b)
			}
		} else if name := pipeline.ParseImage(a.Container.Get("image").Text()).Name; slices.ContainsFunc(b.References(), func(r pipeline.Reference) bool { return r.Is(name) }) {
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// imageOf is the image that a job makes: the one whose name it says, or else the one whose source it builds, or whose
// cache it uses; nil where each of these says none, or several.
func (c *Case) imageOf(j *pipeline.Job) *ImageFact {
	if len(c.Facts.Images) == 1 {
		return &c.Facts.Images[0]
	}
	if image, known := c.images[j]; known {
		return image
	}
	var out *ImageFact
	for _, says := range []func(*pipeline.Job, *ImageFact) bool{names, buildsFrom, c.cachesAs} {
		var of []*ImageFact
		for i := range c.Facts.Images {
			if says(j, &c.Facts.Images[i]) {
				of = append(of, &c.Facts.Images[i])
			}
		}
		if len(of) == 1 {
			out = of[0]
			break
		}
	}
	c.images[j] = out
	return out
}

// names reports a job that has the name of an image somewhere.
func names(j *pipeline.Job, i *ImageFact) bool {
	found := false
	j.Scalars(func(n pipeline.Node) { found = found || i.isNamed(n.Text()) })
	return found
}

// buildsFrom reports a job that builds what an image is made of.
func buildsFrom(j *pipeline.Job, i *ImageFact) bool {
	return slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool {
		return s.Builds() && s.With("context").Text() == i.Context && s.With("file").Text() == i.Dockerfile && s.With("target").Text() == i.Target
	})
}

// cachesAs reports a job that uses the build cache of an image.
func (c *Case) cachesAs(j *pipeline.Job, i *ImageFact) bool {
	return slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool {
		scope, ok := strings.CutPrefix(pipeline.Attribute(s.With("cache-from").Text(), "scope"), c.cacheScope(j.Workflow, i))
		return ok && strings.HasPrefix(scope, "${{")
	})
}

// named is the image whose name is in a text, nil for none.
func (f *Facts) named(text string) *ImageFact {
	return first(f.Images, func(i ImageFact) bool { return i.isNamed(text) })
}

// isNamed reports whether the name of an image is in a text, and not only the beginning of another one.
func (i ImageFact) isNamed(text string) bool {
	return slices.ContainsFunc(i.references(), func(reference string) bool {
		_, rest, found := strings.Cut(text, reference)
		return found && reference != "" && (rest == "" || !strings.ContainsAny(rest[:1], nameLetters))
	})
}

// nameLetters may go on a name of an image.
const nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/"

// tries visits the steps that start an image before it is published, with the workload as which they do.
func (c *Case) tries(visit func(*pipeline.Step, *WorkloadFact)) {
	if c.smoke == nil {
		c.smoke = []*pipeline.Step{}
		c.steps(func(s *pipeline.Step) {
			if strings.Contains(s.Run(), "docker run") && s.Get("env", "HEALTH_PATH").OK() {
				c.smoke = append(c.smoke, s)
			}
		})
	}
	for _, s := range c.smoke {
		if i := c.imageOf(s.Job); i != nil {
			if w := c.Facts.Workload(i.TriedAs); w != nil {
				visit(s, w)
			}
		}
	}
}

// triesOf visits the steps that start the image of a program as the workload that it is.
func (c *Case) triesOf(a Program, visit func(*pipeline.Step)) {
	c.tries(func(s *pipeline.Step, w *WorkloadFact) {
		if w == a.Fact {
			visit(s)
		}
	})
}
