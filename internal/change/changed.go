package change

import "fmt"

// changed are effects that come from elsewhere than the spec.
var changed = []Rule{
	{Changed, "pin-moved", "Other code runs in the workflow, at the version that the lock of pins names.", pinMoved},
}

func pinMoved(a, b *view) []finding {
	var out []finding
	for _, name := range union(a.plan.Pins, b.plan.Pins) {
		if x, y := a.plan.Pins[name], b.plan.Pins[name]; x != y {
			word := func(version string) string {
				if version == "" {
					return "the release of pipegen's table"
				}
				return version
			}
			out = append(out, finding{name, "", fmt.Sprintf("The lock of pins has %s at %s instead of %s.", name, word(y.Version), word(x.Version))})
		}
	}
	return out
}
