package change

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// destructive are the changes that remove or replace what runs.
var destructive = []Rule{
	{Destructive, "environment-removed", "Once its Application is deleted, Argo CD deletes what it deployed.", environmentsGone(false, "The environment %s is gone, and with it the Application %s and what it deployed to %s.")},
	{Destructive, "environment-left", "Its Application stays in the cluster with what it deployed, until somebody deletes both.", environmentsGone(true, "The environment %s is gone, and the Application %s and what it deployed to %s stay.")},
	{Destructive, "previews-left", "Until somebody deletes the ApplicationSet, which takes them along, nobody looks after them: Argo CD goes on asking for pull requests.", previewsLeft},
	{Destructive, "pipeline-renamed", "Every object has the name in it: new ones are made, and those of the old name are pruned or left behind.", moved("name", func(v *view) string { return v.plan.Name }, "The pipeline %[2]s is called %[1]s now.")},
	{Destructive, "namespace-changed", "Everything is made anew in the other namespace, where its Secrets must exist; what runs now is pruned.", ofEach("namespace", renamed(func(e plan.Environment) string { return e.Namespace }, "%[1]s moves from the namespace %[2]s to %[3]s."))},
	{Destructive, "application-renamed", "Argo CD takes the new name for another Application; deleting the old one deletes what it deployed.", applicationRenamed(false)},
	{Destructive, "application-doubled", "The ApplicationSet deletes no Application: two claim the same objects until somebody deletes the old one, which leaves what it deployed.", applicationRenamed(true)},
	{Destructive, "applications-adopted", "The ApplicationSet takes over what runs under the same names. Apply it before their files go: a tool that applies those files and prunes would delete the Applications with what they deployed.", inSets(false, setChanged)},
	{Destructive, "applications-released", "Delete the ApplicationSet first, which leaves them: it undoes what is applied to its Applications. From then on, deleting an Application deletes what it deployed.", inSets(true, setChanged)},
	{Destructive, "root-left", "It goes on bringing what is in its folder, which is nobody's any longer, until somebody deletes it. That leaves what it has brought.", rootGone},
	{Destructive, "project-renamed", "The Applications move to another AppProject, which must exist before them; the old one stays until somebody deletes it.", projectMoved},
	{Destructive, "cluster-labels-changed", "Clusters with the new labels get it as soon as the ApplicationSet is applied. Those with the old ones keep their Applications, and get each deploy, until somebody deletes these.", clusterLabels},
	{Destructive, "cluster-names-changed", "Argo CD refuses to sync to a cluster with another name: it keeps what runs there, and gets no further deploy.", ofEnvironments(func(_, y plan.Environment) string { return "clusters." + y.Cluster.ID + ".names" }, fleetNarrower)},
	{Destructive, "cluster-changed", "What runs in the old cluster stays there and is nobody's any longer.", clusterChanged},
	{Destructive, "argocd-moved", "The Applications are made anew there, and the old ones keep syncing until they are deleted. Take their finalizers out before that, or what runs is deleted with them.", argocdMoved},
	{Destructive, "gitops-moved", "The live image does not move with it: the new place begins without one, and Argo CD renders the old one until it is told.", gitopsMoved},
	{Destructive, "rendering-moved", "Apply the Applications once the workflow has made the branches that they read: until then Argo CD finds nothing there, and syncs nothing.", moved("gitops.rendered", rendering, "The Applications read %s instead of %s.")},
	{Destructive, "platform-dropped", "A node of that platform cannot run the next image: pods that come there do not start.", platformDropped},
	{Destructive, "immutable-changed", "Kubernetes refuses the change of the field: the object must be deleted and made anew, and is away in between.", ofKept(immutableChanged)},
	{Destructive, "claim-shrunk", "Kubernetes lets a claim grow alone: the sync fails until the size is back.", ofKept(claimShrunk)},
	{Destructive, "claim-template-changed", "Kubernetes refuses it, and the sync fails: claims that there are must be changed by hand, and the StatefulSet deleted without its pods, as docs/workloads.md says under *A larger claim*.", ofKept(templateChanged)},
	{Destructive, "claims-dropped", "The cluster deletes them with all that is in them.", claimsDropped},
	{Destructive, "object-removed", "Argo CD prunes what git does not have any longer.", gone(func(k key, o object, _ *view) bool { return !accessory[k.kind] && !left(o) })},
	{Destructive, "address-removed", "Whoever calls it gets no answer from then on, or that of another program.", addressGone},
	{Destructive, "claim-left", "It stays in the cluster with all that is in it, until a person deletes it, and no pod reads it any longer.", gone(func(_ key, o object, _ *view) bool { return left(o) })},
	{Destructive, "single-replica", "With a single pod, each drain of its node and each crash is an interruption.", fewerPods(func(before, after int) bool { return before > 1 && after <= 1 }, "The %s has %d pod instead of %d.")},
	{Destructive, "disruption-budget-removed", "Without one, a drain of nodes may stop all pods at the same time.", gone(isBudget)},
}

