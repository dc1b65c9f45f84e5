package change

import (
	"cmp"
	"reflect"
)

// changed are effects that are neither good nor bad, and that a reader does not see at once.
var changed = []Rule{
	{Changed, "pin-moved", "Other code runs in the workflow, at the version that the lock of pins names.", pinMoved},
	{Changed, "secret-kept", "Pods that run keep the values that they were started with, and the Secret of the CSI driver gets no new key while they do: a new version makes a new Secret.", ofKept(secretKept)},
}

func pinMoved(a, b *view, add report) {
	const table = "the release of pipegen's table"
	for _, name := range union(a.plan.Pins, b.plan.Pins) {
		if x, y := a.plan.Pins[name], b.plan.Pins[name]; x != y {
			add(name, "", "The lock of pins has %s at %s instead of %s.", name, cmp.Or(y.Version, table), cmp.Or(x.Version, table))
		}
	}
}

// sources are the fields that say which values a Secret gets.
var sources = map[string][]string{"ExternalSecret": {"data", "dataFrom", "secretStoreRef"}, "SecretProviderClass": {"provider", "parameters", "secretObjects"}}

func secretKept(k key, x, y object, add report) {
	for _, field := range sources[k.kind] {
		if !reflect.DeepEqual(dig(x.body, "spec", field), dig(y.body, "spec", field)) {
			add(k.String(), "", "The %s gives other values, in a Secret of the same name.", k)
			return
		}
	}
}
