package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/plan"
)

// ofFleets tests each environment that is in all clusters with some labels. The first that is found counts.
func ofFleets(p delivery, test func(f live.Found, e plan.Environment) *answer) *answer {
	out := excluded("the spec names each cluster")
	for _, e := range p.plan.Fleets() {
		f := p.facts.Fleet(e.Name)
		if f == nil {
			return unknown("Argo CD was not asked")
		}
		if out = test(*f, e); out.status != Excluded {
			return out
		}
	}
	return out
}

func clustersMissing(p delivery, _ environment) *answer {
	return ofFleets(p, func(f live.Found, e plan.Environment) *answer {
		names := f.Clusters()
		has := len(names)
		at := criteria.Evidence{What: "Applications", URL: f.Applications.URL, At: p.facts.At}
		switch {
		case !f.Applications.Known:
			return lacking(f.Applications)
		case has >= f.AtLeast:
			return excluded(fmt.Sprintf("%s is in %s", e.Name, plan.And(names)))
		case f.Gone:
			return found("Argo CD has no ApplicationSet "+f.Set, again(p, environment{plan: e}), at)
		case f.Hidden():
			return unknown("no Application of " + f.Set + " is shown: " + f.Complaint.Why)
		case f.Complaint.Value != "":
			return excluded("the ApplicationSet " + f.Set + " reports an error")
		}
		where := "no cluster"
		if has > 0 {
			where = plan.And(names) + " alone"
		}
		flags := e.Instance.Flags()
		return found(fmt.Sprintf("%s is in %s, and at least %d clusters must have %s", e.Name, where, f.AtLeast, f.Labels),
			"kubectl get secrets"+flags+" --selector argocd.argoproj.io/secret-type=cluster --show-labels shows what each has; kubectl label secret SECRET-OF-CLUSTER"+flags+" "+strings.ReplaceAll(f.Labels, ",", " ")+" adds one", at)
	})
}

func setFailed(p delivery, _ environment) *answer {
	if a := listedFails(p); a.status == Found || p.plan.ArgoCD.ApplicationSet && len(p.plan.Fleets()) == 0 {
		return a
	}
	return ofFleets(p, func(f live.Found, e plan.Environment) *answer {
		switch says := f.Complaint; {
		case !says.Known:
			return lacking(says)
		case says.Value == "":
			return excluded("the ApplicationSet " + f.Set + " reports none")
		case strings.Contains(says.Value, "duplicate name"):
			return found(brief(f.Set+": "+says.Value), "two clusters have names that differ in upper case or in characters that a name of Kubernetes cannot have: rename one, argocd cluster set NAME --name OTHER")
		}
		return found(brief(f.Set+": "+f.Complaint.Value), "kubectl describe applicationset "+f.Set+e.Instance.Flags()+" has all of it")
	})
}
