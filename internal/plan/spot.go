package plan

import (
	"path"
	"slices"
	"strings"
)

// Spot is what a part of the output is about: the images, jobs of tests, workloads and environments that it serves.
// What it leaves open is nil.
type Spot struct{ Images, Tests, Workloads, Environments []string }

// HoldsAt reports whether a criterion may be kept at a spot.
func (c Criterion) HoldsAt(s Spot) bool {
	of := map[Subject][]string{OfImages: s.Images, OfTests: s.Tests, OfWorkloads: s.Workloads}[c.Subject]
	return meet(c.Of, of) && meet(c.In, s.Environments)
}

// meet reports whether two lists have a name in common. A list that is nil has every name.
func meet(a, b []string) bool {
	return a == nil || b == nil || slices.ContainsFunc(a, func(name string) bool { return slices.Contains(b, name) })
}

// OfJob is what a job of a workflow is about.
func (p Plan) OfJob(id string) Spot {
	for _, i := range p.Images {
		switch id {
		case i.Jobs.Build, i.Jobs.Publish:
			s := Spot{Images: []string{i.Name}, Tests: i.Tests}
			// A job that tries an image as a workload is about that one.
			if i.TriedAs != "" {
				s.Workloads = []string{i.TriedAs}
			}
			return s
		case i.Jobs.Name, i.Jobs.Attest, i.Jobs.Move:
			return Spot{Images: []string{i.Name}, Tests: i.Tests}
		}
	}
	for _, t := range p.Tests {
		if id == t.Job {
			s := Spot{Images: []string{}, Tests: []string{id}}
			for _, i := range p.Images {
				if slices.Contains(i.Tests, id) {
					s.Images = append(s.Images, i.Name)
				}
			}
			return s
		}
	}
	for _, one := range p.Promotions {
		if id == one.Find {
			return Spot{Environments: []string{one.To}}
		}
	}
	if p.Previews != nil && p.Previews.Jobs.Find(id).ID != "" {
		return Spot{Images: []string{}, Tests: []string{}, Workloads: []string{}, Environments: []string{}}
	}
	for _, e := range p.Environments {
		if slices.Contains([]string{e.Jobs.Approve, e.Jobs.Copy, e.Jobs.Deploy, e.Jobs.Merged, e.Jobs.Rollback}, id) {
			return Spot{Environments: []string{e.Name}}
		}
	}
	return Spot{}
}

// OfLine is what a line of a file in the GitOps repository is about, by the place in the spec that it came from.
func (p Plan) OfLine(file, origin string) Spot {
	var s Spot
	below := func(path, above, by string) bool { return path == above || strings.HasPrefix(path, above+by) }
	for _, w := range p.Workloads {
		if below(file, w.Folder, "/") || below(origin, w.Path, ".") {
			s.Workloads = []string{w.Name}
			if len(w.Only) > 0 {
				s.Environments = w.Only
			}
		}
		for _, smoke := range w.Smokes {
			if below(file, smoke.Folder, "/") {
				s.Workloads, s.Environments = []string{w.Name}, smoke.Criterion.In
			}
		}
	}
	if v := p.Previews; v != nil && (below(file, v.Overlay.Overlay, "/") || file == v.Set || file == v.ProjectFile) {
		s.Environments = []string{}
	}
	for _, e := range p.Environments {
		ofSite := slices.ContainsFunc(e.At(), func(at Environment) bool { return file == at.Manifest })
		if ofSite && (!p.ArgoCD.ApplicationSet || e.Cluster.Fleet != nil) {
			s.Environments = []string{e.Name}
		}
		for _, at := range append([]Environment{e}, e.Differing()...) {
			if below(file, at.Overlay, "/") {
				s.Environments = []string{e.Name}
			}
			for _, d := range at.Deltas {
				if d.Path != at.SitePath && below(origin, d.Path, ".") {
					s.Workloads = []string{d.Workload}
				}
			}
		}
	}
	return s
}

// UsualJob is the id that a job has where there is one image.
func (p Plan) UsualJob(id string) string {
	for _, t := range p.Tests {
		if id == t.Job {
			return TestJob
		}
	}
	for _, i := range p.Images {
		if len(p.Images) > 1 && slices.Contains([]string{i.Jobs.Build, i.Jobs.Publish, i.Jobs.Name, i.Jobs.Attest, i.Jobs.Move}, id) {
			return strings.TrimSuffix(id, "-"+i.Name)
		}
	}
	return id
}

// usualFolder is the path that a file of a workload has where there is one.
func (p Plan) usualFolder(file string) string {
	if len(p.Workloads) == 1 && len(p.Workloads[0].Smokes) < 2 {
		return file
	}
	out := file
	take := func(folder, usual string) {
		if rest, ok := strings.CutPrefix(file, folder+"/"); ok {
			out = path.Join(p.GitOps.Folder, usual, rest)
		}
	}
	for _, w := range p.Workloads {
		take(w.Folder, "base")
		for _, s := range w.Smokes {
			take(s.Folder, "smoke")
		}
	}
	return out
}
