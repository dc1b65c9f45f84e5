package frompipeline

import (
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// deployment is an environment to which the originals deploy.
type deployment struct {
	// targets are what is rendered for it: several where each workload has an overlay of its own.
	targets []*pipeline.Target
	// env is the name of the environment.
	env string
	// app is its Application, or a missing node, and charts are those that deploy charts to it.
	app    pipeline.Node
	charts []pipeline.Node
	// writer is the job that deploys to it, or nil.
	writer *pipeline.Writer
	after  *deployment
	// start is nil where a push of the branch deploys, or where after says when.
	start *start
	// clusters are further clusters in which it is a little different, and of is the environment of such a cluster, which
	// is called site there. Guessed says why that is no more than likely, and differs in what.
	clusters      []*deployment
	of            *deployment
	site, guessed string
	differs       []difference
}

// findDeployments reads the environments in the order of their deploys. If there are Applications and all of them are
// known, a folder that none of them renders does not count.
func (d *drafter) findDeployments() error {
	targets, err := d.ourTargets()
	if err != nil {
		return err
	}
	for _, t := range targets {
		if d.charted(t) {
			d.deployCharts(t)
			d.own = true
			continue
		}
		p := d.deploymentOf(t)
		p.targets = append(p.targets, t)
		if len(t.Apps) > 0 && !p.app.OK() {
			p.app = t.Apps[0]
		}
		for _, w := range d.m.Writers {
			if editsIn(w, func(dir string) bool { return t.Holds(dir) && t.Own(dir) }) {
				p.writer = w
			}
		}
	}
	// A job that edits what several read, and none has for itself, deploys to each that no other job deploys to.
	shared := func(dir string) bool {
		return !slices.ContainsFunc(targets, func(t *pipeline.Target) bool { return t.Own(dir) })
	}
	for _, p := range d.deployments {
		for _, w := range d.m.Writers {
			if p.writer == nil && editsIn(w, func(dir string) bool {
				return shared(dir) && slices.ContainsFunc(p.targets, func(t *pipeline.Target) bool { return t.Holds(dir) })
			}) {
				p.writer = w
			}
		}
	}
	// So does one of whose folder a run knows a part alone, such as one that a branch decides.
	for _, p := range d.deployments {
		for _, w := range d.m.Writers {
			if p.writer == nil && editsIn(w, func(dir string) bool {
				return anyMark().MatchString(path.Base(dir)) && path.Dir(dir) != "." && slices.ContainsFunc(p.targets, func(t *pipeline.Target) bool {
					return path.Dir(t.Dir) == path.Dir(dir)
				})
			}) {
				p.writer = w
			}
		}
	}
	// What waits for nothing is in the usual order, and not in that of the alphabet.
	slices.SortStableFunc(d.deployments, func(a, b *deployment) int { return stage(a.env) - stage(b.env) })
	ordered(d.deployments)
	d.findStarts()
	d.findClusters()
	return nil
}

// editsIn reports whether a job edits one of some folders.
func editsIn(w *pipeline.Writer, of func(dir string) bool) bool {
	return slices.ContainsFunc(w.Edits, func(e pipeline.Edit) bool {
		return slices.ContainsFunc(legs(w.Job), func(l leg) bool { return of(l.fill(e.Folder)) })
	})
}

// deploymentOf is the environment of a target. Two targets that would have one name are one environment where they have
// no workload in common.
func (d *drafter) deploymentOf(t *pipeline.Target) *deployment {
	name := environmentName(t)
	for {
		i := slices.IndexFunc(d.deployments, func(p *deployment) bool { return p.env == name })
		switch {
		case i < 0:
			p := &deployment{env: name}
			d.deployments = append(d.deployments, p)
			return p
		case len(t.Workloads()) > 0 && !slices.ContainsFunc(d.deployments[i].workloads(), hasNameIn(t)):
			return d.deployments[i]
		}
		name += "-2"
	}
}

func hasNameIn(t *pipeline.Target) func(pipeline.Workload) bool {
	return func(w pipeline.Workload) bool {
		return slices.ContainsFunc(t.Workloads(), func(other pipeline.Workload) bool { return other.Kind == w.Kind && baseName(other) == baseName(w) })
	}
}

func (p *deployment) workloads() []pipeline.Workload {
	var out []pipeline.Workload
	for _, t := range p.targets {
		out = append(out, t.Workloads()...)
	}
	return out
}

func (p *deployment) kinds(kind string) []*pipeline.Object {
	var out []*pipeline.Object
	for _, t := range p.targets {
		out = append(out, t.Kinds(kind)...)
	}
	return out
}

func (p *deployment) folders() []*pipeline.Folder {
	var out []*pipeline.Folder
	for _, t := range p.targets {
		out = append(out, t.Folders...)
	}
	return out
}

// imageEntries are the images that its kustomizations replace.
func (p *deployment) imageEntries() []pipeline.Node {
	var out []pipeline.Node
	for _, f := range p.folders() {
		out = append(out, f.Kust.Get("images").Items()...)
	}
	return out
}

// ordered sorts each environment after those for whose deploy it waits.
func ordered(all []*deployment) {
	waits := func(p *deployment) func(*deployment) bool {
		return func(o *deployment) bool {
			return p.writer != nil && o.writer != nil && p.writer != o.writer && p.writer.Workflow == o.writer.Workflow && p.writer.After(o.writer.ID)
		}
	}
	for i := range all {
		rest := all[i:]
		// The first that waits for none of the others: a sort would not compare it with each of them.
		n := max(0, slices.IndexFunc(rest, func(p *deployment) bool { return !slices.ContainsFunc(rest, waits(p)) }))
		next := rest[n]
		copy(rest[1:n+1], rest[:n])
		rest[0] = next
	}
	for i, p := range all {
		for _, before := range all[:i] {
			if p.writer != nil && before.writer != nil && p.writer != before.writer && p.writer.After(before.writer.ID) {
				p.after = before
			}
		}
	}
}

// environmentName returns the name of the folder below overlays, or of one that is called like an environment, or else the
// usual name.
func environmentName(t *pipeline.Target) string {
	dir := path.Dir(t.Dir)
	switch path.Base(dir) {
	case "overlays", "environments", "envs":
		if name := draft.Name(path.Base(t.Dir), draft.LongestEnvironment); name != "" {
			return name
		}
	}
	if base := path.Base(t.Dir); slices.Contains(stages, base) && len(base) <= draft.LongestEnvironment {
		return base
	}
	return "production"
}

// namespace returns the namespace of the overlay, as its first program has it, or what there is where there is none.
func (d *drafter) namespace(e *deployment) pipeline.Node {
	for _, p := range d.programs {
		r, ok := p.in(e)
		if !ok || !r.workload.Get("metadata", "namespace").OK() {
			continue
		}
		n := r.workload.Get("metadata", "namespace")
		for _, f := range e.folders() {
			if k := f.Kust.Get("namespace"); k.Text() == n.Text() {
				return k
			}
		}
		return n
	}
	if n := e.app.Get("spec", "destination", "namespace"); n.OK() {
		return n
	}
	// What is beside the programs says it, where all of that is in one.
	var one pipeline.Node
	for _, t := range e.targets {
		for _, o := range t.Objects {
			switch n := o.Get("metadata", "namespace"); {
			case !n.OK():
			case one.OK() && n.Text() != one.Text() && len(d.programs) > 0:
				return pipeline.Node{}
			case !one.OK():
				one = n
			}
		}
	}
	return one
}
