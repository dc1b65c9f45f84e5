package rules_test

// Each kind of workload: what is wrong with it, and with its place among the others.
var workloadMutations = []mutation{
	{rule: "k41", name: "a key that the store does not give", spec: "secrets", file: "overlays/staging/secrets/till-database-2.yaml", old: `secretKey: url`, new: "secretKey: uri"},
	{rule: "k41", name: "a key of a file that the store does not give", spec: "secrets", file: "overlays/production/secrets/till-database-2.yaml", old: `secretKey: ca.crt`, new: "secretKey: ca.pem"},
	{rule: "k41", name: "a key that is not sealed", spec: "secrets", file: "overlays/production/secrets/till-mail.yaml", old: `    password: .*`, new: "    pasword: c2VhbGVk"},
	{rule: "k41", name: "a Secret that pulls nothing", spec: "secrets", file: "overlays/production/secrets/registry-pull.yaml", old: `type: kubernetes.io/dockerconfigjson`, new: "type: Opaque"},
	{rule: "k42", name: "a Secret that two objects make", spec: "secrets", file: "overlays/production/secrets/till-settings.yaml", old: `  target:\n    name: till-settings`, new: "  target:\n    name: till-mail"},
	{rule: "k43", name: "sealed for another namespace", spec: "secrets", file: "overlays/production/secrets/till-mail.yaml", old: `^  namespace: till`, new: "  namespace: till-staging"},
	{rule: "k41", name: "a key that is not in what is decrypted", spec: "secrets", file: "overlays/staging/secrets/till-terminal-1.enc.yaml", old: `  pin: .*`, new: "  pun: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]"},
	{rule: "k44", name: "a value in clear", spec: "secrets", file: "overlays/staging/secrets/till-terminal-1.enc.yaml", old: `  pin: .*`, new: "  pin: MDAwMA=="},
	{rule: "k44", name: "a value in clear beside encrypted ones", spec: "secrets", file: "overlays/staging/secrets/till-terminal-1.enc.yaml", old: `  pin: .*`, new: "  pin: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]\nstringData:\n  pin: \"0000\"\nsops:\n  mac: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]"},
	{rule: "k44", name: "nothing says for whom it is encrypted", spec: "secrets", file: "overlays/staging/secrets/till-terminal-1.enc.yaml", old: `  pin: .*`, new: "  pin: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]"},
	{rule: "k44", name: "its name is encrypted too", spec: "secrets", file: "overlays/staging/secrets/till-terminal-1.enc.yaml", old: `type: Opaque`, new: "type: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]"},
	{rule: "k41", name: "a key that no file becomes", spec: "secrets", file: "overlays/production/secrets/till-payments-1.yaml", old: `      key: token`, new: "      key: tokens"},
	{rule: "k46", name: "a file that the provider does not mount", spec: "secrets", file: "overlays/production/secrets/till-payments-1.yaml", old: `- objectName: token`, new: "- objectName: payments-token"},
	{rule: "k45", name: "a volume of another class", spec: "secrets", file: "base/till/deployment.yaml", old: `secretProviderClass: till-payments-1`, new: "secretProviderClass: till-payments"},
	{rule: "k45", name: "a class that no pod mounts", spec: "secrets", file: "overlays/production/secrets/till-mail.yaml", old: `(?s)apiVersion: bitnami.*`, new: "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata:\n  name: till-mail\nspec:\n  provider: vault\n  secretObjects:\n  - secretName: till-mail\n    type: Opaque\n    data:\n    - {objectName: password, key: password}\n"},
	{rule: "x10", name: "what is decrypted has another name", spec: "secrets", file: "overlays/staging/secrets/till-terminal-1.enc.yaml", old: `name: till-terminal-1`, new: "name: till-terminal"},
	{rule: "x10", name: "a Secret that nothing decrypts", spec: "secrets", file: "overlays/staging/secrets/kustomization.yaml", old: `generators:\n- ksops.yaml\n`, new: ""},
	{rule: "x10", name: "a Secret that nothing brings along", spec: "secrets", file: "overlays/production/secrets/kustomization.yaml", old: `- till-mail.yaml\n`, new: ""},
	{rule: "x10", name: "a pull secret that nothing brings along", spec: "secrets", file: "overlays/staging/secrets/kustomization.yaml", old: `- registry-pull.yaml\n`, new: ""},
	{rule: "a24", name: "the Secret that pulls, after the pods", spec: "secrets", file: "overlays/staging/secrets/registry-pull.yaml", old: `  name: registry-pull\n`, new: "  name: registry-pull\n  annotations: {argocd.argoproj.io/hook: PostSync}\n"},
	{rule: "a24", name: "the Secret that pulls, in no sync", spec: "secrets", file: "overlays/staging/secrets/registry-pull.yaml", old: `  name: registry-pull\n`, new: "  name: registry-pull\n  annotations: {argocd.argoproj.io/hook: Skip}\n"},
	{rule: "a24", name: "a Secret after what reads it", spec: "secrets", file: "overlays/staging/secrets/kustomization.yaml", old: `sync-wave: "-2"`, new: `sync-wave: "2"`},
	{rule: "k32", name: "two pods for one claim", spec: "wiki", file: "base/search/deployment.yaml", old: `replicas: 1`, new: "replicas: 2"},
	{rule: "k32", name: "a rollout that waits for its claim", spec: "wiki", file: "base/search/deployment.yaml", old: `type: Recreate`, new: "type: RollingUpdate"},
	{rule: "k33", name: "a claim that is pruned", spec: "wiki", file: "base/wiki/claim-wiki-uploads.yaml", old: `Prune=false,`, new: ""},
	{rule: "k33", name: "a claim that goes with its Application", spec: "wiki", file: "base/search/claim-search-index.yaml", old: `,Delete=false`, new: ""},

	{rule: "k33", name: "the claims of pods that go with the set", spec: rails, file: "base/queue/statefulset.yaml", old: `whenDeleted: Retain`, new: "whenDeleted: Delete"},
	{rule: "k33", name: "the claims of pods that are too many", spec: rails, file: "base/database/statefulset.yaml", old: `whenScaled: Retain`, new: "whenScaled: Delete"},
	{rule: "k37", name: "another Service names the pods", spec: rails, file: "base/queue/statefulset.yaml", old: `serviceName: queue-headless`, new: "serviceName: queue"},
	{rule: "k37", name: "a Service that is not there", spec: rails, file: "base/queue/statefulset.yaml", old: `serviceName: queue-headless`, new: "serviceName: queues"},
	{rule: "k37", name: "a Service with an address", spec: rails, file: "base/queue/service-headless.yaml", old: `  clusterIP: None\n`, new: ""},
	{rule: "k37", name: "a Service of other pods", spec: rails, file: "base/queue/service-headless.yaml", old: `instance: queue`, new: "instance: later"},
	{rule: "k38", name: "nothing is replaced", spec: rails, file: "base/queue/statefulset.yaml", old: `type: RollingUpdate`, new: "type: OnDelete"},
	{rule: "k38", name: "some are not replaced", spec: rails, file: "base/queue/statefulset.yaml", old: `    type: RollingUpdate\n`, new: "    type: RollingUpdate\n    rollingUpdate:\n      partition: 1\n"},
	{rule: "x32", name: "others reach what only the pods themselves may", spec: rails, file: "base/queue/networkpolicy.yaml", old: `(ingress:\n  # .*\n  - from:\n    - podSelector:\n        matchLabels:\n          app.kubernetes.io/instance:) queue`, new: "$1 web"},
	{rule: "x32", name: "the pods do not reach one another", spec: rails, file: "base/queue/networkpolicy.yaml", old: `(egress:\n(?:.*\n)*?  - to:\n    - podSelector:\n        matchLabels:\n          app.kubernetes.io/instance:) queue`, new: "$1 web"},

	{rule: "x37", name: "a name of gRPC that a page has, too", spec: "grpc-orders", file: "overlays/staging/admin-httproute.yaml", old: `admin.staging.example.org`, new: "orders.staging.example.org"},
	{rule: "x37", name: "a name of gRPC below that of a page", spec: "grpc-orders", file: "overlays/production/admin-httproute.yaml", old: `admin.example.org`, new: "'*.example.org'"},

	{rule: "p02", name: "a Service that is not there", spec: canary, file: "base/shop/rollout.yaml", old: `canaryService: shop-canary`, new: "canaryService: shop-new"},
	{rule: "p02", name: "one Service for both versions", spec: canary, file: "base/shop/rollout.yaml", old: `canaryService: shop-canary`, new: "canaryService: shop"},
	{rule: "p02", name: "a Service of other pods", spec: canary, file: "base/shop/service-new.yaml", old: `instance: shop`, new: "instance: search"},
	{rule: "p02", name: "a route that is not there", spec: canary, file: "base/shop/rollout.yaml", old: `httpRoute: shop`, new: "httpRoute: shops"},
	{rule: "p02", name: "a route to one version", spec: canary, file: "base/shop/httproute.yaml", old: `name: shop-canary`, new: "name: search"},
	{rule: "p02", name: "a Service that is not there, of a blue-green", spec: "blue-green", file: "base/rollout.yaml", old: `activeService: till`, new: "activeService: tills"},
	{rule: "p03", name: "weights that a sync writes back", spec: canary, file: "applications/storefront-production.yaml", old: `kind: HTTPRoute`, new: "kind: GRPCRoute"},
	{rule: "p03", name: "a selector that a sync writes back", spec: "blue-green", file: "applications/till-production.yaml", old: `name: till-preview`, new: "name: till-other"},
	{rule: "p03", name: "what is ignored and still written", spec: canary, file: "applications/storefront-staging.yaml", old: `    - RespectIgnoreDifferences=true\n`, new: ""},
	{rule: "p04", name: "steps on the way back", spec: canary, file: "base/mailer/rollout.yaml", old: `  rollbackWindow:\n    revisions: 5\n`, new: ""},
	{rule: "p04", name: "no earlier version is kept", spec: canary, file: "base/mailer/rollout.yaml", old: `revisionHistoryLimit: 5`, new: "revisionHistoryLimit: 0"},
	{rule: "p06", name: "a template that is not there", spec: "blue-green", file: "base/rollout.yaml", old: `templateName: till-failing`, new: "templateName: till-fails"},
	{rule: "p06", name: "an argument that is not given", spec: "blue-green", file: "base/rollout.yaml", old: `        - name: version\n(?:.*\n){2}`, new: ""},
	{rule: "p07", name: "a version that nobody calls passes", spec: "blue-green", file: "base/analysis-failing.yaml", old: `inconclusiveLimit: 4`, new: "inconclusiveLimit: 5"},
	{rule: "p07", name: "a version that fails each request passes", spec: canary, file: "base/shop/analysis-failing.yaml", old: `failureLimit: 0`, new: "failureLimit: 5"},
	{rule: "p08", name: "the old pods go first", spec: "blue-green", file: "base/rollout.yaml", old: `scaleDownDelaySeconds: 600`, new: "scaleDownDelaySeconds: 60"},
	{rule: "promise", name: "a figure that lets more fail", spec: canary, file: "base/shop/analysis-failing.yaml", old: `result\[0\] < 0.01`, new: "result[0] < 0.05"},
	{rule: "promise", name: "a failure that is none", spec: canary, file: "base/shop/analysis-quick.yaml", old: `len\(result\) > 0 && result\[0\] > 0.4`, new: "result[0] > 0.4"},
	{rule: "promise", name: "some bad measures are let pass", spec: canary, file: "base/shop/analysis-quick.yaml", old: `failureLimit: 0`, new: "failureLimit: 2"},
	{rule: "promise", name: "too few requests judge", spec: canary, file: "base/shop/analysis-failing.yaml", old: `>= 200\)`, new: ">= 20)"},
	{rule: "promise", name: "the requests to the old version count", spec: canary, file: "base/shop/analysis-failing.yaml", old: `name="shop-canary"}`, new: `name="shop"}`},
	{rule: "promise", name: "the pods of both versions count", spec: "blue-green", file: "base/analysis-failing.yaml", old: `till-{{args.version}}-.\+"}`, new: `till-.+"}`},
	{rule: "promise", name: "a step that nothing measures", spec: canary, file: "overlays/staging/shop.yaml", old: `          - templateName: shop-failing\n`, new: ""},
	{rule: "promise", name: "a switch that nothing measures", spec: "blue-green", file: "base/rollout.yaml", old: `      postPromotionAnalysis:\n(?:.*\n){15}`, new: ""},
	{rule: "promise", name: "an alert that comes too late", spec: canary, file: "alerts/shop-up.yaml", old: `> 0.001\n`, new: "> 0.002\n"},
	{rule: "promise", name: "an alert that waits for more requests", spec: "blue-green", file: "alerts/till-open.yaml", old: `>= 134`, new: ">= 1340"},
	{rule: "promise", name: "the figures of another namespace", spec: "blue-green", file: "alerts/till-open.yaml", old: `till_requests_total\{namespace="till"`, new: `till_requests_total{namespace="shop"`},
	{rule: "promise", name: "no alert", spec: canary, file: "overlays/production/alerts/kustomization.yaml", old: `- shop-up.yaml\n`, new: ""},
	{rule: "promise", name: "no steps", spec: canary, file: "overlays/staging/shop.yaml", old: `      steps:\n(?:.*\n)*`, new: "      steps: []\n"},
	{rule: "promise", name: "a canary that takes pods away", spec: canary, file: "base/shop/rollout.yaml", old: `      trafficRouting:\n(?:.*\n){4}`, new: "", also: []change{{"base/shop/rollout.yaml", `maxUnavailable: 0`, "maxUnavailable: 4"}}},

	{rule: "k28", name: "another schedule", spec: workers, file: "base/cleanup/cronjob.yaml", old: `schedule: .*`, new: "schedule: 5 3 * * *"},
	{rule: "k28", name: "the schedule of another environment", spec: workers, file: "overlays/staging/cleanup.yaml", old: `schedule: .*`, new: "schedule: 0 3 * * *"},
	{rule: "k28", name: "another time zone", spec: workers, file: "base/cleanup/cronjob.yaml", old: `timeZone: .*`, new: "timeZone: Etc/UTC"},
	{rule: "k28", name: "runs beside one another", spec: workers, file: "base/cleanup/cronjob.yaml", old: `concurrencyPolicy: .*`, new: "concurrencyPolicy: Allow"},
	{rule: "k28", name: "no runs are kept", spec: workers, file: "base/cleanup/cronjob.yaml", old: `failedJobsHistoryLimit: .*`, new: "failedJobsHistoryLimit: 0"},
	{rule: "k28", name: "it never begins in time", spec: workers, file: "base/cleanup/cronjob.yaml", old: `startingDeadlineSeconds: .*`, new: "startingDeadlineSeconds: 5"},
	{rule: "k28", name: "it may begin at any time", spec: workers, file: "base/cleanup/cronjob.yaml", old: `  startingDeadlineSeconds: .*\n`, new: ""},
	{rule: "k28", name: "suspended", spec: workers, file: "base/cleanup/cronjob.yaml", old: `  timeZone:`, new: "  suspend: true\n  timeZone:"},
	{rule: "k29", name: "another limit of a cron job", spec: workers, file: "base/cleanup/cronjob.yaml", old: `activeDeadlineSeconds: .*`, new: "activeDeadlineSeconds: 60"},
	{rule: "k29", name: "a job without a limit", spec: workers, file: "base/migrate/job.yaml", old: `  activeDeadlineSeconds: .*\n`, new: ""},

	{rule: "a24", name: "a hook", spec: workers, file: "base/migrate/job.yaml", old: `(    argocd.argoproj.io/sync-wave: .*\n)`, new: "${1}    argocd.argoproj.io/hook: Sync\n    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation\n"},
	{rule: "a24", name: "skipped", spec: workers, file: "base/migrate/job.yaml", old: `(    argocd.argoproj.io/sync-wave: .*\n)`, new: "${1}    argocd.argoproj.io/hook: Skip\n"},
	{rule: "a24", name: "the one before stays", spec: workers, file: "base/migrate/job.yaml", old: `Force=true,Replace=true`, new: "Replace=true"},
	{rule: "a24", name: "without options", spec: workers, file: "base/migrate/job.yaml", old: `    argocd.argoproj.io/sync-options: .*\n`, new: ""},
	{rule: "a24", name: "healed when it is gone", spec: workers, file: "base/migrate/job.yaml", old: `  backoffLimit:`, new: "  ttlSecondsAfterFinished: 3600\n  backoffLimit:"},
	{rule: "a24", name: "passed by when it has failed", spec: workers, file: "argocd/applications/orders-production.yaml", old: `    - ServerSideApply=true\n`, new: "    - ServerSideApply=true\n    - ApplyOutOfSyncOnly=true\n"},
	{rule: "a24", name: "suspended", spec: workers, file: "base/migrate/job.yaml", old: `  backoffLimit:`, new: "  suspend: true\n  backoffLimit:"},
	{rule: "a24", name: "in the wave of what waits for it", spec: workers, file: "base/migrate/job.yaml", old: `sync-wave: .*`, new: `sync-wave: "0"`},
	{rule: "a24", name: "without a wave", spec: workers, file: "base/migrate/job.yaml", old: `    argocd.argoproj.io/sync-wave: .*\n`, new: ""},
	{rule: "a24", name: "what waits for it comes first", spec: workers, file: "base/worker/deployment.yaml", old: `  name: worker\n`, new: "  name: worker\n  annotations:\n    argocd.argoproj.io/sync-wave: \"-2\"\n"},
	{rule: "a24", name: "before what it waits for", spec: workers, file: "base/samples/job.yaml", old: `sync-wave: .*`, new: `sync-wave: "-3"`},
	{rule: "a24", name: "its account comes later", spec: workers, file: "base/migrate/serviceaccount.yaml", old: `sync-wave: .*`, new: `sync-wave: "0"`},
	{rule: "a24", name: "its account comes after the sync", spec: workers, file: "base/migrate/serviceaccount.yaml", old: `    argocd.argoproj.io/sync-wave: .*`, new: `    argocd.argoproj.io/hook: PostSync`},
	{rule: "a24", name: "its policy comes later", spec: workers, file: "base/migrate/networkpolicy.yaml", old: `  annotations:\n    #.*\n    .*\n`, new: ""},

	{rule: "x32", name: "the caller is not let out", spec: workers, file: "base/worker/networkpolicy.yaml", old: `instance: cache`, new: "instance: api"},
	{rule: "x32", name: "the caller is let out to another port", spec: workers, file: "base/worker/networkpolicy.yaml", old: `port: tcp`, new: "port: http"},
	{rule: "x32", name: "the caller is not let in", spec: workers, file: "base/cache/networkpolicy.yaml", old: `instance: worker`, new: "instance: api"},
	{rule: "x32", name: "somebody else is let in", spec: workers, file: "base/cache/networkpolicy.yaml", old: `instance: worker`, new: "instance: cleanup"},
	{rule: "x32", name: "everybody is let in", spec: workers, file: "base/cache/networkpolicy.yaml", old: `  - from:\n(    - .*\n|      .*\n)*    ports:`, new: "  - ports:"},
	{rule: "x32", name: "other applications are let in", spec: workers, file: "base/cache/networkpolicy.yaml", old: `  - from:\n`, new: "  - from:\n    - podSelector: {}\n"},
	{rule: "x32", name: "no policy", spec: workers, file: "base/cache/kustomization.yaml", old: `- networkpolicy.yaml\n`, new: ""},
	{rule: "x32", name: "a Service of a worker", spec: workers, file: "base/worker/kustomization.yaml", old: `^resources:\n`, new: "resources:\n- service.yaml\n",
		more: map[string]string{"gitops:orders/base/worker/service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: worker\nspec:\n  selector:\n    app.kubernetes.io/instance: worker\n  ports:\n  - port: 80\n"}},

	{rule: "a25", name: "a namespace that refuses its pods", spec: "intranet", file: "argocd/applications/intranet-production.yaml", old: `enforce: baseline`, new: "enforce: restricted"},
	{rule: "a25", name: "a namespace that takes any pods", spec: "intranet", file: "argocd/applications/intranet-production.yaml", old: `enforce: baseline`, new: "enforce: privileged"},

	{rule: "k35", name: "every Secret", spec: workers, file: "base/worker/kustomization.yaml", old: `^resources:\n`, new: "resources:\n- role.yaml\n",
		more: map[string]string{"gitops:orders/base/worker/role.yaml": roleOf(`["secrets"]`, `["list"]`)}},
	{rule: "k35", name: "everything", spec: workers, file: "base/worker/kustomization.yaml", old: `^resources:\n`, new: "resources:\n- role.yaml\n",
		more: map[string]string{"gitops:orders/base/worker/role.yaml": roleOf(`["configmaps"]`, `["*"]`)}},
	{rule: "k35", name: "into other pods", spec: workers, file: "base/worker/kustomization.yaml", old: `^resources:\n`, new: "resources:\n- role.yaml\n",
		more: map[string]string{"gitops:orders/base/worker/role.yaml": roleOf(`["pods/exec"]`, `["create"]`)}},

	{rule: "x33", name: "a workload less", spec: workers, file: "overlays/production/kustomization.yaml", old: `- ../../base/worker\n`, new: ""},
	{rule: "x33", name: "one job less", spec: workers, file: "overlays/staging/kustomization.yaml", old: `- ../../base/samples\n`, new: ""},
	{rule: "x33", name: "a workload that does not run here", spec: workers, file: "overlays/production/kustomization.yaml", old: `- ../../base/cache\n`, new: "- ../../base/cache\n- ../../base/samples\n"},
	{rule: "x33", name: "another image that is not built here", spec: workers, file: "base/cache/deployment.yaml", old: `image: .*@sha256:0fd`, new: "image: registry.example.org/mirror/valkey:8.1.1@sha256:1fd"},
	{rule: "x33", name: "a job instead of a cron job", spec: workers, file: "base/cleanup/cronjob.yaml", old: `kind: CronJob`, new: "kind: Job",
		also: []change{{"overlays/staging/cleanup.yaml", `kind: CronJob`, "kind: Job"}}},

	{rule: "x33", name: "a container before the program less", spec: "wiki", file: "base/wiki/deployment.yaml", old: `      - name: plugins\n(?s:.*?)      containers:\n`, new: "      containers:\n",
		also: []change{{"overlays/staging/wiki.yaml", `      initContainers:\n(?s:.*?)      containers:\n`, "      containers:\n"}}},
	{rule: "x33", name: "another image of a sidecar", spec: "wiki", file: "base/wiki/deployment.yaml", old: `@sha256:7f3c`, new: "@sha256:8f3c"},
	{rule: "x33", name: "a sidecar that nobody starts again", spec: "wiki", file: "base/wiki/deployment.yaml", old: `        restartPolicy: Always\n`, new: ""},
	{rule: "x33", name: "a container that never ends", spec: "wiki", file: "base/wiki/deployment.yaml", old: `      - name: plugins\n`, new: "      - name: plugins\n        restartPolicy: Always\n"},
	{rule: "x33", name: "another order", spec: "wiki", file: "base/wiki/deployment.yaml", old: `(?s)(      - name: proxy\n.*?)(      - name: plugins\n.*?)(      containers:\n)`, new: "$2$1$3"},

	{rule: "x20", name: "a Service of one workload selects another", spec: workers, file: "base/api/service.yaml", old: `instance: api`, new: "instance: worker"},
	{rule: "x20", name: "a budget of one workload selects another", spec: workers, file: "base/worker/poddisruptionbudget.yaml", old: `instance: worker`, new: "instance: api"},
	{rule: "x20", name: "a policy of one workload selects another", spec: workers, file: "base/migrate/networkpolicy.yaml", old: `instance: migrate`, new: "instance: cleanup"},
	{rule: "x20", name: "a policy for all of the pipeline", spec: workers, file: "base/api/networkpolicy.yaml", old: `app.kubernetes.io/instance: api`, new: "app.kubernetes.io/part-of: orders"},
	{rule: "x20", name: "a workload spreads another's pods", spec: workers, file: "base/worker/deployment.yaml", old: `(labelSelector:\n\s*matchLabels:\n\s*app.kubernetes.io/instance:) worker`, new: "$1 api"},
	{rule: "x20", name: "two workloads have the same pods", spec: workers, file: "base/worker/kustomization.yaml", old: `app.kubernetes.io/instance: worker`, new: "app.kubernetes.io/instance: api"},

	{rule: "x19", name: "a worker is asked over a port", spec: workers, file: "base/worker/deployment.yaml", old: `        livenessProbe:\n`, new: "        readinessProbe:\n          tcpSocket:\n            port: 9000\n        livenessProbe:\n"},
	{rule: "x19", name: "what is not built here listens elsewhere", spec: workers, file: "base/cache/deployment.yaml", old: `containerPort: 6379`, new: "containerPort: 6380"},
	{rule: "x19", name: "its Service offers another port", spec: workers, file: "base/cache/service.yaml", old: `port: 6379`, new: "port: 6380"},
	{rule: "k13", name: "a worker that nobody asks", spec: workers, file: "base/worker/deployment.yaml", old: `livenessProbe:\n          exec:\n.*`, new: "livenessProbe:"},

	{rule: "x26", name: "what is not built here without its digest", spec: workers, file: "base/cache/deployment.yaml", old: `(image: .*)@sha256.*`, new: "$1"},
	{rule: "x03", name: "an edit of what is not built here", spec: workers, file: ci, job: "deploy-staging", old: `IMAGES: orders=`, new: "IMAGES: registry.example.org/mirror/valkey="},
	{rule: "x05", name: "one of several workloads keeps another image", spec: workers, file: "base/worker/deployment.yaml", old: `image: orders`, new: "image: ghcr.io/example/orders/orders"},
	{rule: "x28", name: "a workload that hangs is noticed later", spec: workers, file: "base/worker/deployment.yaml", old: `progressDeadlineSeconds: \d+`, new: "progressDeadlineSeconds: 200"},
	{rule: "o09", name: "a commit before the edit", spec: workers, file: ci, job: "deploy-staging", old: `            check_order\n\n`, new: "            check_order\n            git commit --quiet --message x\n\n"},
}

// roleOf is a role, and what gives it to the pods of the worker.
func roleOf(resources, verbs string) string {
	return `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: worker
rules:
- apiGroups: [""]
  resources: ` + resources + `
  verbs: ` + verbs + `
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: worker
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: worker
subjects:
- kind: ServiceAccount
  name: worker
`
}
