package change

// leastField is the field of an autoscaler's spec with the least number of pods, by its kind.
var leastField = map[string]string{"HorizontalPodAutoscaler": "minReplicas", "ScaledObject": "minReplicaCount"}

// leastPods is how many pods of an object run at the least: what an autoscaler keeps that aims at it, or its own number.
func (v *view) leastPods(k key, o object) (int, bool) {
	for of, scaler := range v.objects {
		field, scales := leastField[of.kind]
		if scales && k.kind == "Deployment" && of.environment == k.environment && dig(scaler.body, "spec", "scaleTargetRef", "name") == k.name {
			n, _ := number(scaler.body, "spec", field)
			return n, true
		}
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
