package rules

import (
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
						c.roleFits(role)
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
	account := w.Pod().Get("serviceAccountName").Text()
	return slices.ContainsFunc(binding.Get("subjects").Items(), func(s pipeline.Node) bool {
		return s.Get("kind").Text() == "ServiceAccount" && (s.Get("name").Text() == account || account == "" && s.Get("name").Text() == "default")
	})
}

// danger are verbs over resources that give more than they say. Without resources they are those of every resource.
type danger struct {
	resources, verbs []string
	means            string
	// named says that names make it harmless.
	named bool
}

var (
	reading, changing = []string{"get", "list", "watch"}, []string{"create", "update", "patch"}
	dangers           = []danger{
		{nil, []string{"escalate", "bind"}, "may give itself every right", false},
		{nil, []string{"impersonate"}, "may act as somebody else", false},
		{[]string{"secrets"}, reading, "reads every Secret of the namespace", true},
		{[]string{"pods"}, []string{"create"}, "may start pods, as any account of the namespace and with any of its Secrets", false},
		{[]string{"deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers"}, changing, "may start pods, as any account of the namespace and with any of its Secrets", false},
		{[]string{"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/ephemeralcontainers", "services/proxy"}, slices.Concat(reading, changing), "gets into other pods", false},
		{[]string{"serviceaccounts/token"}, []string{"create"}, "may make itself the token of another account", false},
	}
)

// roleFits reports what is too much in a role.
func (c *Case) roleFits(role *pipeline.Object) {
	const help = "name what the program needs"
	for _, rule := range role.Get("rules").Items() {
		if c.anything(role, rule, help) {
			continue
		}
		for _, d := range dangers {
			if d.named && len(rule.Get("resourceNames").Items()) > 0 {
				continue
			}
			verb, resource := someOf(rule.Get("verbs"), d.verbs), someOf(rule.Get("resources"), d.resources)
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
