package diagnose

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/remote"
	"github.com/pipegen/pipegen/internal/plan"
)

// again is how an Application gets what its file in git says.
func again(p delivery, e environment) string {
	if root := e.plan.Instance.Root; root != nil {
		return "argocd app get " + root.Name + e.plan.Instance.Server() + " shows why the root does not bring " + e.plan.Manifest
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

// rootBehind asks whether each root has brought the Applications as they are in git.
func rootBehind(p delivery, _ environment) *answer {
	out := excluded("no root brings the Applications")
	for _, in := range p.plan.Instances() {
		if in.Root == nil {
			continue
		}
		a := rootOf(p, in)
		if a.status == Found {
			return a
		}
		if out.status == Excluded {
			out = a
		}
	}
	return out
}

func rootOf(p delivery, in plan.Instance) *answer {
	root, get := in.Root, "argocd app get "+in.Root.Name+in.Server()
	name := root.Name + in.Of()
	apply := "kubectl apply" + in.Context() + " -f " + root.ProjectFile + " -f " + root.File + ", in the GitOps repository"
	r := p.details.Given[in.Cluster].Root
	if !r.Known {
		if r.Kind == remote.NotFound {
			return found("Argo CD"+in.In()+" has no Application "+root.Name+", which brings the others", apply)
		}
		return lacking(r)
	}
	remedy := func(said string) string {
		switch {
		case permission(strings.ToLower(said)):
			return "take out of " + root.Folder + " what is neither an Application nor an ApplicationSet of this pipeline; if nothing is there, " + apply
		case unread(strings.ToLower(said)):
			return "give Argo CD a credential that may read " + in.URL
		}
		return "pipegen check, in the repository of the source; then " + get + " --refresh"
	}
	a := r.Value
	at := criteria.Evidence{What: "root Application", URL: r.URL, Revision: a.Revision, At: p.facts.At}
	for _, c := range a.Conditions {
		if strings.HasSuffix(c.Type, "Error") {
			return found(brief(name+": "+c.Message), remedy(c.Message), at)
		}
	}
	op := a.Operation
	switch {
	case !a.Settings.Automated || a.Settings.Paused:
		return found(name+" does not sync by itself", apply, at)
	case slices.Contains([]string{"Failed", "Error"}, op.Phase):
		said := strings.Join(append([]string{op.Message}, op.Refused...), "; ")
		return found(brief("the last sync of "+name+" failed: "+said), remedy(said), at)
	case a.Sync == "Unknown":
		return found(name+" was not compared with git", get+" --refresh", at)
	}
	return excluded("the root has synced; what it no longer finds in git it leaves")
}
