package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// pod is what the pods of a workload are made of.
func (r *renderer) pod(w plan.Workload) yamldoc.Doc {
	at := func(field string) string { return w.Path + "." + field }
	mounts, volumes := r.volumes(w)
	values := yamldoc.Values{
		"name":       r.name(w),
		"built":      r.optional(w.Path+".image", w.Image),
		"external":   r.optional(w.Path+".external", w.External),
		"user":       r.own(at("runAs.user"), w.User),
		"group":      r.own(at("runAs.group"), w.Group),
		"pullPolicy": r.own(at("pullPolicy"), w.PullPolicy),
		"command":    r.words(at("command"), w.Command),
		"args":       r.words(at("args"), w.Args),
		"env":        r.containerEnv(at("env"), w.Env, w.Secrets),
		"requests":   r.resourceList(at("resources.requests"), w.Resources.Requests),
		"limits":     r.resourceList(at("resources.limits"), w.Resources.Limits),
		"mounts":     mounts,
		"volumes":    volumes,
	}
	for _, v := range []yamldoc.Values{r.placement(w), r.serving(w), r.probes(w)} {
		for name, value := range v {
			values[name] = value
		}
	}
	return r.fill("kustomize/pod", values)
}

// words are a command or its arguments, in which Kubernetes replaces $(NAME) by a variable of the container.
func (r *renderer) words(at string, words []string) yamldoc.Value {
	if len(words) == 0 {
		return yamldoc.Omit
	}
	return r.own(at, words).Flow()
}

// placement spreads the pods of what runs all the time, and lets what runs to its end do so once.
func (r *renderer) placement(w plan.Workload) yamldoc.Values {
	if !w.Kind.Stays() {
		return yamldoc.Values{"restart": yamldoc.Of("Never"), "grace": yamldoc.Omit, "affinity": yamldoc.Omit, "spread": yamldoc.Omit}
	}
	name := yamldoc.Values{"name": r.name(w)}
	return yamldoc.Values{
		"restart":  yamldoc.Omit,
		"grace":    yamldoc.Of(45),
		"affinity": yamldoc.Block(r.fill("kustomize/pod-affinity", name)),
		"spread":   yamldoc.Block(r.fill("kustomize/pod-spread", name)),
	}
}

// serving is what only a workload with a port has.
func (r *renderer) serving(w plan.Workload) yamldoc.Values {
	if w.Kind != plan.ServiceKind {
		return yamldoc.Values{"ports": yamldoc.Omit, "lifecycle": yamldoc.Omit}
	}
	return yamldoc.Values{
		"ports":     yamldoc.Block(r.fill("kustomize/container-port", yamldoc.Values{"protocol": protocol(w), "port": r.own(w.Path+".port", w.Port)})),
		"lifecycle": yamldoc.Block(r.fill("kustomize/lifecycle", nil)),
	}
}

// probes ask over HTTP, or whether the port is open, or by a command.
func (r *renderer) probes(w plan.Workload) yamldoc.Values {
	startup, readiness, liveness := yamldoc.Doc{}, yamldoc.Doc{}, yamldoc.Doc{}
	at := w.Path + ".probes"
	open := func(period int) yamldoc.Doc {
		return r.fill("kustomize/probe-open", yamldoc.Values{"protocol": protocol(w), "period": yamldoc.Of(period)})
	}
	switch {
	case w.Kind == plan.ServiceKind && w.Asked():
		startup = r.fill("kustomize/probe-startup", yamldoc.Values{"path": r.own(at, w.Probes.Startup), "threshold": r.startupThreshold(w)})
		readiness = r.fill("kustomize/probe-readiness", yamldoc.Values{"path": r.own(at+".readiness", w.Probes.Readiness)})
		liveness = r.fill("kustomize/probe-liveness-port", nil)
		if w.Probes.Liveness != "" {
			liveness = r.fill("kustomize/probe-liveness", yamldoc.Values{"path": r.own(at+".liveness", w.Probes.Liveness)})
		}
	case w.Kind == plan.ServiceKind:
		startup = r.fill("kustomize/probe-startup-open", yamldoc.Values{"protocol": protocol(w), "threshold": r.startupThreshold(w)})
		readiness, liveness = open(5), open(10)
	case len(w.Probes.Command) > 0:
		command := r.words(w.Path+".worker.liveness", w.Probes.Command)
		startup = r.fill("kustomize/probe-startup-command", yamldoc.Values{"command": command, "threshold": r.startupThreshold(w)})
		liveness = r.fill("kustomize/probe-liveness-command", yamldoc.Values{"command": command})
	}
	return yamldoc.Values{"startup": probe(startup), "readiness": probe(readiness), "liveness": probe(liveness)}
}

func probe(d yamldoc.Doc) yamldoc.Value {
	if d.Empty() {
		return yamldoc.Omit
	}
	return yamldoc.Block(d)
}

// startupThreshold has a comment with the criterion that decides it: being ready, or else the endpoint.
func (r *renderer) startupThreshold(w plan.Workload) yamldoc.Value {
	n := w.Rollout.Startup / plan.StartupPeriod
	if w.Probes.Own > 0 {
		return r.own(w.Path+".probes.startup", n)
	}
	return r.promised(r.plan.Demands.By(plan.Started, w.Name, ""), n)
}
