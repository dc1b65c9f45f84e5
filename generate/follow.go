package generate

import (
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// Jobs that a deploy waits for, by environment. Each is a job of its own because a job that waits in the queue of a
// live folder would hold up every deploy and rollback behind it (O04).
const (
	// approvePrefix begins the id of a job that waits for a person's approval.
	approvePrefix = "approve-"
	// mergedPrefix begins the id of a job that waits until a pull request is merged.
	mergedPrefix = "merged-"
)

// approvalSuffix ends the name of the GitHub environment whose reviewers approve the
// deploys of another. The secrets stay in that one.
const approvalSuffix = "-approval"

// addDeploys adds the jobs that bring the image to each environment: after an approval, where
// the spec asks for one, and after the deploy to the environment before it.
func (g *graph) addDeploys(s schema.Spec) {
	for _, e := range s.Environments {
		needs := []string{"image"}
		if e.Value.After != "" {
			needs = append(needs, confirms(s, e.Value.After))
		}
		if e.Value.Approval {
			g.add(approvePrefix+e.ID, InReleases, needs...)
			needs = append(needs, approvePrefix+e.ID)
		}
		g.add(deployPrefix+e.ID, InReleases, needs...)
		if id := confirms(s, e.ID); id != deployPrefix+e.ID {
			g.add(id, InReleases, "image", deployPrefix+e.ID)
		}
	}
}

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
func (p Plan) followers() map[string]bool {
	g := graph{needs: p.Needs}
	out := map[string]bool{}
	for _, e := range p.Environments {
		first := []string{e.Merged}
		if e.Spec.After != "" {
			first = append(first, e.Approve, e.Job)
		}
		for _, f := range first {
			for id := range p.Needs {
				if f != "" && (id == f || g.after(id, f)) {
					out[id] = true
				}
			}
		}
	}
	return out
}

// condition is when a deploy, and the approval before it, takes part in a run: when it
// publishes, and the environment before has what it published (O02).
func (p Plan) condition(e EnvironmentPlan) string {
	if e.Spec.After == "" {
		return p.Release.Condition
	}
	return p.Release.Condition + " && needs." + confirms(p.Spec, e.Spec.After) + ".outputs.deployed == 'true'"
}

// approveJob lets a person decide, outside the queue of the live folder.
func (r *renderer) approveJob(e EnvironmentPlan, needs []string, condition yamldoc.Value, what yamldoc.Value) yamldoc.Doc {
	if e.Approve == "" {
		return yamldoc.Doc{}
	}
	waits := yamldoc.Omit
	if len(needs) > 0 {
		waits = r.own(e.Path, needs).Flow()
	}
	body := r.fill("github/approve", yamldoc.Values{
		"name":        r.own(e.Path+".approval", "Approve "+e.Name),
		"needs":       waits,
		"condition":   condition,
		"environment": r.own(e.Path+".approval", e.Name+approvalSuffix),
		"what":        what,
		"for":         r.own(e.Path, e.Name),
		"run":         r.script("note-approval"),
	})
	return yamldoc.Join(yamldoc.Text(e.Approve+":"), body.Indent(2))
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
