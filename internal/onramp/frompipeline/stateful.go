package frompipeline

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// stateful reads what a workload says whose pods keep their names, and records a name of their Service that the draft
// would change: nobody may.
func (d *drafter) stateful(p *program) {
	w, at := p.last().workload, below(p.field("stateful")...)
	if w.Kind != "StatefulSet" {
		return
	}
	said := false
	say := func(value any, n pipeline.Node, field string) {
		said = true
		d.add(value, n.At(), at(field)...)
	}
	spec := w.Get("spec")
	if ports := d.peerPorts(p); len(ports) > 0 {
		var peers []int
		for _, n := range ports {
			if port, ok := n.Get("port").Number(); ok {
				peers = append(peers, port)
			}
		}
		say(peers, ports[0].Get("port"), "peers")
	}
	if policy := spec.Get("podManagementPolicy"); policy.Text() != "Parallel" {
		if !policy.OK() {
			policy = spec
		}
		say(true, policy, "ordered")
	}
	for _, field := range []string{"whenScaled", "whenDeleted"} {
		if n := spec.Get("persistentVolumeClaimRetentionPolicy", field); n.Text() == "Delete" && len(w.Templates()) > 0 {
			say("delete", n, field)
		}
	}
	if !said {
		d.add(struct{}{}, w.At(), at()...)
	}
	key := p.key
	if len(d.programs) == 1 {
		key = d.name
	}
	if name := spec.Get("serviceName"); name.OK() && name.Text() != key+"-headless" {
		if service := p.last().headless(); service != nil {
			d.keepEverywhere(service, "", "the Service %s", service.Name)
		}
		d.keepField(p, w.Object, name, "delete the StatefulSet with --cascade=orphan before the first sync, and its pods go on", "the serviceName %q of %s, which nobody can change: the draft has %s-headless", name.Text(), w.Label(), key)
	}
}

// headless is the Service by which the pods of a StatefulSet have their names, nil for none.
func (r run) headless() *pipeline.Object {
	name := r.workload.Get("spec", "serviceName")
	if r.workload.Kind != "StatefulSet" || !name.OK() {
		return nil
	}
	return r.object("Service", name.Text())
}

// namesPods reports a Service by which the pods of a program have their names.
func (d *drafter) namesPods(o *pipeline.Object) bool {
	return slices.ContainsFunc(d.rendered[o.Target], func(r rendered) bool { return r.headless() == o })
}

// peerPorts are the ports of that Service which no other Service of the pods has: those are for the pods themselves.
func (d *drafter) peerPorts(p *program) []pipeline.Node {
	r := p.last()
	service, others := r.headless(), d.services(r)
	if service == nil || len(others) == 0 || slices.Contains(others, service) {
		return nil
	}
	offered := map[string]bool{}
	for _, n := range others[0].Get("spec", "ports").Items() {
		offered[r.number(n)] = true
	}
	return slices.DeleteFunc(service.Get("spec", "ports").Items(), func(n pipeline.Node) bool { return offered[r.number(n)] })
}

// number is that of the port of the pods which the port of a Service leads to.
func (r run) number(port pipeline.Node) string {
	target := port.Get("targetPort")
	if !target.OK() {
		target = port.Get("port")
	}
	for _, n := range r.container.Get("ports").Items() {
		if n.Get("name").Text() == target.Text() {
			return n.Get("containerPort").Text()
		}
	}
	return target.Text()
}

// ofPeers reports a port of the container at which the pods reach one another.
func (d *drafter) ofPeers(p *program, port pipeline.Node) bool {
	return slices.ContainsFunc(d.peerPorts(p), func(n pipeline.Node) bool { return p.last().number(n) == port.Get("containerPort").Text() })
}

// templateMount reads a claim of each pod.
func (d *drafter) templateMount(p *program, template, mount pipeline.Node) {
	at := below(p.field("volumes", template.Get("metadata", "name").Text())...)
	if d.tree.Root.Has(at()...) || mount.Get("subPathExpr").OK() {
		d.leave(mount.At(), "", "that the volume %s is mounted a second time", mount.Get("name").Text())
		return
	}
	d.addText(mount.Get("mountPath"), at("path")...)
	if sub := mount.Get("subPath"); sub.Text() != "" {
		d.addText(sub, at("subPath")...)
	}
	if readOnly := mount.Get("readOnly"); readOnly.True() {
		d.add(true, readOnly.At(), at("readOnly")...)
	}
	spec := template.Get("spec")
	d.addText(spec.Get("resources", "requests", "storage"), at("claim", "size")...)
	d.addText(spec.Get("storageClassName"), at("claim", "storageClass")...)
	if modes := spec.Get("accessModes"); len(modes.Items()) > 0 {
		d.add(modes.Items()[0].Text(), modes.At(), at("claim", "access")...)
	}
}

// template is the pattern of a claim of each pod by the name of its volume.
func (r run) template(name string) pipeline.Node {
	for _, t := range r.workload.Templates() {
		if t.Get("metadata", "name").Text() == name {
			return t
		}
	}
	return pipeline.Node{}
}

// templateDifferences reads where the claims of each pod have another size in an environment.
func (d *drafter) templateDifferences(of *program, p run, at func(...string) []string) {
	for _, t := range of.last().workload.Templates() {
		name := t.Get("metadata", "name").Text()
		size := func(n pipeline.Node) pipeline.Node { return n.Get("spec", "resources", "requests", "storage") }
		if a := size(p.template(name)); a.OK() && a.Text() != size(t).Text() && d.tree.Root.Has(of.field("volumes", name)...) {
			d.addText(a, at("volumes", name, "size")...)
		}
	}
}

// ofStatefulSet are the fields of a StatefulSet that the draft covers.
var ofStatefulSet = known{
	"replicas": nil, "selector": nil, "template": nil, "minReadySeconds": nil, "revisionHistoryLimit": nil, "serviceName": nil, "podManagementPolicy": nil,
	"persistentVolumeClaimRetentionPolicy": nil, "updateStrategy.type": {"RollingUpdate"}, "updateStrategy.rollingUpdate.partition": {"0"},
	"volumeClaimTemplates[].apiVersion": {"v1"}, "volumeClaimTemplates[].kind": {"PersistentVolumeClaim"}, "volumeClaimTemplates[].metadata.name": nil,
	"volumeClaimTemplates[].spec.accessModes": nil, "volumeClaimTemplates[].spec.storageClassName": nil,
	"volumeClaimTemplates[].spec.resources.requests.storage": nil, "volumeClaimTemplates[].spec.volumeMode": {"Filesystem"},
}
