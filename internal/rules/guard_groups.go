package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// groups are the APIs whose objects do what a guard keeps out: GROUP for all kinds of a group, GROUP/KIND for one kind,
// and *.GROUP for all groups below a domain. A kind of the core has no group: /KIND.
var groups = map[string][]string{
	"progressive-delivery": {
		"argoproj.io/Rollout", "argoproj.io/AnalysisTemplate", "argoproj.io/AnalysisRun", "argoproj.io/Experiment", "argoproj.io/ClusterAnalysisTemplate",
		"flagger.app", "rollouts.kruise.io", "split.smi-spec.io",
	},
	"secrets-management": {
		"/Secret",
		"external-secrets.io", "*.external-secrets.io", "bitnami.com/SealedSecret",
		"secrets.hashicorp.com", "vault.banzaicloud.com", "ricoberger.de", "redhatcop.redhat.io", // Vault
		"secrets-store.csi.x-k8s.io", "onepassword.com", "secrets.infisical.com", "secrets.doppler.com", "isindir.github.com", // SOPS
		"spv.no", "secretgenerator.mittwald.de", "secretgen.carvel.dev", "secretgen.k14s.io",
		"secretsmanager.services.k8s.aws", "secretmanager.cnrm.cloud.google.com", "keyvault.azure.com",
		"secretsmanager.aws.upbound.io", "secretsmanager.aws.m.upbound.io",
	},
	"ingress": {
		"networking.k8s.io/Ingress", "extensions/Ingress", "gateway.networking.k8s.io", "gateway.networking.x-k8s.io",
		"traefik.io", "traefik.containo.us", "hub.traefik.io", "projectcontour.io", "route.openshift.io", "getambassador.io", "gateway.getambassador.io",
		"configuration.konghq.com", "apisix.apache.org", "k8s.nginx.org", "gateway.nginx.org", "gateway.envoyproxy.io", "gateway.kgateway.dev",
		"gateway.solo.io", "ingress.v1.haproxy.org", "ingress.v3.haproxy.org", "zalando.org/RouteGroup", "voyager.appscode.com",
		"networking.istio.io/VirtualService", "networking.istio.io/Gateway", "serving.knative.dev", "networking.gke.io", "elbv2.k8s.aws",
		"ingress.k8s.ngrok.com", "ngrok.k8s.ngrok.com",
	},
	"database": {
		"apps/StatefulSet", "/PersistentVolumeClaim", "/PersistentVolume",
		"postgresql.cnpg.io", "acid.zalan.do", "postgres-operator.crunchydata.com", "stackgres.io",
		"pgv2.percona.com", "pxc.percona.com", "ps.percona.com", "psmdb.percona.com",
		"k8s.mariadb.com", "mariadb.mmontes.io", "mysql.oracle.com", "mysql.presslabs.org", "moco.cybozu.com", "planetscale.com",
		"mongodb.com", "mongodbcommunity.mongodb.com", "atlas.mongodb.com",
		"redis.redis.opstreelabs.in", "databases.spotahome.com", "app.redislabs.com", "dragonflydb.io",
		"cassandra.datastax.com", "k8ssandra.io", "*.k8ssandra.io", "scylla.scylladb.com", "crdb.cockroachlabs.com", "pingcap.com",
		"elasticsearch.k8s.elastic.co", "opensearch.opster.io", "clickhouse.altinity.com", "kubedb.com",
		"rds.services.k8s.aws", "dynamodb.services.k8s.aws", "elasticache.services.k8s.aws", "memorydb.services.k8s.aws", "documentdb.services.k8s.aws",
		"sql.cnrm.cloud.google.com", "spanner.cnrm.cloud.google.com", "bigtable.cnrm.cloud.google.com", "firestore.cnrm.cloud.google.com",
		"redis.cnrm.cloud.google.com", "alloydb.cnrm.cloud.google.com",
		"dbforpostgresql.azure.com", "dbformysql.azure.com", "dbformariadb.azure.com", "documentdb.azure.com", "sql.azure.com", "cache.azure.com",
		"rds.aws.upbound.io", "rds.aws.m.upbound.io", "dynamodb.aws.upbound.io", "dynamodb.aws.m.upbound.io", "sql.gcp.upbound.io", "sql.gcp.m.upbound.io",
		"dbforpostgresql.azure.upbound.io", "dbforpostgresql.azure.m.upbound.io", "rds.aws.crossplane.io", "database.aws.crossplane.io", "database.gcp.crossplane.io",
		"*.sql.crossplane.io",
	},
}

// harmless are groups that do nothing of all that, beside those of Kubernetes.
var harmless = []string{
	"argoproj.io", "monitoring.coreos.com", "cert-manager.io", "*.cert-manager.io", "keda.sh", "cilium.io", "crd.projectcalico.org", "projectcalico.org",
	"networking.istio.io", "security.istio.io", "telemetry.istio.io", "policy.linkerd.io", "linkerd.io", "kyverno.io", "opentelemetry.io", "extensions",
}

// within reports whether an object belongs to one of some APIs.
func within(o *pipeline.Object, apis []string) bool {
	return slices.ContainsFunc(apis, func(api string) bool {
		if group, kind, one := strings.Cut(api, "/"); one {
			return o.Group == group && o.Kind == kind
		}
		if below, all := strings.CutPrefix(api, "*"); all {
			return strings.HasSuffix(o.Group, below)
		}
		return o.Group == api
	})
}

// known reports an object of which it is known what it does for every guard.
func known(o *pipeline.Object) bool {
	if !strings.Contains(o.Group, ".") || strings.HasSuffix(o.Group, ".k8s.io") || within(o, harmless) {
		return true
	}
	for _, apis := range groups {
		if within(o, apis) {
			return true
		}
	}
	return false
}
