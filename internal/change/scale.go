package change

import "github.com/pipegen/pipegen/internal/pipeline"

// scaler notes the least number of pods that an autoscaler keeps of the Deployment at which it aims.
func (v *view) scaler(environment string, body map[string]any) {
	if field, scales := pipeline.LeastField(text(body, "kind")); scales {
		n, _ := number(body, "spec", field)
		v.scaled[key{environment, "apps", "Deployment", text(body, "spec", "scaleTargetRef", "name")}] = n
	}
}

// leastPods is how many pods of an object run at the least: what an autoscaler keeps that aims at it, or its own number.
func (v *view) leastPods(k key, o object) (int, bool) {
	if n, ok := v.scaled[k]; ok {
		return n, true
	}
	return number(o.body, "spec", "replicas")
}

// released is a rule on a number of pods that leaves git: whoever applies what is left takes it back first.
var released = ofKept(func(k key, x, y object, add report) {
	before, had := number(x.body, "spec", "replicas")
	if _, has := number(y.body, "spec", "replicas"); had && !has && before > 1 {
		add(k.String(), "", "The %s has no number of pods in git any longer, and had %d.", k, before)
	}
})
