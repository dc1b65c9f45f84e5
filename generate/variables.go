package generate

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// readsOf are what a workload gets its variables from.
func readsOf(w schema.Workload) plan.Reads {
	var out plan.Reads
	for _, from := range []struct {
		field string
		kind  plan.ObjectKind
		keys  map[string]schema.ObjectKey
	}{{"secrets", plan.SecretKind, w.Secrets}, {"configMaps", plan.ConfigMapKind, w.ConfigMaps}} {
		for _, variable := range sorted(from.keys) {
			k := from.keys[variable]
			out.Keys = append(out.Keys, plan.KeyVariable{Path: schema.Join(w.At+"."+from.field, variable), Variable: variable,
				Object: plan.ClusterObject{Kind: from.kind, Name: k.Name}, Key: k.Key, Optional: k.Optional})
		}
	}
	for _, variable := range sorted(w.Fields) {
		out.Fields = append(out.Fields, plan.FieldVariable{Path: schema.Join(w.At+".fields", variable), Variable: variable, Field: w.Fields[variable]})
	}
	for i, from := range w.EnvFrom {
		object := plan.ClusterObject{Kind: plan.SecretKind, Name: from.Secret}
		if from.ConfigMap != "" {
			object = plan.ClusterObject{Kind: plan.ConfigMapKind, Name: from.ConfigMap}
		}
		out.All = append(out.All, plan.AllVariables{Path: schema.Item(w.At+".envFrom", i), Object: object, Prefix: from.Prefix, Optional: from.Optional})
	}
	return out
}

// variablesOnce refuses a variable that has two values: the API server takes the one that comes last.
func variablesOnce(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		besides, found := severalValues(w.Value)
		out = append(out, found...)
		for _, c := range w.Value.Containers()[1:] {
			_, found := severalValues(c)
			out = append(out, found...)
		}
		for _, e := range s.Environments {
			d := e.Value.Difference(w.ID)
			for _, name := range sorted(d.Env) {
				if at := besides[name]; at != "" {
					out = append(out, twice(schema.Join(d.At+".env", name), name, d.At+".env", at))
				}
			}
		}
	}
	return out
}

// severalValues refuses variables that have two values in one container, and warns of texts that look as if they referred to
// one. Besides are the places of those that are no texts.
func severalValues(w schema.Workload) (besides map[string]string, out diag.List) {
	first := map[string]string{}
	besides = map[string]string{}
	for _, in := range []struct {
		field string
		names []string
	}{{"env", sorted(w.Env)}, {"secrets", sorted(w.Secrets)}, {"configMaps", sorted(w.ConfigMaps)}, {"fields", sorted(w.Fields)}} {
		at := w.At + "." + in.field
		for _, name := range in.names {
			if in.field != "env" {
				besides[name] = at
			}
			if first[name] != "" {
				out = append(out, twice(schema.Join(at, name), name, first[name], at))
			} else {
				first[name] = at
			}
		}
	}
	for _, name := range sorted(w.Env) {
		kubevar.Expand(w.Env[name], func(other string) (string, bool) {
			if first[other] != "" {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Severity: diag.Warning, Path: schema.Join(w.At+".env", name),
					Message: fmt.Sprintf("variable %s says $(%s), and a text refers to no other variable: the program sees these characters", name, other),
					Help:    "add it behind the others by a JSON patch, as docs/limits.md does"})
			}
			return "", false
		})
	}
	return besides, out
}

func twice(path, name, in, other string) diag.Diagnostic {
	return diag.Diagnostic{Code: diag.Duplicate, Path: path, Message: fmt.Sprintf("variable %s is in %s and in %s", name, in, other), Help: "keep one"}
}

// env are the variables of a container whose values are texts.
func (r *renderer) env(origin string, vars map[string]string) []yamldoc.Doc {
	var out []yamldoc.Doc
	for _, name := range sorted(vars) {
		out = append(out, r.fill("kustomize/env", yamldoc.Values{"name": yamldoc.Of(name), "value": r.own(schema.Join(origin, name), kubevar.Literal(vars[name]))}))
	}
	return out
}