func environments(v *view) map[string]plan.Environment {
	out := map[string]plan.Environment{}
	for _, e := range v.plan.Environments {
		out[e.Name] = e
	}
	return out
}

// bySet reports whether an ApplicationSet makes the Applications of an environment, and each has no file.
func bySet(v *view, e plan.Environment) bool {
	return v.plan.ArgoCD.ApplicationSet || e.Cluster.Fleet != nil
}

// inSets is a rule for sides before which an ApplicationSet made the Applications, or for those where each had a file.
func inSets(set bool, rule comparison) comparison {
	return func(a, b *view, add report) {
		if a.plan.ArgoCD.ApplicationSet == set {
			rule(a, b, add)
		}
	}
}

// ofEach is a rule on a field of the environments that both sides have; the sentence is "" where they do not break it.
func ofEach(field string, says func(x, y plan.Environment) string) comparison {
	return ofEnvironments(func(x, _ plan.Environment) string { return x.Path + "." + field }, says)
}

// written says it of the way in which CI writes the deploys to an environment, at the place that decides it.
func written(says func(x, y plan.Environment) string) comparison {
	return ofEnvironments(func(x, y plan.Environment) string {
		if own := x.Path + ".write"; x.WritePath == own {
			return own
		}
		return y.WritePath
	}, says)
}

func ofEnvironments(at func(x, y plan.Environment) string, says func(x, y plan.Environment) string) comparison {
	return func(a, b *view, add report) {
		after := environments(b)
		for _, x := range a.plan.Environments {
			if y, stays := after[x.Name]; stays {
				if sentence := says(x, y); sentence != "" {
					add(x.Name, at(x, y), "%s", sentence)
				}
			}
		}
	}
}

// renamed says it of environments with another name for something. The sentence takes the names of the environment, of
// before and of now.
func renamed(name func(plan.Environment) string, sentence string) func(x, y plan.Environment) string {
	return func(x, y plan.Environment) string {
		if name(x) == name(y) {
			return ""
		}
		return fmt.Sprintf(sentence, x.Name, name(x), name(y))
	}
}

// applicationRenamed is about the clusters that an environment has on both sides. Where it was in one and is in several,
// or the other way round, the one that it stays in gets another Application.
func applicationRenamed(set bool) comparison {
	return func(a, b *view, add report) {
		after := environments(b)
		for _, x := range a.plan.Environments {
			y := after[x.Name]
			for _, from := range x.At() {
				for _, to := range y.At() {
					same := from.Site == to.Site || from.Cluster.Is(to.Cluster)
					if y.Name != "" && bySet(a, x) == set && same && from.Application != to.Application {
						add(x.Name, to.SitePath+".application", "The Application of %s is called %s instead of %s.", to.Where(), to.Applications()[0], from.Applications()[0])
					}
				}
			}
		}
	}
}

// overlayMoved is about clusters that begin to differ in an environment, or to be like its others again. An ApplicationSet
// moves what it makes by itself, once it is applied.
func overlayMoved(a, b *view, add report) {
	for _, from := range a.plan.Sites() {
		for _, to := range b.plan.Environment(from.Name).At() {
			if to.Application == from.Application && to.Cluster.Is(from.Cluster) && path.Base(to.Overlay) != path.Base(from.Overlay) {
				add(to.Name, to.SitePath, "The Application %s renders %s instead of %s.", to.Application, to.Overlay, from.Overlay)
			}
		}
	}
}

// projectMoved is said where the project is named now, once where all environments move with argocd.project.
func projectMoved(a, b *view, add report) {
	said := map[string]bool{}
	before := environments(a)
	for _, y := range b.plan.Environments {
		x, stays := before[y.Name]
		switch {
		case !stays || x.Project.Name == y.Project.Name || said[y.Project.Path]:
		case y.Project.Path == "argocd.project":
			said[y.Project.Path] = true
			add(y.Name, y.Project.Path, "The AppProject is called %s instead of %s.", y.Project.Name, x.Project.Name)
		default:
			add(y.Name, y.Project.Path, "%s is in the AppProject %s instead of %s.", y.Name, y.Project.Name, x.Project.Name)
		}
	}
}

