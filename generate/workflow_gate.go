package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) gateJob(j plan.Job) yamldoc.Doc {
	publishing := slices.DeleteFunc(slices.Clone(j.Needs), func(id string) bool { return r.plan.Jobs.Find(id).Runs&r.plan.Release.Runs == 0 })
	after, script := yamldoc.Omit, "gate"
	if all := followers(r.plan); len(all) > 0 {
		left := slices.DeleteFunc(publishing, func(id string) bool { return !all[id] })
		after, script = yamldoc.Of(strings.Join(left, " ")), "gate-after"
	}
	parts := []string{script}
	if slices.ContainsFunc(j.Needs, func(id string) bool { return r.plan.Jobs.Find(id).LeavesOut() }) {
		parts = []string{"gate-missing", script}
	}
	return r.job(j, "github/gate", yamldoc.Values{
		"needs":    yamldoc.Of(j.Needs).Flow(),
		"required": yamldoc.Of(r.required(j)),
		"after":    after,
		"run":      r.script(parts...),
	}, "# The one check to require in the branch rule. Without it a failed job would skip those after it,",
		"# and a skipped job does not block a merge.")
}

// required are the jobs that must have succeeded: those that take part in the run. Those that take part for some images
// alone are on a line of their own, and required unless none of these images has to be built.
func (r *renderer) required(gate plan.Job) string {
	release := r.plan.Release
	releases := "(" + release.Runs.Condition(release.All(), r.plan.Source.Branch) + ")"
	var lines []string
	of := map[string]plan.Jobs{}
	var order [][]string
	for _, id := range gate.Needs {
		j := r.plan.Jobs.Find(id)
		key := strings.Join(j.Built, " ")
		if of[key] == nil {
			order = append(order, j.Built)
		}
		of[key] = append(of[key], j)
	}
	for _, images := range order {
		in := func(runs plan.Runs) string {
			all := of[strings.Join(images, " ")]
			return "'" + strings.Join(slices.DeleteFunc(slices.Clone(all), func(j plan.Job) bool { return j.Runs&runs == 0 }).IDs(), " ") + "'"
		}
		publishing, otherwise := in(release.Runs), in(release.Otherwise)
		jobs := releases + " && " + publishing + " || " + otherwise
		if publishing == "''" {
			// '' would count as false.
			jobs = "!" + releases + " && " + otherwise + " || ''"
		}
		if len(images) > 0 {
			jobs = "(" + notUnchanged(images) + ") && (" + jobs + ") || ''"
		}
		lines = append(lines, "${{ "+jobs+" }}")
	}
	return strings.Join(lines, "\n")
}

// followers are the jobs that are left out when a deploy before them gives way to a newer one: the wait for its merge,
// what brings the image to the environment after it, and what waits for those.
func followers(p plan.Plan) map[string]bool {
	var first []string
	for _, e := range p.Environments {
		if e.Promoted != "" {
			continue
		}
		first = append(first, e.Jobs.Merged)
		if e.Follows() {
			first = append(first, e.Jobs.Approve, e.Jobs.Copy, e.Jobs.Deploy)
		}
	}
	first = slices.DeleteFunc(first, func(id string) bool { return id == "" })
	out := p.Jobs.After(first...)
	for _, id := range first {
		out[id] = true
	}
	return out
}