// containerEnv writes the variables of a container: texts, and what it reads beside them.
func (r *renderer) containerEnv(out []yamldoc.Doc, reads plan.Reads) yamldoc.Value {
	for _, v := range reads.Keys {
		fragment := "kustomize/env-secret"
		if v.Object.Kind == plan.ConfigMapKind {
			fragment = "kustomize/env-configmap"
		}
		out = append(out, r.fill(fragment, yamldoc.Values{
			"name":     yamldoc.Of(v.Variable),
			"object":   r.own(v.Path+".name", v.Object.Name),
			"key":      r.own(v.Path+".key", v.Key),
			"optional": r.flag(v.Path+".optional", v.Optional),
		}))
	}
	// A reference to a field is one value for Argo CD's comparison, with what the API server fills in: without apiVersion or
	// divisor the Deployment would be OutOfSync for ever.
	for _, v := range reads.Fields {
		fragment := "kustomize/env-field"
		if ofContainer(v.Field) {
			fragment = "kustomize/env-resource"
		}
		out = append(out, r.fill(fragment, yamldoc.Values{"name": yamldoc.Of(v.Variable), "field": r.own(v.Path, v.Field)}))
	}
	return list(out...)
}

// ofContainer reports a field that is a number of the container's resources, and none of the pod's.
func ofContainer(field string) bool {
	return strings.HasPrefix(field, "requests.") || strings.HasPrefix(field, "limits.")
}

// envFrom names the objects whose keys are all variables.
func (r *renderer) envFrom(reads plan.Reads) yamldoc.Value {
	var out []yamldoc.Doc
	for _, v := range reads.All {
		fragment, field := "kustomize/env-from-secret", ".secret"
		if v.Object.Kind == plan.ConfigMapKind {
			fragment, field = "kustomize/env-from-configmap", ".configMap"
		}
		out = append(out, r.fill(fragment, yamldoc.Values{
			"object":   r.own(v.Path+field, v.Object.Name),
			"prefix":   r.optional(v.Path+".prefix", v.Prefix),
			"optional": r.flag(v.Path+".optional", v.Optional),
		}))
	}
	return list(out...)
}

// flag is written where it is set.
func (r *renderer) flag(origin string, set bool) yamldoc.Value {
	if !set {
		return yamldoc.Omit
	}
	return r.own(origin, true)
}

// triedWith are the variables with which an image is tried: the texts, and those fields of the pod that are known
// before there is one.
func triedWith(p plan.Plan, w plan.Workload) map[string]string {
	out := maps.Clone(w.Env)
	for _, v := range w.Reads.Fields {
		if value := knownField(p, w, v.Field); value != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[v.Variable] = value
		}
	}
	return out
}

// knownField is the value of a pod's field in the environment with the least memory, "" where only a cluster has one.
func knownField(p plan.Plan, w plan.Workload, field string) string {
	whole := func(quantity *big.Rat) string {
		// The kubelet rounds up, to bytes and to cores.
		n := new(big.Int).Add(quantity.Num(), new(big.Int).Sub(quantity.Denom(), big.NewInt(1)))
		return n.Quo(n, quantity.Denom()).String()
	}
	switch field {
	case "spec.serviceAccountName":
		return w.AccountName()
	case "limits.memory":
		return whole(plan.Quantity(leastMemory(p, w).limit))
	case "limits.cpu":
		return whole(plan.Quantity(w.Resources.Limits.CPU))
	case "requests.memory":
		return whole(plan.Quantity(w.Resources.Requests.Memory))
	case "requests.cpu":
		return whole(plan.Quantity(w.Resources.Requests.CPU))
	}
	return ""
}

// onlyInCluster are what the pods of a workload get and no runner has, in words. Secrets alone are not worth one: that
// a runner has none goes without saying.
func onlyInCluster(p plan.Plan, w plan.Workload, m triedMounts) []string {
	var out []string
	said := len(w.Reads.All) > 0 || len(m.missing) > 0
	for _, c := range w.Init {
		// Its own image may need something of each of them.
		out, said = append(out, "what "+c.Name+" does before it"), true
		if c.Sidecar {
			out[len(out)-1] = "the sidecar " + c.Name
		}
	}
	for _, v := range w.Reads.Keys {
		out, said = append(out, v.Variable), said || v.Object.Kind != plan.SecretKind
	}
	for _, v := range w.Reads.Fields {
		if knownField(p, w, v.Field) == "" {
			out, said = append(out, v.Variable), true
		}
	}
	for _, v := range w.Reads.All {
		out = append(out, "the variables of the "+string(v.Object.Kind)+" "+v.Object.Name)
	}
	if !said {
		return nil
	}
	out = append(out, m.missing...)
	slices.Sort(out)
	return out
}
