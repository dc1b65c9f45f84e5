package generate

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// try runs an image with what the pods of a workload get, before anyone else can see it.
func (r *renderer) try(i plan.Image, w plan.Workload, j plan.Job) yamldoc.Doc {
	env := yamldoc.Omit
	if vars := triedWith(r.plan, w); len(vars) > 0 {
		env = r.own(w.Path+".env", assignments(vars))
	}
	m := mountsToTry(r.plan, w)
	scripts, only, sized, files := begin(w), yamldoc.Omit, yamldoc.Omit, yamldoc.Omit
	if missing := onlyInCluster(r.plan, w, m); len(missing) > 0 {
		scripts, only = append([]string{"smoke-apart"}, scripts...), r.own(w.Path, strings.Join(missing, ", "))
	}
	if len(m.sized) > 0 {
		scripts, sized = append(scripts, "+smoke-sized"), r.own(w.Path+".volumes", strings.Join(m.sized, "\n")+"\n")
	}
	if m.files != "" {
		scripts, files = append(scripts, "+smoke-files"), r.own(w.Path+".files", m.files)
	}
	return r.fill("github/smoke", yamldoc.Values{
		"name":     r.step(j, plan.StepTry),
		"if":       r.optional("", unlessMissing(j)),
		"path":     r.own(w.Path+".probes", w.Probes.Startup),
		"port":     r.own(w.Path+".port", w.AskedAt()),
		"runAs":    r.own(w.Path+".runAs", fmt.Sprintf("%d:%d", w.User, w.Group)),
		"rights":   r.optional(w.Path+".security", rightsToTry(w)),
		"seconds":  r.own(w.Path+".probes.startup", w.Rollout.Startup),
		"folder":   yamldoc.Of(dockerBytes(plan.Quantity(plan.VolumeSize))),
		"writable": r.optional(w.Path+".writable", strings.Join(m.writable, " ")),
		"sized":    sized,
		"files":    files,
		"memory":   r.memory(i, w),
		"env":      env,
		"only":     only,
		"run":      r.script(append(scripts, "+smoke")...),
	})
}

// begin are the scripts that begin a trial: whether the image is the program's, and what it may do.
func begin(w plan.Workload) []string {
	user, rights := "smoke-user", "smoke-rights"
	if w.Security.Root {
		user += "-root"
	}
	if rightsToTry(w) != "" {
		rights += "-more"
	}
	return []string{"smoke-fail", user, rights, "+smoke-folders"}
}

// rightsToTry are the options by which Docker gives an image the rights of the pod, "" where it has no more than all pods.
func rightsToTry(w plan.Workload) string {
	if s := w.Security; !s.WritableRoot && !s.AnySystemCall && len(s.Capabilities) == 0 {
		return ""
	}
	out := []string{"--cap-drop ALL"}
	if !w.Security.WritableRoot {
		out = append([]string{"--read-only"}, out...)
	}
	for _, c := range w.Security.Capabilities {
		out = append(out, "--cap-add "+c)
	}
	if w.Security.AnySystemCall {
		out = append(out, "--security-opt seccomp=unconfined")
	}
	return strings.Join(out, " ")
}

// memory is what the container may use: the least that any environment allows, and room
// for the writable folders, which are memory on a runner and disk in a cluster. An
// emulator needs memory of its own, which no pod has.
func (r *renderer) memory(i plan.Image, w plan.Workload) yamldoc.Value {
	l := leastMemory(r.plan, w)
	if l.limit == "" || i.Emulated() {
		return yamldoc.Omit
	}
	room := l.room.FloatString(0) + " bytes"
	if whole := mebibytes(l.room); whole != "" {
		room = whole + "Mi"
	}
	return r.own(l.at, dockerBytes(l.bytes())).Comment(fmt.Sprintf("the limit of %s, and %s for the writable folders", l.limit, room))
}

// memory is what a container may use: its limit, with the place in the spec, and the room for its writable folders.
type memory struct {
	limit, at string
	room      *big.Rat
}

func (m memory) bytes() *big.Rat { return new(big.Rat).Add(plan.Quantity(m.limit), m.room) }

// leastMemory is what the smallest of a workload's containers may use in any environment.
func leastMemory(p plan.Plan, w plan.Workload) memory {
	var out memory
	for _, e := range p.Running() {
		own := memory{w.Resources.Limits.Memory, w.Path + ".resources.limits.memory", new(big.Rat)}
		for _, d := range e.All(w.Name) {
			if d.Resources.Limits.Memory != "" {
				own.limit, own.at = d.Resources.Limits.Memory, d.Path+".resources.limits.memory"
			}
		}
		for _, v := range w.Empty() {
			// The limit holds for a folder of memory too, and what only others find needs no room here.
			if !v.Memory && len(v.Mounts) > 0 {
				own.room.Add(own.room, plan.Quantity(e.SizeOf(w, v)))
			}
		}
		if out.limit == "" || own.bytes().Cmp(out.bytes()) < 0 {
			out = own
		}
	}
	return out
}
