package schema

import (
	"slices"

	"cuelang.org/go/cue"

	"github.com/pipegen/pipegen/internal/diag"
)

// forms checks the fields of which a spec has one or the other, and those that go with some kinds of workload only. It
// reads what the author wrote, without defaults. In CUE these would be disjunctions, and a mistake in one branch comes
// with errors about all the others.
func (w *walker) forms(user cue.Value) {
	if user.IncompleteKind() != cue.StructKind {
		return
	}
	w.shortOrLong(user, "test", "tests")
	w.shortOrLong(user, "image", "images")
	w.shortOrLong(user, "deploy", "workloads")
	if !has(user, "workloads") {
		w.missing(user, "deploy")
	}
	if !has(user, "tests") && !w.testedApart(user) {
		w.missing(user, "test")
	}
	w.workload(user, "deploy")
	all := user.LookupPath(cue.ParsePath("workloads"))
	for it, _ := all.Fields(); it != nil && it.Next(); {
		w.workload(user, join("workloads", it.Selector().Unquoted()))
	}
	w.differences(user)
	w.copies(user)
}

// copies checks that the short form of where pods of an environment pull means one image, and is not beside the long one.
func (w *walker) copies(user cue.Value) {
	all := user.LookupPath(cue.ParsePath("environments"))
	for it, _ := all.Fields(); it != nil && it.Next(); {
		at := join("environments", it.Selector().Unquoted())
		switch {
		case !has(it.Value(), "image"):
		case has(it.Value(), "images"):
			w.report(diag.ChooseOne, at+".image", "keep one", "%s has both image and images", at)
		case !one(user, "images"):
			w.report(diag.NotApplicable, at+".image", "write it for each of them: "+at+".images: NAME: registry", "%s.image does not say which of the images it means", at)
		}
	}
}

// one reports whether a map of the spec has one entry. Where it is not there, its short form is the one.
func one(user cue.Value, field string) bool {
	it, err := user.LookupPath(cue.ParsePath(field)).Fields()
	return err != nil || !has(user, field) || it.Next() && !it.Next()
}

// differences checks that the short form of what an environment or one of its clusters changes is not beside the long
// one, and means one workload.
func (w *walker) differences(user cue.Value) {
	one := one(user, "workloads")
	places := []string{"previews"}
	all := user.LookupPath(cue.ParsePath("environments"))
	for it, _ := all.Fields(); it != nil && it.Next(); {
		at := join("environments", it.Selector().Unquoted())
		places = append(places, at)
		clusters := it.Value().LookupPath(cue.ParsePath("clusters"))
		for it, _ := clusters.Fields(); it != nil && it.Next(); {
			places = append(places, join(at+".clusters", it.Selector().Unquoted()))
		}
	}
	for _, at := range places {
		own := user.LookupPath(cue.ParsePath(at))
		for _, field := range []string{"replicas", "scale", "route", "resources", "env", "files", "volumes"} {
			switch {
			case !has(own, field):
			case !one:
				w.report(diag.NotApplicable, join(at, field), "write it for each of them: "+at+".workloads: NAME: "+field, "%s.%s does not say which of the workloads it means", at, field)
			case has(own, "workloads"):
				w.report(diag.ChooseOne, join(at, field), "keep one", "%s has both %s and workloads", at, field)
			}
		}
	}
}

func has(v cue.Value, path string) bool { return v.LookupPath(cue.ParsePath(path)).Exists() }

func (w *walker) shortOrLong(user cue.Value, short, long string) {
	if has(user, short) && has(user, long) {
		help := "keep one: " + short + " is an entry of " + long + " with the pipeline's name"
		if short == "test" {
			help = "keep one: test is the only entry of tests, without a name"
		}
		w.report(diag.ChooseOne, short, help, "the spec has both %s and %s", short, long)
	}
}

// missing reports a field of the spec that is not there.
func (w *walker) missing(user cue.Value, name string) {
	if !has(user, name) {
		want := w.definitions().LookupPath(pipeline).LookupPath(cue.MakePath(cue.Str(name).Optional()))
		w.report(diag.MissingField, name, forExample(name+": ", want), "%s is missing; it must be %s", name, w.allowed(want))
	}
}

// testedApart reports whether each image has tests of its own.
func (w *walker) testedApart(user cue.Value) bool {
	it, err := user.LookupPath(cue.ParsePath("images")).Fields()
	if err != nil {
		return false
	}
	images := 0
	for ; it.Next(); images++ {
		if !has(it.Value(), "test") {
			return false
		}
	}
	return images > 0
}

