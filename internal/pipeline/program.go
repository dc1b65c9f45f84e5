package pipeline

import (
	"slices"
	"strings"
)

// Program is a workload that runs a program of the pipeline, and the container of the program.
type Program struct {
	Workload
	Container Node
}

// Programs are the workloads of a target that run the pipeline's programs and do not end by themselves: those whose
// images CI builds, or else the first one.
func (m *Model) Programs(t *Target) []Program {
	built := m.builtImages(t)
	runs := func(c Node) bool {
		name := ParseImage(c.Get("image").Text()).Name
		return slices.ContainsFunc(built, func(r Reference) bool { return r.Is(name) })
	}
	var first, out []Program
	for _, w := range t.Workloads() {
		if !w.LongRunning() {
			continue
		}
		containers := w.Pod().Get("containers").Items()
		if at := slices.IndexFunc(containers, runs); at >= 0 {
			out = append(out, Program{w, containers[at]})
		}
		if first == nil && len(containers) > 0 {
			first = []Program{{w, containers[0]}}
		}
	}
	if out == nil {
		return first
	}
	return out
}

// builtImages are those that CI or an images entry names.
func (m *Model) builtImages(t *Target) []Reference {
	var out []Reference
	add := func(name string) {
		if name != "" {
			out = append(out, Reference{Name: name})
		}
	}
	for _, w := range m.Writers {
		for _, e := range w.Edits {
			add(e.Name)
			add(e.NewName)
		}
	}
	for _, b := range m.Builds() {
		out = append(out, b.References()...)
	}
	if len(out) == 0 {
		for _, f := range t.Folders {
			for _, i := range f.Kust.Get("images").Items() {
				add(i.Get("name").Text())
				add(i.Get("newName").Text())
			}
		}
	}
	return out
}

// Is reports whether a run can give the reference this name, by its owner and its repository.
func (r Reference) Is(name string) bool {
	for hole, slashes := range map[string]int{"‹github.repository›": 1, "‹github.repository_owner›": 0} {
		before, after, _ := strings.Cut(strings.ToLower(r.Name), hole)
		inner, begins := strings.CutPrefix(strings.ToLower(name), before)
		inner, ends := strings.CutSuffix(inner, after)
		if strings.Contains(r.Name, hole) && begins && ends && inner != "" && strings.Count(inner, "/") == slashes {
			return true
		}
	}
	return strings.EqualFold(r.Name, name)
}

// Ours are the targets that share a folder with one that CI edits, or all where CI edits none: a GitOps repository may
// hold other applications, which are not this pipeline's.
func (m *Model) Ours() []*Target {
	ours := map[string]bool{}
	for _, w := range m.Writers {
		for _, e := range w.Edits {
			for _, t := range m.Targets {
				if !t.Holds(e.Folder) {
					continue
				}
				ours[t.Dir] = true
				for _, folder := range t.Folders {
					ours[folder.Dir] = true
				}
			}
		}
	}
	if len(ours) == 0 {
		return m.Targets
	}
	var out []*Target
	for _, t := range m.Targets {
		if ours[t.Dir] || slices.ContainsFunc(t.Folders, func(f *Folder) bool { return ours[f.Dir] }) {
			out = append(out, t)
		}
	}
	return out
}
