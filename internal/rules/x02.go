package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// x02: images are replaced in the folder that CI edits and nowhere else. Once the
// base has renamed the image, the overlay's entry matches nothing, and kustomize
// says nothing about it.
func provesX02(m *Case) {
	for _, o := range m.overlays {
		live := o.At()
		edited := map[string]bool{}
		for _, w := range o.writers {
			for _, e := range w.edits {
				edited[e.Folder] = true
				live = o.Folder(e.Folder).Kust.Get("images").At()
			}
		}
		for _, f := range o.Folders {
			images := f.Kust.Get("images")
			if len(images.Items()) > 0 && (!o.Own(f.Dir) || len(edited) > 0 && !edited[f.Dir]) {
				m.broken(images.At(), live, "keep images: in the live folder of each overlay", "%s replaces images, and so hides them from the one entry that CI edits", f.Dir)
			}
		}
		m.taggedBase(o, live)
	}
}

// taggedBase finds a base that names a tag: it holds no environment's image (K01).
func (m *Case) taggedBase(o *overlay, live pipeline.Place) {
	for _, f := range o.Folders {
		if o.Own(f.Dir) {
			continue
		}
		for _, s := range f.Files {
			for _, d := range s.Docs {
				for _, c := range d.Get("spec", "template", "spec", "containers").Items() {
					image := c.Get("image")
					if e := pipeline.ParseImage(image.Text()); e.Name == m.Facts.Application && (e.Tag != "" || e.Digest != "") {
						m.broken(image.At(), live, "leave tag and digest to the overlays", "the base names the image %s with a tag", image.Text())
					}
				}
			}
		}
	}
}
