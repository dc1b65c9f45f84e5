package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// systemNamespaces are made with every cluster, for its own parts.
var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

// ownCluster is the address by which Argo CD names the cluster in which it runs.
const ownCluster = "https://kubernetes.default.svc"

// namespacesOwn refuses namespaces that others use: Argo CD labels the whole namespace of an application (A04), and its
// project may deploy there.
func namespacesOwn(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		at, ns := schema.Join("environments", e.ID)+".namespace", e.Value.Namespace
		help := fmt.Sprintf("give it a namespace of its own, for example %q", s.Name)
		refuse := func(rule, why string) {
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Rule: rule, Path: at, Message: fmt.Sprintf("%s is %q, %s", at, ns, why), Help: help})
		}
		switch {
		case slices.Contains(systemNamespaces, ns):
			refuse("", "where the cluster runs parts of its own")
		case ns == s.ArgoCD.Namespace && s.ArgoCD.Server == ownCluster:
			refuse("", "where Argo CD itself runs: a project that may deploy there may change Argo CD")
		case ns == "default" && s.ArgoCD.Sync.CreateNamespace:
			help += ", or write argocd.sync.createNamespace: false, which leaves the labels of the namespace as they are"
			refuse("A04", "which others use too: Argo CD would put the Pod Security level restricted on all of it")
		}
	}
	return out
}
