package pipeline

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// walk goes the same steps in a rendered object and in a source of it, as far as the source goes, and returns the line
// that it has come to there and how many values it met on the way, the first included. The source begins at line.
func walk(rendered, source *yaml.Node, line int, steps []string) (at, met int) {
	here := child{Value: source, Line: line}
	for n, step := range steps {
		if strings.HasPrefix(step, "[") {
			i, _ := strconv.Atoi(strings.Trim(step, "[]"))
			rendered = element(rendered, i)
			here.Value = counterpart(rendered, here.Value, i)
			if here.Value != nil {
				here.Line = here.Value.Line
			}
		} else {
			rendered = entry(rendered, step, 0).Value
			here = entry(here.Value, step, here.Line)
		}
		if here.Value == nil {
			return here.Line, n + 1
		}
	}
	return here.Line, len(steps) + 1
}

func element(list *yaml.Node, i int) *yaml.Node {
	if !isList(list) {
		return nil
	}
	if all := valueOf(list).Content; i >= 0 && i < len(all) {
		return all[i]
	}
	return nil
}

// counterpart is the element of a source's list that became a rendered one: the one of the same name, or else in the
// same place.
func counterpart(rendered, list *yaml.Node, i int) *yaml.Node {
	for _, key := range []string{"name", "mountPath", "key"} {
		want := textOf(entry(rendered, key, 0).Value)
		if want == "" {
			continue
		}
		for c := range itemsOf(list) {
			if textOf(entry(c.Value, key, 0).Value) == want {
				return c.Value
			}
		}
	}
	return element(list, i)
}
