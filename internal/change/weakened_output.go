package change

import (
	"cmp"
	"fmt"
	"reflect"
)

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

func probeLoosened(k key, x, y object, add report) {
	after := containers(y)
	for name, before := range containers(x) {
		now, stays := after[name]
		if !stays {
			continue
		}
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			if how := looser(dig(before, probe), dig(now, probe)); how != "" {
				add(k.String()+probe, "", "The %s of the %s %s.", probe, k, how)
			}
		}
	}
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

func availabilityLoosened(k key, x, y object, add report) {
	for _, field := range [][]string{{"spec", "strategy", "rollingUpdate", "maxUnavailable"}, {"spec", "maxUnavailable"}, {"spec", "minAvailable"}, {"spec", "strategy", "type"}} {
		name := field[len(field)-1]
		before, after := dig(x.body, field...), dig(y.body, field...)
		if before == nil || reflect.DeepEqual(before, after) {
			continue
		}
		m, mok := before.(int)
		n, nok := after.(int)
		if !mok || !nok || name == "maxUnavailable" && n > m || name == "minAvailable" && n < m {
			add(k.String()+name, "", "%s of the %s is %v instead of %v.", name, k, cmp.Or(after, any("not set")), before)
		}
	}
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
