package prove

import "github.com/pipegen/pipegen/internal/pipeline"

// x02: images are replaced in the folder that CI edits and nowhere else. Once the
// base has renamed the image, the overlay's entry matches nothing, and kustomize
// says nothing about it.
func x02(m *model) {
	for _, o := range m.overlays {
		live := o.at()
		edited := map[string]bool{}
		for _, w := range o.writers {
			for _, e := range w.edits {
				edited[e.dir] = true
				live = o.holds(e.dir).kust.get("images").at()
			}
		}
		for _, f := range o.folders {
			images := f.kust.get("images")
			if len(images.items()) > 0 && (!o.own(f.dir) || len(edited) > 0 && !edited[f.dir]) {
				m.broken(X02, images.at(), live, "keep images: in the live folder of each overlay", "%s replaces images, and so hides them from the one entry that CI edits", f.dir)
			}
		}
		m.taggedBase(o, live)
	}
}

// taggedBase finds a base that names a tag: it holds no environment's image (K01).
func (m *model) taggedBase(o *overlay, live place) {
	for _, f := range o.folders {
		if o.own(f.dir) {
			continue
		}
		for _, s := range f.files {
			for _, d := range s.docs {
				for _, c := range d.get("spec", "template", "spec", "containers").items() {
					image := c.get("image")
					if e := pipeline.ParseImage(image.text()); e.Name == m.facts.Application && (e.Tag != "" || e.Digest != "") {
						m.broken(X02, image.at(), live, "leave tag and digest to the overlays", "the base names the image %s with a tag", image.text())
					}
				}
			}
		}
	}
}
