package pipeline

// scalers are the kinds of objects that set the number of pods of others: the field of their spec with the least number,
// and what Kubernetes or KEDA takes where it says nothing.
var scalers = map[string]struct {
	least   string
	without int
}{
	"HorizontalPodAutoscaler": {"minReplicas", 1},
	"ScaledObject":            {"minReplicaCount", 0},
}

// LeastField is the field of an autoscaler's spec with the least number of pods; ok is false for kinds that are none.
func LeastField(kind string) (name string, ok bool) {
	s, ok := scalers[kind]
	return s.least, ok
}

// Scalers are the objects of the target that set the number of pods of others.
func (t *Target) Scalers() []*Object {
	return append(t.Kinds("HorizontalPodAutoscaler"), t.Kinds("ScaledObject")...)
}

// Scaled reports whether an autoscaler aims at the object. What KEDA aims at is a Deployment where it names no kind.
func (o *Object) Scaled(autoscaler *Object) bool {
	aim := autoscaler.Get("spec", "scaleTargetRef")
	if autoscaler.Kind == "ScaledObject" && !aim.Get("kind").OK() {
		return o.Kind == "Deployment" && o.Name == aim.Get("name").Text()
	}
	return o.named(aim)
}

// LeastPods is how many pods of an object run at the least, and what says so: an autoscaler, where one aims at it. Where
// nothing says it, it is what Kubernetes takes.
func (t *Target) LeastPods(o *Object) (int, Node) {
	says, without := o.Get("spec", "replicas"), 1
	for _, s := range t.Scalers() {
		if o.Scaled(s) {
			says, without = s.Get("spec", scalers[s.Kind].least), scalers[s.Kind].without
		}
	}
	if n, ok := says.Number(); ok {
		return n, says
	}
	return without, says
}
