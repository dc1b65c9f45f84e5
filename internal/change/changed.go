package change

import "cmp"

// changed are effects that come from elsewhere than the spec.
var changed = []Rule{
	{Changed, "pin-moved", "Other code runs in the workflow, at the version that the lock of pins names.", pinMoved},
}

func pinMoved(a, b *view, add report) {
	const table = "the release of pipegen's table"
	for _, name := range union(a.plan.Pins, b.plan.Pins) {
		if x, y := a.plan.Pins[name], b.plan.Pins[name]; x != y {
			add(name, "", "The lock of pins has %s at %s instead of %s.", name, cmp.Or(y.Version, table), cmp.Or(x.Version, table))
		}
	}
}
