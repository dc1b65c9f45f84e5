package generate

import (
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// rightsFor says what each right is good for: the reason beside each grant (W16).
var rightsFor = map[string][2]string{
	"actions":           {"read runs and their artifacts", "cancel and start runs"},
	"artifact-metadata": {"read what is known of artifacts", "link artifacts to what is known of them"},
	"attestations":      {"read attestations", "store attestations"},
	"checks":            {"read checks", "report checks"},
	"contents":          {"check out the source", "push commits and releases to this repository"},
	"deployments":       {"read deployments", "report deployments"},
	"discussions":       {"read discussions", "write discussions"},
	"id-token":          {"read the identity of the run", "log in elsewhere as this workflow"},
	"issues":            {"read issues", "open and change issues"},
	"models":            {"ask models", "ask models"},
	"packages":          {"pull packages", "push packages"},
	"pages":             {"read the site", "publish the site"},
	"pull-requests":     {"read pull requests", "comment on pull requests"},
	"security-events":   {"read security findings", "report security findings"},
	"statuses":          {"read the state of commits", "report the state of commits"},
}

func (r *renderer) extraJob(j ExtraJob) yamldoc.Doc {
	s := j.Spec
	condition := map[Runs]string{InReleases: r.plan.Release.Condition, Elsewhere: r.plan.Release.Otherwise}
	runs := yamldoc.Omit
	if c, ok := condition[j.Runs]; ok {
		runs = yamldoc.From(j.Path+".when", c)
	}
	var steps []yamldoc.Doc
	if s.Checkout {
		steps = append(steps, r.checkout())
	}
	cached := r.plan.Test.Cached && j.Runs != InReleases
	body := r.fill("github/extra-job", yamldoc.Values{
		"name":        r.own(j.Path+".name", j.Title),
		"needs":       r.extraNeeds(j),
		"runs":        runs,
		"runner":      r.own(j.Path+".runner", s.Runner),
		"timeout":     r.own(j.Path+".timeout", minutesOf(s.Timeout)),
		"environment": r.optional(j.Path+".environment", s.Environment),
		"permissions": r.extraPermissions(j),
		"services":    r.services(j.Path+".services", s.Services),
		"env":         r.variables(j.Path+".env", s.Env),
		"steps":       yamldoc.Block(yamldoc.Spaced(append(steps, r.extraSteps(j.Path+".steps", s.Steps, cached))...)),
	})
	return yamldoc.Join(r.cameFrom(j.Path), r.under(j.ID, body)).From(j.Path)
}

func (r *renderer) under(key string, body yamldoc.Doc) yamldoc.Doc {
	d, err := yamldoc.Under(key, body)
	if err != nil {
		r.fail(err)
	}
	return d
}

func (r *renderer) extraNeeds(j ExtraJob) yamldoc.Value {
	switch needs := r.plan.Needs[j.ID]; len(needs) {
	case 0:
		return yamldoc.Omit
	case 1:
		return r.own(j.Path+".needs", needs[0])
	default:
		return r.own(j.Path+".needs", needs).Flow()
	}
}

// rightsOf are what the token of a job may do: what its spec grants, and to check
// the source out where it does.
func rightsOf(j schema.ExtraJob) map[string]string {
	rights := maps.Clone(j.Permissions)
	if rights == nil {
		rights = map[string]string{}
	}
	if j.Checkout && rights["contents"] == "" {
		rights["contents"] = "read"
	}
	return rights
}

func (r *renderer) extraPermissions(j ExtraJob) yamldoc.Value {
	rights := rightsOf(j.Spec)
	m := yamldoc.Map{}
	for _, right := range slices.Sorted(maps.Keys(rights)) {
		why := rightsFor[right][0]
		if rights[right] == "write" {
			why = rightsFor[right][1]
		}
		m = append(m, yamldoc.Entry{Key: right, Value: r.own(schema.Join(j.Path+".permissions", right), rights[right]).Comment(why)})
	}
	return yamldoc.Of(m)
}
