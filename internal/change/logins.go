package change

// loginByKey finds images that were pushed with a credential that ends with the run, and are no longer.
func loginByKey(a, b *view, add report) {
	for _, x := range a.plan.Images {
		y := b.plan.Image(x.Name)
		if y.Name != "" && x.Login.Ends() && !y.Login.Ends() {
			add(x.Name, y.Login.Path, "The image %s is pushed with %s instead of %s.", y.Name, y.Login.By(), x.Login.By())
		}
	}
}

// loginChanged finds images that somebody else pushes to the same registry.
func loginChanged(a, b *view, add report) {
	for _, x := range a.plan.Images {
		y := b.plan.Image(x.Name)
		if y.Registry == x.Registry && x.Login.By() != y.Login.By() && (y.Login.Ends() || !x.Login.Ends()) {
			add(x.Name, y.Login.Path, "The image %s is pushed with %s instead of %s.", y.Name, y.Login.By(), x.Login.By())
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
