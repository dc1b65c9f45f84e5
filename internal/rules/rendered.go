package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// rendersWhatRuns requires that each overlay renders the workloads of its environment and no others, each as what it is,
// with the containers before it, and what is not built here with the image of the spec.
func rendersWhatRuns(c *Case) {
	for _, o := range c.overlays {
		if o.env == nil || len(o.Folders) == 0 {
			continue
		}
		programs := c.Programs(o.Target)
		for i := range c.Facts.Workloads {
			f := &c.Facts.Workloads[i]
			p := first(programs, func(p Program) bool { return p.Fact == f })
			switch {
			case f.Kind == ownKind: // X05 holds what it renders
			case p == nil && f.RunsIn(o.env.Name):
				c.broken(c.namesake(o, f), o.At(), "let "+o.Dir+" include the folder of "+f.Name, "%s renders no %s called %s, which runs in %s", o.Dir, f.Kind, f.Name, o.env.Name)
			case p == nil:
			case !f.RunsIn(o.env.Name):
				c.broken(p.At(), o.At(), "take its folder out of "+o.Dir, "%s renders %s, and %s.only does not name %s", o.Dir, p.Label(), f.Path, o.env.Name)
			default:
				c.runsExternal(o, *p)
				c.runsBefore(o, *p)
			}
		}
	}
}

// namesake is the object that has the name of a workload and is something else; without one, the overlay.
func (c *Case) namesake(o *overlay, f *WorkloadFact) pipeline.Place {
	for _, w := range o.Workloads() {
		if w.Name == f.Name {
			return w.Get("kind").At()
		}
	}
	return o.At()
}

func (c *Case) runsExternal(o *overlay, p Program) {
	if image := p.Container.Get("image"); !p.Built() && image.Text() != p.Fact.External && pinned().MatchString(image.Text()) {
		c.broken(image.At(), o.At(), "image: "+p.Fact.External, "%s runs %s in %s, and the spec says %s", p.Name, quoted(image.Text()), o.Dir, p.Fact.External)
	}
}

// runsBefore requires the containers that run before a program, in the order of the spec, and of each whether it ends. What
// an author adds may be between them.
func (c *Case) runsBefore(o *overlay, p Program) {
	there := p.Pod().Get("initContainers")
	last := -1
	for _, f := range p.Fact.Init {
		at := slices.IndexFunc(there.Items(), func(n pipeline.Node) bool { return n.Get("name").Text() == f.Name })
		if at < 0 {
			c.broken(p.Pod().Get("containers").At(), o.At(), "let it be in initContainers", "%s starts in %s without the container %s, which the spec has before it", p.Name, o.Dir, quoted(f.Name))
			continue
		}
		n := there.Items()[at]
		if at < last {
			c.broken(n.At(), o.At(), "keep the order of the spec", "the container %s of %s comes before one that runs before it in the spec", quoted(f.Name), p.Label())
		}
		last = max(last, at)
		if image := n.Get("image"); f.External != "" && image.Text() != f.External && pinned().MatchString(image.Text()) {
			c.broken(image.At(), o.At(), "image: "+f.External, "the container %s of %s runs %s, and the spec says %s", quoted(f.Name), p.Label(), quoted(image.Text()), f.External)
		}
		switch stays := n.Get("restartPolicy"); {
		case f.Sidecar && stays.Text() != "Always":
			c.broken(stays.At(), o.At(), "restartPolicy: Always", "%s waits for the end of its container %s, which has none: it is a sidecar", p.Label(), quoted(f.Name))
		case !f.Sidecar && stays.Text() == "Always":
			c.broken(stays.At(), o.At(), "leave restartPolicy out", "%s does not wait for the end of its container %s, which is started again and again", p.Label(), quoted(f.Name))
		}
	}
}
