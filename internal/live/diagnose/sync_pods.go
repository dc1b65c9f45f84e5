package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/verdict"
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
		{ID: "pods-hidden", Statement: "Argo CD hides the pods, and with them their logs", Tested: "it shows a Deployment and nothing that the Deployment has made", Remedy: "run 'pipegen generate', and apply the project's manifest again: it must allow ReplicaSet and Pod", test: podsHidden},
		{ID: "platform", Statement: "The image was not built for the node's platform", Tested: "a pod cannot pull its image, and the runtime names the platform", Remedy: "add the platform to image.platforms in the spec", test: pulling(wordsNoPlatform, addPlatform)},
		{ID: "pull-denied", Statement: "The cluster may not pull the image", Tested: "a pod cannot pull its image, and the registry asks for a login or refuses it", Remedy: "set image.pullSecret in the spec and create that Secret in the namespace, or make the package public", test: pulling(wordsNoPull, allowPull)},
		{ID: "image-gone", Statement: "The image is not in the registry", Tested: "a pod cannot pull its image, and the registry does not have it", Remedy: "take the deploy back, or run it again to push the image anew", test: pulling(wordsNoImage, nil)},
		{ID: "pull-failed", Statement: "The image cannot be pulled", Tested: "a pod cannot pull its image, for another reason", Remedy: "kubectl describe the pod; look at the network between the node and the registry", test: stuck(pullFailed, "no pod says so")},
		{ID: "unschedulable", Statement: "No node takes the pod", Tested: "a pod's condition PodScheduled is False", Remedy: "lower deploy.resources in the spec, or add capacity to the cluster", test: of(pods, unschedulable)},
		{ID: "driver-missing", Statement: "The Secrets Store CSI driver, or its provider, is not on the node of a pod", Tested: "an event FailedMount of a pod that is not ready says so", Remedy: "install the driver and the provider on each node", test: of(pods, driverMissing)},
		{ID: "not-mounted", Statement: "What a pod mounts by the Secrets Store CSI driver cannot be had, or no Secret made of it", Tested: "an event FailedMount or FailedToCreateSecret of a pod that is not ready has the words of the driver", Remedy: "put the value into the store, or let the pod's service account read it", test: of(pods, notMounted)},
		{ID: "config-missing", Statement: "A Secret or ConfigMap that the pod refers to does not exist", Tested: "a container waits with CreateContainerConfigError", Remedy: "create it in the namespace", test: stuck(misconfigured, "no container waits because it cannot be configured")},
		{ID: "crash-loop", Statement: "The program keeps ending", Tested: "a container waits with CrashLoopBackOff", Remedy: "read the log of the pod's last container: kubectl logs --previous", test: stuck(crashLoop, "no container ends again and again")},
		{ID: "probe-failing", Statement: "The program runs and does not answer its probe", Tested: "a pod runs and is not ready, and Kubernetes has warned that its probe fails", Remedy: "compare deploy.port and deploy.probes in the spec with the program", test: of(pods, probeFailing)},
	}
}

func podsHidden(p delivery, e environment) *answer {
	switch {
	case e.Pods.Known:
		return excluded("Argo CD shows the pods")
	case e.Pods.Kind != argocd.Hidden:
		return lacking(e.Pods)
	}
	return found("the project "+e.plan.Project.Name+" does not allow ReplicaSet and Pod", allowKinds(e), appAt(p, e))
}

// allowKinds is how the project gets to allow all kinds of the pipeline.
func allowKinds(e environment) string {
	if e.plan.Project.Existing {
		return askKeeper(e, "ReplicaSet and Pod")
	}
	return "kubectl apply -f " + e.plan.Project.File + ", in the GitOps repository, after 'pipegen generate'"
}

// askKeeper says whom to ask where somebody else keeps the project.
func askKeeper(e environment, what string) string {
	return "ask whoever keeps the project " + e.plan.Project.Name + " to allow " + what + ": it is somebody else's, and pipegen does not write it"
}

// stuck looks for a waiting container. The judge says why it waits, or "" if the cause is another, and the remedy where
// the cause's own is too general.
func stuck(judge func(delivery, environment, argocd.Pod, argocd.Container) (says, remedy string), otherwise string) test {
	return of(pods, func(p delivery, e environment, pods []argocd.Pod) *answer {
		for _, pod := range pods {
			for _, c := range pod.Containers {
				if c.Waiting == "" {
					continue
				}
				if says, remedy := judge(p, e, pod, c); says != "" {
					return found(brief(says), remedy, podAt(p, e, pod))
				}
			}
		}
		return excluded(otherwise)
	})
}

// pods returns the pods, or the answer if they are not known.
func pods(_ delivery, e environment) ([]argocd.Pod, *answer) {
	if !e.Pods.Known {
		return nil, lacking(e.Pods)
	}
	return e.Pods.Value, nil
}

func podAt(p delivery, e environment, pod argocd.Pod) criteria.Evidence {
	return criteria.Evidence{What: "pod " + pod.Name, URL: e.Pods.URL, At: p.facts.At}
}

// pullWords returns in lower case why a container's image cannot be pulled, or "" if it waits for something else.
func pullWords(c argocd.Container) string {
	switch c.Waiting {
	case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable":
		return strings.ToLower(c.Waiting + ": " + c.Message)
	}
	return ""
}

// kindOfPull returns which words for failed pulls match. Messages about a platform or a refusal also contain "not
// found", so those are tried first.
func kindOfPull(text string) []string {
	for _, words := range [][]string{wordsNoPlatform, wordsNoPull, wordsNoImage} {
		if anyOf(text, words) {
			return words
		}
	}
	return nil
}

