package frompipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// targets records what is rendered from elsewhere, and what nothing renders.
func (d *drafter) targets() {
	for _, t := range d.m.Targets {
		switch {
		case t.Fault != "":
			d.leave(t.FaultAt, "", "%s cannot be rendered: %s", t.Dir, t.Fault)
		case len(t.Absent) > 0:
			for _, n := range t.Absent {
				if name := n.Text(); missing(name) {
					d.leave(n.At(), "mend the path, or import the whole repository", "what %s takes from %q, which is not there", t.Dir, name)
					continue
				}
				d.leave(n.At(), keepApart, "what %s takes from elsewhere: %s", t.Dir, absent(n))
			}
		case len(t.Apps) == 0 && len(d.m.Applications) > 0 && !d.m.Unfollowed() && slices.Contains(d.m.Ours(), t):
			d.leave(t.At(), "name it under environments, if it is to be deployed", "the folder %s, which no Application renders", t.Dir)
		}
	}
	for _, a := range d.m.Applications {
		if slices.ContainsFunc(d.m.Roots, func(r pipeline.Root) bool { return r.Same(a) }) {
			continue // appOfApps says what becomes of it
		}
		for _, s := range pipeline.Sources(a) {
			for _, field := range []string{"chart", "helm", "plugin"} {
				d.leaveField(s.Get(field), "", "an Application whose source is of the kind %s", field)
			}
			d.leaveField(s.Get("directory", "jsonnet"), "", "an Application that renders Jsonnet")
		}
	}
	for _, set := range d.m.ApplicationSets {
		if set.Pulls().OK() && len(set.Faults) == 1 {
			d.previews(set)
			continue
		}
		for _, fault := range set.Faults[:min(1, len(set.Faults))] {
			d.leave(set.File().At(fault.Line), "name the environments: each gets an Application", "the ApplicationSet %s: %s", pipeline.NameOf(set.Node), fault.Message)
		}
	}
}

// missing reports the name of a file or a folder that should be in the repository, and no address.
func missing(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return name != "" && !strings.ContainsAny(name, ":@?") && (first == "." || first == ".." || !strings.Contains(first, "."))
}

// absent names what a kustomization takes from elsewhere.
func absent(n pipeline.Node) string {
	if n.Text() != "" {
		return strconv.Quote(n.Text())
	}
	return "charts of Helm"
}

// generatedKinds are the kinds that a generated tree has itself.
var generatedKinds = map[string]bool{"Deployment": true, "Service": true, "ServiceAccount": true, "NetworkPolicy": true, "PodDisruptionBudget": true, "Namespace": true}

// manifests records the objects that no spec gives.
func (d *drafter) manifests() {
	for _, e := range d.deployments {
		if e.app.OK() {
			d.application(e.app)
		}
		for _, t := range e.targets {
			for _, o := range t.Objects {
				if !d.has(o) {
					d.object(o)
				}
			}
		}
		for _, p := range d.programs {
			r, ok := p.in(e)
			if !ok {
				continue
			}
			d.fields(p, r)
			d.besides(p, r, func(path string, n pipeline.Node) {
				d.keepField(p, r.workload.Object, n, d.patching(p), "the field %s%s of a container of %s", path, valueOf(n), r.workload.Label())
			})
		}
	}
}

// has reports whether the draft has an object: as a program, as a Job that asks after each sync, or as files.
func (d *drafter) has(o *pipeline.Object) bool {
	w := pipeline.Workload{Object: o}
	return d.programOf(w) != nil || d.scales(o) || d.leadsIn(o) || d.filesFrom(o) || d.writesClaim(o) || d.grants(o) || d.judges(o) || makesSecret(o) && d.readSomewhere(secretOf(o)) || o.Kind == "Job" && strings.Contains(hook(w).Text(), "PostSync")
}