// clusterChanged is said of each cluster in which an environment was, at the place that names the cluster now, once where
// all environments move with argocd.server.
func clusterChanged(a, b *view, add report) {
	after, said := environments(b), map[string]bool{}
	for _, e := range a.plan.Environments {
		y, stays := after[e.Name]
		for _, x := range e.At() {
			to, now := stayed(x, y)
			if !stays || now || x.Cluster.Fleet != nil && to.Cluster.Fleet != nil {
				continue
			}
			subject, at, who := "", to.Cluster.Path, "It"
			if at != x.Cluster.Path {
				subject, at, who = y.Name, y.Path+".cluster", y.Name
			}
			sentence := fmt.Sprintf("%s is deployed to %s instead of %s.", who, to.Cluster, x.Cluster)
			if len(y.Sites) > 0 {
				subject, at, sentence = y.Name, y.Path+".clusters", fmt.Sprintf("%s is not deployed to %s any longer.", y.Name, x.Cluster)
			}
			if !said[sentence] {
				said[sentence] = true
				add(subject, at, "%s", sentence)
			}
		}
	}
}

// argocdMoved is about the Argo CD that deploys an environment in a cluster, once at each place that decides it.
func argocdMoved(a, b *view, add report) {
	said := map[string]bool{}
	after := environments(b)
	for _, e := range a.plan.Environments {
		for _, x := range e.At() {
			y, stays := stayed(x, after[e.Name])
			from, to := x.Instance, y.Instance
			at, sentence := to.NamespacePath, fmt.Sprintf("Argo CD%s is looked for in the namespace %s instead of %s.", to.Of(), to.Namespace, from.Namespace)
			switch {
			case from.Cluster == "" && to.Cluster != "":
				at, sentence = to.Path, fmt.Sprintf("%s has an Argo CD of its own.", to.Cluster)
			case from.Cluster != to.Cluster:
				at, sentence = y.Cluster.Path, fmt.Sprintf("%s has no Argo CD of its own any longer.", from.Cluster)
			}
			if stays && (from.Cluster != to.Cluster || from.Namespace != to.Namespace) && !said[at] {
				said[at] = true
				add("", at, "%s", sentence)
			}
		}
	}
}

// stayed reports whether an environment is still in a cluster, and returns it as it is there; as it is in the first one,
// where it is not.
func stayed(x, now plan.Environment) (plan.Environment, bool) {
	for _, y := range now.At() {
		if y.Cluster.Is(x.Cluster) || y.Cluster.Own != x.Cluster.Own && y.Cluster.ID == x.Cluster.ID {
			return y, true
		}
	}
	return now.At()[0], false
}

// ofKept is a rule on the objects that both sides have.
func ofKept(rule func(k key, x, y object, add report)) comparison {
	return func(a, b *view, add report) {
		for k, x := range a.objects {
			if y, stays := b.objects[k]; stays {
				rule(k, x, y, add)
			}
		}
	}
}

// environmentsGone says it in a sentence that takes the names of the environment, of its Application and of its
// namespace.
func environmentsGone(set bool, sentence string) comparison {
	return func(a, b *view, add report) {
		before, after := environments(a), environments(b)
		for _, e := range a.plan.Environments {
			if _, stays := after[e.Name]; stays || bySet(a, e) != set {
				continue
			}
			says := fmt.Sprintf(sentence, e.Name, plan.And(e.Applications()), e.Namespace)
			for _, other := range b.plan.Environments {
				if _, known := before[other.Name]; !known && other.Namespace == e.Namespace && e.Cluster.Is(other.Cluster) && len(e.Sites)+len(other.Sites) == 0 {
					says = fmt.Sprintf("The environment %s is called %s now: its overlay moves, and the live image of the old one does not move with it.", e.Name, other.Name)
				}
			}
			add(e.Name, e.Path, "%s", says)
		}
	}
}

func setChanged(a, b *view, add report) {
	before, after := a.plan.ArgoCD.ApplicationSet, b.plan.ArgoCD.ApplicationSet
	switch {
	case after && !before:
		add("", "argocd.applicationSet", "The ApplicationSet %s makes the Applications, in place of a file for each.", b.plan.Name)
	case before && !after:
		add("", "argocd.applicationSet", "The Applications have a file each, in place of the ApplicationSet %s.", a.plan.Name)
	}
}

func setReadsGit(a, b *view, add report) {
	files := func(v *view) string { return v.plan.Instances()[0].Elements }
	if now := files(b); now != "" && files(a) == "" {
		add("", "argocd.applicationSet", "The ApplicationSet %s makes an Application of each file in %s.", b.plan.Name, now)
	}
}

// moved is a rule on a single value. The sentence takes the new and the old one.
func moved(at string, value func(*view) string, sentence string) comparison {
	return func(a, b *view, add report) {
		if value(a) != value(b) {
			add("", at, sentence, value(b), value(a))
		}
	}
}

