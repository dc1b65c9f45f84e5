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
	apply := "kubectl apply" + e.plan.Instance.Context() + " -f " + e.plan.Manifest + ", in the GitOps repository"
	if e.plan.Element != "" {
		return "push " + e.plan.Element + "; " + apply
	}
	return apply
}

// listedFails asks whether the ApplicationSet of each Argo CD can make the Applications.
func listedFails(p delivery) *answer {
	out := excluded("no ApplicationSet makes the Applications")
	for _, in := range p.plan.Instances() {
		s := p.details.Given[in.Cluster].Set
		apply := "kubectl apply" + in.Context() + " -f " + in.ApplicationSet + ", in the GitOps repository"
		switch {
		case in.ApplicationSet == "" || len(p.plan.Listed().By(in).Environments) == 0:
			continue
		case s.Kind == remote.NotFound:
			return found("Argo CD has no ApplicationSet "+p.plan.Name, apply)
		case !s.Known:
			out = lacking(s)
			continue
		case s.Value != "":
			remedy := "pipegen check, and " + apply
			if in.Elements != "" {
				remedy = "mend what it complains of: each file in " + in.Elements + " must be as pipegen generate writes it; or " + apply
			}
			return found(brief("ApplicationSet "+p.plan.Name+in.Of()+": "+s.Value), remedy, criteria.Evidence{What: "ApplicationSet", URL: s.URL, At: p.facts.At})
		}
		if out.status == Excluded {
			out = excluded("the ApplicationSet " + p.plan.Name + " reports none")
		}
	}
	return out
}

// rootBehind asks whether the root has brought the Applications as they are in git.
func rootBehind(p delivery, _ environment) *answer {
	root := p.plan.ArgoCD.Root
	if root == nil {
		return excluded("no root brings the Applications")
	}
	apply := "kubectl apply -f " + root.ProjectFile + " -f " + root.File + ", in the GitOps repository"
	r := p.details.Given[""].Root
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