// object records an object of which the draft has nothing, or not all.
func (d *drafter) object(o *pipeline.Object) {
	switch {
	case d.selectsOthers(o):
		d.keep(o, keepApart, "the object %s, which is for pods that the draft does not have", o.Label())
	case generatedKinds[o.Kind] && o.Kind != "Deployment":
		d.beside(o)
	case expressed[o.Kind] && d.unpinned(o):
	default:
		d.keep(o, d.keeping(o), "the object %s", o.Label())
	}
}

// unpinned records a workload that only lacks a digest, or a command that a spec can hold.
func (d *drafter) unpinned(o *pipeline.Object) bool {
	all := o.Target.Workloads()
	i := slices.IndexFunc(all, func(w pipeline.Workload) bool { return w.Object == o })
	if i < 0 || !d.sayable(all[i]) {
		return false
	}
	w := all[i]
	if n := unsayable(mainContainer(w)); n.OK() {
		d.keep(o, "put the script into the image, and name it there", "the object %s, whose command or arguments are not of single lines", o.Label())
		return true
	}
	image := mainContainer(w).Get("image").Text()
	if image == "" || d.imageFor(mainContainer(w)) != nil || pipeline.ParseImage(image).Digest != "" {
		return false
	}
	is := map[string]string{"CronJob": `cron: {schedule: "…", timeout: "…"}`, "Job": `job: {timeout: "…"}`}[o.Kind]
	for _, n := range mainContainer(w).Get("ports").Items() {
		is = cmp.Or(is, "port: "+n.Get("containerPort").Text())
	}
	help := fmt.Sprintf("write it as a workload once a digest pins the image: workloads: %s: {external: %q, %s}", baseName(w), image+"@sha256:…", cmp.Or(is, "worker: {}"))
	if len(d.programs) == 1 {
		help += ", beside which deploy becomes an entry too"
	}
	d.keep(o, help, "the object %s, whose image %q is not built here and has no digest", o.Label(), image)
	return true
}

// selectsOthers reports whether an object is for certain pods, and for none that the draft has.
func (d *drafter) selectsOthers(o *pipeline.Object) bool {
	selects, selector := pipeline.Matches, o.Get("spec", "selector")
	switch o.Kind {
	case "Service":
		selects = pipeline.Selects
	case "NetworkPolicy":
		selector = o.Get("spec", "podSelector")
	case "PodDisruptionBudget":
	default:
		return false
	}
	return len(d.programs) > 0 && selector.OK() && !slices.ContainsFunc(o.Target.Workloads(), func(w pipeline.Workload) bool {
		return (d.programOf(w) != nil || d.asking(w)) && selects(selector, w.Labels())
	})
}

// besideTheApp are the kinds of objects that belong to one application and may be in a folder of the author's own in
// the generated tree. Other kinds are independent of the application.
var besideTheApp = map[string]bool{
	"ConfigMap": true, "CronJob": true, "ExternalSecret": true, "GRPCRoute": true, "HTTPRoute": true, "HorizontalPodAutoscaler": true, "Ingress": true, "Job": true,
	"PersistentVolumeClaim": true, "PodMonitor": true, "PrometheusRule": true, "Role": true, "RoleBinding": true, "SealedSecret": true, "ServiceMonitor": true,
}

const keepApart = "keep it in a folder and an Application of its own"

// lost records which fields of an object are not read, where a field of the spec is for such objects.
func (d *drafter) lost(o *pipeline.Object, read known, field string) {
	read.walk(o.Get("spec"), "", func(path string, n pipeline.Node) {
		d.leave(n.At(), d.keeping(o)+", instead of "+field, "the field spec.%s%s of %s", path, valueOf(n), o.Label())
	})
}

// keeping says where to keep an object that no spec gives.
func (d *drafter) keeping(o *pipeline.Object) string {
	if !besideTheApp[o.Kind] {
		return keepApart
	}
	kind := o.Kind
	if o.Group != "" {
		kind = o.Group + "/" + kind
	}
	at, folder := d.custom(nil)
	return fmt.Sprintf("write %s: custom: {base: true, kinds: [%q]}, and put it into the folder %s that this gives", at, kind, folder)
}
