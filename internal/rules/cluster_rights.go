package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// fewClusterRights looks for rights in the API of Kubernetes that give the pods which have them more than they say: those
// of every object, of Secrets, of other pods, and the right to give rights.
func fewClusterRights(c *Case) {
	for _, t := range c.Targets {
		for _, binding := range bindings(t) {
			ref := binding.Get("roleRef")
			if whole := ref.Get("name"); ref.Get("kind").Text() == "ClusterRole" && slices.Contains([]string{"cluster-admin", "admin", "edit"}, whole.Text()) {
				c.broken(whole.At(), nowhere, "bind a Role with what the program needs", "%s gives pods the rights of %s, which are those of every Secret and every pod", binding.Label(), whole.Text())
			}
			for _, kind := range []string{"Role", "ClusterRole"} {
				for _, role := range t.Kinds(kind) {
					if kind == ref.Get("kind").Text() && role.Name == ref.Get("name").Text() {
						c.roleFits(t, role)
					}
				}
			}
		}
	}
}

// bindings are those of a target that give rights to accounts of its pods.
func bindings(t *pipeline.Target) []*pipeline.Object {
	var out []*pipeline.Object
	for _, kind := range []string{"RoleBinding", "ClusterRoleBinding"} {
		for _, o := range t.Kinds(kind) {
			if slices.ContainsFunc(t.Workloads(), func(w pipeline.Workload) bool { return bound(o, w) }) {
				out = append(out, o)
			}
		}
	}
	return out
}

// bound reports whether a binding gives rights to the account of a workload's pods.
func bound(binding *pipeline.Object, w pipeline.Workload) bool {
	account := cmp.Or(w.Pod().Get("serviceAccountName").Text(), "default")
	return slices.ContainsFunc(binding.Get("subjects").Items(), func(s pipeline.Node) bool {
		switch kind, name := s.Get("kind").Text(), s.Get("name").Text(); kind {
		case "ServiceAccount":
			return name == account
		case "User":
			return strings.HasPrefix(name, "system:serviceaccount:") && strings.HasSuffix(name, ":"+account)
		default: // groups in which every account is, or every one of a namespace
			return strings.HasPrefix(name, "system:serviceaccounts") || name == "system:authenticated"
		}
	})
}

// danger are verbs over resources that give more than they say. Without resources they are those of every resource.
type danger struct {
	resources, verbs []string
	means            string
	// named says that names make it harmless, and deployed that they do unless they are of something that is deployed there.
	named, deployed bool
}

var (
	reading, changing = []string{"get", "list", "watch"}, []string{"create", "update", "patch"}
	starting          = []string{"deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers", "rollouts"}
	dangers           = []danger{
		{verbs: []string{"escalate", "bind"}, means: "may give itself every right"},
		{verbs: []string{"impersonate"}, means: "may act as somebody else"},
		{resources: []string{"secrets"}, verbs: reading, means: "reads every Secret of the namespace", named: true},
		{resources: []string{"pods"}, verbs: []string{"create"}, means: "may start pods, as any account of the namespace and with any of its Secrets"},
		{resources: starting, verbs: changing, means: "may start pods, as any account of the namespace and with any of its Secrets"},
		{resources: []string{"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/ephemeralcontainers", "services/proxy"}, verbs: slices.Concat(reading, changing), means: "gets into other pods"},
		{resources: []string{"serviceaccounts/token"}, verbs: []string{"create"}, means: "may make itself the token of another account"},
		{resources: []string{"deployments/scale", "replicasets/scale", "statefulsets/scale", "rollouts/scale", "horizontalpodautoscalers", "scaledobjects"}, verbs: changing, means: "sets how many pods run, down to none", deployed: true},
		{resources: slices.Concat(starting, []string{"pods", "services", "horizontalpodautoscalers", "scaledobjects", "poddisruptionbudgets", "networkpolicies"}), verbs: []string{"delete", "deletecollection"}, means: "takes away what is deployed", deployed: true},
	}
)

// roleFits reports what is too much in a role.
func (c *Case) roleFits(t *pipeline.Target, role *pipeline.Object) {
	const help = "name what the program needs"
	for _, rule := range role.Get("rules").Items() {
		if c.anything(role, rule, help) {
			continue
		}
		for _, d := range dangers {
			names := rule.Get("resourceNames").List()
			if len(names) > 0 && (d.named || d.deployed && !slices.ContainsFunc(t.Objects, func(o *pipeline.Object) bool { return slices.Contains(names, o.Name) })) {
				continue
			}
			verb, resource := someOf(rule.Get("verbs"), d.verbs), someResource(rule.Get("resources"), d.resources)
			switch {
			case !verb.OK():
			case d.resources == nil:
				c.broken(verb.At(), nowhere, c.orAnswer(help, verb, role), "whoever has %s %s: %s", role.Label(), d.means, verb.Text())
			case resource.OK():
				c.broken(resource.At(), nowhere, c.orAnswer(help, resource, role), "whoever has %s %s: %s %s", role.Label(), d.means, verb.Text(), resource.Text())
			}
		}
	}
}

// anything reports a rule for every verb, resource or group.
func (c *Case) anything(role *pipeline.Object, rule pipeline.Node, help string) bool {
	found := false
	for _, field := range []string{"verbs", "resources", "apiGroups"} {
		if n := someOf(rule.Get(field), []string{"*"}); n.OK() {
			c.broken(n.At(), nowhere, c.orAnswer(help, n, role), "%s is for all %s, those that come later among them", role.Label(), strings.ReplaceAll(field, "apiGroups", "API groups"))
			found = true
		}
	}
	return found
}

// someOf is the first text of a list that is one of some.
func someOf(list pipeline.Node, texts []string) pipeline.Node {
	for _, n := range list.Items() {
		if slices.Contains(texts, n.Text()) {
			return n
		}
	}
	return pipeline.Node{}
}

// someResource is the first of a list that is one of some resources, be it by "*/scale", which is the scale of each.
func someResource(list pipeline.Node, resources []string) pipeline.Node {
	for _, n := range list.Items() {
		if part, each := strings.CutPrefix(n.Text(), "*/"); slices.Contains(resources, n.Text()) ||
			each && slices.ContainsFunc(resources, func(r string) bool { return strings.HasSuffix(r, "/"+part) }) {
			return n
		}
	}
	return pipeline.Node{}
}
