package rules

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// TestGuardGroups: objects of well-known APIs are found by the guard that they break, and by no other; what does nothing
// of all that is silent, and of the rest nobody is sure.
func TestGuardGroups(t *testing.T) {
	const unsure = "unsure"
	for api, want := range map[string]string{
		"networking.k8s.io/Ingress": "ingress", "networking.k8s.io/NetworkPolicy": "", "gateway.networking.k8s.io/TCPRoute": "ingress",
		"traefik.io/IngressRoute": "ingress", "projectcontour.io/HTTPProxy": "ingress", "route.openshift.io/Route": "ingress",
		"getambassador.io/Mapping": "ingress", "configuration.konghq.com/KongIngress": "ingress", "apisix.apache.org/ApisixRoute": "ingress",
		"k8s.nginx.org/VirtualServer": "ingress", "networking.istio.io/VirtualService": "ingress", "networking.istio.io/DestinationRule": "",
		"apps/StatefulSet": "database", "apps/Deployment": "", "/PersistentVolumeClaim": "database", "/ConfigMap": "",
		"postgresql.cnpg.io/Cluster": "database", "acid.zalan.do/postgresql": "database", "pxc.percona.com/PerconaXtraDBCluster": "database",
		"k8s.mariadb.com/MariaDB": "database", "mysql.oracle.com/InnoDBCluster": "database", "rds.services.k8s.aws/DBInstance": "database",
		"sql.cnrm.cloud.google.com/SQLInstance": "database", "dbforpostgresql.azure.com/FlexibleServer": "database",
		"rds.aws.m.upbound.io/Instance": "database", "mysql.sql.crossplane.io/Database": "database",
		"/Secret": "secrets-management", "external-secrets.io/ExternalSecret": "secrets-management", "generators.external-secrets.io/Password": "secrets-management",
		"bitnami.com/SealedSecret": "secrets-management", "secrets.hashicorp.com/VaultStaticSecret": "secrets-management",
		"secrets-store.csi.x-k8s.io/SecretProviderClass": "secrets-management", "onepassword.com/OnePasswordItem": "secrets-management",
		"secrets.infisical.com/InfisicalSecret": "secrets-management", "secrets.doppler.com/DopplerSecret": "secrets-management",
		"argoproj.io/Rollout": "progressive-delivery", "argoproj.io/Workflow": "", "flagger.app/Canary": "progressive-delivery",
		"monitoring.coreos.com/ServiceMonitor": "", "cert-manager.io/Certificate": "", "keda.sh/ScaledObject": "", "snapshot.storage.k8s.io/VolumeSnapshot": "",
		"example.org/Canary": unsure, "notexternal-secrets.io/Secret": unsure, "kafka.strimzi.io/Kafka": unsure,
	} {
		o := &pipeline.Object{}
		o.Group, o.Kind, _ = strings.Cut(api, "/")
		got := ""
		if !known(o) {
			got = unsure
		}
		for guard, apis := range groups {
			if within(o, apis) {
				got += guard
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", api, got, want)
		}
	}
	for guard := range groups {
		if guards[guard] == nil {
			t.Errorf("there is no guard %s", guard)
		}
	}
}
