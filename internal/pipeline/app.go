package pipeline

import (
	"slices"
	"strings"
)

// App is the workload of a target that runs the program, and its container: the one whose image CI builds, or else the
// first that serves. ok is false where none does.
func (m *Model) App(t *Target) (w Workload, container Node, ok bool) {
	built := m.builtImages(t)
	for _, candidate := range t.Workloads() {
		if !candidate.LongRunning() {
			continue
		}
		for _, c := range candidate.Pod().Get("containers").Items() {
			if built[strings.ToLower(ParseImage(c.Get("image").Text()).Name)] {
				return candidate, c, true
			}
			if !ok {
				w, container, ok = candidate, c, true
			}
		}
	}
	return w, container, ok
}

// builtImages are the names of images that CI or an images entry speaks of, in lower case.
func (m *Model) builtImages(t *Target) map[string]bool {
	out := map[string]bool{}
	add := func(name string) {
		if name != "" {
			out[strings.ToLower(name)] = true
		}
	}
	for _, w := range m.Writers {
		for _, e := range w.Edits {
			add(e.Name)
			add(e.NewName)
		}
	}
	for _, b := range m.Builds() {
		for _, r := range b.References() {
			add(r.Name)
		}
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
		if slices.ContainsFunc(t.Folders, func(f *Folder) bool { return ours[f.Dir] }) {
			out = append(out, t)
		}
	}
	return out
}
