package generate

import (
	"testing"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

func TestNamespacesOwn(t *testing.T) {
	for _, c := range []struct {
		namespace, server string
		create            bool
		refused           bool
	}{
		{"shop", plan.OwnServer, true, false},
		{"kube-shop", plan.OwnServer, true, false},
		{"kube-system", plan.OwnServer, true, true},
		{"kube-public", "https://other.example.org", false, true},
		{"default", plan.OwnServer, true, true},
		{"default", plan.OwnServer, false, false},
		{"gitops", plan.OwnServer, false, true},
		// In another cluster the name means nothing special.
		{"gitops", "https://other.example.org", true, false},
		{"argocd", plan.OwnServer, true, false},
	} {
		found := namespacesOwn(input{Spec: schema.Spec{
			Name:         "shop",
			ArgoCD:       schema.ArgoCD{Namespace: "gitops", Server: c.server, Sync: schema.Sync{CreateNamespace: c.create}},
			Environments: []schema.Named[schema.Environment]{{ID: "production", Value: schema.Environment{Namespace: c.namespace}}},
		}})
		if (len(found) > 0) != c.refused {
			t.Errorf("%+v: %v", c, found)
		}
	}
}
