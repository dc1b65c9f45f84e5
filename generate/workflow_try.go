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
	if len(w.Env) > 0 {
		env = r.own(w.Path+".env", assignments(w.Env))
	}
	writable := yamldoc.Omit
	if own := ownFolders(w); len(own) > 0 {
		writable = r.own(w.Path+".writable", strings.Join(own, " "))
	}
	return r.fill("github/smoke", yamldoc.Values{
		"name":     r.step(j, plan.StepTry),
		"if":       r.optional("", unlessMissing(j)),
		"path":     r.own(w.Path+".probes", w.Probes.Startup),
		"port":     r.own(w.Path+".port", w.AskedAt()),
		"runAs":    r.own(w.Path+".runAs", fmt.Sprintf("%d:%d", w.User, w.Group)),
		"seconds":  r.own(w.Path+".probes.startup", w.Rollout.Startup),
		"folder":   yamldoc.Of(number(plan.VolumeSize) + "m"),
		"writable": writable,
		"memory":   r.memory(i, w),
		"env":      env,
		"run":      r.script("smoke"),
	})
}

// ownFolders are those that the spec lets a program write to.
func ownFolders(w plan.Workload) []string {
	var out []string
	for _, v := range w.Writable {
		if v.Path != "" {
			out = append(out, v.Folder)
		}
	}
	return out
}

// memory is what the container may use: the least that any environment allows, and room
// for the writable folders, which are memory on a runner and disk in a cluster. An
// emulator needs memory of its own, which no pod has.
func (r *renderer) memory(i plan.Image, w plan.Workload) yamldoc.Value {
	limit, at := leastMemory(r.plan, w)
	if limit == "" || i.Emulated() {
		return yamldoc.Omit
	}
	folders := plan.VolumeSize * len(w.Writable)
	bytes := new(big.Rat).Add(quantity(limit), big.NewRat(int64(folders)<<20, 1))
	size := bytes.FloatString(0)
	if whole := bytes.Quo(bytes, big.NewRat(1<<20, 1)); whole.IsInt() {
		size = whole.FloatString(0) + "m"
	}
	return r.own(at, size).Comment(fmt.Sprintf("the limit of %s, and %dMi for the writable folders", limit, folders))
}

// leastMemory is the smallest memory limit of a workload in any environment, and its place in the spec.
func leastMemory(p plan.Plan, w plan.Workload) (limit, at string) {
	for _, e := range p.Environments {
		own, from := w.Resources.Limits.Memory, w.Path
		if d := e.Delta(w.Name); d.Resources.Limits.Memory != "" {
			own, from = d.Resources.Limits.Memory, d.Path
		}
		if limit == "" || quantity(own).Cmp(quantity(limit)) < 0 {
			limit, at = own, from+".resources.limits.memory"
		}
	}
	return limit, at
}
