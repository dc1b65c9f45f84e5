package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// namesKnown refuses names of images, workloads and environments that are not there.
func namesKnown(s input) diag.List {
	var out diag.List
	images, workloads, environments := ids(s.Images), ids(s.Workloads), ids(s.Environments)
	if s.Previews != nil {
		environments = append(environments, previewOverlay)
	}
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
		case v.External == "" && v.Own == nil && len(images) > 1:
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
		for _, c := range e.Value.Copies {
			check(c.Value.At, c.ID, "image", images)
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
		Message: fmt.Sprintf("%s names %q, and there is no such %s%s", at, name, what, diag.Meant(name, known)), Help: "there are " + strings.Join(known, ", ")}}
}

// namedOnce refuses names of a list that are there twice, or that are not known. Where none is known, none says so and help
// what to do.
func namedOnce(at string, names []string, what string, known []string, none, help string) diag.List {
	out := eachOnce(at, names, "")
	for i, name := range names {
		item := schema.Item(at, i)
		if len(known) > 0 {
			out = append(out, unknownName(item, name, what, known)...)
			continue
		}
		out = append(out, diag.Diagnostic{Code: diag.UnknownName, Path: item, Message: fmt.Sprintf("%s names %q, and %s", item, name, none), Help: help})
	}
	return out
}

// workloadNames refuses names of workloads that mean something else: the objects of another one, a word, or a folder.
func workloadNames(s input) diag.List {
	var out diag.List
	for _, w := range s.workloads {
		refuse := func(code diag.Code, format string, args ...any) {
			out = append(out, diag.Diagnostic{Code: code, Path: w.Path, Message: fmt.Sprintf("a workload may not be called "+format, args...), Help: "take another name"})
		}
		switch {
		case w.Path == "deploy":
		case w.Name == schema.Outside:
			refuse(diag.Reserved, "%q: in from, that means every pod outside of this pipeline", w.Name)
		case w.Name == custom:
			refuse(diag.Reserved, "%q: that is the folder of your own files", w.Name)
		}
		for _, other := range s.workloads {
			if other.Stateful != nil && other.HeadlessName() == w.Name {
				refuse(diag.Duplicate, "%s: that is the name of the Service for the pods of %s", w.Name, other.Name)
			}
			if other.SecondService() == w.Name {
				refuse(diag.Duplicate, "%s: that is the name of the Service for the new version of %s", w.Name, other.Name)
			}
			if slices.ContainsFunc(other.Smokes, func(smoke plan.Smoke) bool { return smoke.Name == w.Name }) {
				refuse(diag.Duplicate, "%s: that is the name of the smoke Job of %s", w.Name, other.Name)
			}
		}
	}
	return out
}

// differencesFit refuses what an environment changes in a workload that does not run there, or has no such field.
func differencesFit(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		for _, d := range e.Value.Differences {
			i := slices.IndexFunc(s.workloads, func(w plan.Workload) bool { return w.Name == d.ID })
			if i < 0 {
				continue
			}
			w := s.workloads[i]
			if w.Own != nil {
				continue // ownFits says so
			}
			no := func(field, why string) {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: d.Value.At + field, Message: d.Value.At + field + " does nothing: " + why, Help: "leave it out"})
			}
			switch {
			case !w.RunsIn(e.ID):
				if d.Value.At != schema.Join("environments", e.ID) {
					no("", fmt.Sprintf("%s runs in %s alone", d.ID, strings.Join(w.Only, ", ")))
				}
			case d.Value.Replicas > 0 && !w.Kind.Stays():
				no(".replicas", fmt.Sprintf("%s is a %s", d.ID, w.Kind))
			case d.Value.Replicas > 0 && w.Scale != nil:
				no(".replicas", d.ID+" follows the load ("+w.Scale.Path+"); a number that stays is scale: {min: "+number(d.Value.Replicas)+", max: "+number(d.Value.Replicas)+"}")
			case d.Value.Scale != nil && w.Scale == nil:
				no(".scale", d.ID+" does not follow the load; write scale in the workload, with min and max the same where a number stays")
			case d.Value.Route != nil && w.Route == nil:
				no(".route", d.ID+" has no route; write what is the same everywhere in the workload, and the names here")
			case d.Value.Route != nil && d.Value.Route.None && (d.Value.Route.Hosts != nil || d.Value.Route.Gateway != nil):
				no(".route.none", "the route has more than that here")
			case d.Value.Route != nil && d.Value.Route.Hosts != nil && w.Route.Kind == plan.ByLoadBalancer:
				no(".route.hosts", "a load balancer reads no requests")
			case d.Value.Route != nil && d.Value.Route.Gateway != nil && w.Route.Kind != plan.ByGateway:
				no(".route.gateway", d.ID+" has a way in by "+string(w.Route.Kind))
			case !d.Value.Rollout.Empty() && !w.Kind.Stays():
				no(".rollout", fmt.Sprintf("%s is a %s", d.ID, w.Kind))
			case d.Value.Schedule != "" && w.Cron == nil:
				no(".schedule", fmt.Sprintf("%s is a %s", d.ID, w.Kind))
			}
		}
	}
	return out
}

// somethingDeployed: the pipeline deploys what it builds, and each environment must run some of it.
func somethingDeployed(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		if !slices.ContainsFunc(s.workloads, func(w plan.Workload) bool { return w.Changes() && w.RunsIn(e.ID) }) {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: schema.Join("environments", e.ID),
				Message: fmt.Sprintf("no workload that runs in %s has an image that is built here: a deploy would change nothing", e.ID),
				Help:    "let one of the workloads run an image of this spec there, or leave the environment out"})
		}
	}
	return out
}

func ids[T any](all []schema.Named[T]) []string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = n.ID
	}
	return out
}
