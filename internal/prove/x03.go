package prove

import "github.com/pipegen/pipegen/internal/pipeline"

// x03: the name in CI's edit is the image of the base, and there is one entry for
// it. kustomize adds an entry for any other name, which replaces nothing, and exits
// with 0.
func x03(m *model) {
	for _, w := range m.writers {
		for _, e := range w.edits {
			if w.overlay == nil {
				continue
			}
			m.editedName(w, e)
		}
	}
	for _, o := range m.overlays {
		for _, f := range o.folders {
			m.oneEntry(o, f)
		}
	}
}

func (m *model) editedName(w *writer, e edit) {
	at := w.variable(e.Name, e.Command)
	entries := 0
	images := w.overlay.holds(e.dir).kust.get("images")
	for _, i := range images.items() {
		if i.get("name").text() == e.Name {
			entries++
		}
	}
	if entries != 1 {
		m.broken(X03, at, images.at(), "name the one entry of the live folder", "%s edits the image %s, for which %s has %d entries", w.job.label(), quoted(e.Name), e.dir, entries)
	}
	for _, f := range w.overlay.folders {
		for _, s := range f.files {
			for _, d := range s.docs {
				for _, c := range d.get("spec", "template", "spec", "containers").items() {
					if pipeline.ParseImage(c.get("image").text()).Name == e.Name {
						return
					}
				}
			}
		}
	}
	base := w.overlay.at()
	if _, c, ok := w.overlay.app(m); ok {
		base = c.get("image").at()
	}
	m.broken(X03, at, base, "give both the same name", "%s edits the image %s, which no container of %s has", w.job.label(), quoted(e.Name), w.overlay.dir)
}

// oneEntry refuses a second entry for the same image, under whatever name.
func (m *model) oneEntry(o *overlay, f *folder) {
	if !o.own(f.dir) {
		return
	}
	all := f.kust.get("images").items()
	for i, n := range all {
		name := n.get("name")
		if name.text() != m.facts.Application {
			m.doubtful(X03, name.at(), o.at(), "keep the entry of "+m.facts.Application+" alone", "the entry %s replaces no image of this application", quoted(name.text()))
		}
		for _, earlier := range all[:i] {
			if earlier.get("name").text() == name.text() {
				m.broken(X03, name.at(), earlier.at(), "keep one", "%s has two entries for the image %s", f.dir, quoted(name.text()))
			}
		}
	}
}
