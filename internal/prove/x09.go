package prove

// x09: the pods may pull a private image: the declared Secret stands in the pod, or
// in the ServiceAccount that it runs as. Whether the package is private, only the
// registry knows.
func x09(m *model) {
	if m.facts.PullSecret == "" {
		return
	}
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		at, given := w.pod().get("serviceAccountName").at(), false
		for _, s := range o.pullSecrets(w) {
			at = s.at()
			given = given || s.text() == m.facts.PullSecret
		}
		if !given {
			m.broken(X09, at, w.pod().get("containers").at(), "add imagePullSecrets with "+m.facts.PullSecret, "the pods of %s may not pull the image: neither they nor their ServiceAccount name the Secret %s", o.dir, m.facts.PullSecret)
		}
	}
}

// pullSecrets are the names that a workload's pods and their account give.
func (o *overlay) pullSecrets(w workload) []node {
	var out []node
	for _, s := range w.pod().get("imagePullSecrets").items() {
		out = append(out, s.get("name"))
	}
	for sa := range o.kind("ServiceAccount") {
		if sa.ident != w.pod().get("serviceAccountName").text() {
			continue
		}
		for _, s := range sa.get("imagePullSecrets").items() {
			out = append(out, s.get("name"))
		}
	}
	return out
}
