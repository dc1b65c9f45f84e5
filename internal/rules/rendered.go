package rules

import (
	"github.com/pipegen/pipegen/internal/pipeline"
)

// rendersWhatRuns requires that each overlay renders the workloads of its environment and no others, each as what it is,
// and one whose image is not built here with the image of the spec.
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
			case p == nil && f.RunsIn(o.env.Name):
				c.broken(c.namesake(o, f), o.At(), "let "+o.Dir+" include the folder of "+f.Name, "%s renders no %s called %s, which runs in %s", o.Dir, f.Kind, f.Name, o.env.Name)
			case p == nil:
			case !f.RunsIn(o.env.Name):
				c.broken(p.At(), o.At(), "take its folder out of "+o.Dir, "%s renders %s, and %s.only does not name %s", o.Dir, p.Label(), f.Path, o.env.Name)
			default:
				c.runsExternal(o, *p)
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
