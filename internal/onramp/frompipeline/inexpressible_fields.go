package frompipeline

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Fields that the draft covers, by path; an element of a list is []. A field without values is read, or recorded
// elsewhere, with everything below it. The values of a field are those that a generated Deployment has: another value
// is lost.
type known map[string][]string

var ofDeployment = known{
	"replicas": nil, "selector": nil, "progressDeadlineSeconds": nil, "template": nil,
	"minReadySeconds": nil, "strategy": nil, "revisionHistoryLimit": nil,
}

var ofCronJob = known{
	"schedule": nil, "timeZone": nil, "concurrencyPolicy": nil, "successfulJobsHistoryLimit": nil, "failedJobsHistoryLimit": nil, "suspend": {"false"},
	"startingDeadlineSeconds":                {"300"},
	"jobTemplate.spec.activeDeadlineSeconds": nil, "jobTemplate.spec.backoffLimit": {"0"}, "jobTemplate.spec.template": nil, "jobTemplate.metadata": nil,
}

var ofJob = known{"activeDeadlineSeconds": nil, "backoffLimit": {"0"}, "template": nil, "completions": {"1"}, "parallelism": {"1"}}

// ofStaying are the fields of pods that only what runs all the time has in a generated tree.
var ofStaying = map[string]bool{"terminationGracePeriodSeconds": true, "restartPolicy": true}

var ofPod = known{
	"containers": nil, "initContainers": nil, "imagePullSecrets": nil, "volumes": nil,
	"automountServiceAccountToken": {"false", "true"}, "enableServiceLinks": {"false"}, "terminationGracePeriodSeconds": nil,
	"nodeSelector": nil, "tolerations": nil, "priorityClassName": nil, "runtimeClassName": nil, "hostAliases": nil, "dnsConfig": nil,
	"restartPolicy": {"Always"}, "dnsPolicy": {"ClusterFirst"}, "schedulerName": {"default-scheduler"},
	"hostNetwork": {"false"}, "hostPID": {"false"}, "hostIPC": {"false"},
	"securityContext.runAsUser": nil, "securityContext.runAsGroup": nil, "securityContext.runAsNonRoot": {"true"},
	"securityContext.fsGroupChangePolicy": {"OnRootMismatch"}, "securityContext.seccompProfile.type": {"RuntimeDefault", "Unconfined"},
	"securityContext.sysctls[].name": {"net.ipv4.ip_unprivileged_port_start"}, "securityContext.sysctls[].value": nil,
	"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight":                        {"100"},
	"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.topologyKey":   {"kubernetes.io/hostname"},
	"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.labelSelector": nil,
	"affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].topologyKey":                    {"kubernetes.io/hostname"},
	"affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].labelSelector":                  nil,
	"affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].matchLabelKeys[]":               {"pod-template-hash", "rollouts-pod-template-hash"},
	"topologySpreadConstraints[].maxSkew": {"1"}, "topologySpreadConstraints[].topologyKey": {"topology.kubernetes.io/zone"},
	"topologySpreadConstraints[].whenUnsatisfiable": {"ScheduleAnyway", "DoNotSchedule"}, "topologySpreadConstraints[].labelSelector": nil,
	"topologySpreadConstraints[].matchLabelKeys[]": {"pod-template-hash", "rollouts-pod-template-hash"},
}

var ofVolume = known{"name": nil, "emptyDir.sizeLimit": {"64Mi"}}

