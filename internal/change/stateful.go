package change

import (
	"reflect"
	"strings"
)

// templateChanged finds StatefulSets whose pods would have other claims.
func templateChanged(k key, x, y object, add report) {
	before, after := dig(x.body, "spec", "volumeClaimTemplates"), dig(y.body, "spec", "volumeClaimTemplates")
	if k.kind == "StatefulSet" && !reflect.DeepEqual(before, after) {
		add(k.String(), "", "The claims of each pod of the %s change.", k)
	}
}

// claimsDropped finds StatefulSets whose claims go with a pod that is one too many, or with the set.
func claimsDropped(a, b *view, add report) {
	const policy = "persistentVolumeClaimRetentionPolicy"
	ofKept(func(k key, x, y object, add report) {
		if k.kind != "StatefulSet" {
			return
		}
		for field, when := range map[string]string{"whenDeleted": "it is deleted", "whenScaled": "there are to be fewer pods"} {
			if text(y.body, "spec", policy, field) == "Delete" && text(x.body, "spec", policy, field) != "Delete" {
				add(k.String()+field, "", "The claims of the %s are deleted when %s.", k, when)
			}
		}
		before, _ := a.leastPods(k, x)
		after, ok := b.leastPods(k, y)
		if ok && after < before && text(y.body, "spec", policy, "whenScaled") == "Delete" {
			add(k.String()+"pods", "", "The %s has %d pods instead of %d, and the claims of the others go with them.", k, after, before)
		}
	})(a, b, add)
	gone(func(k key, o object, _ *view) bool {
		return k.kind == "StatefulSet" && text(o.body, "spec", policy, "whenDeleted") == "Delete"
	})(a, b, func(at, path, format string, args ...any) {
		add(at, path, strings.TrimSuffix(format, ".")+", and its claims with it.", args...)
	})
}