// kinds are the fields that say what a workload is, with what else goes with each of them alone.
var kinds = []struct {
	field, is string
	with      []string
}{
	{"port", "a service", []string{"servicePort", "probes", "rollout", "smoke", "from", "replicas", "scale", "route", "progressDeadline", "stateful"}},
	{"worker", "a worker", []string{"rollout", "replicas", "scale", "progressDeadline", "stateful"}},
	{"cron", "a cron job", nil},
	{"job", "a job", nil},
	{"own", "manifests of yours", nil},
}

// workload checks what the workload at a path is, and that its fields go with that.
func (w *walker) workload(user cue.Value, at string) {
	v := user.LookupPath(cue.ParsePath(at))
	if v.IncompleteKind() != cue.StructKind {
		return
	}
	w.probes(v.LookupPath(cue.ParsePath("probes")), at, has(v, "external"))
	for it, _ := v.LookupPath(cue.ParsePath("init")).Fields(); it != nil && it.Next(); {
		w.probes(it.Value().LookupPath(cue.ParsePath("sidecar.probes")), join(at+".init", it.Selector().Unquoted())+".sidecar", false)
	}
	is := -1
	for i, k := range kinds {
		switch {
		case !has(v, k.field):
		case is >= 0:
			w.report(diag.ChooseOne, join(at, k.field), "keep one, or make a workload of each", "%s has both %s and %s, and can be only one: %s or %s", at, kinds[is].field, k.field, kinds[is].is, k.is)
			return
		default:
			is = i
		}
	}
	if is < 0 && slices.Contains(w.meant, join(at, "port")) {
		return
	}
	if is < 0 {
		w.report(diag.MissingField, join(at, "port"), "for example port: 8000; what nobody calls has worker: {} instead, and what runs at certain times has cron: {…} or job: {…}, and manifests that you have own: {…}",
			"%s.port is missing; it must be %s", at, w.allowed(w.definitions().LookupPath(cue.ParsePath("#Port"))))
		return
	}
	if kinds[is].field == "own" {
		w.own(v, at)
		return
	}
	for _, field := range slices.Compact(slices.Sorted(fieldsOfKinds)) {
		if has(v, field) && !slices.Contains(kinds[is].with, field) {
			w.report(diag.NotApplicable, join(at, field), "leave it out", "%s.%s does nothing: %s is %s", at, field, at, kinds[is].is)
		}
	}
	if has(v, "replicas") && has(v, "scale") {
		w.report(diag.ChooseOne, join(at, "replicas"), "keep one; scale.min is the number that always runs", "%s has both replicas and scale: two would set the number of pods", at)
	}
	if kinds[is].field == "port" && !has(v, "external") && !has(v, "probes") {
		probes := w.definitions().LookupPath(cue.ParsePath("#Probes"))
		w.report(diag.MissingField, join(at, "probes"), `for example probes: readiness: "/ready"`, "%s.probes is missing; it must be %s", at, w.allowed(probes))
	}
}

// own refuses what manifests of the author's say themselves.
func (w *walker) own(v cue.Value, at string) {
	for it, _ := v.Fields(); it.Next(); {
		field := it.Selector().Unquoted()
		if !slices.Contains([]string{"own", "only", "custom", "existing"}, field) {
			w.report(diag.NotApplicable, join(at, field), "write it in your files, or leave own out and let pipegen write them", "%s.%s does nothing: %s.own says that your own files have it", at, field, at)
		}
	}
	if has(v, "custom.base") {
		w.report(diag.NotApplicable, at+".custom.base", "write it in your files", "%s.custom.base does nothing: pipegen writes no base for manifests of yours", at)
	}
}

// probes checks that something says how a service is asked. Whether the port of an external image is open is asked by
// itself.
func (w *walker) probes(v cue.Value, at string, external bool) {
	if v.IncompleteKind() != cue.StructKind || external && !has(v, "liveness") {
		return
	}
	// Any other field is one of the sorts, or a mistake that the constraints find.
	for it, _ := v.Fields(); it.Next(); {
		if !slices.Contains([]string{"liveness", "port", "startup"}, it.Selector().Unquoted()) {
			return
		}
	}
	want := w.definitions().LookupPath(cue.ParsePath("#Probes")).LookupPath(cue.MakePath(cue.Str("readiness").Optional()))
	w.report(diag.MissingField, at+".probes.readiness", forExample("readiness: ", want), "%s.probes.readiness is missing; it must be %s", at, w.allowed(want))
}

// fieldsOfKinds are the fields that go with some kinds alone.
func fieldsOfKinds(yield func(string) bool) {
	for _, k := range kinds {
		for _, field := range k.with {
			if !yield(field) {
				return
			}
		}
	}
}
