package yamlnode

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Follow goes the same steps in a rendered object and in a source of it, as far as the
// source goes, and returns the line that it has come to there and how many values it
// met on the way, the first included. The source begins at line.
func Follow(rendered, source *yaml.Node, line int, steps []string) (at, met int) {
	here := Child{Value: source, Line: line}
	for n, step := range steps {
		if strings.HasPrefix(step, "[") {
			i, _ := strconv.Atoi(strings.Trim(step, "[]"))
			rendered = element(rendered, i)
			here.Value = counterpart(rendered, here.Value, i)
			if here.Value != nil {
				here.Line = here.Value.Line
			}
		} else {
			rendered = Get(rendered, step, 0).Value
			here = Get(here.Value, step, here.Line)
		}
		if here.Value == nil {
			return here.Line, n + 1
		}
	}
	return here.Line, len(steps) + 1
}

func element(list *yaml.Node, i int) *yaml.Node {
	if !IsList(list) {
		return nil
	}
	if all := Value(list).Content; i >= 0 && i < len(all) {
		return all[i]
	}
	return nil
}

// counterpart is the element of a source's list that became a rendered one: the one
// of the same name, or else in the same place.
func counterpart(rendered, list *yaml.Node, i int) *yaml.Node {
	for _, key := range []string{"name", "mountPath", "key"} {
		want := Text(Get(rendered, key, 0).Value)
		if want == "" {
			continue
		}
		for c := range Items(list) {
			if Text(Get(c.Value, key, 0).Value) == want {
				return c.Value
			}
		}
	}
	return element(list, i)
}
