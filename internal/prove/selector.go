package prove

// labels are those of a pod.
type labels map[string]string

func podLabels(w workload) labels {
	out := labels{}
	for k, v := range w.template.get("metadata", "labels").pairs() {
		out[k] = v.text()
	}
	return out
}

// instance is the label that tells one application's pods from another's (K19).
const instance = "app.kubernetes.io/instance"

// foreign are the labels of another application's pod, as like this one's as can be.
func (l labels) foreign() labels {
	out := labels{}
	for k, v := range l {
		out[k] = v
	}
	out[instance] = "another-application"
	out["app.kubernetes.io/name"] = "another-application"
	out["app.kubernetes.io/part-of"] = "another-application"
	return out
}

// selects reads a plain selector, such as a Service's. An empty one selects nothing.
func selects(selector node, l labels) bool {
	n := 0
	for k, v := range selector.pairs() {
		if have, ok := l[k]; !ok || have != v.text() {
			return false
		}
		n++
	}
	return n > 0
}

// matchesSelector reads a label selector. An empty one matches every pod.
func matchesSelector(selector node, l labels) bool {
	for k, v := range selector.get("matchLabels").pairs() {
		if have, ok := l[k]; !ok || have != v.text() {
			return false
		}
	}
	for _, e := range selector.get("matchExpressions").items() {
		have, ok := l[e.get("key").text()]
		in := false
		for _, v := range e.get("values").list() {
			in = in || ok && v == have
		}
		switch e.get("operator").text() {
		case "In":
			if !in {
				return false
			}
		case "NotIn":
			if in {
				return false
			}
		case "Exists":
			if !ok {
				return false
			}
		case "DoesNotExist":
			if ok {
				return false
			}
		default:
			return false
		}
	}
	return true
}
