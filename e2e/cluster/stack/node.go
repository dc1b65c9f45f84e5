package stack

// Never is in the digest of an image whose pods start and never become ready.
const Never = "bad0bad0bad0"

// Smoke is the label of pods that a test runs itself.
const Smoke = "app.kubernetes.io/component=smoke-test"

// node has room for whatever the tests start.
const node = `
apiVersion: v1
kind: Node
metadata:
  name: node-1
  labels:
    kubernetes.io/hostname: node-1
    topology.kubernetes.io/zone: zone-1
`

// stages is how kwok plays the kubelet: nodes are ready; pods run, and are ready
// after a second; deleted pods go. Smoke pods wait for the test that runs them, and go
// when it is through with them.
const stages = `
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
---
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
