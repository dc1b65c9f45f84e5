package frompipeline

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// ofExternalSecret are the fields of an ExternalSecret that the draft reads.
var ofExternalSecret = known{
	"refreshInterval": nil, "secretStoreRef.name": nil, "secretStoreRef.kind": {"SecretStore", "ClusterSecretStore"},
	"target.name": nil, "target.creationPolicy": {"Owner"}, "target.deletionPolicy": {"Retain"},
	"target.template.type": nil, "target.template.engineVersion": {"v2"}, "target.template.mergePolicy": {"Replace"},
	"data[].secretKey": nil, "data[].remoteRef.key": nil, "data[].remoteRef.property": nil, "data[].remoteRef.version": nil,
	"data[].remoteRef.conversionStrategy": {"Default"}, "data[].remoteRef.decodingStrategy": {"None"}, "data[].remoteRef.metadataPolicy": {"None"},
	"dataFrom[].extract.key": nil, "dataFrom[].extract.conversionStrategy": {"Default"}, "dataFrom[].extract.decodingStrategy": {"None"}, "dataFrom[].extract.metadataPolicy": {"None"},
}

// reloadAnnotation names the Secrets at whose change Reloader replaces the pods of a workload.
const reloadAnnotation = "secret.reloader.stakater.com/reload"

// makesSecret reports an object that becomes a Secret in a way that a spec has.
func makesSecret(o *pipeline.Object) bool {
	switch {
	case o.Kind == "SealedSecret" && o.Group == "bitnami.com", o.Kind == "Secret" && o.Encrypted().OK():
		return true
	case o.SecretClass():
		return oneSecret(o)
	case o.Kind != "ExternalSecret" || o.Group != "external-secrets.io":
		return false
	}
	whole := len(o.Get("spec", "dataFrom").Items()) <= 1 && cmp.Or(o.Get("spec", "target", "name").Text(), o.Name) == o.Name && o.Get("spec", "secretStoreRef", "name").OK()
	ofExternalSecret.walk(o.Get("spec"), "", func(string, pipeline.Node) { whole = false })
	return whole
}

// secrets reads what becomes Secrets, and where the values are in each environment. Those of the last one are the rule.
func (d *drafter) secrets() {
	read := map[string]*pipeline.Object{}
	for i := len(d.deployments) - 1; i >= 0; i-- {
		e := d.deployments[i]
		for _, t := range e.targets {
			for _, o := range t.Objects {
				name := secretOf(o)
				if !makesSecret(o) || !d.readSomewhere(name) {
					continue
				}
				if o.SecretClass() {
					d.class(e, o, read[name])
				} else if o.Kind == "SealedSecret" {
					d.inGit(e, o, o.Get("spec", "encryptedData").At(), "sealed", o.Name+".yaml")
				} else if o.Kind == "Secret" {
					d.inGit(e, o, o.Encrypted().At(), "sops", o.Name+".enc.yaml")
				} else if last := read[name]; last == nil {
					d.external(o, nil, "secrets", o.Name, "external")
				} else {
					d.external(o, last, "environments", e.env, "secrets", o.Name)
				}
				if read[name] == nil {
					read[name] = o
				}
			}
		}
	}
	d.existing(read)
	d.reloaded(read)
}

// existing reads the environments in which somebody makes a Secret that is brought along elsewhere.
func (d *drafter) existing(read map[string]*pipeline.Object) {
	for _, e := range d.deployments {
		for _, name := range slices.Sorted(maps.Keys(read)) {
			made := slices.ContainsFunc(e.targets, func(t *pipeline.Target) bool {
				return slices.ContainsFunc(t.Objects, func(o *pipeline.Object) bool { return secretOf(o) == name && makesSecret(o) })
			})
			for _, p := range d.programs {
				if r, ok := p.in(e); ok && !made && r.readsSecret(name) {
					d.add(true, r.workload.At(), "environments", e.env, "secrets", name, "exists")
					break
				}
			}
		}
	}
}

// readSomewhere reports whether something in the draft reads a Secret.
func (d *drafter) readSomewhere(name string) bool {
	for _, e := range d.deployments {
		for _, p := range d.programs {
			if r, ok := p.in(e); ok && r.readsSecret(name) {
				return true
			}
		}
	}
	return false
}

