package change

import "github.com/pipegen/pipegen/internal/plan"

// stored are the images as they are pushed, and as environments have copies of them, by the name of the image or of both.
func stored(v *view) map[string]plan.Image {
	out := map[string]plan.Image{}
	for _, i := range v.plan.Images {
		out[i.Name] = i
	}
	for _, e := range v.plan.Environments {
		for _, i := range v.plan.Copied(e) {
			out[i.Name+" for "+e.Name] = e.Pulls(i)
		}
	}
	return out
}

// loginByKey finds images that were pushed with a credential that ends with the run, and are no longer.
func loginByKey(a, b *view, add report) {
	after := stored(b)
	for name, x := range stored(a) {
		y := after[name]
		if y.Name != "" && x.Login.Ends() && !y.Login.Ends() {
			add(name, y.Login.Path, "The image %s is pushed with %s instead of %s.", name, y.Login.By(), x.Login.By())
		}
	}
}

// loginChanged finds images that somebody else pushes to the same registry.
func loginChanged(a, b *view, add report) {
	after := stored(b)
	for name, x := range stored(a) {
		y := after[name]
		if y.Registry == x.Registry && x.Login.By() != y.Login.By() && (y.Login.Ends() || !x.Login.Ends()) {
			add(name, y.Login.Path, "The image %s is pushed with %s instead of %s.", name, y.Login.By(), x.Login.By())
		}
	}
}

// copyMoved finds images that pods of an environment pull from another place, though they are pushed to the same.
func copyMoved(a, b *view, add report) {
	before := environments(a)
	for _, e := range b.plan.Environments {
		old, kept := before[e.Name]
		for _, i := range b.plan.ImagesIn(e) {
			was := a.plan.Image(i.Name)
			if x, y := old.Pulls(was), e.Pulls(i); kept && was.Reference == i.Reference && x.Reference != y.Reference {
				add(i.Name+" in "+e.Name, y.Path, "Pods of %s pull %s instead of %s.", e.Name, y.Reference, x.Reference)
			}
		}
	}
}

// readers are the registries from which builds and tests pull with a login.
func readers(v *view) map[string]bool {
	out := map[string]bool{}
	for _, r := range v.plan.Readers {
		out[r.Host] = true
	}
	return out
}
