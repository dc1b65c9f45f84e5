package change

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

func clusterSecrets(v *view) map[string]bool {
	out := map[string]bool{}
	// A new version is no other Secret.
	named := func(name string) string {
		if made := v.plan.Made(name); made != nil {
			return made.ID
		}
		return name
	}
	var walk func(n any)
	walk = func(n any) {
		switch n := n.(type) {
		case []any:
			for _, e := range n {
				walk(e)
			}
		case map[string]any:
			for k, e := range n {
				switch k {
				case "secretKeyRef":
					out[fmt.Sprintf("the key %s of the Secret %s", text(e, "key"), named(text(e, "name")))] = true
				case "secretRef", "secret", "nodePublishSecretRef":
					if name := text(e, "name") + text(e, "secretName"); name != "" {
						out["the Secret "+named(name)] = true
					}
				}
				walk(e)
			}
		}
	}
	for k, o := range v.objects {
		if k.environment != "" {
			walk(o.body)
		}
	}
	return out
}

// egress is what network policies let the application's pods reach.
func egress(v *view) map[string]bool {
	out := map[string]bool{}
	for k, o := range v.objects {
		if k.kind != "NetworkPolicy" || !slices.ContainsFunc(v.plan.Workloads, func(w plan.Workload) bool { return w.Name == k.name }) {
			continue
		}
		for _, rule := range list(o.body, "spec", "egress") {
			ports := list(rule, "ports")
			if len(ports) == 0 {
				out["every port"] = true
			}
			for _, p := range ports {
				out[fmt.Sprintf("the port %v (%v)", dig(p, "port"), dig(p, "protocol"))] = true
			}
		}
	}
	return out
}

// clusterRights are what the accounts of the pipeline's pods may do, each right by itself.
func clusterRights(v *view) map[string]bool {
	out := map[string]bool{}
	for k, o := range v.objects {
		if k.kind != "Role" {
			continue
		}
		for _, rule := range list(o.body, "rules") {
			of := ""
			if names := list(rule, "resourceNames"); len(names) > 0 {
				of = fmt.Sprintf(" (%v alone)", names)
			}
			for _, verb := range list(rule, "verbs") {
				for _, resource := range list(rule, "resources") {
					for _, group := range list(rule, "apiGroups") {
						out[strings.TrimSuffix(fmt.Sprintf("%v %v.%v", verb, resource, group), ".")+of] = true
					}
				}
			}
		}
	}
	return out
}

func securityChanged(k key, x, y object, add report) {
	differs := !reflect.DeepEqual(dig(x.body, "spec", "template", "spec", "securityContext"), dig(y.body, "spec", "template", "spec", "securityContext"))
	after := containers(y)
	for name, c := range containers(x) {
		now, ok := after[name]
		differs = differs || ok && !reflect.DeepEqual(dig(c, "securityContext"), dig(now, "securityContext"))
	}
	if differs {
		add(k.String(), "deploy.runAs", "The pods of the %s run with another user or other rights.", k)
	}
}

// accountChanged looks at the account of pods: which it is, whether they get its token, and its annotations, by which a
// cloud gives it rights.
func accountChanged(k key, x, y object, add report) {
	if k.kind == "ServiceAccount" {
		if after := dig(y.body, "metadata", "annotations"); after != nil && !reflect.DeepEqual(dig(x.body, "metadata", "annotations"), after) {
			add(k.String(), "deploy.serviceAccount", "The annotations of the %s are others, and with them maybe its rights in a cloud.", k)
		}
		return
	}
	for _, field := range []string{"serviceAccountName", "automountServiceAccountToken"} {
		before, after := dig(x.body, "spec", "template", "spec", field), dig(y.body, "spec", "template", "spec", field)
		if after != nil && before != nil && !reflect.DeepEqual(before, after) {
			add(k.String()+field, "deploy.serviceAccount", "%s of the %s is %v instead of %v.", field, k, after, before)
		}
	}
}

func projectWidened(k key, x, y object, add report) {
	if k.kind != "AppProject" {
		return
	}
	for _, field := range []string{"clusterResourceWhitelist", "namespaceResourceWhitelist", "destinations", "sourceRepos"} {
		before := list(x.body, "spec", field)
		for _, e := range list(y.body, "spec", field) {
			if !slices.ContainsFunc(before, func(o any) bool { return reflect.DeepEqual(o, e) || namedWithin(o, e) }) {
				add(field+fmt.Sprint(e), "", "The project %s has %s in %s.", k.name, entryWords(e), field)
			}
		}
	}
}

// namedWithin reports whether a destination has clusters that an earlier one had by a wider pattern of their names.
func namedWithin(earlier, e any) bool {
	wide, ok := earlier.(map[string]any)
	narrow, alike := e.(map[string]any)
	if !ok || !alike {
		return false
	}
	pattern, _ := wide["name"].(string)
	name, _ := narrow["name"].(string)
	return name != "" && wide["namespace"] == narrow["namespace"] && wide["server"] == narrow["server"] && pipeline.Fits(pattern, name)
}

// entryWords are the values of an entry, such as apps/Deployment.
func entryWords(e any) string {
	m, ok := e.(map[string]any)
	if !ok {
		return fmt.Sprint(e)
	}
	var parts []string
	for _, k := range sorted(m) {
		if s := fmt.Sprint(m[k]); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "/")
}
