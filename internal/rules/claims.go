package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var claims = []Rule{
	{
		ID:    "K32",
		Title: "pods of several nodes do not wait for one claim",
		Why:   "Storage of the access ReadWriteOnce is on one node at a time. A second pod elsewhere waits for it, and so does a new pod that is to be ready before the old one goes: such a rollout never ends.",
		Evidence: []Source{
			{Says: "access modes", URL: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes"},
		},
		By:    Proof | Refusal | Import,
		Check: claimedOnce,
	},
	{
		ID:    "K33",
		Title: "nobody but a person deletes a claim",
		Why:   "What is in a claim is gone with it. A line that leaves git, or an Application that is deleted, must not take the data along, unless the spec says so of the claims of each pod.",
		Evidence: []Source{
			{Says: "Argo CD: no prune resources", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources"},
		},
		By:    Proof | Import,
		Check: claimsStay,
	},
}

// claimedOnce looks for pods that wait for a claim which only the pods of one node can have at a time.
func claimedOnce(c *Case) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		if !w.LongRunning() {
			return
		}
		for _, v := range w.Pod().Get("volumes").Items() {
			name := v.Get("persistentVolumeClaim", "claimName")
			claim := first(t.Kinds("PersistentVolumeClaim"), func(o *pipeline.Object) bool { return name.OK() && o.Name == name.Text() })
			if claim == nil || !ofOneNode(*claim) {
				continue
			}
			if n, ok := w.Get("spec", "replicas").Number(); ok && n > 1 {
				c.broken(w.Get("spec", "replicas").At(), (*claim).Get("spec", "accessModes").At(), "write 1, or take storage of the access ReadWriteMany", "%s has %d pods, and only those of one node have %s", w.Label(), n, (*claim).Label())
			}
			if kind := w.Get("spec", "strategy", "type"); w.Kind == "Deployment" && kind.Text() != "Recreate" {
				c.broken(w.Get("spec", "strategy").At(), (*claim).Get("spec", "accessModes").At(), "strategy: type: Recreate, or storage of the access ReadWriteMany", "a new pod of %s waits for %s, which the old one has until the new one is ready", w.Label(), (*claim).Label())
			}
		}
	})
}

// ofOneNode reports a claim that only the pods of one node can have at a time.
func ofOneNode(claim *pipeline.Object) bool {
	modes := claim.Get("spec", "accessModes").Items()
	return len(modes) > 0 && !slices.ContainsFunc(modes, func(n pipeline.Node) bool { return strings.HasSuffix(n.Text(), "Many") })
}

// claimsStay looks for claims that Argo CD may delete, when they leave git or when their Application is deleted.
func claimsStay(c *Case) {
	for _, t := range c.targets {
		for _, claim := range t.Kinds("PersistentVolumeClaim") {
			options := claim.Get("metadata", "annotations", optionsAnnotation)
			missing := slices.DeleteFunc([]string{"Prune=false", "Delete=false"}, func(want string) bool {
				return slices.Contains(strings.Split(options.Text(), ","), want)
			})
			if len(missing) > 0 {
				c.broken(options.At(), t.At(), "annotate it with argocd.argoproj.io/sync-options: Prune=false,Delete=false", "Argo CD may delete %s with all that is in it: its sync options have no %s", claim.Label(), strings.Join(missing, " and no "))
			}
		}
	}
	if c.Facts == nil {
		return // whoever wrote it by hand meant it
	}
	c.statefulSets(func(t *pipeline.Target, w pipeline.Workload) {
		var may StatefulFact
		if fact := c.Facts.Workload(w.Name); fact != nil && fact.Stateful != nil {
			may = *fact.Stateful
		}
		for _, when := range []struct {
			field string
			may   bool
		}{{"whenDeleted", may.DeletedGone}, {"whenScaled", may.ScaledGone}} {
			if n := w.Get("spec", "persistentVolumeClaimRetentionPolicy", when.field); n.Text() == "Delete" && !when.may {
				c.broken(n.At(), t.At(), when.field+": Retain", "the cluster deletes claims of %s with all that is in them", w.Label())
			}
		}
	})
}
