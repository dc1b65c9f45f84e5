package generate

import (
	"maps"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// pod is what the pods of a workload are made of.
func (r *renderer) pod(w plan.Workload) yamldoc.Doc {
	at := func(field string) string { return w.Path + "." + field }
	mounts, volumes := r.volumes(w)
	program := yamldoc.Values{
		"name":       r.name(w),
		"built":      r.optional(at("image"), w.Image),
		"external":   r.optional(at("external"), w.External),
		"pullPolicy": r.own(at("pullPolicy"), w.PullPolicy),
		"stays":      yamldoc.Omit,
		"command":    r.words(at("command"), w.Command),
		"args":       r.words(at("args"), w.Args),
		"envFrom":    r.envFrom(w.Reads),
		"env":        r.containerEnv(r.env(at("env"), w.Env), w.Reads),
		"requests":   r.resourceList(at("resources.requests"), w.Resources.Requests),
		"limits":     r.resourceList(at("resources.limits"), w.Resources.Limits),
		"mounts":     mounts,
	}
	for _, v := range []yamldoc.Values{r.serving(w), r.probes(w), r.identity(w.Security, at("runAs"), w.User, w.Group)} {
		maps.Copy(program, v)
	}
	values := yamldoc.Values{
		"user":    program["user"],
		"group":   program["group"],
		"notRoot": program["notRoot"],
		"before":  r.before(w),
		"program": list(r.fill("kustomize/container", program)),
		"volumes": volumes,
		"folders": yamldoc.Omit,
		"lowPort": r.lowPort(w),
	}
	if w.Security.WritableRoot {
		values["volumes"], values["folders"] = yamldoc.Omit, volumes
	}
	for _, v := range []yamldoc.Values{r.account(w), r.placement(w), r.names(w)} {
		maps.Copy(values, v)
	}
	return r.fill("kustomize/pod", values)
}

// lowPort opens the lowest port of a workload to every user, where Linux keeps it for root. It is one of the settings of
// the kernel that belong to the pod alone, and that the strictest level of Pod Security allows
// (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
func (r *renderer) lowPort(w plan.Workload) yamldoc.Value {
	const firstForAll = 1024
	at, port := w.Path+".port", w.Port
	if p := w.Probes.Port; p > 0 && p < port {
		at, port = w.Path+".probes.port", p
	}
	if w.Kind != plan.ServiceKind || port >= firstForAll {
		return yamldoc.Omit
	}
	return list(r.fill("kustomize/low-port", yamldoc.Values{"first": r.own(at, number(port))}))
}

// words are a command or its arguments, in which Kubernetes replaces $(NAME) by a variable of the container.
func (r *renderer) words(at string, words []string) yamldoc.Value {
	if len(words) == 0 {
		return yamldoc.Omit
	}
	return r.own(at, words).Flow()
}

// serving are the ports of a workload, and how it stops serving.
func (r *renderer) serving(w plan.Workload) yamldoc.Values {
	values := yamldoc.Values{"ports": yamldoc.Omit, "lifecycle": r.lifecycle(w)}
	var ports []yamldoc.Doc
	if w.Kind == plan.ServiceKind {
		ports = []yamldoc.Doc{r.fill("kustomize/container-port", yamldoc.Values{"protocol": protocol(w), "port": r.own(w.Path+".port", w.Port)})}
		if w.Probes.Port > 0 {
			ports = append(ports, r.fill("kustomize/container-port", yamldoc.Values{"protocol": yamldoc.Of(w.ProbePort()), "port": r.own(w.Path+".probes.port", w.Probes.Port)}))
		}
	}
	for _, p := range r.peerPorts(w) {
		ports = append(ports, r.fill("kustomize/container-port", yamldoc.Values{"protocol": p.name, "port": p.port}))
	}
	if len(ports) > 0 {
		values["ports"] = list(ports...)
	}
	return values
}
