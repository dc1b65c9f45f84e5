package rules

import "github.com/pipegen/pipegen/internal/pipeline"

// x09: the pods may pull a private image: the declared Secret stands in the pod, or
// in the ServiceAccount that it runs as. Whether the package is private, only the
// registry knows.
func provesX09(m *Case) {
	if m.Facts.PullSecret == "" {
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
			given = given || s.Text() == m.Facts.PullSecret
		}
		if !given {
			m.broken(at, w.Pod().Get("containers").At(), "add imagePullSecrets with "+m.Facts.PullSecret, "the pods of %s may not pull the image: neither they nor their ServiceAccount name the Secret %s", o.Dir, m.Facts.PullSecret)
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
