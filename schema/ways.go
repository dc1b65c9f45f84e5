package schema

import (
	"strings"
	"sync"

	"cuelang.org/go/cue"
)

// way is where something goes that Kubernetes, GitHub Actions or Argo CD have a field for, and the spec has not.
type way struct {
	// in are the definitions whose structs people write it in, words what they call it. Case, hyphens, underscores and a
	// plural s make no difference.
	in, words string
	// says is the way round, and example what to write. doc is the section of a document that says more.
	says, example, doc string
}

const (
	ownFiles  = "extending.md#your-own-kustomize-files"
	jsonPatch = "extending.md#json-patches"
	ownJobs   = "extending.md#jobs"
	ownSteps  = "extending.md#steps-in-pipegens-jobs"
	whatRuns  = "workloads.md#what-runs"
	// How a pod is asked and replaced, where it runs, what it finds by name, and as whom it runs.
	whereRun, namesFound, accounts = "pods.md#where-pods-run", "pods.md#names", "pods.md#accounts"
	howAsked, howReplaced          = "pods.md#how-a-program-is-asked", "pods.md#how-pods-are-replaced"
	containersBefore               = "pods.md#containers-before-the-program-and-beside-it"

	secretsOfCluster = "secrets.md#secrets-of-the-cluster"
	mountedSecrets   = "secrets.md#mounted-by-the-csi-driver"
	byProvider       = `secrets: "shop-database": csi: {provider: "azure", parameters: {keyvaultName: "shop", tenantId: "3f1c0c1e-6a7b-4f6e-9d53-0c2b7a1e4d55"}, keys: url: from: "shop-database-url"}`

	checkedOut = "runs.md#what-is-checked-out"

	stepByStep, inSteps = "progressive.md", `deploy: {port: 8080, probes: readiness: "/ready", replicas: 10, rollout: canary: steps: [{weight: 10, hold: "5m"}]}`
	overWeeks           = `prometheus: address: "http://prometheus.monitoring.svc:9090", deploy: {port: 8080, probes: readiness: "/ready"}, criteria: up: {statement: "Most requests succeed.", available: atLeast: 99.5}`
	judged, judgedByIt  = "progressive.md#judged-by-its-requests", `prometheus: address: "http://prometheus.monitoring.svc:9090", deploy: {port: 8080, probes: readiness: "/ready", rollout: blueGreen: {}}, criteria: failing: {statement: "Few requests fail.", errors: below: 1}`
	keeps, keepsData    = "workloads.md#what-keeps-its-data", `deploy: {port: 8080, probes: readiness: "/ready", stateful: {}, volumes: data: {path: "/data", claim: size: "10Gi"}}`

	ownArgoCD       = "environments.md#an-argo-cd-in-each-cluster"
	ownArgoCDs      = `clusters: eu: argocd: {address: "https://argocd.eu.example.org", repository: "git@github.com:example/deployments.git"}`
	fleetDocs       = "environments.md#clusters-found-by-their-labels"
	fleetOfClusters = `clusters: fleet: {labels: {tier: "production"}, atLeast: 3}, environments: production: {namespace: "shop", cluster: "fleet"}`
	severalClusters = "environments.md#one-environment-in-several-clusters"
	eachCluster     = `clusters: {eu: name: "eu-prod", us: name: "us-prod"}, environments: {"production-eu": {namespace: "shop", cluster: "eu"}, "production-us": {namespace: "shop", cluster: "us", after: "production-eu"}}`

	oneEach    = "tests and jobs of your own have a matrix"
	eachItsJob = `workflow: extraJobs: lint: {matrix: NODE: ["22", "24"], steps: [{name: "Lint", run: "make lint"}]}`
)

