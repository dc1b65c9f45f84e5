package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// containersFit refuses containers before a program that Kubernetes refuses, that never let it start, or that say what
// does nothing.
func containersFit(s input) diag.List {
	var out diag.List
	for i, w := range s.Workloads {
		for _, c := range w.Value.Init {
			out = append(out, containerFits(s, s.workloads[i], c)...)
			out = append(out, mountsFit(w.Value, c)...)
		}
		out = append(out, sidecarPorts(w.Value)...)
		out = append(out, endsInTime(s.workloads[i])...)
	}
	return out
}

func containerFits(s input, w plan.Workload, c schema.Named[schema.Container]) diag.List {
	var out diag.List
	v := c.Value
	report := func(code diag.Code, at, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Path: at, Help: help, Message: at + " " + fmt.Sprintf(format, args...)})
	}
	if c.ID == w.Name {
		report(diag.Duplicate, v.At, "take another name", "has the name of the container of the program")
	}
	if v.Image != "" {
		out = append(out, unknownName(v.At+".image", v.Image, "image", ids(s.Images))...)
	}
	if v.Sidecar != nil && v.Takes > 0 {
		report(diag.NotApplicable, v.At+".takes", "leave it out; how long it may take to start is in sidecar.probes.startup", "does nothing: a sidecar has no end")
	}
	if v.SameVariables && !hasVariables(s, w) {
		report(diag.NotApplicable, v.At+".sameVariables", "leave it out", "does nothing: the program has no variables")
	}
	return out
}

// hasVariables reports whether a program has variables anywhere.
func hasVariables(s input, w plan.Workload) bool {
	return len(w.Env)+len(w.Reads.Keys)+len(w.Reads.Fields)+len(w.Reads.All) > 0 ||
		slices.ContainsFunc(s.Environments, func(e schema.Named[schema.Environment]) bool {
			return slices.ContainsFunc(e.Value.Differing(w.Name), func(d schema.Difference) bool { return len(d.Env) > 0 })
		})
}

// mountsFit refuses volumes and files that the program does not have, and paths at which there can be none, or are two.
func mountsFit(w schema.Workload, c schema.Named[schema.Container]) diag.List {
	at := c.Value.At
	var out diag.List
	volumes := ids(w.Volumes)
	for _, name := range sorted(c.Value.Mounts) {
		place := schema.Join(at+".mounts", name)
		switch {
		case len(volumes) == 0:
			out = append(out, diag.Diagnostic{Code: diag.UnknownName, Path: place, Message: fmt.Sprintf("%s names %q, and the program has no volumes", place, name),
				Help: fmt.Sprintf(`write it into %s.volumes, for example %s: {path: "/data", size: "64Mi"}`, w.At, name)})
		default:
			out = append(out, unknownName(place, name, "volume", volumes)...)
		}
	}
	out = append(out, namedOnce(at+".files", c.Value.Files, "file", sorted(w.Files), "the program has no files", "write it into "+w.At+".files")...)
	taking := []plan.Mount{{At: tmp}}
	for _, m := range mountsOf(w, c)[1:] {
		if why := taken(m.At); why != "" && !slices.Contains(c.Value.Files, m.At) {
			out = append(out, diag.Diagnostic{Code: diag.BadValue, Rule: "X21", Path: m.Path, Message: fmt.Sprintf("%s is at %q: %s", m.Path, m.At, why), Help: "give it another path"})
		}
		i := slices.IndexFunc(taking, func(other plan.Mount) bool { return inside(m.At, other.At) || inside(other.At, m.At) })
		if i >= 0 && !slices.Contains(c.Value.Files, m.At) {
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: m.Path, Message: fmt.Sprintf("%s is at %q, and something is mounted at %q already", m.Path, m.At, taking[i].At),
				Help: `give it a path of its own here: {path: "…"}`})
		}
		taking = append(taking, m.Mount)
	}
	return out
}

// sidecarPorts: the containers of a pod share its ports, and what asks over the network needs one.
func sidecarPorts(w schema.Workload) diag.List {
	var out diag.List
	whose := map[int]string{w.Port: w.At + ".port", w.Probes.Port: w.At + ".probes.port"}
	for _, c := range w.Init {
		if c.Value.Sidecar == nil {
			continue
		}
		p, at := c.Value.Sidecar.Probes, c.Value.At+".sidecar.probes.port"
		switch other := whose[p.Port]; {
		case p.Port == 0 && (p.Readiness != "" || p.TCP || p.GRPC != nil):
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: at, Message: at + " is missing: a sidecar is asked at a port of its own", Help: "for example port: 9801"})
		case p.Port == 0:
		case other != "":
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: at, Message: fmt.Sprintf("%s is %d, as %s is: the containers of a pod share its ports", at, p.Port, other), Help: "let one of them listen at another port"})
		default:
			whose[p.Port] = at
		}
	}
	return out
}

// endsInTime refuses what ends by itself and may be stopped before its program begins.
func endsInTime(w plan.Workload) diag.List {
	earlier, _ := w.Earlier()
	at, most := w.Path+".job.timeout", 0
	switch {
	case w.Job != nil:
		most = w.Job.Seconds
	case w.Cron != nil:
		at, most = w.Path+".cron.timeout", w.Cron.Seconds
	}
	if most == 0 || earlier < most {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "K29", Path: at,
		Message: fmt.Sprintf("%s is %d s, and what runs before the program may take %d s of it", at, most, earlier), Help: fmt.Sprintf("give it more, at least %ds, or less to takes", earlier+1)}}
}
