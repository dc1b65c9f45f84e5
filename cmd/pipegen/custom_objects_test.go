package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestOwnObjectsKeepPromises adds objects that may refuse, stop or cut off the pipeline's pods, or hold up its syncs,
// also where they name none of them; and others that are for other pods.
func TestOwnObjectsKeepPromises(t *testing.T) {
	const selects = "    matchLabels:\n      app.kubernetes.io/component: service\n"
	for _, tt := range []struct {
		name, version, kind, text string
		// lost is what rests on it, "" for nothing.
		lost string
	}{
		{"a quota", "v1", "ResourceQuota", "spec:\n  hard:\n    pods: \"1\"\n", "redundant"},
		{"a policy of a mesh", "security.istio.io/v1", "AuthorizationPolicy", "spec: {}\n", "answers"},
		{"one for these pods", "security.istio.io/v1", "AuthorizationPolicy", "spec:\n  selector:\n" + selects, "answers"},
		{"one for other pods", "security.istio.io/v1", "AuthorizationPolicy", "spec:\n  selector:\n    matchLabels:\n      app: database\n", ""},
		{"a policy that may deny", "projectcalico.org/v3", "NetworkPolicy", "spec:\n  selector: all()\n  ingress:\n  - action: Deny\n", "answers"},
		{"another kind that selects the pods", "example.org/v1", "Chaos", "spec:\n  podSelector:\n" + selects, "uninterrupted"},
		{"the address of the Service", "networking.istio.io/v1", "DestinationRule", "spec:\n  host: payments.payments.svc.cluster.local\n", "answers"},
		{"a name outside of the cluster", "example.org/v1", "Watch", "spec:\n  host: payments.example.org\n", ""},
		{"an operator's", "acid.zalan.do/v1", "postgresql", "spec:\n  teamId: example\n", ""},
		{"a hook of Helm", "v1", "ConfigMap", "  annotations:\n    helm.sh/hook: pre-install\n", "synced"},
		{"one that Argo CD leaves out", "v1", "ConfigMap", "  annotations:\n    argocd.argoproj.io/hook: Skip\n    helm.sh/hook: pre-install\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			group, _, _ := strings.Cut(tt.version, "/")
			kinds := strings.TrimPrefix(group+"/"+tt.kind, "v1/")
			_, found := withFilesOf(t, fmt.Sprintf("deploy: custom: {base: true, kinds: [%q]}\n", kinds), map[string]string{
				"base/custom/kustomization.yaml": component + "resources:\n- object.yaml\n",
				"base/custom/object.yaml":        "apiVersion: " + tt.version + "\nkind: " + tt.kind + "\nmetadata:\n  name: other\n" + tt.text,
			})
			lost := ""
			for _, d := range found {
				if d.Code == "s02" && strings.HasSuffix(filepath.ToSlash(d.Pos.File), "base/custom/object.yaml") && d.Pos.Line == 2 {
					lost = d.Message
				}
			}
			if (tt.lost == "") != (lost == "") || !strings.Contains(lost, tt.lost) {
				t.Errorf("got %q, want one that names %q: %v", lost, tt.lost, found)
			}
		})
	}
}
