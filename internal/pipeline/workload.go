package pipeline

// Workload is an object that makes pods.
type Workload struct {
	*Object
	// Template is the pod's template, with metadata and spec.
	Template Node
}

// Pod is the pod's own specification.
func (w Workload) Pod() Node { return w.Template.Get("spec") }

// Containers are those that start with the pod, and those that run before.
func (w Workload) Containers() []Node {
	return append(w.Pod().Get("containers").Items(), w.Pod().Get("initContainers").Items()...)
}

// Templates are the patterns of the claims that each pod of a StatefulSet has for itself.
func (w Workload) Templates() []Node { return w.Get("spec", "volumeClaimTemplates").Items() }

// Security is a field of a container's security context, or else of its pod's.
func (w Workload) Security(container Node, field string) Node {
	own := container.Get("securityContext", field)
	if pod := w.Pod().Get("securityContext", field); !own.OK() && pod.OK() {
		return pod
	}
	return own
}

// RunsPodsOf reports a Rollout that takes the pods of an object for its own.
func (o *Object) RunsPodsOf(other *Object) bool {
	return o.Kind == "Rollout" && other.named(o.Get("spec", "workloadRef"))
}

// named reports whether a reference by kind and name is to the object.
func (o *Object) named(reference Node) bool {
	return o.Kind == reference.Get("kind").Text() && o.Name == reference.Get("name").Text()
}

// Labels are the labels of the pods.
func (w Workload) Labels() Labels {
	out := Labels{}
	for k, v := range w.Template.Get("metadata", "labels").Pairs() {
		out[k] = v.Text()
	}
	return out
}

// LongRunning reports a workload that serves, and does not end by itself.
func (w Workload) LongRunning() bool { return w.Kind != "Job" && w.Kind != "CronJob" }

// Hook reports a workload that Argo CD runs beside a sync.
func (w Workload) Hook() bool {
	return w.Get("metadata", "annotations", "argocd.argoproj.io/hook").OK()
}

// Workloads are the objects of the target that make pods.
func (t *Target) Workloads() []Workload { return WorkloadsOf(t.Objects) }

// WorkloadsOf are those of some objects that make pods.
func WorkloadsOf(objects []*Object) []Workload {
	var out []Workload
	for _, o := range objects {
		template := o.Get("spec", "template")
		switch o.Kind {
		case "Pod":
			template = o.Node
		case "CronJob":
			template = o.Get("spec", "jobTemplate", "spec", "template")
		}
		if template.Get("spec", "containers").OK() {
			out = append(out, Workload{o, template})
		}
	}
	return out
}
