package stack

import "fmt"

// Never is in the digest of an image whose pods start and never become ready.
const Never = "bad0bad0bad0"

// Slow is in the digest of an image whose jobs take ten seconds.
const Slow = "510510510510"

// Smoke is the label of pods that a test runs itself.
const Smoke = "app.kubernetes.io/component=smoke-test"

// nodes are two with room for whatever the tests start, and nine in three zones that only some pods may use, which have to be
// on a node each.
func nodes() string {
	out := fmt.Sprintf(node, 1) + "---" + fmt.Sprintf(node, 2)
	for i := range 9 {
		out += fmt.Sprintf(`---
apiVersion: v1
kind: Node
metadata:
  name: checkout-%[1]d
  labels:
    kubernetes.io/arch: amd64
    kubernetes.io/hostname: checkout-%[1]d
    topology.kubernetes.io/zone: zone-%[2]d
    pool: checkout
spec:
  taints: [{key: dedicated, value: orders, effect: NoSchedule}]
`, i+1, i%3+1)
	}
	return out
}

const node = `
apiVersion: v1
kind: Node
metadata:
  name: node-%[1]d
  labels:
    kubernetes.io/arch: amd64
    kubernetes.io/hostname: node-%[1]d
    topology.kubernetes.io/zone: zone-%[1]d
`

// stages is how kwok plays the kubelet: nodes are ready; pods run, and are ready
// after a second; deleted pods go. Pods that run to their end do so after a second, or after ten with an image that is
// slow, and fail with one that never becomes ready. Smoke pods wait for the test that runs them, and go
// when it is through with them.
var stages = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: node-ready}
spec:
  resourceRef: {apiGroup: v1, kind: Node}
  selector:
    matchExpressions:
    - {key: '.status.phase', operator: NotIn, values: [Running]}
  next:
    statusTemplate: |
      addresses: [{address: 10.2.0.1, type: InternalIP}]
      allocatable: {cpu: 1k, memory: 1Ti, pods: 10k, ephemeral-storage: 1Ti}
      capacity: {cpu: 1k, memory: 1Ti, pods: 10k, ephemeral-storage: 1Ti}
      conditions:
      - {type: Ready, status: "True", reason: Ready, lastHeartbeatTime: {{ Now | Quote }}, lastTransitionTime: {{ Now | Quote }}}
      phase: Running
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: pod-ready}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: '.metadata.deletionTimestamp', operator: DoesNotExist}
    - {key: '.status.phase', operator: In, values: [Pending]}
    - {key: '.metadata.labels["app.kubernetes.io/component"]', operator: NotIn, values: [smoke-test]}
    - {key: '.spec.restartPolicy', operator: NotIn, values: [Never]}
    - {key: '.spec.containers.[] | select(.image | contains("` + Never + `")) | .name', operator: DoesNotExist}
  delay: {durationMilliseconds: 1000}
  next:
    statusTemplate: |
      conditions:
      {{ range $type := list "Initialized" "ContainersReady" "Ready" }}
      - {type: {{ $type }}, status: "True", lastTransitionTime: {{ Now | Quote }}}
      {{ end }}
      containerStatuses:
      {{ range .spec.containers }}
      - name: {{ .name | Quote }}
        image: {{ .image | Quote }}
        imageID: {{ .image | Quote }}
        ready: true
        started: true
        restartCount: 0
        state: {running: {startedAt: {{ Now | Quote }}}}
      {{ end }}
      {{ $addresses := PodIPsWith .spec.nodeName false .metadata.uid .metadata.name .metadata.namespace }}
      podIP: {{ index $addresses 0 | Quote }}
      podIPs: [{ip: {{ index $addresses 0 | Quote }}}]
      phase: Running
      startTime: {{ Now | Quote }}
` + ended("pod-succeeded", "Succeeded", 0, 1000, "DoesNotExist", Never, "DoesNotExist", Slow) +
	ended("slow-pod-succeeded", "Succeeded", 0, 10_000, "DoesNotExist", Never, "Exists", Slow) +
	ended("pod-failed", "Failed", 1, 1000, "Exists", Never, "DoesNotExist", Slow) + `---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: pod-gone}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: '.metadata.deletionTimestamp', operator: Exists}
    - {key: '.metadata.labels["app.kubernetes.io/component"]', operator: NotIn, values: [smoke-test]}
  next:
    delete: true
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: smoke-pod-gone}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: '.metadata.deletionTimestamp', operator: Exists}
    - {key: '.metadata.labels["app.kubernetes.io/component"]', operator: In, values: [smoke-test]}
    - {key: '.status.phase', operator: In, values: [Succeeded, Failed]}
  next:
    delete: true
`

// ended is the stage of a pod that runs to its end, with an image or without.
func ended(name, phase string, code, milliseconds int, never, neverImage, slow, slowImage string) string {
	return fmt.Sprintf(`---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: %s}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
    - {key: '.metadata.deletionTimestamp', operator: DoesNotExist}
    - {key: '.status.phase', operator: In, values: [Pending]}
    - {key: '.metadata.labels["app.kubernetes.io/component"]', operator: NotIn, values: [smoke-test]}
    - {key: '.spec.restartPolicy', operator: In, values: [Never]}
    - {key: '.spec.containers.[] | select(.image | contains("%s")) | .name', operator: %s}
    - {key: '.spec.containers.[] | select(.image | contains("%s")) | .name', operator: %s}
  delay: {durationMilliseconds: %d}
  next:
    statusTemplate: |
      containerStatuses:
      {{ range .spec.containers }}
      - name: {{ .name | Quote }}
        image: {{ .image | Quote }}
        imageID: {{ .image | Quote }}
        ready: false
        restartCount: 0
        state: {terminated: {exitCode: %d, startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }}}}
      {{ end }}
      phase: %s
      startTime: {{ Now | Quote }}
`, name, neverImage, never, slowImage, slow, milliseconds, code, phase)
}
