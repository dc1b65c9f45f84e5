package generate

import (
	"maps"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// before are the containers that run before the program of a workload.
func (r *renderer) before(w plan.Workload) yamldoc.Value {
	var out []yamldoc.Doc
	for i, c := range w.Init {
		at := func(field string) string { return c.Path + "." + field }
		values := yamldoc.Values{
			"name":       r.own(c.Path, c.Name),
			"built":      r.optional(c.ImagePath, c.Image),
			"external":   r.optional(at("external"), c.External),
			"pullPolicy": yamldoc.Of(c.PullPolicy),
			"stays":      yamldoc.Omit,
			"command":    r.words(at("command"), c.Command),
			"args":       r.words(at("args"), c.Args),
			"ports":      yamldoc.Omit,
			"lifecycle":  yamldoc.Omit,
			"envFrom":    r.envFrom(c.SharedReads(w.Reads)),
			"env":        r.containerEnv(append(r.env(w.Path+".env", c.Shared(w.Env)), r.env(at("env"), c.Env)...), c.SharedReads(w.Reads)),
			"requests":   r.resourceList(at("resources.requests"), c.Resources.Requests),
			"limits":     r.resourceList(at("resources.limits"), c.Resources.Limits),
			"mounts":     r.mounts(c),
		}
		maps.Copy(values, r.identity(c.Security, c.RunAs, c.User, c.Group))
		if c.Sidecar {
			values["stays"] = r.own(at("sidecar"), "Always")
		}
		// The names of ports are for all of the pod.
		maps.Copy(values, r.sidecarProbes(c, yamldoc.Of("probes-"+number(i+1))))
		out = append(out, r.fill("kustomize/container", values))
	}
	return list(out...)
}

func (r *renderer) mounts(c plan.Container) yamldoc.Value {
	var out []yamldoc.Doc
	for _, m := range c.Mounts {
		out = append(out, r.mount(m.Volume, m.Mount))
	}
	return list(out...)
}

// sidecarProbes are those of a container that goes on beside the program, and the port that they ask.
func (r *renderer) sidecarProbes(c plan.Container, port yamldoc.Value) yamldoc.Values {
	at := c.Path + ".sidecar.probes"
	number := r.own(at+".port", c.Probes.Port)
	out := r.asked(asking{Probes: c.Probes, at: at, command: at + ".exec", port: port, called: port, number: number,
		threshold: r.own(at+".startup", c.Probes.Own/plan.StartupPeriod)}, c.Sidecar)
	if c.Probes.Port > 0 {
		out["ports"] = list(r.fill("kustomize/container-port", yamldoc.Values{"protocol": port, "port": number}))
	}
	return out
}

// patchBefore are the variables of the program that an environment changes, for the containers that have them too. It names
// all containers: kustomize puts those of a patch first.
func (r *renderer) patchBefore(w plan.Workload, d plan.Delta) yamldoc.Value {
	var out []yamldoc.Doc
	changes := false
	for _, c := range w.Init {
		vars := c.Shared(d.Env)
		changes = changes || len(vars) > 0
		out = append(out, r.fill("kustomize/overlay-container", yamldoc.Values{"name": r.own(c.Path, c.Name), "env": list(r.env(d.Path+".env", vars)...)}))
	}
	if !changes {
		return yamldoc.Omit
	}
	return list(out...)
}
