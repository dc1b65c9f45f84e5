package frompipeline

import (
	"fmt"
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
	"minReadySeconds": {"5"}, "strategy.type": {"RollingUpdate"}, "strategy.rollingUpdate.maxSurge": {"1"}, "strategy.rollingUpdate.maxUnavailable": {"0"},
}

var ofPod = known{
	"containers": nil, "initContainers": nil, "imagePullSecrets": nil, "volumes": nil,
	"automountServiceAccountToken": {"false"}, "enableServiceLinks": {"false"}, "terminationGracePeriodSeconds": {"45"},
	"restartPolicy": {"Always"}, "dnsPolicy": {"ClusterFirst"}, "schedulerName": {"default-scheduler"},
	"hostNetwork": {"false"}, "hostPID": {"false"}, "hostIPC": {"false"},
	"securityContext.runAsUser": nil, "securityContext.runAsGroup": nil, "securityContext.runAsNonRoot": {"true"},
	"securityContext.fsGroupChangePolicy": {"OnRootMismatch"}, "securityContext.seccompProfile.type": {"RuntimeDefault"},
	"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight":                        {"100"},
	"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.topologyKey":   {"kubernetes.io/hostname"},
	"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.labelSelector": nil,
	"topologySpreadConstraints[].maxSkew": {"1"}, "topologySpreadConstraints[].topologyKey": {"topology.kubernetes.io/zone"},
	"topologySpreadConstraints[].whenUnsatisfiable": {"ScheduleAnyway"}, "topologySpreadConstraints[].labelSelector": nil,
	"topologySpreadConstraints[].matchLabelKeys[]": {"pod-template-hash"},
}

var ofVolume = known{"name": nil, "emptyDir.sizeLimit": {"64Mi"}}

var ofContainer = known{
	"name": nil, "image": nil, "imagePullPolicy": nil, "env": nil, "envFrom": nil, "command": nil, "args": nil, "volumeMounts": nil,
	"ports[].name": nil, "ports[].containerPort": nil, "ports[].protocol": {"TCP"},
	"resources.requests.cpu": nil, "resources.requests.memory": nil, "resources.requests.ephemeral-storage": nil,
	"resources.limits.cpu": nil, "resources.limits.memory": nil, "resources.limits.ephemeral-storage": nil,
	"readinessProbe.httpGet.path": nil, "readinessProbe.httpGet.port": nil, "readinessProbe.httpGet.scheme": {"HTTP"}, "readinessProbe.exec": nil, "readinessProbe.grpc": nil,
	"readinessProbe.initialDelaySeconds": {"0"}, "readinessProbe.periodSeconds": {"5"}, "readinessProbe.timeoutSeconds": {"3"}, "readinessProbe.failureThreshold": {"3"}, "readinessProbe.successThreshold": {"1"},
	"livenessProbe.httpGet.path": nil, "livenessProbe.httpGet.port": nil, "livenessProbe.httpGet.scheme": {"HTTP"}, "livenessProbe.exec": nil, "livenessProbe.grpc": nil, "livenessProbe.tcpSocket": nil,
	"livenessProbe.initialDelaySeconds": {"0"}, "livenessProbe.periodSeconds": {"10"}, "livenessProbe.timeoutSeconds": {"3"}, "livenessProbe.failureThreshold": {"3"}, "livenessProbe.successThreshold": {"1"},
	"startupProbe.httpGet.path": nil, "startupProbe.httpGet.port": nil, "startupProbe.httpGet.scheme": {"HTTP"}, "startupProbe.tcpSocket": nil,
	"startupProbe.initialDelaySeconds": nil, "startupProbe.periodSeconds": nil, "startupProbe.failureThreshold": nil, "startupProbe.timeoutSeconds": {"1", "2"}, "startupProbe.successThreshold": {"1"},
	"lifecycle.preStop.sleep.seconds": {"5"},
	"securityContext.runAsUser":       nil, "securityContext.runAsGroup": nil, "securityContext.runAsNonRoot": {"true"},
	"securityContext.privileged": {"false"}, "securityContext.allowPrivilegeEscalation": {"false"}, "securityContext.readOnlyRootFilesystem": {"true"},
	"securityContext.capabilities.drop": nil, "securityContext.seccompProfile.type": {"RuntimeDefault"},
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

// fields records what the workload of a deployment says and the draft does not. What several deployments take from one
// file is recorded once.
func (d *drafter) fields(p *deployment, seen map[string]bool) {
	w := p.workload
	leave := func(path string, n pipeline.Node) {
		value := valueOf(n)
		if key := fmt.Sprint(sourceLine(n.At()), path, value); !seen[key] {
			seen[key] = true
			d.leave(n.At(), patching, "the field %s%s of %s", path, value, w.Label())
		}
	}
	in := func(prefix string) func(string, pipeline.Node) {
		return func(path string, n pipeline.Node) { leave(prefix+path, n) }
	}
	if w.Kind != "Deployment" {
		leave("kind", w.Get("kind"))
	}
	ofDeployment.walk(w.Get("spec"), "", in("spec."))
	pod := w.Pod()
	for name, n := range w.Template.Get("metadata", "annotations").Pairs() {
		if name != "email" || n.Text() != w.Get("metadata", "annotations", name).Text() { // the owner's annotations are read
			leave("spec.template.metadata.annotations."+name, n)
		}
	}
	of := known{"serviceAccountName": {d.name, "default"}, "serviceAccount": {d.name, "default"}, "securityContext.fsGroup": {d.group(p)}}
	for path, values := range ofPod {
		of[path] = values
	}
	for _, v := range pod.Get("volumes").Items() {
		if v.Get("emptyDir").OK() { // each volume of another kind is recorded by its name
			ofVolume.walk(v, "", in("spec.template.spec.volumes[]."))
		}
	}
	of.walk(pod, "", in("spec.template.spec."))
	ofContainer.walk(p.container, "", in("spec.template.spec.containers[]."))
}

// patching says how to keep a field that no spec gives.
const patching = "write deploy: custom: base: true, and a patch into base/custom/kustomization.yaml, which this gives"

// group returns the group of the program.
func (d *drafter) group(p *deployment) string {
	if n := p.container.Get("securityContext", "runAsGroup"); n.OK() {
		return n.Text()
	}
	return p.workload.Pod().Get("securityContext", "runAsGroup").Text()
}
