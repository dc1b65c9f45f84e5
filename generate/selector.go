package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

const (
	// recommended begins the labels that all objects of a workload have, and instance is the one by which its pods are known.
	recommended = "app.kubernetes.io/"
	instance    = recommended + "instance"
)

// keptLabels are the labels of a workload's objects whose value its selector may say.
var keptLabels = []string{recommended + "component", recommended + "name", recommended + "part-of"}

// selector are the labels by which the pods of a workload are selected.
func (r *renderer) selector(w plan.Workload) yamldoc.Value {
	if len(w.Pod.Selector) == 0 {
		return yamldoc.Of(yamldoc.Map{{Key: instance, Value: r.name(w)}})
	}
	return yamldoc.Of(r.entries(w.Path+".selector", w.Pod.Selector))
}

// label is the value of a label of a workload's objects: what its selector asks for, or else what it usually is.
func (r *renderer) label(w plan.Workload, key string, usual yamldoc.Value) yamldoc.Entry {
	if value, asked := w.Pod.Selector[key]; asked && slices.Contains(keptLabels, key) {
		usual = r.own(schema.Join(w.Path+".selector", key), value)
	}
	return yamldoc.Entry{Key: key, Value: usual}
}

// selectorFits refuses labels of a selector that the pods cannot have, and a selector of what nobody selects.
func selectorFits(w schema.Named[schema.Workload]) diag.List {
	var out diag.List
	v := w.Value
	at := v.At + ".selector"
	if len(v.Selector) > 0 && v.Own == nil && !kindOf(v).Stays() {
		return diag.List{{Code: diag.NotApplicable, Path: at, Message: at + " does nothing: " + w.ID + " runs to its end, and Kubernetes selects its pods by itself", Help: "leave it out"}}
	}
	for _, key := range sorted(v.Selector) {
		value, here := v.Selector[key], schema.Join(at, key)
		other, labelled := v.Labels[key]
		i := slices.IndexFunc(ofTools, func(t struct{ prefix, whose string }) bool { return strings.HasPrefix(key, t.prefix) })
		switch {
		case labelled && other != value:
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: here, Message: fmt.Sprintf("%s is %q, and %s.labels has %q for it", here, value, v.At, other), Help: "leave it out in labels"})
		case key == instance && value != w.ID:
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: here, Message: fmt.Sprintf("%s is %q: by that label all objects of %s are known, as %q", here, value, w.ID, w.ID),
				Help: fmt.Sprintf("call the workload %q, or leave the selector out and delete the object without its pods before the first sync: kubectl delete --cascade=orphan", value)})
		case key == instance, slices.Contains(keptLabels, key):
		case i >= 0:
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: here, Message: here + " is not yours to set: " + ofTools[i].whose, Help: "leave it out"})
		case slices.Contains(ofObjects, key):
			out = append(out, diag.Diagnostic{Code: diag.Reserved, Path: here, Message: here + " is not yours to set: all objects of a workload have it", Help: "leave it out"})
		}
	}
	return out
}
