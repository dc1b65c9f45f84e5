package generate

import (
	"cmp"
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// probesOf says how a workload is asked. Of an external service for which the spec says nothing, it is whether the port
// is open.
func probesOf(w schema.Workload) plan.Probes {
	p := w.Probes
	out := plan.Probes{Port: p.Port, Own: seconds(p.Startup), None: p.None}
	switch {
	case w.Worker != nil && len(w.Worker.Liveness) > 0:
		out.Kind, out.Command = plan.ExecProbe, w.Worker.Liveness
	case w.Port == 0 || p.None != "":
	case p.Readiness != "":
		// The path that depends on nothing but the process says that it has started, where there is one.
		out.Kind, out.Readiness, out.Liveness = plan.HTTPProbe, p.Readiness, p.Liveness
		out.Startup, out.ByPort = cmp.Or(p.Liveness, p.Readiness), p.Liveness == ""
	case p.GRPC != nil:
		out.Kind, out.Readiness, out.Liveness = plan.GRPCProbe, p.GRPC.Service, p.GRPC.Liveness
		out.Startup, out.ByPort = cmp.Or(p.GRPC.Liveness, p.GRPC.Service), p.GRPC.Liveness == ""
	case len(p.Exec) > 0:
		out.Kind, out.Command, out.ByPort = plan.ExecProbe, p.Exec, true
	default:
		out.Kind, out.ByPort = plan.OpenProbe, true
	}
	return out
}

// probesFit refuses fields of probes that another sort has, and what asks the same twice.
func probesFit(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		p, at := w.Value.Probes, w.Value.At+".probes"
		out = append(out, asksFit(p, at)...)
		no := func(set bool, why string) {
			if set {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + ".port", Message: at + ".port does nothing: " + why, Help: "leave it out"})
			}
		}
		no(len(p.Exec) > 0 && p.Port > 0, "a command is run in the container, and whether the process is alive is asked at "+w.Value.At+".port")
		no(p.Port > 0 && p.Port == w.Value.Port, "it is "+w.Value.At+".port")
		for _, c := range w.Value.Init {
			if c.Value.Sidecar != nil {
				out = append(out, asksFit(c.Value.Sidecar.Probes, c.Value.At+".sidecar.probes")...)
			}
		}
	}
	return out
}

// asksFit is the same for what holds of every container.
func asksFit(p schema.Probes, at string) diag.List {
	var out diag.List
	no := func(set bool, field, why string) {
		if set {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + field, Message: at + field + " does nothing: " + why, Help: "leave it out"})
		}
	}
	no(p.Liveness != "" && p.Readiness == "", ".liveness", "it is the path of probes over HTTP, which have readiness")
	no(p.None != "" && p.Startup > 0, ".startup", "nothing asks")
	no(p.None != "" && p.Port > 0, ".port", "nothing asks")
	if g := p.GRPC; g != nil && g.Liveness != "" && g.Liveness == g.Service {
		out = append(out, asksAlike(at+".grpc.liveness", "the service "+g.Service))
	}
	if p.Liveness != "" && p.Liveness == p.Readiness {
		out = append(out, asksAlike(at+".liveness", p.Liveness))
	}
	return out
}

// asksAlike: readiness looks at dependencies, and a pod that is restarted whenever a dependency is slow makes things
// worse (K13).
func asksAlike(at, what string) diag.Diagnostic {
	help := "give liveness a path that depends on nothing, or leave it out: then the open port is asked"
	return diag.Diagnostic{Code: diag.Contradiction, Path: at, Help: help,
		Message: fmt.Sprintf("liveness and readiness both ask %s: a slow dependency would restart the pods", what)}
}
