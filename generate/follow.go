package generate

import (
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// approvalSuffix ends the name of the GitHub environment whose reviewers approve the
// deploys of another. The secrets stay in that one.
const approvalSuffix = "-approval"

// confirms is the job whose output deployed says that an environment runs what this run has built.
func confirms(s schema.Spec, environment string) string {
	if proposes(s) && followed(s, environment) {
		return mergedPrefix + environment
	}
	return deployPrefix + environment
}

// followed reports whether another environment comes after one.
func followed(s schema.Spec, environment string) bool {
	for _, e := range s.Environments {
		if e.Value.After == environment {
			return true
		}
	}
	return false
}

// followers are the jobs that are left out when a deploy before them stands back: the wait for
// its merge, what brings the image to the environment after it, and what waits for those.
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

// condition is when a deploy, and the approval before it, takes part in a run: when it
// publishes, and the environment before has what it published (O02). It is traced to that environment.
func (r *renderer) condition(e plan.Environment, j plan.Job) yamldoc.Value {
	if e.After == "" {
		return yamldoc.Of(r.when(j))
	}
	return r.own(e.Path+".after", r.when(j)+" && needs."+r.plan.Environment(e.After).Jobs.Confirms+".outputs.deployed == 'true'")
}

// approveJob lets a person decide, outside the queue of the live folder.
func (r *renderer) approveJob(e plan.Environment, j plan.Job, condition yamldoc.Value, what yamldoc.Value) yamldoc.Doc {
	waits := yamldoc.Omit
	if len(j.Needs) > 0 {
		waits = r.own(e.Path, j.Needs).Flow()
	}
	return r.job(j, "github/approve", yamldoc.Values{
		"needs":       waits,
		"condition":   condition,
		"environment": r.own(j.Path, e.Approval),
		"what":        what,
		"for":         r.own(e.Path, e.Name),
		"run":         r.script("note-approval"),
	})
}

// lowerReleasesByTag: where the branch is released, one commit always contains the other.
func lowerReleasesByTag(s schema.Spec) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		if e.Value.LowerReleases && s.Source.ReleaseTags == "" {
			at := schema.Join("environments", e.ID) + ".lowerReleases"
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
				Message: at + " does nothing: it is about release tags, and this pipeline releases the branch " + s.Source.Branch,
				Help:    "leave it out, or set source.releaseTags"})
		}
	}
	return out
}
