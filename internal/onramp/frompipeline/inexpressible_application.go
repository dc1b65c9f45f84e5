package frompipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// ofApplication are the fields of an Application that the draft covers.
var ofApplication = known{
	"project": nil, "destination": nil, "source.repoURL": nil, "source.targetRevision": nil, "source.path": nil,
	"source.chart": nil, "source.ref": nil, "source.helm": nil, "source.directory": nil, "source.plugin": nil,
	"syncPolicy.automated.prune": nil, "syncPolicy.automated.selfHeal": nil, "syncPolicy.automated.enabled": nil, "syncPolicy.automated.allowEmpty": {"false"},
	"syncPolicy.syncOptions[]": {"CreateNamespace=true", "CreateNamespace=false", "ServerSideApply=true", "ApplyOutOfSyncOnly=true", "FailOnSharedResource=true", "PruneLast=true"},
	podLevel:                   {"restricted"},
	"syncPolicy.retry":         nil, "revisionHistoryLimit": nil,
}

// podLevel says which pods the namespace takes.
const podLevel = "syncPolicy.managedNamespaceMetadata.labels.pod-security.kubernetes.io/enforce"

// imageList is the annotation that tells Image Updater which images to update.
const imageList = "argocd-image-updater.argoproj.io/image-list"

// application records what the Application of a deployment says and the draft does not.
func (d *drafter) application(app pipeline.Node) {
	name := pipeline.NameOf(app)
	for key, n := range app.Get("metadata", "annotations").Pairs() {
		switch {
		case key == "argocd.argoproj.io/manifest-generate-paths", strings.HasPrefix(key, "kubectl.kubernetes.io/"):
		case notifies(key, n.Text()):
		case key == "argocd.argoproj.io/sync-options" && n.Text() == "Prune=false,Delete=false" && d.tree.Root.Has("argocd", "appOfApps"):
		case key == imageList:
			d.leave(n.At(), "remove Image Updater when the draft's pipeline runs: a job of it writes the image", "that Image Updater writes the image of Application %s", name)
		default:
			d.leave(n.At(), "", "the annotation %s of Application %s", key, name)
		}
	}
	for i, s := range app.Get("spec", "sources").Items() {
		if chart, ok := d.chartIn(app); i > 0 && !chart.Same(s) && !(ok && s.Get("ref").OK()) {
			d.leave(s.At(), "", "a second source of Application %s", name)
		}
	}
	spec := known{}
	for path, values := range ofApplication {
		spec[path] = values
		if rest, ok := strings.CutPrefix(path, "source."); ok {
			spec["sources[]."+rest] = values
		}
	}
	if slices.ContainsFunc(d.programs, func(p *program) bool { return d.tree.Root.Has(p.field("security")...) }) {
		spec[podLevel] = nil // it follows from what the pods need
	}
	if slices.ContainsFunc(d.programs, func(p *program) bool { return secondOf(p.last().workload) != "" }) {
		// They follow from what Argo Rollouts moves.
		spec["syncPolicy.syncOptions[]"] = append(slices.Clone(spec["syncPolicy.syncOptions[]"]), "RespectIgnoreDifferences=true")
		for path, values := range ofMoved {
			spec["ignoreDifferences[]."+path] = values
		}
	}
	spec.walk(app.Get("spec"), "", func(path string, n pipeline.Node) {
		d.leave(n.At(), "", "the field spec.%s%s of Application %s", path, valueOf(n), name)
	})
}

// besides are the covered fields of the other objects that a generated tree has too.
var besides = map[string]known{
	"Service":        {"selector": nil, "ports": nil, "type": {"ClusterIP"}, "trafficDistribution": {"PreferClose"}},
	"ServiceAccount": {"apiVersion": nil, "kind": nil, "metadata": nil, "automountServiceAccountToken": {"false"}, "imagePullSecrets": nil},
}

// beside records what a Service or a ServiceAccount says and the draft does not.
func (d *drafter) beside(o *pipeline.Object) {
	of, ok := besides[o.Kind]
	if !ok {
		if o.Kind == "NetworkPolicy" && d.forAll(o) {
			d.keep(o, keepApart, "the object %s, which is for all pods", o.Label())
		}
		return
	}
	leave := func(n pipeline.Node, format string, args ...any) {
		if p := d.programBehind(o); p != nil {
			d.keepField(p, o, n, d.patching(nil), format, args...)
		} else {
			d.leave(n.At(), d.patching(nil), format, args...)
		}
	}
	if d.balances(o) { // the draft has its annotations too
		of = maps.Clone(of)
		of["type"], of["loadBalancerClass"] = nil, nil
	} else {
		for key, n := range o.Get("metadata", "annotations").Pairs() {
			if key == "email" && d.tree.Root.Has("owner") || d.ordered(key, n) || d.ofAccount(o, key) {
				continue // the draft has it on all objects, by the order of a job, or in serviceAccount
			}
			leave(n, "the annotation %s of %s", key, o.Label())
		}
	}
	if d.namesPods(o) || d.leadsToNew(o) {
		of = maps.Clone(of)
		of["clusterIP"], of["publishNotReadyAddresses"] = []string{"None"}, nil
	}
	n, prefix := o.Get("spec"), "spec."
	if o.Kind == "ServiceAccount" {
		n, prefix = o.Node, ""
	}
	of.walk(n, "", func(path string, n pipeline.Node) {
		leave(n, "the field %s%s%s of %s", prefix, path, valueOf(n), o.Label())
	})
}

// forAll reports a NetworkPolicy for every pod of the namespace.
func (d *drafter) forAll(o *pipeline.Object) bool {
	n := 0
	for range o.Get("spec", "podSelector").Pairs() {
		n++
	}
	return n == 0
}

// programBehind is the program whose Service or ServiceAccount in the draft takes the place of an object, nil for none.
func (d *drafter) programBehind(o *pipeline.Object) *program {
	for _, r := range d.rendered[o.Target] {
		if all := d.services(r.run); len(all) > 0 && all[0] == o || o.Kind == "ServiceAccount" && r.workload.Pod().Get("serviceAccountName").Text() == o.Name {
			return r.of
		}
	}
	return nil
}
