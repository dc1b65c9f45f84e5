package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/verdict"
	"github.com/pipegen/pipegen/internal/plan"
)

const makesSecrets = "let the Secrets Store CSI driver make Secrets: syncSecret.enabled=true in its chart; without it the driver mounts alone"

// The words of the kubelet and of the Secrets Store CSI driver where one of the two parts is not on a node, and of stores
// that let nobody in.
var (
	wordsNoDriver   = []string{"secrets-store.csi.k8s.io not found in the list of registered csi drivers", "provider not found"}
	wordsNotAllowed = []string{"forbidden", "accessdenied", "access denied", "not authorized", "permission denied", "permissiondenied", "unauthorized", "statuscode=403", "code: 403", "aadsts"}
)

// mountEvent is the first event of a pod that is not ready about a volume of the Secrets Store CSI driver: where a part of
// the driver is missing, or about all else. Without one there is an answer.
func mountEvent(e environment, pods []argocd.Pod, missing bool) (pod argocd.Pod, event argocd.Event, none *answer) {
	none = excluded("no pod says so")
	for _, pod := range pods {
		said, asked := e.details.Events[pod.Name]
		if asked && !said.Known {
			none = lacking(said)
		}
		for _, v := range said.Value {
			text := strings.ToLower(v.Message)
			ofDriver := v.Reason == "FailedToCreateSecret" || v.Reason == "FailedMount" && (strings.Contains(text, "secrets-store.csi") || strings.Contains(text, "secrets store objects") || strings.Contains(text, "secretproviderclass"))
			if ofDriver && !pod.Ready && anyOf(text, wordsNoDriver) == missing {
				return pod, v, nil
			}
		}
	}
	return pod, event, none
}

func driverMissing(p delivery, e environment, pods []argocd.Pod) *answer {
	pod, v, none := mountEvent(e, pods, true)
	if none != nil {
		return none
	}
	provider := "its provider"
	if s := p.mounts(e, pod, v.Message); s != nil {
		provider = "its provider " + s.External[e.plan.Name].Store
	}
	return found(brief("pod "+pod.Name+": "+v.Message), "install the Secrets Store CSI driver and "+provider+" on each node, also on those with taints: kubectl get csidrivers,csinodes", podAt(p, e, pod))
}

func notMounted(p delivery, e environment, pods []argocd.Pod) *answer {
	pod, v, none := mountEvent(e, pods, false)
	if none != nil {
		return none
	}
	text, s := strings.ToLower(v.Message), p.mounts(e, pod, v.Message)
	at := "the SecretProviderClass"
	if s != nil {
		at = s.Path + ".csi in the spec"
	}
	remedy := "kubectl describe pod " + verdict.Word(pod.Name) + " --namespace " + e.plan.Namespace + "; look at the log of the provider's pod on that node"
	switch {
	case strings.Contains(text, "failed to get secretproviderclass"):
		remedy = "sync the Application: the SecretProviderClass is in the overlay, and must be in the namespace " + e.plan.Namespace
	case strings.Contains(text, "not found in the pod"):
		remedy = "correct the files that " + at + " names: the provider mounts others"
	case v.Reason == "FailedToCreateSecret":
		remedy = makesSecrets
	case anyOf(text, wordsNotAllowed):
		remedy = fmt.Sprintf("let the service account of %s in the namespace %s read what %s names, or correct how the provider logs in", pod.Owner, e.plan.Namespace, at)
	case anyOf(text, wordsNoKey), strings.Contains(text, "secretnotfound"), strings.Contains(text, "verify secret exists"), strings.Contains(text, "code: 404"):
		remedy = "put it into the store, or correct " + at
	}
	return found(brief("pod "+pod.Name+": "+v.Message), remedy, podAt(p, e, pod))
}

// mounts is the Secret of the volume that a message about a pod names, nil where that is not known.
func (p delivery) mounts(e environment, pod argocd.Pod, said string) *plan.MadeSecret {
	if w := p.workload(e, pod.Owner); w != nil {
		for _, v := range w.Stores() {
			if strings.Contains(said, `"`+v.Name+`"`) || slices.Contains(strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune(`" /`, r) }), v.Object) {
				return p.plan.Made(v.Object)
			}
		}
	}
	return nil
}
