package generate

import (
	"cmp"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// How long a pod waits for what runs before its program where the spec does not say, in seconds: for one that runs to its
// end, and for a sidecar that starts.
const (
	usualInit    = 10
	usualSidecar = 5
)

// initOf are the containers that run before the program of a workload.
func initOf(s input, w schema.Workload) []plan.Container {
	var out []plan.Container
	for _, named := range w.Init {
		v := named.Value
		c := plan.Container{
			Path: v.At, Name: named.ID, Image: v.Image, External: v.External, ImagePath: v.At + ".image", Command: v.Command, Args: v.Args, Sidecar: v.Sidecar != nil,
			SameVariables: v.SameVariables, Env: v.Env, Reads: readsOf(v.Alone()), Resources: resourcesOf(v.Resources),
			User: cmp.Or(v.RunAs.User, w.RunAs.User), Group: cmp.Or(v.RunAs.Group, w.RunAs.Group), RunAs: v.At + ".runAs",
			PullPolicy: w.PullPolicy, Mounts: mountsOf(w, named),
		}
		if v.Image == "" && v.External == "" {
			c.Image, c.External, c.ImagePath = imageOf(s, w), w.External, w.At+".image"
		}
		if c.External != "" {
			c.PullPolicy = "IfNotPresent"
		}
		if v.RunAs == (schema.RunAs{}) {
			c.RunAs = w.At + ".runAs"
		}
		if c.Security = securityOf(v.Security, v.At); c.Security.Root {
			c.User, c.Group = 0, 0
		}
		c.Seconds = cmp.Or(seconds(v.Takes), usualInit)
		c.Usual = c.Seconds
		if c.Sidecar {
			c.Probes, c.Seconds, c.Usual = sidecarProbes(v.Sidecar.Probes), usualSidecar, usualSidecar
			if c.Probes.Kind != plan.NoProbe {
				c.Seconds = c.Probes.Own
			}
		}
		out = append(out, c)
	}
	return out
}

// sidecarProbes say how a sidecar is asked: as a service is, but at its own port, and not at all where the spec does not
// say.
func sidecarProbes(p schema.Probes) plan.Probes {
	if p.Readiness == "" && !p.TCP && len(p.Exec) == 0 && p.GRPC == nil {
		return plan.Probes{}
	}
	out := probesOf(schema.Workload{Port: p.Port, Probes: p})
	if len(p.Exec) > 0 {
		out.Kind, out.Command, out.ByPort = plan.ExecProbe, p.Exec, p.Port > 0
	}
	out.Own = cmp.Or(out.Own, defaultStartup) / plan.StartupPeriod * plan.StartupPeriod
	return out
}

// mountsOf are where a container finds a folder for what it writes by the way, volumes of the program, and its files.
func mountsOf(w schema.Workload, c schema.Named[schema.Container]) []plan.ContainerMount {
	out := []plan.ContainerMount{{Volume: tmpOf(c.ID), Mount: plan.Mount{At: tmp}}}
	for _, v := range w.Volumes {
		if m, ok := c.Value.Mounts[v.ID]; ok {
			at := schema.Join(c.Value.At+".mounts", v.ID)
			mount := plan.Mount{Path: at, At: cmp.Or(m.Path, v.Value.Path), SubPath: v.Value.SubPath,
				ReadOnly: m.ReadOnly || v.Value.ReadOnly || v.Value.Secret != "" || v.Value.ConfigMap != ""}
			out = append(out, plan.ContainerMount{Volume: v.ID, Mount: mount})
		}
	}
	for i, path := range c.Value.Files {
		for _, v := range fileVolumesOf(w) {
			for _, m := range v.Mounts {
				if m.At == path {
					m.Path = schema.Item(c.Value.At+".files", i)
					out = append(out, plan.ContainerMount{Volume: v.Name, Mount: m})
				}
			}
		}
	}
	return out
}

// tmpOf is the name of the volume in which a container writes by the way: one of another image does not share that of the
// program.
func tmpOf(container string) string { return "tmp-" + container }
