package judge

import (
	"regexp"
	"slices"
	"sync"
)

// neutral is what an author may do without touching a promise, in files and below keys as in the parts of criteria.
type neutral struct {
	file, key string
	// but are keys below it that matter.
	but string
	// only are the ways in which it may be changed, all where there are none.
	only []how
	// not are the kinds of criteria to which it matters all the same.
	not []string
	why string
}

const (
	workflows = `^\.github/workflows/`
	programs  = `base/(deployment|cronjob|job)\.yaml$`
	pod       = `^spec\.(jobTemplate\.spec\.)?template\.spec\.`
	container = pod + `(containers|initContainers)\.`
	// obeyed are labels and annotations that change what a tool does with an object.
	obeyed = `\.(argocd\.argoproj\.io|pipegen|autoscaling\.keda\.sh|downscaler|keel\.sh|fluxcd\.io|kuma\.io|consul\.hashicorp\.com|dapr\.io|sidecar\.istio\.io|istio\.io|linkerd\.io|config\.linkerd\.io|config\.kubernetes\.io|kustomize\.config\.k8s\.io|cluster-autoscaler\.kubernetes\.io|controller\.kubernetes\.io|pod-security\.kubernetes\.io)/|annotations\.helm\.sh/`
)

// harmless is the whole list. What is not in it, and is in a file on which a criterion rests, is the author's to answer
// for.
var harmless = []neutral{
	{file: workflows, key: `^(name|run-name)$`, why: "the name of a workflow is for people"},
	{file: workflows, key: `^jobs\.[\w-]+\.(steps\.)?name$`, but: `^jobs\.gate\.name$`, why: "the name of a job or a step is for people; the check that a branch rule requires is the one that is not"},
	{file: workflows, key: `^jobs\.[\w-]+\.runs-on\b`, why: "where a job runs does not change what it asks for; X23 holds the platforms against it"},
	{file: workflows, key: `^(jobs\.[\w-]+\.)?permissions\b`, why: "a step that lacks a right fails, and W16 holds what is granted against what is needed"},
	{file: workflows, key: `^(jobs\.[\w-]+\.)?concurrency\b`, but: `^jobs\.measure\b`, why: "W28 and W29 hold every order of runs against it; a measurement that is dropped would be missed by nobody"},
	{file: workflows, key: `^jobs\.[\w-]+\.timeout-minutes$`, not: []string{"published", "synced", "rollback"}, why: "a job that is stopped is red"},
	{file: workflows, key: `^jobs\.[\w-]+\.environment\.url$`, why: "the address beside a deploy is for people"},
	{file: workflows, key: `^jobs\.test\.services\b`, only: []how{added}, why: "a container more beside the tests takes nothing from them"},

	{key: `^metadata\.(labels|annotations)\b`, but: obeyed, why: "no tool obeys such a label or annotation"},
	{key: `^metadata\.finalizers\b`, why: "it is read when the object is deleted"},
	{file: programs, key: `^spec\.(jobTemplate\.spec\.)?template\.metadata\.annotations\b`, but: obeyed, why: "no tool obeys such an annotation"},
	{file: programs, key: `^spec\.(jobTemplate\.spec\.)?template\.metadata\.labels\b`, but: obeyed, only: []how{added}, why: "no tool obeys such a label, and selectors ask for those that are there"},
	{file: programs, key: container + `(env|envFrom|command|args|workingDir|resources|volumeMounts|volumeDevices|securityContext|imagePullPolicy|stdin|tty|terminationMessagePath|terminationMessagePolicy)\b`, why: "the probes and the smoke Job ask the program, whatever it was started with; K10 holds its rights"},
	{file: programs, key: container + `ports$`, only: []how{added}, why: "a port more takes nothing from the others"},
	{file: programs, key: container + `livenessProbe\b`, why: "it restarts a program that hangs, and no criterion counts on that; K13 holds that there is one"},
	{file: programs, key: pod + `(containers|initContainers)$`, only: []how{added}, why: "a container more leaves the probes of the program as they are, and the deadline of the rollout bounds its start"},
	{file: programs, key: pod + `(volumes|nodeSelector|tolerations|affinity|topologySpreadConstraints|priorityClassName|runtimeClassName|serviceAccountName|serviceAccount|automountServiceAccountToken|imagePullSecrets|hostAliases|hostname|subdomain|dnsPolicy|dnsConfig|enableServiceLinks|securityContext|shareProcessNamespace)\b`, why: "where a pod runs and what it is given does not change what is asked of it; K10 holds its rights, and X10 what it refers to"},
	{file: programs, key: `^spec\.revisionHistoryLimit$`, why: "what was before comes back from git"},

	{file: `base/(horizontalpodautoscaler|scaledobject)\.yaml$`, key: `^spec\.(maxReplicas|maxReplicaCount|metrics|behavior|triggers|pollingInterval|cooldownPeriod|advanced\.horizontalPodAutoscalerConfig)\b`, why: "whatever an autoscaler follows, it keeps its least number of pods"},

	{file: `(base|smoke)/networkpolicy\.yaml$`, key: `^spec\.(ingress|egress)\b`, only: []how{added}, why: "policies add up: a rule more shuts nobody out"},
	{file: `base/service\.yaml$`, key: `^spec\.ports$`, only: []how{added}, why: "a port more takes nothing from the others"},

	{file: `applicationsets/[^/]+\.yaml$`, key: `^spec\.template\.metadata\.(labels|annotations)\b`, but: obeyed, why: "no tool obeys such a label or annotation"},
	{file: `base/service\.yaml$`, key: `^spec\.(trafficDistribution|sessionAffinity|sessionAffinityConfig)\b`, why: "which pod gets a request is another, and only those that are ready get one"},

	{file: `(applications|applicationsets)/[^/]+\.yaml$`, key: `^spec\.(template\.spec\.)?syncPolicy\.managedNamespaceMetadata\b`, only: []how{changed}, why: "A25 holds the level of the namespace against the pods that are deployed there"},
	{file: `(applications|applicationsets)/[^/]+\.yaml$`, key: `^spec\.(template\.spec\.)?(info|revisionHistoryLimit)\b`, why: "it is for people"},
	{file: `projects/[^/]+\.yaml$`, key: `^spec\.(description|orphanedResources)\b`, why: "it changes what is shown, and not what is synced"},
	{file: `projects/[^/]+\.yaml$`, key: `^spec\.\w+ResourceWhitelist$`, only: []how{removed}, why: "X17 and A03 hold the kinds that are allowed against those that are rendered"},
	{file: `projects/[^/]+\.yaml$`, key: `^spec\.(sourceRepos|destinations|\w+ResourceWhitelist)\b`, only: []how{added}, why: "what is allowed in addition keeps no sync from happening; X16 and X17 hold it against what is needed"},
	{file: `projects/[^/]+\.yaml$`, key: `^spec\.roles\b`, not: []string{"logs"}, why: "a role is for people; A12 holds what it may do"},
}

type compiledNeutral struct {
	neutral
	files, keys, except *regexp.Regexp
}

var neutrals = sync.OnceValue(func() []compiledNeutral {
	out := make([]compiledNeutral, len(harmless))
	for i, n := range harmless {
		out[i] = compiledNeutral{n, regexp.MustCompile(n.file), regexp.MustCompile(n.key), nil}
		if n.but != "" {
			out[i].except = regexp.MustCompile(n.but)
		}
	}
	return out
})

// spares returns why a change in a file does not matter to a kind of criterion, "" where it may.
func spares(file string, d difference, kind string) string {
	for _, n := range neutrals() {
		switch {
		case !n.files.MatchString(file), !n.keys.MatchString(d.key):
		case n.except != nil && n.except.MatchString(d.key):
		case len(n.only) > 0 && !slices.Contains(n.only, d.how):
		case slices.Contains(n.not, kind):
		default:
			return n.why
		}
	}
	return ""
}