// pulling looks for a pod whose image cannot be pulled for a reason. The remedy is nil where the cause's own is enough.
func pulling(words []string, remedy func(delivery, environment, argocd.Pod) string) test {
	return stuck(func(p delivery, e environment, pod argocd.Pod, c argocd.Container) (string, string) {
		if kind := kindOfPull(pullWords(c)); len(kind) == 0 || kind[0] != words[0] {
			return "", ""
		}
		if remedy == nil {
			return says(pod, c), ""
		}
		return says(pod, c), remedy(p, e, pod)
	}, "no pod says so")
}

// says is Kubernetes' message about a container.
func says(pod argocd.Pod, c argocd.Container) string {
	return with(fmt.Sprintf("pod %s, container %s: %s", pod.Name, c.Name, c.Waiting), c.Message)
}

func addPlatform(p delivery, e environment, pod argocd.Pod) string {
	if w := p.workload(e, pod.Owner); w != nil && w.External != "" {
		return "name an image in " + w.Path + ".external that has the node's platform"
	}
	return "add the platform to " + p.imageOf(e, pod).Path + ".platforms in the spec"
}

const docsOfPulls = "AmazonEC2ContainerRegistryPullOnly in EKS, roles/artifactregistry.reader in Google's clusters, AcrPull in Azure's"

func allowPull(p delivery, e environment, pod argocd.Pod) string {
	if w := p.workload(e, pod.Owner); w != nil && w.External != "" {
		return "name an image in " + w.Path + ".external that the cluster may pull without a login, or give its account a login in files of your own"
	}
	image := p.imageOf(e, pod)
	switch {
	case image.PullSecret == "" && image.Login.Cloud():
		return "let the nodes pull from " + image.Registry + " by an identity of their own: " + docsOfPulls
	case image.PullSecret == "":
		return "make the package public in its settings, or set " + image.Path + ".pullSecret in the spec and create that Secret in the namespace " + e.plan.Namespace
	case image.Login.Region != "":
		return fmt.Sprintf("renew the Secret %s in the namespace %s: a token of ECR expires after twelve hours; better, leave it out and let the nodes pull by their role", image.PullSecret, e.plan.Namespace)
	}
	return fmt.Sprintf("see whether the Secret %[1]s in the namespace %[2]s holds a login that may read the package: kubectl get secret %[1]s --namespace %[2]s", image.PullSecret, e.plan.Namespace)
}

// pullFailed names no reason: a container in back-off no longer has it. Another pod may still have it.
func pullFailed(_ delivery, e environment, pod argocd.Pod, c argocd.Container) (string, string) {
	text := pullWords(c)
	if text == "" || kindOfPull(text) != nil {
		return "", ""
	}
	return says(pod, c), "kubectl describe pod " + verdict.Word(pod.Name) + " --namespace " + e.plan.Namespace + "; look at the network between the node and the registry"
}

func unschedulable(p delivery, e environment, pods []argocd.Pod) *answer {
	for _, pod := range pods {
		if pod.Unscheduled != "" {
			return found(brief("pod "+pod.Name+": "+pod.Unscheduled), "lower "+p.pathOf(e, pod)+".resources in the spec, or add capacity to the cluster", podAt(p, e, pod))
		}
	}
	return excluded("each pod has a node")
}

func misconfigured(p delivery, e environment, pod argocd.Pod, c argocd.Container) (string, string) {
	if c.Waiting != "CreateContainerConfigError" && c.Waiting != "CreateContainerError" {
		return "", ""
	}
	for _, s := range p.plan.MadeIn(e.plan.Name) {
		if s.Way == plan.BySops && strings.Contains(c.Message, `"`+s.Name+`" not found`) {
			return says(pod, c), "Argo CD renders without this Secret where it may start no program, and says nothing: " + buildOptions(p)
		}
	}
	for _, s := range p.plan.MadeIn(e.plan.Name) {
		if s.Way == plan.ByDriver && strings.Contains(c.Message, `"`+s.Name+`" not found`) {
			return says(pod, c), makesSecrets
		}
	}
	return says(pod, c), "create what the message names in the namespace " + e.plan.Namespace
}

func crashLoop(p delivery, e environment, pod argocd.Pod, c argocd.Container) (text, remedy string) {
	if c.Waiting != "CrashLoopBackOff" {
		return "", ""
	}
	text = fmt.Sprintf("pod %s, container %s: CrashLoopBackOff after %d restarts, last with the exit code %d", pod.Name, c.Name, pod.Restarts, c.ExitCode)
	if c.Ended == "OOMKilled" {
		return text + ", for lack of memory", "raise " + p.pathOf(e, pod) + ".resources.limits.memory in the spec, or let the program use less"
	}
	return text, fmt.Sprintf("kubectl logs %s --previous --namespace %s", verdict.Word(pod.Name), e.plan.Namespace)
}

func probeFailing(p delivery, e environment, pods []argocd.Pod) *answer {
	out := excluded("no pod that runs has been warned of")
	for _, pod := range pods {
		said, asked := e.details.Events[pod.Name]
		if asked && !said.Known {
			out = lacking(said)
		}
		for _, v := range said.Value {
			if v.Reason == "Unhealthy" && !pod.Ready && pod.Unscheduled == "" && len(pod.Containers) == 0 {
				at := podAt(p, e, pod)
				if !v.Last.IsZero() {
					at.At = v.Last
				}
				path := p.pathOf(e, pod)
				return found(brief("pod "+pod.Name+": "+v.Message), "compare "+path+" in the spec, its port and probes, with the program", at)
			}
		}
	}
	return out
}
