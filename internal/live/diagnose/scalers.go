package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/live/argocd"
)

// scalerCauses are the causes if what sets a number of pods does not know the load.
func scalerCauses() []Cause {
	return []Cause{
		{ID: "scaler-refused", Statement: "Something lets nobody in that asks it for the load", Tested: "a ScaledObject or a HorizontalPodAutoscaler is Degraded, and its message or an event has the words of a refusal, or of a Secret that is not there", Remedy: "look at the trigger's authentication: the Secret, or the identity of KEDA", test: blind(true)},
		{ID: "scaler-blind", Statement: "What sets a number of pods does not get the load", Tested: "a ScaledObject or a HorizontalPodAutoscaler is Degraded, for another reason", Remedy: "kubectl describe it; see whether the source of the load can be reached from the cluster", test: blind(false)},
	}
}

// wordsNoScaler are those of sources that let nobody in, and of KEDA where it lacks what it would log in with.
var wordsNoScaler = []string{"unauthorized", "access denied", "accessdenied", "forbidden", "authentication", "authorization", "credential", "password", "permission", "status code 401", "status code 403", "secret"}

// blind looks for an autoscaler without the load, and says whose number of pods stays as it is.
func blind(refused bool) test {
	return func(p delivery, e environment) *answer {
		u := e.details.Unhealthy
		if !u.Known {
			for _, w := range p.plan.In(e.plan) {
				if w.Scale != nil {
					return lacking(u)
				}
			}
			return excluded("nothing sets a number of pods by the load")
		}
		for _, r := range u.Value {
			if !r.Scales() {
				continue
			}
			said := r.Message
			for _, event := range e.details.Events[r.Kind+"/"+r.Name].Value {
				if event.Type == "Warning" && !strings.Contains(said, event.Message) {
					said = with(said, event.Message)
				}
			}
			if anyOf(strings.ToLower(said), wordsNoScaler) == refused {
				return found(brief(with(fmt.Sprintf("%s %s does not know the load", r.Kind, r.Name), said)), p.askForLoad(e, r, refused), appAt(p, e))
			}
		}
		return excluded("each autoscaler knows the load")
	}
}

// askForLoad is what to look at.
func (p delivery) askForLoad(e environment, r argocd.Resource, refused bool) string {
	look := fmt.Sprintf("kubectl describe %s %s --namespace %s", strings.ToLower(r.Kind), r.Name, e.plan.Namespace)
	w := p.workload(e, strings.TrimPrefix(r.Name, "keda-hpa-"))
	if w == nil || w.Scale == nil {
		return look
	}
	if !w.Scale.ByKEDA() {
		return look + "; the metrics-server, or the adapter of " + w.Scale.Path + ".metrics, must run in the cluster"
	}
	if refused {
		return look + "; correct " + w.Scale.Path + ".keda[].authentication, or what is in the Secret or the role that it names"
	}
	stays := "; until it answers, as many pods run as before"
	if w.Scale.Fallback == nil {
		return look + stays + ": " + w.Scale.Path + ".fallback is a number for that"
	}
	return look + "; until it answers, the pods of " + w.Scale.Path + ".fallback run"
}
