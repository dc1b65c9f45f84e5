package change

import (
	"slices"

	"github.com/pipegen/pipegen/internal/plan"
)

// rootGone: nothing deletes a root because its file is gone.
func rootGone(a, b *view, add report) {
	for _, in := range a.plan.Instances() {
		if in.Root == nil {
			continue
		}
		now, stays := b.instance(in.Cluster)
		switch before := in.Root.Name + in.Of(); {
		case !b.plan.ArgoCD.AppOfApps:
			add("", "argocd.appOfApps", "A person applies the Applications again; the root Application %s stays.", before)
		case !stays:
			add("", "clusters", "Another Argo CD deploys, or none; the root Application %s stays.", before)
		case now.Root.Name != in.Root.Name:
			add("", "name", "The root Application is called %s instead of %s, which stays.", now.Root.Name, before)
		}
	}
}

func rootAdded(a, b *view, add report) {
	for _, in := range b.plan.Instances() {
		if before, there := a.instance(in.Cluster); in.Root != nil && (!there || before.Root == nil) {
			add("", in.Root.Path, "The root Application %s%s brings the others from %s.", in.Root.Name, in.Of(), in.Root.Folder)
		}
	}
}

// instance is the Argo CD of a cluster, if something is deployed by it.
func (v *view) instance(cluster string) (plan.Instance, bool) {
	all := v.plan.Instances()
	i := slices.IndexFunc(all, func(o plan.Instance) bool { return o.Cluster == cluster })
	if i < 0 {
		return plan.Instance{}, false
	}
	return all[i], true
}
