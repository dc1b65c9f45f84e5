package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// customFits checks the kinds that the author's own files may add: each must be named once, belong to a namespace, and
// be none that the project allows already.
func customFits(s input) diag.List {
	var out diag.List
	folders := slices.ContainsFunc(s.Environments, func(e schema.Named[schema.Environment]) bool { return e.Value.Custom })
	for _, w := range s.Workloads {
		folders = folders || w.Value.Custom.Base || w.Value.Own != nil
	}
	written := allowedKinds(plan.Plan{Workloads: s.workloads, MadeSecrets: madeSecrets(s)})
	for _, w := range s.Workloads {
		out = append(out, customKindsFit(w.Value, folders, written)...)
	}
	return out
}

func customKindsFit(w schema.Workload, folders bool, written []kindOfObject) diag.List {
	var out diag.List
	declared, kindsAt := w.Custom.Kinds, w.At+".custom.kinds"
	if len(declared) > 0 && !folders {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: kindsAt,
			Message: kindsAt + " does nothing: no folder of your own could add such objects",
			Help:    "write custom: base: true in " + w.At + ", or custom: true in an environment"})
	}
	for i, k := range declared {
		at := schema.Item(kindsAt, i)
		group, kind := splitKind(k)
		ours := slices.ContainsFunc(written, func(k kindOfObject) bool { return k.group == group && k.kind == kind })
		switch meant := kubernetesKind(k); {
		case meant != k:
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
				Message: fmt.Sprintf("%s is %q, which is no kind of Kubernetes; did you mean %q?", at, k, meant), Help: "write the group and the kind as its manifests do"})
		case group == "" && strings.ToLower(kind[:1]) == kind[:1]:
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
				Message: fmt.Sprintf("%s is %q: a kind without a group is Kubernetes' own, and begins with a capital", at, k), Help: "write the group and the kind as its manifests do"})
		case slices.Contains(declared[:i], k):
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at, Message: fmt.Sprintf("%s is %s a second time", at, k), Help: "keep one"})
		case ours:
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
				Message: fmt.Sprintf("%s: the project allows %s already", at, k), Help: "leave it out"})
		case slices.Contains(clusterWide, kind):
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Path: at,
				Message: fmt.Sprintf("%s is %s, which belongs to the whole cluster: one application's project does not hand it out", at, k),
				Help:    "have it made by whoever runs the cluster, and name it in " + w.At + ".existing"})
		}
	}
	return out
}

// namespaced are the kinds of Kubernetes' own that people add, with their groups.
var namespaced = []string{
	"ConfigMap", "LimitRange", "PersistentVolumeClaim", "Pod", "ResourceQuota", "Secret", "Service", "ServiceAccount",
	"apps/DaemonSet", "apps/Deployment", "apps/StatefulSet", "autoscaling/HorizontalPodAutoscaler", "batch/CronJob", "batch/Job",
	"networking.k8s.io/Ingress", "networking.k8s.io/NetworkPolicy", "policy/PodDisruptionBudget",
	"rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding",
}

// kubernetesKind is the kind of Kubernetes that is written in another case, or without its group; else what is written.
// An API of others may have a kind of the same name, and one in lower case.
func kubernetesKind(written string) string {
	for _, k := range namespaced {
		group, kind := splitKind(k)
		if strings.EqualFold(written, k) || group != "" && strings.EqualFold(written, kind) {
			return k
		}
	}
	return written
}

// clusterWide are the kinds of Kubernetes' own that have no namespace.
var clusterWide = []string{
	"APIService", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "IngressClass", "MutatingWebhookConfiguration", "Namespace",
	"PersistentVolume", "PriorityClass", "RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
}
