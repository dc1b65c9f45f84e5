package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) gateJob(j plan.Job) yamldoc.Doc {
	in := func(runs plan.Runs) []string {
		return slices.DeleteFunc(slices.Clone(j.Needs), func(id string) bool { return r.plan.Jobs.Find(id).Runs&runs == 0 })
	}
	release := r.plan.Release
	publishing, otherwise := in(release.Runs), in(release.Otherwise)
	condition := release.Runs.Condition(release.All(), r.plan.Source.Branch)
	required := "${{ (" + condition + ") && '" + strings.Join(publishing, " ") + "' || '" + strings.Join(otherwise, " ") + "' }}"
	after, script := yamldoc.Omit, "gate"
	if all := followers(r.plan); len(all) > 0 {
		left := slices.DeleteFunc(publishing, func(id string) bool { return !all[id] })
		after, script = yamldoc.Of(strings.Join(left, " ")), "gate-after"
	}
	return r.job(j, "github/gate", yamldoc.Values{
		"needs":    yamldoc.Of(j.Needs).Flow(),
		"required": yamldoc.Of(required),
		"after":    after,
		"run":      r.script(script),
	}, "# The one check to require in the branch rule. Without it a failed job would skip those after it,",
		"# and a skipped job does not block a merge.")
}

// followers are the jobs that are left out when a deploy before them gives way to a newer one: the wait for its merge,
// what brings the image to the environment after it, and what waits for those.
func followers(p plan.Plan) map[string]bool {
	var first []string
	for _, e := range p.Environments {
		first = append(first, e.Jobs.Merged)
		if e.After != "" {
			first = append(first, e.Jobs.Approve, e.Jobs.Deploy)
		}
	}
	first = slices.DeleteFunc(first, func(id string) bool { return id == "" })
	out := p.Jobs.After(first...)
	for _, id := range first {
		out[id] = true
	}
	return out
}
