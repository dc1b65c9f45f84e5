package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// customFits checks the kinds that the author's own files may add: each must be named once, belong to a namespace, and
// be none that the project allows already.
func customFits(s input) diag.List {
	var out diag.List
	folders := s.Deploy.Custom.Base
	for _, e := range s.Environments {
		folders = folders || e.Value.Custom
	}
	declared := s.Deploy.Custom.Kinds
	if len(declared) > 0 && !folders {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: "deploy.custom.kinds",
			Message: "deploy.custom.kinds does nothing: no folder of your own could add such objects",
			Help:    "write custom: base: true in deploy, or custom: true in an environment"})
	}
	for i, k := range declared {
		at := schema.Item("deploy.custom.kinds", i)
		group, kind := splitKind(k)
		ours := slices.ContainsFunc(kinds, func(k kindOfObject) bool { return k.group == group && k.kind == kind })
		switch {
		case slices.Contains(declared[:i], k):
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at, Message: fmt.Sprintf("%s is %s a second time", at, k), Help: "keep one"})
		case ours:
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
				Message: fmt.Sprintf("%s: the project allows %s already", at, k), Help: "leave it out"})
		case slices.Contains(clusterWide, kind):
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
				Message: fmt.Sprintf("%s is %s, which belongs to the whole cluster: one application's project does not hand it out", at, k),
				Help:    "have it made by whoever runs the cluster, and name it in deploy.existing"})
		}
	}
	return out
}

// clusterWide are the kinds of Kubernetes' own that have no namespace.
var clusterWide = []string{
	"APIService", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "IngressClass", "MutatingWebhookConfiguration", "Namespace",
	"PersistentVolume", "PriorityClass", "RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
}
