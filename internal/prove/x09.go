package prove

import "github.com/pipegen/pipegen/internal/pipeline"

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
		at, given := w.Pod().Get("serviceAccountName").At(), false
		for _, s := range o.pullSecrets(w) {
			at = s.At()
			given = given || s.Text() == m.facts.PullSecret
		}
		if !given {
			m.broken(X09, at, w.Pod().Get("containers").At(), "add imagePullSecrets with "+m.facts.PullSecret, "the pods of %s may not pull the image: neither they nor their ServiceAccount name the Secret %s", o.Dir, m.facts.PullSecret)
		}
	}
}

// pullSecrets are the names that a workload's pods and their account give.
func (o *overlay) pullSecrets(w pipeline.Workload) []pipeline.Node {
	var out []pipeline.Node
	for _, s := range w.Pod().Get("imagePullSecrets").Items() {
		out = append(out, s.Get("name"))
	}
	for _, sa := range o.Kinds("ServiceAccount") {
		if sa.Name != w.Pod().Get("serviceAccountName").Text() {
			continue
		}
		for _, s := range sa.Get("imagePullSecrets").Items() {
			out = append(out, s.Get("name"))
		}
	}
	return out
}
