package change

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// destructive are the changes that remove or replace what runs.
var destructive = []Rule{
	{Destructive, "environment-removed", "Once its Application is deleted, Argo CD deletes what it deployed.", inSets(false, environmentsGone("The environment %s is gone, and with it the Application %s and what it deployed to %s."))},
	{Destructive, "environment-left", "Its Application stays in the cluster with what it deployed, until somebody deletes both.", inSets(true, environmentsGone("The environment %s is gone, and the Application %s and what it deployed to %s stay."))},
	{Destructive, "pipeline-renamed", "Every object has the name in it: new ones are made, and those of the old name are pruned or left behind.", pipelineRenamed},
	{Destructive, "namespace-changed", "Everything is made anew in the other namespace, where its Secrets must exist; what runs now is pruned.", ofEach("namespace", namespaceChanged)},
	{Destructive, "application-renamed", "Argo CD takes the new name for another Application; deleting the old one deletes what it deployed.", inSets(false, ofEach("application", applicationRenamed))},
	{Destructive, "application-doubled", "The ApplicationSet deletes no Application: two claim the same objects until somebody deletes the old one, which leaves what it deployed.", inSets(true, ofEach("application", applicationRenamed))},
	{Destructive, "applications-adopted", "The ApplicationSet takes over what runs under the same names. Apply it before their files go: whatever applies those files and prunes would delete the Applications with what they deployed.", inSets(false, setChanged)},
	{Destructive, "applications-released", "Delete the ApplicationSet first, which leaves them: it undoes what is applied to its Applications. From then on, deleting an Application deletes what it deployed.", inSets(true, setChanged)},
	{Destructive, "project-renamed", "The Applications move to another AppProject, which must exist before them; the old one stays until somebody deletes it.", moved("argocd.project", func(v *view) string { return v.plan.ArgoCD.Project }, "The AppProject is called %s instead of %s.")},
	{Destructive, "cluster-changed", "What runs in the old cluster stays there and is nobody's any longer.", moved("argocd.server", func(v *view) string { return v.plan.ArgoCD.Server }, "It is deployed to %s instead of %s.")},
	{Destructive, "argocd-moved", "The Applications are made anew in the other namespace, and the old ones keep syncing until they are deleted.", moved("argocd.namespace", func(v *view) string { return v.plan.ArgoCD.Namespace }, "Argo CD is looked for in the namespace %s instead of %s.")},
	{Destructive, "gitops-moved", "The live image does not move with it: the new place begins without one, and Argo CD renders the old one until it is told.", gitopsMoved},
	{Destructive, "immutable-changed", "Kubernetes refuses the change of the field: the object must be deleted and made anew, and is away in between.", immutableChanged},
	{Destructive, "object-removed", "Argo CD prunes what git does not have any longer.", gone(func(k key, _ object, _ *view) bool { return !accessory[k.kind] })},
	{Destructive, "single-replica", "With a single pod, each drain of its node and each crash is an interruption.", singleReplica},
	{Destructive, "disruption-budget-removed", "Without one, a drain of nodes may stop all pods at the same time.", gone(isBudget)},
}

func environments(v *view) map[string]plan.Environment {
	out := map[string]plan.Environment{}
	for _, e := range v.plan.Environments {
		out[e.Name] = e
	}
	return out
}

// inSets is a rule for sides before which an ApplicationSet made the Applications, or for those where each had a file.
func inSets(set bool, rule func(a, b *view) []finding) func(a, b *view) []finding {
	return func(a, b *view) []finding {
		if (a.plan.ArgoCD.ApplicationSet != "") != set {
			return nil
		}
		return rule(a, b)
	}
}

// ofEach is a rule on a field of the environments that both sides have; the sentence is "" where they do not break it.
func ofEach(field string, says func(x, y plan.Environment) string) func(a, b *view) []finding {
	return func(a, b *view) []finding {
		var out []finding
		after := environments(b)
		for _, x := range a.plan.Environments {
			if y, stays := after[x.Name]; stays {
				if sentence := says(x, y); sentence != "" {
					out = append(out, finding{x.Name, x.Path + "." + field, sentence})
				}
			}
		}
		return out
	}
}

// environmentsGone says it in a sentence that takes the names of the environment, of its
// Application and of its namespace.
func environmentsGone(sentence string) func(a, b *view) []finding {
	return func(a, b *view) []finding {
		var out []finding
		before, after := environments(a), environments(b)
		for _, e := range a.plan.Environments {
			if _, stays := after[e.Name]; stays {
				continue
			}
			f := finding{e.Name, e.Path, fmt.Sprintf(sentence, e.Name, e.Application, e.Namespace)}
			for _, other := range b.plan.Environments {
				if _, known := before[other.Name]; !known && other.Namespace == e.Namespace {
					f.sentence = fmt.Sprintf("The environment %s is called %s now: its overlay moves, and the live image of the old one does not move with it.", e.Name, other.Name)
				}
			}
			out = append(out, f)
		}
		return out
	}
}