// ways is the table: one row for each answer.
var ways = []way{
	{"Pipeline Workload Environment", "ingress httpRoute gateway virtualService host domain tls loadBalancer",
		"the way in is in route", `deploy: route: {hosts: ["shop.example.org"], gateway: {name: "public", namespace: "gateways", listener: "https"}}`, "traffic.md#a-way-in"},
	{"Environment", "registry repository", "where pods pull from is said of the image", `environments: production: image: {registry: "quay.io", name: "example/shop"}`, "registries.md#a-registry-for-an-environment"},
	{"Pipeline", "route",
		"the way in is in the workload", `deploy: route: {hosts: ["shop.example.org"], gateway: {name: "public", namespace: "gateways", listener: "https"}}`, "traffic.md#a-way-in"},
	{"Route Ingress", "ingressClassName className", "the class is in ingress", `deploy: route: {hosts: ["shop.example.org"], ingress: class: "traefik"}`, "traffic.md#an-ingress"},
	{"Route RouteDifference", "hostname", "the names are in hosts", `deploy: route: {hosts: ["shop.example.org"], ingress: {}}`, "traffic.md#a-way-in"},
	{"Route", "annotation", "an Ingress and a load balancer have annotations", `deploy: route: {hosts: ["shop.example.org"], ingress: annotations: "example.org/limit": "10"}`, "traffic.md#an-ingress"},
	{"Gateway", "sectionName", "it is called listener", `deploy: route: {hosts: ["shop.example.org"], gateway: {name: "public", listener: "https"}}`, "traffic.md#a-gateway"},
	{"Pipeline Workload Environment", "hpa autoscaling autoscaler autoscale horizontalPodAutoscaler scaling minReplicas maxReplicas",
		"a number of pods that follows the load is in scale", `deploy: scale: {min: 2, max: 10, cpu: 70}`, "traffic.md#how-many-pods-run"},
	{"Scale ScaleDifference", "minReplicas maxReplicas", "the bounds are min and max", `deploy: scale: {min: 2, max: 10, cpu: 70}`, "traffic.md#how-many-pods-run"},
	{"Scale", "behavior", "it is written behaviour", `deploy: scale: {min: 2, max: 10, cpu: 70, behaviour: down: wait: "600s"}`, "traffic.md#how-fast"},
	{"Pipeline Workload Environment", "keda scaledObject",
		"what KEDA asks is in scale", `deploy: scale: {min: 1, max: 10, keda: [{type: "cron", metadata: {timezone: "Etc/UTC", start: "0 8 * * *", end: "0 18 * * *", desiredReplicas: "5"}}]}`, "traffic.md#by-keda"},
	{"Pipeline Workload", "pvc persistence persistentVolume persistentVolumeClaim storage",
		"storage that outlives the pods is a claim of a volume", `deploy: {replicas: 1, volumes: db: {path: "/var/lib/db", claim: size: "10Gi"}}`, "reads.md#folders"},
	{"Volume", "persistentVolumeClaim pvc storage claimName", "storage that outlives the pods is a claim", `deploy: {replicas: 1, volumes: db: {path: "/var/lib/db", claim: size: "10Gi"}}`, "reads.md#folders"},
	{"Volume", "emptyDir sizeLimit medium", "an empty folder has a size, and memory: true where it is in memory", `deploy: volumes: cache: {path: "/cache", size: "64Mi", memory: true}`, "reads.md#folders"},
	{"Claim", "storage accessMode storageClassName", "a claim has a size, a storageClass and an access", `deploy: volumes: db: {path: "/db", claim: {size: "1Gi", storageClass: "fast", access: "ReadWriteMany"}}`, "reads.md#folders"},
	{"Pipeline Workload", "statefulSet volumeClaimTemplate headless headlessService",
		"a workload whose pods keep their names and have claims of their own is stateful", keepsData, keeps},
	{"Workload", "podManagementPolicy serviceName persistentVolumeClaimRetentionPolicy", "what its pods keep is in stateful", keepsData, keeps},
	{"Stateful", "podManagementPolicy parallel", "pods start together, or one after the other with ordered", `deploy: stateful: ordered: true`, keeps},
	{"Stateful", "claim volume volumeClaimTemplate storage size", "a claim of each pod is that of a volume", keepsData, keeps},
	{"Stateful", "persistentVolumeClaimRetentionPolicy retention retain", "what becomes of the claims is in whenScaled and whenDeleted", `deploy: stateful: whenDeleted: "delete"`, keeps},
	{"Stateful Rollout", "partition updateStrategy onDelete",
		"a deploy replaces every pod, one after the other: with a partition or OnDelete Argo CD calls a deploy healthy that has replaced none", `deploy: rollout: minReady: "10s"`, keeps},
	{"Pipeline Workload Environment", "configMapGenerator config configFile",
		"variables are in env, and texts that the program reads as files in files; a ConfigMap follows from those", `deploy: {env: LOG_LEVEL: "info", files: "/etc/shop/app.yaml": content: "theme: dark"}`, "reads.md#files"},
	{"Pipeline", "configMap", "what the program reads is in deploy", `deploy: configMaps: REGION: {name: "cluster-facts", key: "region"}`, "reads.md#variables"},
	{"Workload", "mount subPath", "what the program finds at a path is in files and volumes", `deploy: files: "/etc/tls/ca.crt": secret: {name: "ca", key: "ca.crt"}`, "reads.md#files"},
	{"Workload", "prometheus", "the Prometheus that has the figures of requests is in prometheus", judgedByIt, judged},
	{"Pipeline Workload", "metric monitoring serviceMonitor podMonitor",
		"write the ServiceMonitor as a file of your own", `deploy: custom: {base: true, kinds: ["monitoring.coreos.com/ServiceMonitor"]}`, ownFiles},
	{"Pipeline Workload Environment", "canary blueGreen",
		"how a new version gets its requests is in rollout", inSteps, stepByStep},
	{"Rollout Environment Difference", "step weight setWeight traffic trafficRouting", "the steps of a canary are in canary", inSteps, stepByStep},
	{"Canary CanaryStep", "setWeight duration", "a step has a weight and a hold", inSteps, stepByStep},
	{"BlueGreen", "scaleDownDelaySeconds previewService activeService autoPromotionEnabled", "how long the old pods stay is keep; the Services follow from the name", `deploy: rollout: blueGreen: keep: "10m"`, stepByStep},
	{"Pipeline Workload Environment Rollout Canary BlueGreen", "analysis analysisTemplate",
		"a new version is judged by the criteria errors and latency", judgedByIt, judged},
	{"Pipeline Workload Environment ArgoCD GitOps", "helm helmChart chart value valueFile",
		"a chart that you have is in own, with the values by which it gets the image", `workloads: shop: own: helm: {chart: "charts/shop", image: {repository: "image.repository", tag: "image.tag"}}`, "own-manifests.md#a-helm-chart"},
	{"Pipeline Workload Environment", "schedulerName trafficDistribution",
		"change the generated object, by a JSON patch or by a patch in a folder of your own", `patches: [{file: "shop/base/deployment.yaml", reason: "The cluster has a scheduler for batches.", ops: [{op: "add", path: "/spec/template/spec/schedulerName", value: "batches"}]}]`, jsonPatch},
	{"Pipeline", "placement",
		"where pods run is in the workload, and differs in environments.….placement", `deploy: placement: {nodes: disk: "fast", spread: "require"}`, whereRun},
	{"Pipeline Workload Environment Difference", "nodeSelector node toleration taint affinity topologySpreadConstraint spread priorityClass priorityClassName runtimeClass runtimeClassName",
		"where pods run is in placement", `deploy: placement: {nodes: disk: "fast", spread: "require"}`, whereRun},
	{"Pipeline Environment", "annotation label",
		"labels and annotations of the pods are in labels and annotations", `deploy: annotations: "example.org/runbook": "https://runbooks.example.org/shop"`, whereRun},
	{"Pipeline Workload Environment", "podAnnotation podLabel",
		"labels and annotations of the pods are in labels and annotations", `deploy: annotations: "example.org/runbook": "https://runbooks.example.org/shop"`, whereRun},
	{"Pipeline Workload Environment", "dnsPolicy dnsConfig hostAlias ndot nameserver",
		"how pods look names up is in dns and hostAliases", `deploy: dns: options: ndots: "2"`, namesFound},
	{"Pipeline Environment", "rollout",
		"how pods are replaced is in rollout", `deploy: rollout: {surge: 2, grace: "60s"}`, howReplaced},
	{"Pipeline Workload Environment Difference", "strategy rollingUpdate surge maxSurge unavailable maxUnavailable minReady minReadySecond revisionHistoryLimit terminationGracePeriodSecond gracePeriod grace lifecycle preStop pause",
		"how pods are replaced is in rollout", `deploy: rollout: {surge: 2, grace: "60s"}`, howReplaced},
	{"Probes", "tcpSocket httpGet command",
		"the program is asked over HTTP by readiness, or by tcp, exec or grpc", `workloads: shop: {port: 50051, probes: grpc: service: "orders.v1.Orders"}`, howAsked},
	{"Pipeline Workload", "initContainer sidecar container extraContainer",
		"containers before the program and beside it are in init; what must have ended before a deploy is a workload with job", `deploy: init: proxy: {external: "registry.example.org/proxy:2.21.1@sha256:d94d07ba9e7d6de898b6d96c1a072f6f8266c687af78a74f380087a0addf5d17", sidecar: {}}`, containersBefore},
	{"Container", "restartPolicy", "what goes on beside the program is a sidecar", `deploy: init: renew: {command: ["app", "renew"], sidecar: {}}`, containersBefore},
	{"Container", "volumeMount volume mountPath", "the volumes of the program are in mounts, by their names", `deploy: {volumes: plugins: {path: "/plugins", size: "64Mi"}, init: fetch: {command: ["app", "fetch"], mounts: plugins: {}}}`, containersBefore},
	{"Container", "port containerPort readinessProbe livenessProbe startupProbe probe", "a sidecar is asked as its probes say", `deploy: init: renew: {command: ["app", "renew"], sidecar: probes: {readiness: "/ready", port: 9801}}`, containersBefore},
	{"Container", "securityContext user runAsUser", "who it runs as is in runAs", `deploy: init: renew: {command: ["app", "renew"], runAs: user: 65532}`, containersBefore},
	{"Pipeline Workload", "volumeMount",
		"folders are in volumes; anything else is a JSON patch of the Deployment", `deploy: volumes: data: {path: "/data", size: "512Mi"}`, jsonPatch},
	{"Workload", "valueFrom secretKeyRef configMapKeyRef configMapRef secretRef fieldRef resourceFieldRef downwardAPI",
		"variables have their values from env, secrets, configMaps, fields and envFrom", `deploy: {fields: POD_IP: "status.podIP", envFrom: [{secret: "shop-env"}]}`, "reads.md#variables"},
	{"EnvFrom", "secretRef", "it is called secret", `deploy: envFrom: [{secret: "shop-env"}]`, "reads.md#variables"},
	{"EnvFrom", "configMapRef", "it is called configMap", `deploy: envFrom: [{configMap: "flags"}]`, "reads.md#variables"},
	{"Pipeline", "envFrom", "what the program reads is in deploy", `deploy: envFrom: [{secret: "shop-env"}]`, "reads.md#variables"},
	{"Pipeline Workload Environment", "serviceAccountName serviceAccountAnnotation irsa workloadIdentity automountServiceAccountToken serviceAccountToken",
		"each workload has a ServiceAccount of its own, and serviceAccount says what it is", `deploy: serviceAccount: annotations: "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/shop"`, accounts},
	{"Pipeline Environment", "serviceAccount",
		"each workload has a ServiceAccount of its own, and serviceAccount says what it is", `deploy: serviceAccount: annotations: "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/shop"`, accounts},
	{"Pipeline Workload Environment", "rbac role roleBinding",
		"what the account of a workload may do in the API of Kubernetes is in serviceAccount.may", `deploy: serviceAccount: may: [{verbs: ["get", "list", "watch"], resources: ["configmaps"]}]`, accounts},
	{"Pipeline Workload Environment Container", "capability capabilities readOnlyRootFilesystem seccompProfile seccomp allowPrivilegeEscalation privileged runAsRoot root",
		"what a program may do on its node beyond what every pod may is in security", `deploy: {port: 8080, security: writableRoot: true}, accept: [{rule: "K10", object: "Deployment/shop", because: "It writes beside its code until June."}]`, "pods.md#rights-on-the-node"},
	{"Environment", "security", "it is the same in every environment, and in the workload", `deploy: security: writableRoot: true`, "pods.md#rights-on-the-node"},
	{"ServiceAccount", "rbac role roleBinding rule rights permission can",
		"what the program may do in the API of Kubernetes is in may", `deploy: serviceAccount: may: [{verbs: ["get", "list", "watch"], resources: ["configmaps"]}]`, accounts},
	{"ServiceAccount", "clusterRole clusterRoleBinding",
		"rights in all namespaces are given by whoever runs the cluster; those of its own namespace are in may", `deploy: serviceAccount: may: [{verbs: ["get", "list", "watch"], resources: ["configmaps"]}]`, accounts},
	{"Right", "resourceName", "the names of objects are in names", `deploy: serviceAccount: may: [{verbs: ["get", "update"], resources: ["leases"], names: ["shop-leader"]}]`, accounts},
	{"Right", "group", "the groups of resources are in apiGroups; those of Kubernetes' own may be left out", `deploy: serviceAccount: may: [{verbs: ["get"], resources: ["certificates"], apiGroups: ["cert-manager.io"]}]`, accounts},
	{"Pipeline Workload", "networkPolicy",
		"the NetworkPolicy follows from who calls whom and from the ports outside", `deploy: egress: [443, 5432]`, "workloads.md#who-may-call-whom"},
	{"Pipeline Workload Environment", "pdb podDisruptionBudget",
		"a service with two pods or more has one; another is a JSON patch of it", `patches: [{file: "shop/base/poddisruptionbudget.yaml", reason: "Two may go at a time.", ops: [{op: "replace", path: "/spec/maxUnavailable", value: 2}]}]`, jsonPatch},
	{"Pipeline Workload", "service database postgres mysql redis",
		"what programs and tests use is a dependency, and they name it in uses", `dependencies: postgres: port: 5432, deploy: uses: ["postgres"]`, "dependencies.md"},
	{"Pipeline", "cron cronJob job worker migration app application microservice",
		"what runs beside the service is a workload", `workloads: cleanup: {cron: {schedule: "0 3 * * *", timeout: "30m"}, command: ["app", "clean"]}`, whatRuns},
	{"Workload", "schedule cronJob",
		"the times of a cron job are in cron", `workloads: cleanup: {cron: {schedule: "0 3 * * *", timeout: "30m"}, command: ["app", "clean"]}`, whatRuns},
	{"Pipeline", "env variable port probe replica resource command",
		"what the program gets and needs is in deploy", `deploy: {env: LOG_LEVEL: "info", secrets: API_KEY: {name: "keys", key: "api"}}`, "spec.md#deploy"},
	{"Pipeline", "namespace", "the namespace is the environment's", `environments: production: namespace: "shop"`, "spec.md#environmentsname"},
	{"Workload", "containerPort targetPort", "the port on which the program listens is in port", `deploy: port: 8080`, "spec.md#deploy"},
	{"Workload", "livenessProbe readinessProbe startupProbe healthCheck health liveness readiness",
		"the paths that the cluster asks are in probes", `deploy: probes: {readiness: "/ready", liveness: "/live"}`, "spec.md#deploy"},
	{"Workload", "cpu memory request limit", "what a pod asks for and may use is in resources", `deploy: resources: limits: {cpu: "1", memory: "256Mi"}`, "spec.md#deployresources"},
	{"Workload", "securityContext podSecurityContext user runAsUser", "the user and group of the image are in runAs", `deploy: runAs: {user: 10001, group: 10001}`, "spec.md#deploy"},
	{"Workload", "imagePullPolicy", "it is called pullPolicy", `deploy: pullPolicy: "IfNotPresent"`, "spec.md#deploy"},
	{"Workload Pipeline", "imagePullSecret", "the Secret is the image's", `image: {private: true, pullSecret: "ghcr-pull"}`, "spec.md#image"},
	{"Environment", "probe port", "it is the same in every environment, and in deploy", `deploy: port: 8080`, "spec.md#deploy"},
	{"Pipeline Workload Environment", "externalSecret sealedSecret secretStore vault sealed",
		"Secrets that a deploy brings along are in secrets", `secrets: "shop-database": external: {store: "vault", keys: url: {from: "shop/database", property: "url"}}`, secretsOfCluster},
	{"ClusterSecret", "name key variable", "variables of a program name the Secret and its key in deploy", `deploy: secrets: DATABASE_URL: {name: "shop-database", key: "url"}`, secretsOfCluster},
	{"ClusterSecret", "store clusterStore from all refresh", "where the values are is in external", `secrets: "shop-database": external: {store: "vault", keys: url: {from: "shop/database", property: "url"}}`, secretsOfCluster},
	{"ClusterSecret", "data stringData value encryptedData", "a spec holds no value of a secret, and an encrypted one is in its file", `secrets: "shop-mail": sealed: true`, secretsOfCluster},
	{"ClusterSecret", "ksop encrypted sopsSecret", "what Argo CD decrypts by KSOPS is in sops, and its file is in the overlay of each environment", `secrets: "shop-mail": sops: true`, "secrets.md#encrypted-with-sops"},
	{"Pipeline Workload Environment ClusterSecret", "secretProviderClass secretsStore keyVault csiDriver provider nodePublishSecretRef", "what the Secrets Store CSI driver mounts is in csi of a Secret, and the pods that read it get the volume", byProvider, mountedSecrets},
	{"MountedSecret", "object secretObject array", "what the provider is asked for is in keys", byProvider, mountedSecrets},
	{"MountedSecret", "keyvaultName tenantId clientID region roleName vaultAddress auth usePodIdentity", "what the provider itself reads is in parameters", byProvider, mountedSecrets},
	{"MountedSecret", "nodePublishSecretRef secretRef credential", "the Secret with which the provider logs in is in login", byProvider, mountedSecrets},
	{"MountedSecret", "mountPath path rotation refresh refreshInterval interval", "pods find it at /mnt/secrets-store/NAME, and how often the driver asks is an option of the driver", byProvider, mountedSecrets},
	{"ExternalSecret SecretDifference", "refreshInterval interval", "it is called refresh", `secrets: "shop-database": external: {store: "vault", all: "shop/database", refresh: "15m"}`, secretsOfCluster},
	{"ExternalSecret SecretDifference", "secretStoreRef secretStore clusterSecretStore kind", "a SecretStore is in store, a ClusterSecretStore in clusterStore", `secrets: "shop-database": external: {clusterStore: "vault", all: "shop/database"}`, secretsOfCluster},
	{"ExternalSecret SecretDifference", "data secretKey", "each key of the Secret is in keys", `secrets: "shop-database": external: {store: "vault", keys: url: {from: "shop/database", property: "url"}}`, secretsOfCluster},
	{"ExternalSecret SecretDifference", "dataFrom extract find", "an entry each of whose properties becomes a key is in all", `secrets: "shop-database": external: {store: "vault", all: "shop/database"}`, secretsOfCluster},
	{"MountedEntry", "objectType kind", "what the entry is, is in type", byProvider, mountedSecrets},
	{"StoreEntry MountedEntry", "key remoteRef entry path objectName resourceName secretPath", "the entry of the store is in from", `secrets: "shop-database": external: {store: "vault", keys: url: {from: "shop/database", property: "url"}}`, secretsOfCluster},
	{"Environment", "server destination", "an environment names its cluster, which clusters describes", `clusters: eu: server: "https://eu.example.org"`, "environments.md#several-clusters"},
	{"Site SiteDifference", "image secret configMap volume rollout schedule custom sync project notify approval write", "that is the environment's in all of its clusters: one that differs in it is an environment of its own", eachCluster, "environments.md#a-cluster-that-differs"},
	{"Site", "after wave order soak gate on", "no cluster of an environment waits for another, but environments do", eachCluster, severalClusters},
	{"Site", "argocd", "the Argo CD of a cluster is in clusters", ownArgoCDs, ownArgoCD},
	{"Cluster", "namespace repository repoURL", "where its own Argo CD answers, and what it reads, is in argocd", ownArgoCDs, ownArgoCD},
	{"Cluster", "selector matchLabels tags", "the labels of the clusters' Secrets in Argo CD are in labels", fleetOfClusters, fleetDocs},
	{"Cluster", "matchExpressions expressions", "clusters are found by labels that are equal: give those that are meant one label more", fleetOfClusters, fleetDocs},
	{"Cluster", "minimum least count replicas min", "how many clusters there must be is in atLeast", fleetOfClusters, fleetDocs},
	{"Environment", "matchLabels clusterSelector fleet", "clusters that are found by their labels are in clusters, and an environment names them", fleetOfClusters, fleetDocs},
	{"ClusterArgoCD", "server url repoURL gitops", "where it answers is in address, and how it reads the GitOps repository in repository", ownArgoCDs, ownArgoCD},
	{"ClusterArgoCD", "version webhook project sync notify viewers operators signers applicationSet syncWindows reconciliation", "the Argo CDs of all clusters have what argocd says", `argocd: version: "3.5"`, ownArgoCD},
	{"Environment", "branch tag release trigger releaseTag promote promotion", "what starts its deploys is in on", `environments: {staging: {namespace: "shop-staging", on: branch: "main"}, production: {namespace: "shop", on: tag: "v*"}}`, "environments.md"},
	{"On", "manual dispatch workflowDispatch person", "what a person starts is on: hand", `environments: {staging: namespace: "shop-staging", production: {namespace: "shop", on: hand: true}}`, "environments.md"},
	{"Environment", "reviewer approver manual protection", "reviewers are set in GitHub, for the environment that waits for them", `environments: production: {namespace: "shop", approval: true}`, "spec.md#environmentsname"},
	{"Environment Pipeline ArgoCD Sync", "syncPolicy syncOption autoSync automatedSync automation", "how Argo CD syncs is in argocd.sync", `argocd: sync: {automated: true, prune: true, selfHeal: true}`, "spec.md#argocdsync"},
	{"ArgoCD", "automated prune selfHeal createNamespace", "how Argo CD syncs is in argocd.sync", `argocd: sync: {automated: true, prune: true, selfHeal: true}`, "spec.md#argocdsync"},
	{"Pipeline ArgoCD Sync Environment", "ignoreDifference retry finalizer info allowEmpty",
		"change the Application by a JSON patch", `patches: [{file: "argocd/applications/shop-production.yaml", reason: "Another controller writes it.", ops: [{op: "add", path: "/spec/ignoreDifferences", value: [{group: "apps", kind: "Deployment", jsonPointers: ["/spec/replicas"]}]}]}]`, jsonPatch},
	{"ArgoCD Environment Pipeline Workflow", "notification subscription", "whom Argo CD notifies of deploys is in argocd.notify, or in notify of an environment", `argocd: notify: slack: ["deploys"]`, "environments.md#notifications"},
	{"ArgoCD", "annotation label",
		"change the Application by a JSON patch", `patches: [{file: "argocd/applications/shop-production.yaml", reason: "Our dashboard groups by it.", ops: [{op: "add", path: "/metadata/annotations/example.org~1tier", value: "gold"}]}]`, jsonPatch},
	{"ArgoCD", "generator git gitGenerator files folder directory", "an ApplicationSet that reads a file for each environment from git is in applicationSet", `argocd: applicationSet: "files"`, "environments.md#an-environment-by-a-commit-alone"},
	{"ArgoCD", "destination cluster", "the cluster is in server, and others are in clusters", `clusters: eu: name: "eu-prod"`, "environments.md#several-clusters"},
	{"Cluster", "url address host api apiServer", "the address of its API server is in server", `clusters: eu: server: "https://eu.example.org"`, "environments.md#several-clusters"},
	{"GitOps Credential", "sign gpg gpgKey signature signCommits", "GitHub signs the commits of CI with signed", `gitops: signed: true`, "decisions.md#signed-commits"},
	{"ArgoCD", "syncer oncall", "it is called operators", `argocd: operators: ["example:on-call"]`, "environments.md#synced-by-hand"},
	{"ArgoCD", "role rbac group permission", "who may see the application and its logs is in viewers, and who may start syncs in operators", `argocd: viewers: ["example:team"]`, "spec.md#argocd"},
	{"Pipeline", "notify slack alert", "whom Argo CD notifies of deploys is in argocd.notify, and who is told of runs that fail in workflow.notify", `argocd: notify: slack: ["deploys"]`, "environments.md#notifications"},
	{"Workflow", "slack alert", "who is told of runs that fail is in notify", `workflow: notify: secret: "SLACK_WEBHOOK_URL"`, "environments.md#runs-that-fail"},
	{"Pipeline Workflow Test", "path pathsIgnore pathFilter filter changes",
		"the files that start the pipeline are in source.paths", `source: paths: ["api", "go.mod"]`, "runs.md#the-files-that-count"},
	{"Source", "pathsIgnore ignore exclude filter", "what is not in paths starts nothing", `source: paths: ["api", "go.mod"]`, "runs.md#the-files-that-count"},
	{"Source Pipeline Workflow Test Image", "depth fetchDepth fetchTags",
		"all of the history and the git tags are in history", `source: history: true`, checkedOut},
	{"Pipeline Workflow Test Image ExtraJob", "submodule lfs", "what is checked out is in source", `source: submodules: true`, checkedOut},
	{"Pipeline Workflow", "on trigger event workflowDispatch",
		"a push to the branch, a pull request and the merge queue start the workflow, and source says which branch or tags release", `source: {repository: "example/shop", branch: "main"}`, "spec.md#source"},
	{"Pipeline Workflow", "schedule nightly cronSchedule",
		"tests say when they run as well, and a program that runs at a time is a workload with cron", `test: schedule: "0 3 * * *"`, "runs.md#tests-at-a-time"},
	{"Test", "golang", "tests of a Go module are in go", `test: go: {}`, "tests.md#go"},
	{"Test", "javascript typescript npm pnpm yarn bun jest vitest", "tests of JavaScript and TypeScript are in node", `test: node: {}`, "tests.md#nodejs"},
	{"Test", "maven gradle kotlin spring junit", "tests that Maven or Gradle runs are in java", `test: java: {}`, "tests.md#java"},
	{"Test", "cargo", "tests that Cargo runs are in rust", `test: rust: {}`, "tests.md#rust"},
	{"Test", "csharp fsharp nuget", "tests of .NET are in dotnet", `test: dotnet: {}`, "tests.md#net"},
	{"Test", "composer phpunit laravel", "tests of PHP are in php", `test: php: {}`, "tests.md#php"},
	{"Test", "rails rspec bundler", "tests of Ruby are in ruby", `test: ruby: {}`, "tests.md#ruby"},
	{"Test", "pytest pip poetry uv django", "tests that pytest runs are in python", `test: python: {version: "3.13", packageManager: "uv", package: "app"}`, "tests.md#python"},
	{"Test", "cron nightly", "it is called schedule", `test: schedule: "0 3 * * *"`, "runs.md#tests-at-a-time"},
	{"Pipeline", "dispatch repositoryDispatch", "events of other programs are in workflow", `workflow: dispatch: {"base-image": "release"}`, "runs.md#events-of-other-programs"},
	{"Workflow", "repositoryDispatch", "it is called dispatch", `workflow: dispatch: {"base-image": "release"}`, "runs.md#events-of-other-programs"},
	{"Pipeline Workflow Additions", "permission", "each job has the rights that it needs; tests, images and jobs of your own name theirs", `workflow: extraJobs: lint: {permissions: checks: "write", steps: [{name: "Lint", run: "make lint"}]}`, ownJobs},
	{"ExtraJob", "output", "a step says which outputs it sets", `workflow: extraJobs: plan: steps: [{name: "Plan", run: "make plan", sets: ["changed"]}]`, "extending.md#what-a-job-says-to-others"},
	{"Pipeline Workflow Additions", "output",
		"jobs of your own hand outputs on; of pipegen's, steps read the digest and the tag of the image", `workflow: extraJobs: plan: steps: [{name: "Plan", run: "make plan", sets: ["changed"]}]`, "extending.md#what-a-job-says-to-others"},
	{"Pipeline Workflow Additions ExtraJob", "concurrency default runName",
		"change the workflow by a JSON patch, if the rules let you", `patches: [{file: ".github/workflows/ci.yaml", reason: "The list of runs shows who started each.", ops: [{op: "add", path: "/run-name", value: "shop by ${{ github.actor }}"}]}]`, jsonPatch},
	{"Workflow Additions", "container",
		"tests and jobs of your own may run in a container", `test: container: image: "ghcr.io/example/toolchain:4@sha256:742f40ea20b9ff2ff31db5458d127452988a2164df9e17441e191f3b72252193"`, "tests.md#in-a-container"},
	{"JobContainer", "credential option env port volume", "it has an image, a user and private; the job has the variables", `test: container: {image: "ghcr.io/example/toolchain:4@sha256:742f40ea20b9ff2ff31db5458d127452988a2164df9e17441e191f3b72252193", user: 1001}`, "tests.md#in-a-container"},
	{"Pipeline", "matrix", oneEach, eachItsJob, ownJobs},
	{"Test", "strategy", "the values on which the tests run are in matrix", `test: matrix: DATABASE: ["postgres-17", "postgres-18"]`, "spec.md#test"},
	{"Workflow Additions", "matrix strategy", oneEach, eachItsJob, ownJobs},
	{"ExtraJob", "strategy", oneEach, eachItsJob, ownJobs},
	{"Pipeline Workflow", "step stage", "steps are added before and after the work of each job", `workflow: jobs: test: before: [{name: "Lint", run: "make lint"}]`, ownSteps},
	{"Additions", "step run", "steps are added before and after the work of the job", `workflow: jobs: test: before: [{name: "Lint", run: "make lint"}]`, ownSteps},
	{"Pipeline Workflow Additions", "needs neededBy dependsOn",
		"pipegen orders its jobs by itself; a job of your own says where it belongs", `workflow: extraJobs: lint: {neededBy: ["build"], steps: [{name: "Lint", run: "make lint"}]}`, ownJobs},
	{"Pipeline Additions Test Image", "runsOn runner",
		"where jobs run is in workflow.runners, by job", `workflow: runners: test: labels: ["self-hosted", "gpu"]`, "runs.md#machines-of-your-own"},
	{"Workflow", "runsOn", "it is called runners", `workflow: runners: test: labels: ["self-hosted", "gpu"]`, "runs.md#machines-of-your-own"},
	{"ExtraJob", "runsOn", "it is called runner", `workflow: extraJobs: lint: {runner: "ubuntu-24.04", steps: [{name: "Lint", run: "make lint"}]}`, ownJobs},
	{"ExtraJob", "timeoutMinute", "it is called timeout", `workflow: extraJobs: lint: {timeout: "5m", steps: [{name: "Lint", run: "make lint"}]}`, ownJobs},
	{"Test", "timeoutMinute", "it is called timeout", `test: timeout: "4m"`, "spec.md#test"},
	{"ExtraJob", "continueOnError", "a job that may fail is not required", `workflow: extraJobs: lint: {required: false, steps: [{name: "Lint", run: "make lint"}]}`, ownJobs},
	{"ExtraJob Workflow Additions", "secret", "each step names the secrets that it reads, and its job the environment that has them", `workflow: extraJobs: audit: {when: "release", needs: ["test"], environment: "audit", steps: [{name: "Audit", run: "make audit", secrets: TOKEN: "AUDIT_TOKEN"}]}`, "extending.md#what-a-step-may-read"},
	{"ExtraJob", "uses with", "a reusable workflow cannot be called: name the actions and scripts in steps", `workflow: extraJobs: lint: steps: [{name: "Lint", run: "make lint"}]`, ownJobs},
	{"Additions", "timeout timeoutMinute", "the criteria decide how long a job may take, and test: timeout for the tests", `criteria: published: {statement: "The image is there within 10 minutes.", published: within: "10m"}`, "criteria.md#published"},
	{"Step ExtraStep", "shell workingDirectory", "every script runs in bash, in the root of the source: say the rest in it", `test: steps: [{name: "Test", run: "cd api\nmake test"}]`, "spec.md#teststeps"},
	{"Step ExtraStep", "continueOnError timeoutMinute id",
		"a step that may fail says so in its script; anything else is a JSON patch", `test: steps: [{name: "Test", run: "make test"}, {name: "Count", run: "make count || true"}]`, jsonPatch},
	{"Step", "secret", "the secrets of tests are theirs, and not a step's", `test: secrets: API_KEY: "SANDBOX_KEY"`, "secrets.md#tests"},
	{"Step", "if", "a step of the tests always runs; steps added to jobs have a condition", `workflow: jobs: test: after: [{name: "Keep the log", run: "cat test.log", if: "failure"}]`, ownSteps},
	{"Test", "coverage minCoverage", "how much must be covered is a criterion", `test: report: {format: "lcov", path: "lcov.info"}, criteria: covered: {statement: "Tests cover at least 80 %.", coverage: atLeast: 80}`, "criteria.md#coverage"},
	{"Test", "run command script", "a script is a step", `test: steps: [{name: "Test", run: "make test"}]`, "spec.md#teststeps"},
	{"Image", "repository", "the host is in registry, and the rest in name", `image: {registry: "ghcr.io", name: "example/shop/web"}`, "spec.md#image"},
	{"Image", "file", "it is called dockerfile; files that change the image are in paths", `image: dockerfile: "docker/Dockerfile"`, "spec.md#image"},
	{"Pipeline Test Image", "npmrc nugetConfig packageSource privateFeed packageFeed",
		"a feed of packages is in feeds, and the project's own file names it", `feeds: company: {npm: "NODE_AUTH_TOKEN", password: "GITHUB_TOKEN"}`, "secrets.md#feeds-of-packages"},
	{"Image", "buildSecret secretEnv secretFile secretMount", "secrets of the build are in secrets, by the id of their mount", `image: secrets: npm_token: "NPM_TOKEN"`, "secrets.md#builds"},
	{"Image", "sshKey sshAgent", "the key for an agent is in ssh", `image: ssh: "BUILD_KEY"`, "secrets.md#builds"},
	{"Image", "arg", "it is called buildArgs", `image: buildArgs: FLAVOUR: "small"`, "spec.md#image"},
	{"Image", "scan vulnerability trivy", "what a scan refuses is a criterion", `criteria: scanned: {statement: "Nothing with a known hole is published.", scanned: refuse: "high"}`, "criteria.md#scanned"},
	{"Image", "sign cosign signature", "that an image is signed is a criterion", `criteria: signed: {statement: "Every image is signed.", signed: true}`, "criteria.md#signed"},
	{"Image", "login credential username password", "how CI logs in is in registries, by the host", `image: {registry: "docker.io", name: "example/shop"}, registries: "docker.io": login: {user: "DOCKERHUB_USER", password: "DOCKERHUB_TOKEN"}`, "registries.md"},
	{"Criterion", "availability uptime slo sli objective errorBudget burnRate alert",
		"it is called available; alerts come with it, and with errors and latency where they name a severity", overWeeks, "progressive.md#over-weeks"},
	{"Criterion", "errorRate failureRate successRate", "it is called errors", judgedByIt, judged},
	{"Criterion", "responseTime p95 p99 percentile duration", "it is called latency", strings.Replace(judgedByIt, `failing: {statement: "Few requests fail.", errors: below: 1}`, `quick: {statement: "Requests are answered soon.", latency: {within: "300ms", quantile: 95}}`, 1), judged},
	{"Image", "label", "the Dockerfile writes labels, from arguments of the build where they differ", `image: buildArgs: REVISION: "{sha}"`, "spec.md#image"},
}

// plain is a word as ways compares it.
func plain(word string) string {
	return strings.TrimSuffix(strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(word)), "s")
}

// wayOf finds the row for a word in a definition.
var wayOf = sync.OnceValue(func() map[[2]string]way {
	out := map[[2]string]way{}
	for _, w := range ways {
		for _, in := range strings.Fields(w.in) {
			for _, word := range strings.Fields(w.words) {
				out[[2]string{in, plain(word)}] = w
			}
		}
	}
	return out
})

// around says where something goes that a struct has no field for, "" where the table does not know it.
func around(want cue.Value, name string) string {
	w, ok := wayOf()[[2]string{definitionOf(want), plain(name)}]
	if !ok {
		return ""
	}
	return w.says + ", for example " + w.example + "; docs/" + w.doc + " says more"
}

// definitionOf is the name of the definition that a constraint is, or refers to.
func definitionOf(want cue.Value) string {
	_, path := want.ReferencePath()
	if len(path.Selectors()) == 0 {
		path = want.Path()
	}
	return strings.TrimPrefix(path.String(), "#")
}