var ofContainer = known{
	"name": nil, "image": nil, "imagePullPolicy": nil, "env": nil, "envFrom": nil, "command": nil, "args": nil, "volumeMounts": nil,
	"ports[].name": nil, "ports[].containerPort": nil, "ports[].protocol": {"TCP"},
	"resources.requests.cpu": nil, "resources.requests.memory": nil, "resources.requests.ephemeral-storage": nil,
	"resources.limits.cpu": nil, "resources.limits.memory": nil, "resources.limits.ephemeral-storage": nil,
	"readinessProbe.httpGet.path": nil, "readinessProbe.httpGet.port": nil, "readinessProbe.httpGet.scheme": {"HTTP"}, "readinessProbe.exec": nil, "readinessProbe.grpc": nil, "readinessProbe.tcpSocket": nil,
	"readinessProbe.initialDelaySeconds": {"0"}, "readinessProbe.periodSeconds": {"5"}, "readinessProbe.timeoutSeconds": {"3"}, "readinessProbe.failureThreshold": {"3"}, "readinessProbe.successThreshold": {"1"},
	"livenessProbe.httpGet.path": nil, "livenessProbe.httpGet.port": nil, "livenessProbe.httpGet.scheme": {"HTTP"}, "livenessProbe.exec": nil, "livenessProbe.grpc": nil, "livenessProbe.tcpSocket": nil,
	"livenessProbe.initialDelaySeconds": {"0"}, "livenessProbe.periodSeconds": {"10"}, "livenessProbe.timeoutSeconds": {"3"}, "livenessProbe.failureThreshold": {"3"}, "livenessProbe.successThreshold": {"1"},
	"startupProbe.httpGet.path": nil, "startupProbe.httpGet.port": nil, "startupProbe.httpGet.scheme": {"HTTP"}, "startupProbe.tcpSocket": nil, "startupProbe.grpc": nil, "startupProbe.exec": nil,
	"startupProbe.initialDelaySeconds": nil, "startupProbe.periodSeconds": nil, "startupProbe.failureThreshold": nil, "startupProbe.timeoutSeconds": {"1", "2"}, "startupProbe.successThreshold": {"1"},
	"lifecycle.preStop.sleep.seconds": nil, "lifecycle.preStop.exec.command": nil,
	"securityContext.runAsUser": nil, "securityContext.runAsGroup": nil, "securityContext.runAsNonRoot": {"true"},
	"securityContext.privileged": {"false"}, "securityContext.allowPrivilegeEscalation": {"false"}, "securityContext.readOnlyRootFilesystem": nil,
	"securityContext.capabilities.drop": nil, "securityContext.seccompProfile.type": {"RuntimeDefault", "Unconfined"},
}

// below reports whether there is a covered field below a path.
func (k known) below(path string) bool {
	for p := range k {
		if strings.HasPrefix(p, path+".") || strings.HasPrefix(p, path+"[]") {
			return true
		}
	}
	return false
}

// walk calls lost for each field below n that the draft does not cover.
func (k known) walk(n pipeline.Node, path string, lost func(path string, n pipeline.Node)) {
	values, spoken := k[path]
	switch {
	case spoken && (values == nil || slices.Contains(values, n.Text())):
	case n.IsMap() && (path == "" || k.below(path)):
		for name, v := range n.Pairs() {
			k.walk(v, strings.TrimPrefix(path+"."+name, "."), lost)
		}
	case n.IsList() && k.below(path):
		for _, v := range n.Items() {
			k.walk(v, path+"[]", lost)
		}
	default:
		lost(path, n)
	}
}

// valueOf returns a value as a message shows it after the name of the field, "" if it is not a scalar.
func valueOf(n pipeline.Node) string {
	if text := n.Text(); text != "" {
		return fmt.Sprintf(" %q", text)
	}
	return ""
}

