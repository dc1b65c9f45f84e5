package change

import (
	"fmt"
	"reflect"
)

func replicasLowered(a, b *view) []finding {
	var out []finding
	for k, x := range a.objects {
		before, _ := number(x.body, "spec", "replicas")
		after, ok := number(b.objects[k].body, "spec", "replicas")
		if ok && after < before && after > 1 {
			out = append(out, finding{k.String(), "", fmt.Sprintf("The %s has %d pods instead of %d.", k, after, before)})
		}
	}
	return out
}

// containers are those of an object that makes pods, by name.
func containers(o object) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, c := range list(o.body, "spec", "template", "spec", "containers") {
		if body, ok := c.(map[string]any); ok {
			out[text(body, "name")] = body
		}
	}
	return out
}

func probeLoosened(a, b *view) []finding {
	var out []finding
	for k, x := range a.objects {
		after := containers(b.objects[k])
		for name, before := range containers(x) {
			now, stays := after[name]
			if !stays {
				continue
			}
			for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
				if how := looser(dig(before, probe), dig(now, probe)); how != "" {
					out = append(out, finding{k.String() + probe, "", fmt.Sprintf("The %s of the %s %s.", probe, k, how)})
				}
			}
		}
	}
	return out
}

// looser says how a probe asks for less than before, "" where it does not.
func looser(before, now any) string {
	patience := func(probe any) int {
		period, ok := number(probe, "periodSeconds")
		if !ok {
			period = 10
		}
		failures, ok := number(probe, "failureThreshold")
		if !ok {
			failures = 3
		}
		return period * failures
	}
	switch {
	case before == nil:
		return ""
	case now == nil:
		return "is gone"
	case dig(before, "httpGet") != nil && dig(now, "httpGet") == nil:
		return "asks no path any longer"
	case patience(now) > patience(before):
		return fmt.Sprintf("gives up after %d s instead of %d s", patience(now), patience(before))
	}
	return ""
}

func availabilityLoosened(a, b *view) []finding {
	var out []finding
	for k, x := range a.objects {
		y, stays := b.objects[k]
		if !stays {
			continue
		}
		for _, field := range [][]string{{"spec", "strategy", "rollingUpdate", "maxUnavailable"}, {"spec", "maxUnavailable"}, {"spec", "minAvailable"}, {"spec", "strategy", "type"}} {
			before, after := dig(x.body, field...), dig(y.body, field...)
			if before == nil || reflect.DeepEqual(before, after) {
				continue
			}
			m, n := 0, 0
			m, mok := before.(int)
			n, nok := after.(int)
			more := field[len(field)-1] == "maxUnavailable" && n > m || field[len(field)-1] == "minAvailable" && n < m
			if !mok || !nok || more {
				out = append(out, finding{k.String() + field[len(field)-1], "", fmt.Sprintf("%s of the %s is %v instead of %v.", field[len(field)-1], k, value(after), before)})
			}
		}
	}
	return out
}

func value(v any) any {
	if v == nil {
		return "not set"
	}
	return v
}

func guardsPods(k key, policy object, b *view) bool {
	return k.kind == "NetworkPolicy" && protects(policy, k.environment, b)
}

// protects reports whether pods are left that a policy is about.
func protects(policy object, environment string, v *view) bool {
	want, _ := dig(policy.body, "spec", "podSelector", "matchLabels").(map[string]any)
	for k, o := range v.objects {
		labels, pods := dig(o.body, "spec", "template", "metadata", "labels").(map[string]any)
		fits := pods && k.environment == environment
		for name, x := range want {
			fits = fits && labels[name] == x
		}
		if fits {
			return true
		}
	}
	return false
}
