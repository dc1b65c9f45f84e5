package prove

// x20: selectors match the pods of this application and of no other. Asked are the
// rendered labels, and those of another application's pod that differs in its name
// alone.
func x20(m *model) {
	for _, o := range m.overlays {
		w, _, ok := o.app(m)
		if !ok {
			continue
		}
		for _, s := range o.selectors(w) {
			m.selector(o, w, s)
		}
		m.policies(o)
		m.autoscaled(o)
	}
}

// selection is one selector, with how its kind reads it.
type selection struct {
	who  string
	node node
	hit  func(node, labels) bool
	// alone is set where a pod of another workload of this application must not
	// match either: it would get traffic, or count as available.
	alone bool
}

func (o *overlay) selectors(w workload) []selection {
	out := []selection{{w.label(), w.get("spec", "selector"), matchesSelector, true}}
	for s := range o.kind("Service") {
		out = append(out, selection{s.label(), s.get("spec", "selector"), selects, true})
	}
	for s := range o.kind("PodDisruptionBudget") {
		out = append(out, selection{s.label(), s.get("spec", "selector"), matchesSelector, true})
	}
	for _, c := range w.pod().get("topologySpreadConstraints").items() {
		out = append(out, selection{"the spread of " + w.label(), c.get("labelSelector"), matchesSelector, false})
	}
	anti := w.pod().get("affinity", "podAntiAffinity")
	for _, t := range anti.get("preferredDuringSchedulingIgnoredDuringExecution").items() {
		out = append(out, selection{"the affinity of " + w.label(), t.get("podAffinityTerm", "labelSelector"), matchesSelector, false})
	}
	for _, t := range anti.get("requiredDuringSchedulingIgnoredDuringExecution").items() {
		out = append(out, selection{"the affinity of " + w.label(), t.get("labelSelector"), matchesSelector, false})
	}
	return out
}

func (m *model) selector(o *overlay, w workload, s selection) {
	own := podLabels(w)
	const help = "select by the label " + instance + " of the pods"
	at := w.template.get("metadata", "labels").at()
	if !s.hit(s.node, own) {
		m.broken(X20, s.node.at(), at, help, "%s selects none of the pods of %s in %s", s.who, w.label(), o.dir)
		return
	}
	if s.hit(s.node, own.foreign()) {
		m.broken(X20, s.node.at(), at, help, "%s selects pods of other applications too, in %s", s.who, o.dir)
		return
	}
	if !s.alone {
		return
	}
	for _, other := range o.workloads() {
		if other.object != w.object && s.hit(s.node, podLabels(other)) {
			m.broken(X20, s.node.at(), other.template.get("metadata", "labels").at(), "give the pods of "+other.label()+" another label", "%s selects the pods of %s too", s.who, other.label())
		}
	}
}

// policies requires that each policy is about a workload of this overlay, and about
// that one alone: one workload's rules are too wide for another.
func (m *model) policies(o *overlay) {
	for np := range o.kind("NetworkPolicy") {
		selector := np.get("spec", "podSelector")
		var about []workload
		for _, w := range o.workloads() {
			if matchesSelector(selector, podLabels(w)) {
				about = append(about, w)
			}
		}
		const help = "select by the label " + instance + " of the pods"
		switch {
		case len(about) == 0:
			m.broken(X20, selector.at(), o.at(), help, "%s selects none of the pods of %s", np.label(), o.dir)
		case matchesSelector(selector, podLabels(about[0]).foreign()):
			m.broken(X20, selector.at(), about[0].template.get("metadata", "labels").at(), help, "%s selects pods of other applications too, in %s", np.label(), o.dir)
		case len(about) > 1:
			m.broken(X20, selector.at(), about[1].template.get("metadata", "labels").at(), help, "%s selects the pods of %s and of %s", np.label(), about[0].label(), about[1].label())
		}
	}
}

// autoscaled requires that an autoscaler aims at something that is rendered.
func (m *model) autoscaled(o *overlay) {
	for h := range o.kind("HorizontalPodAutoscaler") {
		target := h.get("spec", "scaleTargetRef")
		hit := false
		for _, w := range o.workloads() {
			hit = hit || w.kind == target.get("kind").text() && w.ident == target.get("name").text()
		}
		if !hit {
			m.broken(X20, target.at(), o.at(), "name the workload", "%s scales %s %s, which %s does not render", h.label(), quoted(target.get("kind").text()), quoted(target.get("name").text()), o.dir)
		}
	}
}
