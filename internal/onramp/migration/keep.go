package migration

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// Keep says which field of the spec keeps each object of an environment that would be replaced. In is the index of the
// environment among sides, which has what runs in each of them today.
func Keep(objects []Object, in int, sides []Side, then *pipeline.Target, workloads []plan.Workload) {
	was := sides[in]
	for i := range objects {
		o := &objects[i]
		at := slices.IndexFunc(workloads, func(w plan.Workload) bool { return w.Name == o.Name && w.Own == nil })
		switch {
		case o.Fate == Pruned:
			o.Keep = renamed(*o, was, then, workloads)
			if o.Keep != "" && slices.ContainsFunc(sides, func(s Side) bool { return !runs(s, o.ID()) }) {
				o.Keep = "a workload has one name in all environments: let your kustomizations give it one first, where it is to be changed in place"
			}
		case at < 0:
		case o.Fate == Immutable && strings.HasPrefix(o.Fields[0].Path, "spec.selector."):
			o.Keep = selects(workloads[at], o.Kind+"/"+o.Name, was)
		case o.Selected != "":
			o.Keep = selects(workloads[at], o.Selected, was)
		}
	}
}

// runs reports whether an object is in an environment, or nothing is.
func runs(s Side, id string) bool {
	return len(s.Objects) == 0 || slices.ContainsFunc(s.Objects, func(o *pipeline.Object) bool { return o.Kind+"/"+o.Name == id })
}

// selects says how to keep what selects the pods of a workload of today, "" where a spec cannot say it.
func selects(w plan.Workload, id string, was Side) string {
	for _, today := range was.Objects {
		selector := today.Get("spec", "selector")
		if today.Kind+"/"+today.Name != id || selector.Get("matchExpressions").OK() {
			continue
		}
		var labels []string
		for key, value := range selector.Get("matchLabels").Pairs() {
			if strings.ContainsAny(key, "./-") {
				key = strconv.Quote(key)
			}
			labels = append(labels, fmt.Sprintf("%s: %q", key, value.Text()))
		}
		return fmt.Sprintf("write %s.selector: {%s}", w.Path, strings.Join(labels, ", "))
	}
	return ""
}

// renamed says how to keep the name of a workload that is pruned, where one of another name runs the same image instead; ""
// where none does.
func renamed(o Object, was Side, then *pipeline.Target, workloads []plan.Workload) string {
	images := func(objects []*pipeline.Object, fits func(pipeline.Workload) bool) map[string]string {
		out := map[string]string{}
		for _, w := range pipeline.WorkloadsOf(objects) {
			if w.Kind == o.Kind && fits(w) {
				for _, container := range w.Pod().Get("containers").Items() {
					out[pipeline.ParseImage(container.Get("image").Text()).Name] = w.Name
				}
			}
		}
		return out
	}
	old := images(was.Objects, func(w pipeline.Workload) bool { return w.Name == o.Name })
	names := map[string]bool{}
	for _, w := range pipeline.WorkloadsOf(was.Objects) {
		names[w.Name] = true
	}
	added := images(then.Objects, func(w pipeline.Workload) bool { return !names[w.Name] })
	for _, image := range slices.Sorted(maps.Keys(added)) {
		name := added[image]
		i := slices.IndexFunc(workloads, func(w plan.Workload) bool { return w.Name == name && w.Own == nil })
		if old[image] != "" && i >= 0 {
			return fmt.Sprintf("if %s is to take its place, call it %q in the spec: then it is changed in place", workloads[i].Path, o.Name)
		}
	}
	return ""
}
