package frompipeline

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// targets records what is rendered from elsewhere, and what nothing renders.
func (d *drafter) targets() {
	for _, t := range d.m.Targets {
		switch {
		case t.Fault != "":
			d.leave(t.FaultAt, "", "%s cannot be rendered: %s", t.Dir, t.Fault)
		case len(t.Apps) == 0 && len(d.m.Applications) > 0 && !d.m.Unfollowed() && slices.Contains(d.m.Ours(), t):
			d.leave(t.At(), "name it under environments, if it is to be deployed", "the folder %s, which no Application renders", t.Dir)
		}
	}
	for _, a := range d.m.Applications {
		for _, s := range pipeline.Sources(a) {
			for _, field := range []string{"chart", "helm", "directory", "plugin"} {
				d.leaveField(s.Get(field), "", "an Application whose source is of the kind %s", field)
			}
		}
	}
	for _, set := range d.m.ApplicationSets {
		for _, fault := range set.Faults[:min(1, len(set.Faults))] {
			d.leave(set.File().At(fault.Line), "name the environments: each gets an Application", "the ApplicationSet %s: %s", pipeline.NameOf(set.Node), fault.Message)
		}
	}
}

// generatedKinds are the kinds that a generated tree has itself.
var generatedKinds = map[string]bool{"Deployment": true, "Service": true, "ServiceAccount": true, "NetworkPolicy": true, "PodDisruptionBudget": true, "Namespace": true}

// manifests records the objects that no spec gives.
func (d *drafter) manifests() {
	seen, fields := map[pipeline.Place]bool{}, map[string]bool{}
	for _, p := range d.deployments {
		if p.app.OK() {
			d.application(p.app)
		}
		for _, o := range p.target.Objects {
			at := o.At()
			mine := p.ok && o == p.workload.Object
			hook := o.Kind == "Job" && o.Get("metadata", "annotations", "argocd.argoproj.io/hook").OK()
			if seen[at] || mine || hook {
				continue
			}
			if generatedKinds[o.Kind] && o.Kind != "Deployment" {
				if besides[o.Kind] != nil {
					seen[at] = true
					d.beside(o)
				}
				continue
			}
			seen[at] = true
			d.leave(at, keeping(o), "the object %s", o.Label())
		}
		if !p.ok {
			continue
		}
		pod := p.workload.Pod()
		for i, c := range append(pod.Get("containers").Items(), pod.Get("initContainers").Items()...) {
			if at := c.At(); c.Get("name").Text() != p.container.Get("name").Text() && !seen[at] {
				seen[at] = true
				d.leave(at, "", "the container %s beside the program (%d)", c.Get("name").Text(), i+1)
			}
		}
		d.fields(p, fields)
	}
}

// besideTheApp are the kinds of objects that belong to one application and may be in a folder of the author's own in
// the generated tree. Other kinds are independent of the application.
var besideTheApp = map[string]bool{
	"ConfigMap": true, "CronJob": true, "ExternalSecret": true, "HTTPRoute": true, "HorizontalPodAutoscaler": true, "Ingress": true, "Job": true,
	"PersistentVolumeClaim": true, "PodMonitor": true, "PrometheusRule": true, "Role": true, "RoleBinding": true, "SealedSecret": true, "ServiceMonitor": true,
}

// keeping says where to keep an object that no spec gives.
func keeping(o *pipeline.Object) string {
	if !besideTheApp[o.Kind] {
		return "keep it in a folder and an Application of its own"
	}
	kind := o.Kind
	if o.Group != "" {
		kind = o.Group + "/" + kind
	}
	return fmt.Sprintf("write deploy: custom: {base: true, kinds: [%q]}, and put it into the folder base/custom that this gives", kind)
}
