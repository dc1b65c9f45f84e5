package generate

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// folderSize is the bound of each writable folder, in MiB (K11).
const folderSize = 64

// smoke tries the image with what the pod gives it, before anyone else can see it.
func (r *renderer) smoke() yamldoc.Doc {
	if r.plan.Image.HealthPath == "" {
		return yamldoc.Doc{}
	}
	d := r.plan.Spec.Deploy
	env := yamldoc.Omit
	if len(d.Env) > 0 {
		env = r.own("deploy.env", assignments(d.Env))
	}
	writable := yamldoc.Omit
	if len(d.Writable) > 0 {
		writable = r.own("deploy.writable", strings.Join(d.Writable, " "))
	}
	return r.fill("github/smoke", yamldoc.Values{
		"path":     r.own("deploy.probes", r.plan.Image.HealthPath),
		"port":     r.own("deploy.port", d.Port),
		"runAs":    r.own("deploy.runAs", fmt.Sprintf("%d:%d", d.RunAs.User, d.RunAs.Group)),
		"seconds":  r.own("deploy.probes.startup", r.plan.Rollout.StartupThreshold*StartupPeriod),
		"folder":   yamldoc.Of(number(folderSize) + "m"),
		"writable": writable,
		"memory":   r.memory(),
		"env":      env,
		"run":      r.script("smoke"),
	})
}

// memory is what the container may use: the least that any environment allows, and room
// for the writable folders, which are memory on a runner and disk in a cluster. An
// emulator needs memory of its own, which no pod has.
func (r *renderer) memory() yamldoc.Value {
	limit, at := leastMemory(r.plan.Spec)
	if limit == "" || r.plan.Image.Emulated() {
		return yamldoc.Omit
	}
	folders := folderSize * len(writableFolders(r.plan.Spec))
	bytes := new(big.Rat).Add(quantity(limit), big.NewRat(int64(folders)<<20, 1))
	given := bytes.FloatString(0)
	if whole := bytes.Quo(bytes, big.NewRat(1<<20, 1)); whole.IsInt() {
		given = whole.FloatString(0) + "m"
	}
	return r.own(at, given).Comment(fmt.Sprintf("the limit of %s, and %dMi for the writable folders", limit, folders))
}

// leastMemory is the smallest memory limit of all environments, and its place in the spec.
func leastMemory(s schema.Spec) (limit, at string) {
	for _, e := range s.Environments {
		own, from := s.Deploy.Resources.Limits.Memory, "deploy.resources.limits.memory"
		if e.Value.Resources.Limits.Memory != "" {
			own, from = e.Value.Resources.Limits.Memory, schema.Join("environments", e.ID)+".resources.limits.memory"
		}
		if limit == "" || quantity(own).Cmp(quantity(limit)) < 0 {
			limit, at = own, from
		}
	}
	return limit, at
}
