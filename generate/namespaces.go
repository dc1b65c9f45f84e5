package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// systemNamespaces are made with every cluster, for its own parts.
var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

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
		case slices.ContainsFunc(clustersOf(s, e.Value), func(c plan.Cluster) bool {
			return (c.OfArgoCD() || c.Fleet != nil) && ns == instanceOf(s, c.ID).Namespace
		}):
			refuse("", "where Argo CD itself runs: a project that may deploy there may change Argo CD")
		case ns == "default" && s.ArgoCD.Sync.CreateNamespace && !e.Value.SharedNamespace:
			help += ", or write sharedNamespace: true, which leaves the labels of the namespace as they are"
			refuse("A04", "which others use too: Argo CD would put the Pod Security level restricted on all of it")
		}
	}
	return append(out, sharedAlike(s)...)
}

// sharedAlike: one template of an ApplicationSet says for all environments whether Argo CD makes the namespace.
func sharedAlike(s input) diag.List {
	all := inOneSet(s)
	for _, e := range all {
		if first := all[0]; e.Value.SharedNamespace != first.Value.SharedNamespace {
			at := schema.Join("environments", e.ID) + ".sharedNamespace"
			return diag.List{{Code: diag.NotApplicable, Path: at,
				Message: fmt.Sprintf("%s is %t, and that of %s is %t: the ApplicationSet has one template for both", at, e.Value.SharedNamespace, first.ID, first.Value.SharedNamespace),
				Help:    "let all environments share their namespaces or none, or leave argocd.applicationSet out"}}
		}
	}
	return nil
}

// namespacesText says who makes the namespaces, and what their labels do (A04).
func namespacesText(p plan.Plan) string {
	made := map[string][]string{}
	var there []string
	for _, e := range p.Sites() {
		if level := p.PodSecurity(e); p.Creates(e) {
			made[level] = append(made[level], namespaceOf(p, e))
		} else {
			there = append(there, namespaceOf(p, e))
		}
	}
	var out []string
	for _, level := range slices.Backward(sorted(made)) {
		names, missing := made[level], " if it is"
		if len(names) > 1 {
			missing = " if they are"
		}
		does := "from then on the cluster refuses pods there that ask for more, also those of others."
		if level == "privileged" {
			does = "the cluster then takes any pod there."
		}
		out = append(out, "Argo CD makes "+namespaces(names)+missing+" missing, and sets the label `pod-security.kubernetes.io/enforce: "+level+"`: "+does)
	}
	if len(there) > 0 {
		out = append(out, "Somebody else makes "+namespaces(there)+"; Argo CD sets no labels there.")
	}
	return strings.Join(out, " ")
}

// namespaces lists namespaces, which are in Markdown.
func namespaces(names []string) string {
	if len(names) == 1 {
		return "the namespace " + names[0]
	}
	return "the namespaces " + plan.And(names)
}

// namespaceOf is the namespace of an environment in Markdown, with its clusters where a plan has several.
func namespaceOf(p plan.Plan, e plan.Environment) string {
	if len(p.Clusters()) == 1 {
		return "`" + e.Namespace + "`"
	}
	var on []string
	for _, at := range e.At() {
		if at.Cluster.Fleet != nil {
			on = append(on, at.Cluster.String())
			continue
		}
		on = append(on, "`"+at.Cluster.String()+"`")
	}
	return "`" + e.Namespace + "` on " + plan.And(on)
}