func pipelineRenamed(a, b *view) []finding {
	if a.plan.Name == b.plan.Name {
		return nil
	}
	return []finding{{"", "name", fmt.Sprintf("The pipeline %s is called %s now.", a.plan.Name, b.plan.Name)}}
}

func namespaceChanged(x, y plan.Environment) string {
	if x.Namespace == y.Namespace {
		return ""
	}
	return fmt.Sprintf("%s moves from the namespace %s to %s.", x.Name, x.Namespace, y.Namespace)
}

func applicationRenamed(x, y plan.Environment) string {
	if x.Application == y.Application {
		return ""
	}
	return fmt.Sprintf("The Application of %s is called %s instead of %s.", x.Name, y.Application, x.Application)
}

func setChanged(a, b *view) []finding {
	before, after := a.plan.ArgoCD.ApplicationSet != "", b.plan.ArgoCD.ApplicationSet != ""
	switch {
	case before == after:
		return nil
	case after:
		return []finding{{"", "argocd.applicationSet", fmt.Sprintf("The ApplicationSet %s makes the Applications, in place of a file for each.", b.plan.Name)}}
	}
	return []finding{{"", "argocd.applicationSet", fmt.Sprintf("The Applications have a file each, in place of the ApplicationSet %s.", a.plan.Name)}}
}

// moved is a rule on a single value; the sentence takes the new and the old one.
func moved(at string, value func(*view) string, sentence string) func(a, b *view) []finding {
	return func(a, b *view) []finding {
		if value(a) == value(b) {
			return nil
		}
		return []finding{{"", at, fmt.Sprintf(sentence, value(b), value(a))}}
	}
}

func gitopsMoved(a, b *view) []finding {
	var out []finding
	x, y := a.plan.GitOps, b.plan.GitOps
	for _, v := range []struct{ name, old, new string }{
		{"repository", strings.ToLower(x.Repository), strings.ToLower(y.Repository)}, {"branch", x.Branch, y.Branch}, {"path", x.Path, y.Path},
	} {
		if v.old != v.new {
			out = append(out, finding{v.name, "gitops." + v.name, fmt.Sprintf("The manifests have %s as their %s instead of %s.", v.new, v.name, v.old)})
		}
	}
	return out
}

// immutable are the fields that Kubernetes lets nobody change.
var immutable = map[string][][]string{
	"Deployment":            {{"spec", "selector"}},
	"DaemonSet":             {{"spec", "selector"}},
	"StatefulSet":           {{"spec", "selector"}, {"spec", "serviceName"}, {"spec", "volumeClaimTemplates"}, {"spec", "podManagementPolicy"}},
	"Job":                   {{"spec", "template"}, {"spec", "selector"}, {"spec", "completionMode"}},
	"PersistentVolumeClaim": {{"spec", "storageClassName"}, {"spec", "accessModes"}, {"spec", "volumeName"}},
	"RoleBinding":           {{"roleRef"}},
	"ClusterRoleBinding":    {{"roleRef"}},
	"Service":               {{"spec", "clusterIP"}},
}

func immutableChanged(a, b *view) []finding {
	var out []finding
	for k, x := range a.objects {
		y, stays := b.objects[k]
		// Argo CD deletes a hook before it runs again.
		if !stays || isHook(x) || isHook(y) {
			continue
		}
		for _, field := range immutable[k.kind] {
			if !reflect.DeepEqual(dig(x.body, field...), dig(y.body, field...)) {
				out = append(out, finding{k.String() + strings.Join(field, "."), "", fmt.Sprintf("%s of the %s changes.", strings.Join(field, "."), k)})
			}
		}
	}
	return out
}

func isHook(o object) bool {
	return text(o.body, "metadata", "annotations", "argocd.argoproj.io/hook") != ""
}

// accessory are objects that come and go with a check or a Job, and hold nothing.
var accessory = map[string]bool{"ServiceAccount": true, "Job": true, "NetworkPolicy": true, "PodDisruptionBudget": true}

// gone is a rule on the objects that are missing from environments that stay. Under another name everything is.
func gone(counts func(k key, o object, b *view) bool) func(a, b *view) []finding {
	return func(a, b *view) []finding {
		if a.plan.Name != b.plan.Name {
			return nil
		}
		stay := environments(b)
		var out []finding
		for k, o := range a.objects {
			_, there := b.objects[k]
			if _, stays := stay[k.environment]; stays && !there && counts(k, o, b) {
				out = append(out, finding{k.String(), "", fmt.Sprintf("The %s is gone.", k)})
			}
		}
		return out
	}
}

func isBudget(k key, _ object, _ *view) bool { return k.kind == "PodDisruptionBudget" }

func singleReplica(a, b *view) []finding {
	var out []finding
	for k, x := range a.objects {
		before, _ := number(x.body, "spec", "replicas")
		after, ok := number(b.objects[k].body, "spec", "replicas")
		if ok && before > 1 && after <= 1 {
			out = append(out, finding{k.String(), "", fmt.Sprintf("The %s has %d pod instead of %d.", k, after, before)})
		}
	}
	return out
}