// readsSecret reports whether the pods of a run, their account or their way in name a Secret.
func (r run) readsSecret(name string) bool {
	found := false
	named := func(n pipeline.Node) {
		n.Scalars(func(s pipeline.Node) { found = found || s.Text() == name })
	}
	pod := r.workload.Pod()
	for _, field := range []string{"containers", "initContainers", "imagePullSecrets"} {
		named(pod.Get(field))
	}
	for _, v := range pod.Get("volumes").Items() {
		if csi := v.Get("csi"); csi.OK() {
			v = csi.Get("nodePublishSecretRef") // its class may have the name of a Secret
		}
		named(v)
	}
	for _, kind := range []string{"ServiceAccount", "Ingress", "TriggerAuthentication"} {
		for _, o := range r.workload.Target.Kinds(kind) {
			named(o.Get("imagePullSecrets"))
			named(o.Get("spec", "tls"))
			named(o.Get("spec", "secretTargetRef"))
		}
	}
	return found
}

// external reads where the values of a Secret are, as far as it is not as in the last environment.
func (d *drafter) external(o, last *pipeline.Object, at ...string) {
	under := below(at...)
	unlike := func(n pipeline.Node, path ...string) bool {
		return n.OK() && (last == nil || last.Get(path...).Text() != n.Text())
	}
	store := o.Get("spec", "secretStoreRef")
	if unlike(store.Get("name"), "spec", "secretStoreRef", "name") || unlike(store.Get("kind"), "spec", "secretStoreRef", "kind") {
		field := "store"
		if store.Get("kind").Text() == "ClusterSecretStore" {
			field = "clusterStore"
		}
		d.addText(store.Get("name"), under(field)...)
	}
	if n := o.Get("spec", "refreshInterval"); unlike(n, "spec", "refreshInterval") && n.Text() != "1h0m0s" {
		d.add(strings.TrimSuffix(strings.TrimSuffix(n.Text(), "m0s"), "h0"), n.At(), under("refresh")...)
	}
	before := map[string]pipeline.Node{}
	if last != nil {
		for _, k := range last.Get("spec", "data").Items() {
			before[k.Get("secretKey").Text()] = k.Get("remoteRef")
		}
	}
	for _, k := range o.Get("spec", "data").Items() {
		key, entry := k.Get("secretKey").Text(), k.Get("remoteRef")
		if was, there := before[key]; there && scalars(was) == scalars(entry) {
			continue
		}
		d.addText(entry.Get("key"), under("keys", key, "from")...)
		d.addText(entry.Get("property"), under("keys", key, "property")...)
		d.addText(entry.Get("version"), under("keys", key, "version")...)
	}
	for _, from := range o.Get("spec", "dataFrom").Items() {
		n := from.Get("extract", "key")
		if last == nil || len(last.Get("spec", "dataFrom").Items()) == 0 || last.Get("spec", "dataFrom").Items()[0].Get("extract", "key").Text() != n.Text() {
			d.addText(n, under("all")...)
		}
	}
}

// inGit reads that a Secret is sealed or encrypted. Its file stays the author's, and has a place.
func (d *drafter) inGit(e *deployment, o *pipeline.Object, at pipeline.Place, how, file string) {
	d.add(true, o.At(), "secrets", o.Name, how)
	if at.Known() && !strings.HasSuffix(at.File.Path, path.Join("overlays", e.env, "secrets", file)) {
		d.leave(o.At(), "put the file as it is at the place of secrets/"+file+" in the overlay of "+e.env+", which 'pipegen generate' writes without its values", "the encrypted values of %s", o.Label())
	}
}

// reloaded reads for which Secrets Reloader replaces pods.
func (d *drafter) reloaded(read map[string]*pipeline.Object) {
	for _, p := range d.programs {
		n := p.last().workload.Get("metadata", "annotations").Get(reloadAnnotation)
		for _, name := range strings.Split(n.Text(), ",") {
			if read[name] != nil {
				d.add(true, n.At(), "secrets", name, "reloader")
			}
		}
	}
}

// reloads reports whether the draft has all Secrets that an annotation names for Reloader.
func (d *drafter) reloads(n pipeline.Node) bool {
	return !slices.ContainsFunc(strings.Split(n.Text(), ","), func(name string) bool { return !d.tree.Root.Has("secrets", name, "reloader") })
}
