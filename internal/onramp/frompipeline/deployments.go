package frompipeline

import (
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// deployment is an environment to which the originals deploy.
type deployment struct {
	target *pipeline.Target
	// env is the name of the environment.
	env string
	// app is its Application, or a missing node.
	app       pipeline.Node
	workload  pipeline.Workload
	container pipeline.Node
	ok        bool
	// writer is the job that deploys to it, or nil.
	writer *pipeline.Writer
	after  *deployment
}

// deployments returns the environments in the order of their deploys. If there are Applications and all of them are
// known, a folder that none of them renders does not count.
func deployments(m *pipeline.Model) []*deployment {
	var out []*deployment
	used := map[string]bool{}
	for _, t := range m.Ours() {
		if len(t.Apps) == 0 && len(m.Applications) > 0 && !m.Unfollowed() || len(t.Objects) == 0 && len(t.Apps) == 0 {
			continue
		}
		p := &deployment{target: t, env: environmentName(t)}
		for used[p.env] {
			p.env += "-2"
		}
		used[p.env] = true
		if len(t.Apps) > 0 {
			p.app = t.Apps[0]
		}
		if all := m.Programs(t); len(all) > 0 {
			p.workload, p.container, p.ok = all[0].Workload, all[0].Container, true
		}
		for _, w := range m.Writers {
			for _, e := range w.Edits {
				if t.Holds(e.Folder) && t.Own(e.Folder) {
					p.writer = w
				}
			}
		}
		out = append(out, p)
	}
	ordered(out)
	return out
}

// ordered sorts each environment after those for whose deploy it waits.
func ordered(all []*deployment) {
	slices.SortStableFunc(all, func(a, b *deployment) int {
		switch {
		case a.writer == nil || b.writer == nil || a.writer == b.writer:
			return 0
		case a.writer.Workflow == b.writer.Workflow && a.writer.After(b.writer.ID):
			return 1
		case a.writer.Workflow == b.writer.Workflow && b.writer.After(a.writer.ID):
			return -1
		}
		return 0
	})
	for i, p := range all {
		for _, before := range all[:i] {
			if p.writer != nil && before.writer != nil && p.writer != before.writer && p.writer.After(before.writer.ID) {
				p.after = before
			}
		}
	}
}

// environmentName returns the name of the folder below overlays, or else the usual name.
func environmentName(t *pipeline.Target) string {
	dir := path.Dir(t.Dir)
	switch path.Base(dir) {
	case "overlays", "environments", "envs":
		if name := draft.Name(path.Base(t.Dir), draft.LongestEnvironment); name != "" {
			return name
		}
	}
	return "production"
}

// namespace returns the namespace of the overlay.
func (p *deployment) namespace() pipeline.Node {
	if p.ok {
		if n := p.workload.Get("metadata", "namespace"); n.OK() {
			for _, f := range p.target.Folders {
				if k := f.Kust.Get("namespace"); k.Text() == n.Text() {
					return k
				}
			}
			return n
		}
	}
	return p.app.Get("spec", "destination", "namespace")
}
