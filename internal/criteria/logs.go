package criteria

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// logs promises where the logs of a deploy can be read.
var logs = Kind{
	Kind: plan.Kind{
		Name: "logs", Mode: plan.Enforced, Rules: []string{"T07"},
		Reach: plan.Reach{Whole: "whoever sees the logs of one sees those of all", Everywhere: "the runs and the project are the same for all environments; the places are those of logs.in"},
		Gate:  "the role viewer of the project, with the right to logs", Fails: "without the role nobody but an administrator sees them",
		Twice: `keep one, and name all places in it: in: ["github", "argocd"]`,
		Asks:  wants(plan.Shown),
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return "Runs: whoever may read the repository" + readers(p.ArgoCD, c.Places) + "."
		},
	},
	Support: []Part{
		Shows(InPipeline, `^name$`, "the runs of the workflow, whose logs GitHub keeps"),
		Stops(InProject, `^spec\.roles\.policies$`, "the right to read logs in Argo CD").Where(`logs, get`),
		needs(InProject, `^spec\.(roles|namespaceResourceWhitelist)\b`, "what Argo CD shows, and to whom"),
	},
	Promised: func(c plan.Criterion) string { return "in " + strings.Join(c.Places, " and ") },
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		var said []string
		var e []Evidence
		for _, place := range c.Places {
			switch place {
			case "github":
				if !d.Run.Known {
					return d.Run.Missing()
				}
				said, e = append(said, "the run is there"), append(e, d.Run.Value.Created)
			case "argocd":
				project := Evidence{What: "project", URL: d.LogRoles.URL, At: d.At}
				switch {
				case !d.LogRoles.Known:
					return d.LogRoles.Missing()
				case d.LogRoles.Value == 0:
					return Broken.By("no role of the project may read logs", project)
				}
				for _, env := range d.Environments {
					if env.Hidden {
						return Broken.By("the project does not allow ReplicaSet and Pod, so that Argo CD hides the pods of "+env.Name+" and their logs", project)
					}
				}
				said, e = append(said, "the project has a role that may read them"), append(e, project)
			}
		}
		return Kept.By(strings.Join(said, ", "), e...)
	},
	Loosened: []Loosening{{
		Code: "logs-narrowed", Why: "Whoever looked there sees nothing any longer.",
		Says: func(before, after plan.Criterion) string {
			gone := slices.DeleteFunc(slices.Clone(before.Places), func(place string) bool { return slices.Contains(after.Places, place) })
			if len(gone) == 0 {
				return ""
			}
			return "promises no logs in " + strings.Join(gone, " and ")
		},
	}},
	Lacks: Reasons{"Proof": "the rules A12 and X17 prove what Argo CD shows for every pipeline", "Check": canHold, "Labels": "logs are no station on the way"},
}

// readers are those who see the logs of pods.
func readers(a plan.ArgoCD, places []string) string {
	if !slices.Contains(places, "argocd") {
		return ""
	}
	if len(a.Viewers) == 0 {
		return "; pods, in Argo CD: the role viewer of the project, to which argocd.viewers adds groups"
	}
	return "; pods, in Argo CD: " + strings.Join(a.Viewers, ", ")
}
