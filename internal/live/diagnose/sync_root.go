package diagnose

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/remote"
)

// again is how an Application gets what its file in git says.
func again(p delivery, e environment) string {
	if root := p.plan.ArgoCD.Root; root != nil {
		return "argocd app get " + root.Name + " shows why the root does not bring " + e.plan.Manifest
	}
	return "kubectl apply" + e.plan.Instance.Context() + " -f " + e.plan.Manifest + ", in the GitOps repository"
}

// rootBehind asks whether the root has brought the Applications as they are in git.
func rootBehind(p delivery, _ environment) *answer {
	root := p.plan.ArgoCD.Root
	if root == nil {
		return excluded("no root brings the Applications")
	}
	apply := "kubectl apply -f " + root.ProjectFile + " -f " + root.File + ", in the GitOps repository"
	r := p.details.Root
	if !r.Known {
		if r.Kind == remote.NotFound {
			return found("Argo CD has no Application "+root.Name+", which brings the others", apply)
		}
		return lacking(r)
	}
	a := r.Value
	at := criteria.Evidence{What: "root Application", URL: r.URL, Revision: a.Revision, At: p.facts.At}
	for _, c := range a.Conditions {
		if strings.HasSuffix(c.Type, "Error") {
			return found(brief(root.Name+": "+c.Message), rootRemedy(p, c.Message, apply), at)
		}
	}
	op := a.Operation
	switch {
	case !a.Settings.Automated || a.Settings.Paused:
		return found(root.Name+" does not sync by itself", apply, at)
	case slices.Contains([]string{"Failed", "Error"}, op.Phase):
		said := strings.Join(append([]string{op.Message}, op.Refused...), "; ")
		return found(brief("the last sync of "+root.Name+" failed: "+said), rootRemedy(p, said, apply), at)
	case a.Sync == "Unknown":
		return found(root.Name+" was not compared with git", "argocd app get "+root.Name+" --refresh", at)
	}
	return excluded("the root has synced; what it no longer finds in git it leaves")
}

// rootRemedy is what to do about a complaint of the root.
func rootRemedy(p delivery, said, apply string) string {
	root := p.plan.ArgoCD.Root
	switch {
	case permission(strings.ToLower(said)):
		return "take out of " + root.Folder + " what is neither an Application nor an ApplicationSet of this pipeline; if nothing is there, " + apply
	case unread(strings.ToLower(said)):
		return "give Argo CD a credential that may read " + p.plan.GitOps.URL
	}
	return "pipegen check, in the repository of the source; then argocd app get " + root.Name + " --refresh"
}
