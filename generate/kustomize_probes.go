package generate

import (
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// asking is what probes of a container are written from.
type asking struct {
	plan.Probes
	// at is the place of the probes in the spec, and command that of their command.
	at, command string
	// port is the name of the port that is asked, and called that of the one that others call.
	port, called yamldoc.Value
	// number is the port that is asked, for gRPC takes no name, and threshold how often is asked until it has started.
	number, threshold yamldoc.Value
}

// probes are those of a workload's program; one that nobody calls is not asked whether it is ready.
func (r *renderer) probes(w plan.Workload) yamldoc.Values {
	a := asking{Probes: w.Probes, at: w.Path + ".probes", command: w.Path + ".probes.exec", port: yamldoc.Of(w.ProbePort()), called: protocol(w)}
	if w.Kind == plan.WorkerKind {
		a.command = w.Path + ".worker.liveness"
	}
	if a.number = r.own(w.Path+".port", w.Port); w.Probes.Port > 0 {
		a.number = r.own(a.at+".port", w.Probes.Port)
	}
	if w.Starts() {
		a.threshold = r.startupThreshold(w)
	}
	return r.asked(a, w.Kind == plan.ServiceKind)
}

// asked are the three probes of a container; one that is not called is not asked whether it is ready. A command that says
// whether it is ready does not say whether it is alive.
func (r *renderer) asked(a asking, called bool) yamldoc.Values {
	out := yamldoc.Values{"startup": yamldoc.Omit, "readiness": yamldoc.Omit, "liveness": yamldoc.Omit}
	if a.Kind == plan.NoProbe {
		return out
	}
	startup, threshold := r.ask(a, a.Startup, a.at), "answer"
	switch a.Kind {
	case plan.OpenProbe:
		threshold = "port"
	case plan.ExecProbe:
		threshold = "command"
	}
	startup["answer"], startup["port"], startup["command"] = yamldoc.Omit, yamldoc.Omit, yamldoc.Omit
	startup[threshold] = a.threshold
	out["startup"] = yamldoc.Block(r.fill("kustomize/probe-startup", startup))
	repeated := func(values yamldoc.Values, period int) yamldoc.Value {
		values["period"], values["timeout"] = yamldoc.Of(period), yamldoc.Of(3)
		if a.Kind == plan.ExecProbe {
			values["timeout"] = yamldoc.Of(5)
		}
		return yamldoc.Block(r.fill("kustomize/probe-asks", values))
	}
	field := map[plan.ProbeKind]string{plan.HTTPProbe: ".readiness", plan.GRPCProbe: ".grpc.service"}[a.Kind]
	if called {
		readiness := r.ask(a, a.Readiness, a.at+field)
		readiness["instead"] = yamldoc.Omit
		out["readiness"] = repeated(readiness, 5)
	}
	if a.Kind != plan.ExecProbe || a.ByPort || !called {
		out["liveness"] = repeated(r.alive(a), 10)
	}
	return out
}

// alive asks whether the process is well, at the open port where nothing depends on less.
func (r *renderer) alive(a asking) yamldoc.Values {
	field := map[plan.ProbeKind]string{plan.HTTPProbe: ".liveness", plan.GRPCProbe: ".grpc.liveness"}[a.Kind]
	out := r.ask(a, a.Liveness, a.at+field)
	out["instead"] = yamldoc.Omit
	if a.ByPort && a.Kind != plan.OpenProbe {
		out["http"], out["exec"], out["grpc"] = yamldoc.Omit, yamldoc.Omit, yamldoc.Omit
		out["instead"] = yamldoc.Block(r.fill("kustomize/ask-open", yamldoc.Values{"port": a.called}))
	}
	return out
}

// ask is one question of a probe, for a path or a service.
func (r *renderer) ask(a asking, what, at string) yamldoc.Values {
	out := yamldoc.Values{"http": yamldoc.Omit, "open": yamldoc.Omit, "exec": yamldoc.Omit, "grpc": yamldoc.Omit}
	switch a.Kind {
	case plan.HTTPProbe:
		out["http"] = yamldoc.Block(r.fill("kustomize/ask-http", yamldoc.Values{"path": r.own(at, what), "port": a.port}))
	case plan.OpenProbe:
		out["open"] = yamldoc.Block(r.fill("kustomize/ask-open", yamldoc.Values{"port": a.port}))
	case plan.ExecProbe:
		out["exec"] = yamldoc.Block(r.fill("kustomize/ask-exec", yamldoc.Values{"command": r.words(a.command, a.Command)}))
	case plan.GRPCProbe:
		out["grpc"] = yamldoc.Block(r.fill("kustomize/ask-grpc", yamldoc.Values{"port": a.number, "service": r.optional(at, what)}))
	}
	return out
}

// startupThreshold has a comment with the criterion that decides it: being ready, or else the endpoint.
func (r *renderer) startupThreshold(w plan.Workload) yamldoc.Value {
	n := w.Rollout.Startup / plan.StartupPeriod
	if w.Probes.Own > 0 {
		return r.own(w.Path+".probes.startup", n)
	}
	return r.promised(r.plan.Demands.By(plan.Started, w.Name, ""), n)
}
