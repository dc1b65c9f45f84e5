package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/plan"
)

// Words of the container runtime about an image that it cannot pull.
var (
	wordsNoPlatform = []string{"no match for platform", "no matching manifest"}
	wordsNoPull     = []string{"401 unauthorized", "403 forbidden", "unauthorized", "denied", "authentication required"}
	wordsNoImage    = []string{"not found", "manifest unknown"}
)

// podCauses are the causes if the pods of the newest sync do not become ready.
func podCauses() []Cause {
	return []Cause{
		{ID: "pods-hidden", Statement: "Argo CD hides the pods, and with them their logs", Tested: "it shows a Deployment and nothing that the Deployment has made", Remedy: "run 'pipegen generate', and apply the project's manifest again: it must allow ReplicaSet and Pod", each: podsHidden},
		{ID: "platform", Statement: "The image was not built for the node's platform", Tested: "a pod cannot pull its image, and the runtime names the platform", Remedy: "add the platform to image.platforms in the spec", each: pulling(wordsNoPlatform)},
		{ID: "pull-denied", Statement: "The cluster may not pull the image", Tested: "a pod cannot pull its image, and the registry asks for a login or refuses it", Remedy: "set image.pullSecret in the spec and create that Secret in the namespace, or make the package public", each: pullDenied},
		{ID: "image-gone", Statement: "The image is not in the registry", Tested: "a pod cannot pull its image, and the registry does not have it", Remedy: "take the deploy back, or run it again to push the image anew", each: pulling(wordsNoImage)},
		{ID: "pull-failed", Statement: "The image cannot be pulled", Tested: "a pod cannot pull its image, for another reason", Remedy: "kubectl describe the pod; look at the network between the node and the registry", each: pullFailed},
		{ID: "unschedulable", Statement: "No node takes the pod", Tested: "a pod's condition PodScheduled is False", Remedy: "lower deploy.resources in the spec, or add capacity to the cluster", each: unschedulable},
		{ID: "config-missing", Statement: "A Secret or ConfigMap that the pod refers to does not exist", Tested: "a container waits with CreateContainerConfigError", Remedy: "create it in the namespace", each: waiting("it cannot be configured", "CreateContainerConfigError", "CreateContainerError")},
		{ID: "crash-loop", Statement: "The program keeps ending", Tested: "a container waits with CrashLoopBackOff", Remedy: "read the log of the pod's last container: kubectl logs --previous", each: crashLoop},
		{ID: "probe-failing", Statement: "The program runs and does not answer its probe", Tested: "a pod runs and is not ready, and Kubernetes has warned that its probe fails", Remedy: "compare deploy.port and deploy.probes in the spec with the program", each: probeFailing},
	}
}

func podsHidden(p delivery, e environment) answer {
	switch {
	case e.Pods.Known:
		return excluded("Argo CD shows the pods")
	case e.Pods.Kind != argocd.Hidden:
		return lacking(e.Pods)
	}
	return found("the project "+p.plan.ArgoCD.Project+" does not allow ReplicaSet and Pod", "kubectl apply -f "+p.plan.ArgoCD.ProjectFile+", in the GitOps repository, after 'pipegen generate'", appAt(p, e))
}

// stuck returns the answer of a test for the first waiting container that it
// applies to.
func stuck(p delivery, e environment, test func(argocd.Pod, argocd.Container) *answer, otherwise string) answer {
	if !e.Pods.Known {
		return lacking(e.Pods)
	}
	for _, pod := range e.Pods.Value {
		for _, c := range pod.Containers {
			if c.Waiting == "" {
				continue
			}
			if a := test(pod, c); a != nil {
				return *a
			}
		}
	}
	return excluded(otherwise)
}

func podAt(p delivery, e environment, pod argocd.Pod) criteria.Evidence {
	return criteria.Evidence{What: "pod " + pod.Name, URL: e.Pods.URL, At: p.facts.At}
}

// pullWords returns in lower case why a container's image cannot be pulled, or ""
// if it waits for something else.
func pullWords(c argocd.Container) string {
	switch c.Waiting {
	case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable":
		return strings.ToLower(c.Waiting + ": " + c.Message)
	}
	return ""
}

