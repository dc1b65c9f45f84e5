package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// namesKnown refuses names of images, workloads and environments that are not there.
func namesKnown(s input) diag.List {
	var out diag.List
	images, workloads, environments := ids(s.Images), ids(s.Workloads), ids(s.Environments)
	check := func(at, name, what string, known []string) {
		out = append(out, unknownName(at, name, what, known)...)
	}
	list := func(at string, names []string, what string, known []string) {
		for i, name := range names {
			check(schema.Item(at, i), name, what, known)
		}
	}
	for _, w := range s.Workloads {
		v := w.Value
		switch {
		case v.Image != "":
			check(v.At+".image", v.Image, "image", images)
		case v.External == "" && len(images) > 1:
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: v.At + ".image",
				Message: v.At + ".image is missing: there are several images", Help: "one of " + strings.Join(images, ", ")})
		}
		list(v.At+".only", v.Only, "environment", environments)
		list(v.At+".from", v.From, "workload", append(ids(s.Workloads), schema.Outside))
		if v.Job != nil {
			list(v.At+".job.before", v.Job.Before, "workload", workloads)
			list(v.At+".job.after", v.Job.After, "workload", workloads)
		}
	}
	for _, e := range s.Environments {
		for _, d := range e.Value.Differences {
			check(d.Value.At, d.ID, "workload", workloads)
		}
	}
	return out
}

// unknownName refuses a name that is not among those that are known.
func unknownName(at, name, what string, known []string) diag.List {
	if slices.Contains(known, name) {
		return nil
	}
	return diag.List{{Code: diag.UnknownName, Path: at,
		Message: fmt.Sprintf("%s names %q, and there is no such %s%s", at, name, what, meant(name, known)), Help: "there are " + strings.Join(known, ", ")}}
}

func ids[T any](all []schema.Named[T]) []string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = n.ID
	}
	return out
}