// fields records what a workload says and the draft does not.
func (d *drafter) fields(p *program, r run) {
	w, k := r.workload, d.kind(p)
	leave := func(path string, n pipeline.Node) {
		d.keepField(p, w.Object, n, d.patching(p), "the field %s%s of %s", path, valueOf(n), w.Label())
	}
	in := func(prefix string) func(string, pipeline.Node) {
		return func(path string, n pipeline.Node) { leave(prefix+path, n) }
	}
	if !expressed[w.Kind] {
		d.leave(w.Get("kind").At(), d.patching(p), "the field kind %q of %s", w.Kind, w.Label())
	}
	spec, template := ofDeployment, "spec.template."
	switch w.Kind {
	case "StatefulSet":
		spec = ofStatefulSet
	case "Rollout":
		spec = ofRollout
		if _, ok := measures(w); ok {
			spec = maps.Clone(spec)
			spec["strategy.blueGreen.postPromotionAnalysis"] = nil // criteria have it
		}
	}
	switch k {
	case cron:
		spec, template = ofCronJob, "spec.jobTemplate.spec.template."
	case job:
		spec = ofJob
	}
	spec.walk(w.Get("spec"), "", in("spec."))
	for name, n := range w.Get("metadata", "annotations").Pairs() {
		if !annotated(w, name) && !(name == reloadAnnotation && d.reloads(n)) {
			leave("metadata.annotations."+name, n)
		}
	}
	pod := w.Pod()
	for name, n := range w.Template.Get("metadata", "annotations").Pairs() {
		if !ofPods(name) && (name != "email" || n.Text() != w.Get("metadata", "annotations", name).Text()) { // the owner's annotations are read
			leave(template+"metadata.annotations."+name, n)
		}
	}
	name := d.name
	if len(d.programs) > 1 {
		name = p.key
	}
	of := known{"serviceAccountName": {name, "default"}, "serviceAccount": {name, "default"}, "securityContext.fsGroup": {d.group(r)}}
	for path, values := range ofPod {
		if k.stays() || !ofStaying[path] {
			of[path] = values
		}
	}
	if !k.stays() {
		of["restartPolicy"] = []string{"Never"}
	}
	for _, v := range pod.Get("volumes").Items() {
		if v.Get("emptyDir").OK() { // each volume of another kind is recorded by its name
			volume := ofVolume
			if d.tree.Root.Has(p.field("volumes", volumeName(v))...) {
				volume = known{"name": nil, "emptyDir.sizeLimit": nil, "emptyDir.medium": {"Memory"}}
			}
			volume.walk(v, "", in(template+"spec.volumes[]."))
		}
	}
	container := ofContainerIn(k)
	if d.tree.Root.Has(p.field("security", "root")...) {
		of["securityContext.runAsNonRoot"], container["securityContext.runAsNonRoot"], container["securityContext.capabilities.add"] = nil, nil, nil
	}
	of.walk(pod, "", in(template+"spec."))
	if r.container.Get("readinessProbe", "exec").OK() { // a command has more time
		for _, probe := range []string{"readinessProbe", "livenessProbe"} {
			container[probe+".timeoutSeconds"] = []string{"5"}
		}
	}
	container.walk(r.container, "", in(template+"spec.containers[]."))
}

// annotated reports whether an annotation of a workload is one that the draft covers or that others write.
func annotated(w pipeline.Workload, name string) bool {
	switch name {
	case "email", "argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy", "argocd.argoproj.io/sync-wave":
		return true
	case "argocd.argoproj.io/sync-options":
		return anew(w)
	}
	return strings.HasPrefix(name, "kubectl.kubernetes.io/") || strings.HasPrefix(name, "helm.sh/hook")
}

// ofContainerIn are the fields of a container that the draft covers in a workload of a kind.
func ofContainerIn(k kind) known {
	out := known{}
	for path, values := range ofContainer {
		if k == service || !strings.Contains(path, "Probe.") && !strings.HasPrefix(path, "lifecycle.") {
			out[path] = values
		}
	}
	if k == worker {
		out["lifecycle.preStop.sleep.seconds"], out["lifecycle.preStop.exec.command"] = nil, nil
		for _, path := range []string{"livenessProbe.exec", "livenessProbe.periodSeconds", "livenessProbe.failureThreshold", "livenessProbe.initialDelaySeconds", "livenessProbe.successThreshold"} {
			out[path] = ofContainer[path]
		}
		out["livenessProbe.timeoutSeconds"] = []string{"5"}
		out["startupProbe.exec"], out["startupProbe.periodSeconds"], out["startupProbe.failureThreshold"], out["startupProbe.timeoutSeconds"] = nil, nil, nil, []string{"1", "2"}
	}
	return out
}

// patching says how to keep a field that no spec gives, of a program or of any.
func (d *drafter) patching(p *program) string {
	at, folder := d.custom(p)
	return fmt.Sprintf("write %s: custom: base: true, and a patch into %s/kustomization.yaml, which this gives", at, folder)
}

// custom is where the spec names a folder for the author's own files, of a program or of any, and the folder.
func (d *drafter) custom(p *program) (at, folder string) {
	switch {
	case len(d.programs) <= 1:
		return "deploy", "base/custom"
	case p == nil:
		return "workloads: NAME", "base/NAME/custom"
	}
	return "workloads: " + p.key, "base/" + p.key + "/custom"
}

// group returns the group of the program.
func (d *drafter) group(r run) string {
	if n := r.container.Get("securityContext", "runAsGroup"); n.OK() {
		return n.Text()
	}
	return r.workload.Pod().Get("securityContext", "runAsGroup").Text()
}