func anyOf(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// kindOfPull returns which words for failed pulls match. Messages about a platform
// or a refusal also contain "not found", so those are tried first.
func kindOfPull(text string) []string {
	for _, words := range [][]string{wordsNoPlatform, wordsNoPull, wordsNoImage} {
		if anyOf(text, words) {
			return words
		}
	}
	return nil
}

func pulling(words []string) func(delivery, environment) answer {
	return func(p delivery, e environment) answer {
		return stuck(p, e, func(pod argocd.Pod, c argocd.Container) *answer {
			text := pullWords(c)
			if kind := kindOfPull(text); text == "" || len(kind) == 0 || kind[0] != words[0] {
				return nil
			}
			a := found(says(pod, c), "", podAt(p, e, pod))
			return &a
		}, "no pod says so")
	}
}

// says is Kubernetes' message about a container.
func says(pod argocd.Pod, c argocd.Container) string {
	return brief(with(fmt.Sprintf("pod %s, container %s: %s", pod.Name, c.Name, c.Waiting), c.Message))
}

func pullDenied(p delivery, e environment) answer {
	a := pulling(wordsNoPull)(p, e)
	if a.status != Found {
		return a
	}
	a.remedy = "make the package public in its settings, or set image.pullSecret in the spec and create that Secret in the namespace " + e.plan.Namespace
	if names := p.plan.SecretNames(plan.InNamespaces, plan.ByCluster); len(names) > 0 {
		a.remedy = fmt.Sprintf("see whether the Secret %s in the namespace %s holds a login that may read the package: kubectl get secret %s --namespace %s",
			strings.Join(names, " or "), e.plan.Namespace, strings.Join(names, " "), e.plan.Namespace)
	}
	return a
}

func pullFailed(p delivery, e environment) answer {
	return stuck(p, e, func(pod argocd.Pod, c argocd.Container) *answer {
		text := pullWords(c)
		if text == "" || kindOfPull(text) != nil {
			return nil
		}
		// A container in back-off no longer has the reason; another pod may still
		// have it.
		a := found(says(pod, c), "kubectl describe pod "+word(pod.Name)+" --namespace "+e.plan.Namespace+"; look at the network between the node and the registry", podAt(p, e, pod))
		return &a
	}, "no pod says so")
}

func unschedulable(p delivery, e environment) answer {
	if !e.Pods.Known {
		return lacking(e.Pods)
	}
	for _, pod := range e.Pods.Value {
		if pod.Unscheduled != "" {
			return found(brief("pod "+pod.Name+": "+pod.Unscheduled), "", podAt(p, e, pod))
		}
	}
	return excluded("each pod has a node")
}

func waiting(why string, reasons ...string) func(delivery, environment) answer {
	return func(p delivery, e environment) answer {
		return stuck(p, e, func(pod argocd.Pod, c argocd.Container) *answer {
			for _, r := range reasons {
				if c.Waiting == r {
					a := found(says(pod, c), "create what the message names in the namespace "+e.plan.Namespace, podAt(p, e, pod))
					return &a
				}
			}
			return nil
		}, "no container waits because "+why)
	}
}

func crashLoop(p delivery, e environment) answer {
	return stuck(p, e, func(pod argocd.Pod, c argocd.Container) *answer {
		if c.Waiting != "CrashLoopBackOff" {
			return nil
		}
		text := fmt.Sprintf("pod %s, container %s: CrashLoopBackOff after %d restarts, last with the exit code %d", pod.Name, c.Name, pod.Restarts, c.ExitCode)
		remedy := fmt.Sprintf("kubectl logs %s --previous --namespace %s", word(pod.Name), e.plan.Namespace)
		if c.Ended == "OOMKilled" {
			text += ", for lack of memory"
			remedy = "raise deploy.resources.limits.memory in the spec, or let the program use less"
		}
		a := found(brief(text), remedy, podAt(p, e, pod))
		return &a
	}, "no container ends again and again")
}

func probeFailing(p delivery, e environment) answer {
	if !e.Pods.Known {
		return lacking(e.Pods)
	}
	var lack *answer
	for _, pod := range e.Pods.Value {
		said, asked := e.details.Events[pod.Name]
		if asked && !said.Known {
			a := lacking(said)
			lack = &a
		}
		for _, v := range said.Value {
			if v.Reason == "Unhealthy" && !pod.Ready && pod.Unscheduled == "" && len(pod.Containers) == 0 {
				at := podAt(p, e, pod)
				if !v.Last.IsZero() {
					at.At = v.Last
				}
				return found(brief("pod "+pod.Name+": "+v.Message), "", at)
			}
		}
	}
	if lack != nil {
		return *lack
	}
	return excluded("no pod that runs has been warned of")
}
