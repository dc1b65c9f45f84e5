package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// x03: the name in CI's edit is the image of the base, and there is one entry for
// it. kustomize adds an entry for any other name, which replaces nothing, and exits
// with 0.
func provesX03(m *Case) {
	for _, w := range m.writers {
		for _, e := range w.edits {
			if w.overlay == nil {
				continue
			}
			m.editedName(w, e)
		}
	}
	for _, o := range m.overlays {
		for _, f := range o.Folders {
			m.oneEntry(o, f)
		}
	}
}

func (m *Case) editedName(w *writer, e pipeline.Edit) {
	at := w.variable(e.Name, e.Command)
	entries := 0
	images := w.overlay.Folder(e.Folder).Kust.Get("images")
	for _, i := range images.Items() {
		if i.Get("name").Text() == e.Name {
			entries++
		}
	}
	if entries != 1 {
		m.broken(at, images.At(), "name the one entry of the live folder", "%s edits the image %s, for which %s has %d entries", w.Job.Label(), quoted(e.Name), e.Folder, entries)
	}
	for _, f := range w.overlay.Folders {
		for _, s := range f.Files {
			for _, d := range s.Docs {
				for _, c := range d.Get("spec", "template", "spec", "containers").Items() {
					if pipeline.ParseImage(c.Get("image").Text()).Name == e.Name {
						return
					}
				}
			}
		}
	}
	base := w.overlay.At()
	if _, c, ok := w.overlay.app(m); ok {
		base = c.Get("image").At()
	}
	m.broken(at, base, "give both the same name", "%s edits the image %s, which no container of %s has", w.Job.Label(), quoted(e.Name), w.overlay.Dir)
}

// oneEntry refuses a second entry for the same image, under whatever name.
func (m *Case) oneEntry(o *overlay, f *pipeline.Folder) {
	if !o.Own(f.Dir) {
		return
	}
	all := f.Kust.Get("images").Items()
	for i, n := range all {
		name := n.Get("name")
		if name.Text() != m.Facts.Application {
			m.doubtful(name.At(), o.At(), "keep the entry of "+m.Facts.Application+" alone", "the entry %s replaces no image of this application", quoted(name.Text()))
		}
		for _, earlier := range all[:i] {
			if earlier.Get("name").Text() == name.Text() {
				m.broken(name.At(), earlier.At(), "keep one", "%s has two entries for the image %s", f.Dir, quoted(name.Text()))
			}
		}
	}
}