func platformDropped(a, b *view, add report) {
	one := len(a.plan.Images) == 1 && len(b.plan.Images) == 1
	for _, x := range a.plan.Images {
		for _, y := range b.plan.Images {
			for _, leg := range x.Legs {
				if (one || x.Name == y.Name) && !slices.ContainsFunc(y.Legs, func(l plan.Leg) bool { return l.Platform == leg.Platform }) {
					add(x.Name+" "+leg.Platform, y.Path+".platforms", "The image %s is not built for %s any longer.", x.Name, leg.Platform)
				}
			}
		}
	}
}

func gitopsMoved(a, b *view, add report) {
	x, y := a.plan.GitOps, b.plan.GitOps
	for _, v := range []struct{ name, old, new string }{
		{"repository", strings.ToLower(x.Repository), strings.ToLower(y.Repository)}, {"branch", x.Branch, y.Branch}, {"path", x.Path, y.Path},
	} {
		if v.old != v.new {
			add(v.name, "gitops."+v.name, "The manifests have %s as their %s instead of %s.", v.new, v.name, v.old)
		}
	}
}

// rendering is what Applications read, in words.
func rendering(v *view) string {
	if v.plan.GitOps.Rendered == nil {
		return "the branch " + v.plan.GitOps.Branch
	}
	var branches []string
	for _, e := range v.plan.Environments {
		branches = append(branches, e.Rendered)
	}
	return "what is rendered in " + plan.And(branches)
}

// immutable are the fields that Kubernetes lets nobody change.
var immutable = map[string][][]string{
	"Deployment":            {{"spec", "selector"}},
	"DaemonSet":             {{"spec", "selector"}},
	"StatefulSet":           {{"spec", "selector"}, {"spec", "serviceName"}, {"spec", "podManagementPolicy"}},
	"Job":                   {{"spec", "template"}, {"spec", "selector"}, {"spec", "completionMode"}},
	"PersistentVolumeClaim": {{"spec", "storageClassName"}, {"spec", "accessModes"}, {"spec", "volumeName"}},
	"RoleBinding":           {{"roleRef"}},
	"ClusterRoleBinding":    {{"roleRef"}},
	"Service":               {{"spec", "clusterIP"}},
}

func immutableChanged(k key, x, y object, add report) {
	// Argo CD deletes a hook before it runs again, and makes a Job anew with each deploy where that is asked for.
	if isHook(x) || isHook(y) || k.kind == "Job" && strings.Contains(syncOptions(y), "Force=true") {
		return
	}
	for _, field := range immutable[k.kind] {
		if name := strings.Join(field, "."); !reflect.DeepEqual(dig(x.body, field...), dig(y.body, field...)) {
			add(k.String()+name, "", "%s of the %s changes.", name, k)
		}
	}
}

func isHook(o object) bool {
	return text(o.body, "metadata", "annotations", "argocd.argoproj.io/hook") != ""
}

// claimShrunk finds claims that ask for less than before.
func claimShrunk(k key, x, y object, add report) {
	if k.kind != "PersistentVolumeClaim" {
		return
	}
	at := []string{"spec", "resources", "requests", "storage"}
	if before, after := text(x.body, at...), text(y.body, at...); plan.Quantity(after).Cmp(plan.Quantity(before)) < 0 {
		add(k.String(), "", "The %s asks for %s instead of %s.", k, after, before)
	}
}

// left reports an object that Argo CD does not prune.
func left(o object) bool {
	return strings.Contains(syncOptions(o), "Prune=false")
}

func syncOptions(o object) string {
	return text(o.body, "metadata", "annotations", "argocd.argoproj.io/sync-options")
}

// accessory are objects that come and go with a check or a Job, and hold nothing.
var accessory = map[string]bool{"ServiceAccount": true, "Job": true, "NetworkPolicy": true, "PodDisruptionBudget": true}

// gone is a rule on the objects that are missing from environments that stay. Under another name everything is.
func gone(counts func(k key, o object, b *view) bool) comparison {
	return func(a, b *view, add report) {
		if a.plan.Name != b.plan.Name {
			return
		}
		stay := environments(b)
		for k, o := range a.objects {
			_, there := b.objects[k]
			if _, stays := stay[k.environment]; stays && !there && counts(k, o, b) {
				add(k.String(), "", "The %s is gone.", k)
			}
		}
	}
}

func isBudget(k key, _ object, _ *view) bool { return k.kind == "PodDisruptionBudget" }

// fewerPods is a rule on the least number of pods of an object. The sentence takes the object, and the numbers of now and
// before.
func fewerPods(broken func(before, after int) bool, sentence string) comparison {
	return func(a, b *view, add report) {
		ofKept(func(k key, x, y object, add report) {
			before, _ := a.leastPods(k, x)
			after, ok := b.leastPods(k, y)
			if ok && broken(before, after) {
				add(k.String(), "", sentence, k, after, before)
			}
		})(a, b, add)
	}
}
