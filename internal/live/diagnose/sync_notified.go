package diagnose

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/plan"
)

// notifiedCauses are the causes if nobody hears of a deploy that has arrived.
func notifiedCauses() []Cause {
	return []Cause{{ID: "not-notified", Statement: "Argo CD notifies nobody of the deploy",
		Tested: "the spec has somebody notified of on-deployed, the Application has been synced and healthy for five minutes, and lacks the subscription or Argo CD's record that it has tried; whether the service took the message, only a log says",
		Remedy: "kubectl apply -f MANIFEST, or apply the catalogue of Argo CD's notifications", test: of(app, notNotified)}}
}

// notNotified looks for Argo CD's record, which has an entry for each message that it tried to send, also where the service
// refused it.
func notNotified(p delivery, e environment, a argocd.Application) *answer {
	i := slices.IndexFunc(e.plan.Subscriptions, func(s plan.Subscription) bool { return s.Trigger == "on-deployed" })
	switch {
	case i < 0:
		return excluded("the spec has nobody notified of deploys")
	case a.Sync != "Synced" || a.Health != "Healthy":
		return excluded("the Application is not synced and healthy, and nothing is to be told yet")
	case p.facts.At.Sub(a.Operation.FinishedAt) < patience:
		return excluded("the deploy is less than five minutes old")
	}
	s := e.plan.Subscriptions[i]
	if value, subscribed := a.Annotations[s.Annotation()]; !subscribed || value != s.Value() {
		return found("the Application lacks the annotation "+s.Annotation()+" of the spec", again(p, e), appAt(p, e))
	}
	if !strings.Contains(a.Annotations[argocd.Notified], "on-deployed:") {
		return found("Argo CD has tried to notify nobody of a deploy: its notifications controller does not run, or its ConfigMap argocd-notifications-cm has no trigger on-deployed",
			"kubectl get configmap argocd-notifications-cm"+e.plan.Instance.Flags()+" --output yaml; its triggers and templates are in the catalogue, which the README of the GitOps repository names", appAt(p, e))
	}
	return excluded("Argo CD has tried; whether the service took the message is in the log of argocd-notifications-controller")
}
