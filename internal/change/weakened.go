package change

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// weakened are the changes that lower a bar or take a check away, besides those of criteria.
var weakened = []Rule{
	{Weakened, "guard-removed", "Output that does what the non-goal leaves out is no error any longer.", guardRemoved},
	{Weakened, "non-goal-removed", "What was left out on purpose may come in.", nonGoalRemoved},
	{Weakened, "approval-off", "What is merged runs there before anybody has looked.", ofEach("approval", lost(func(e plan.Environment) bool { return e.Approval != "" }, "Deploys to %s need no approval."))},
	{Weakened, "lower-releases-on", "A release tag may replace a higher release there, such as v1.4.1 one that is v1.5.0.", ofEach("lowerReleases", lost(func(e plan.Environment) bool { return !e.LowerReleases }, "A tag on a maintenance branch replaces a higher release in %s."))},
	{Weakened, "proposal-off", "A deploy is on the branch before its rules are asked, or is refused by them.", written(lost(proposes, "CI pushes deploys to %s to the branch, and opens no pull request."))},
	{Weakened, "review-off", "A deploy is merged without a person's word, unless the rules of the branch ask for it.", written(lost(func(e plan.Environment) bool { return e.Reviewed }, "No person has to merge the deploys to %s."))},
	{Weakened, "signature-off", "Nobody can prove any longer who has made a deploy.", switchedOff("gitops.signed", func(v *view) bool { return v.plan.GitOps.Signed }, "GitHub does not sign the commits of CI.")},
	{Weakened, "signers-off", "Argo CD syncs what anybody has pushed.", switchedOff("argocd.signers", func(v *view) bool { return len(v.plan.ArgoCD.Signers) > 0 }, "Argo CD does not look any longer who has signed a commit.")},
	{Weakened, "login-by-key", "What it is pushed with works until somebody replaces it, for whoever has it.", loginByKey},
	{Weakened, "attestation-off", "Nobody can check any longer where an image comes from.", switchedOff("image.attest", allImages(func(i plan.Image) bool { return i.Attested }), "Images get no attestation.")},
	{Weakened, "moving-tag-dropped", "It goes on naming the last image that had it, with all that is found in that one later.", func(a, b *view, add report) {
		added("", movingTags, "The tag %s is moved no more.")(b, a, add)
	}},
	{Weakened, "smoke-test-off", "An image that does not start is found in the cluster.", switchedOff("image.smokeTest", allImages(func(i plan.Image) bool { return i.TriedAs != "" }), "The image is published without having been started.")},
	{Weakened, "self-check-off", "Edits of generated files are found by nobody.", switchedOff("pipegen.selfCheck", func(v *view) bool { return v.plan.Jobs.Find(plan.SelfCheckJob).ID != "" }, "Runs do not hold the committed files against the spec any longer.")},
	{Weakened, "self-heal-off", "Changes made by hand in the cluster stay.", ofKept(selfHealOff)},
	{Weakened, "automated-sync-on", "Each commit reaches the cluster without anybody's word.", ofKept(automatedOn)},
	{Weakened, "sync-window-removed", "Syncs happen at times that were closed to them.", windowRemoved},
	{Weakened, "pins-loosened", "A tag can be moved to other code than was reviewed.", pinsLoosened},
	{Weakened, "unmanaged-added", "pipegen neither writes nor compares the file any longer.", added("pipegen.unmanaged", func(v *view) map[string]bool { return set(maps.Keys(v.plan.Unmanaged)) }, "%s is left to hand.")},
	{Weakened, "accept-added", "pipegen neither keeps nor proves it any longer: a person answers for it.", added("accept", accepted, "%s is accepted by hand.")},
	{Weakened, "clusters-fewer", "verify is content with fewer clusters: nobody notices that one lacks its labels.", ofEnvironments(func(_, y plan.Environment) string { return "clusters." + y.Cluster.ID + ".atLeast" }, fleetSmaller)},
	{Weakened, "replicas-lowered", "Fewer pods take the same load.", fewerPods(func(before, after int) bool { return after < before && after > 1 }, "The %s has %d pods instead of %d.")},
	{Weakened, "replicas-released", "Once Argo CD stops writing the number, Kubernetes takes 1 until the autoscaler has its least number again, within half a minute as a rule: deploy it when few pods are enough.", released},
	{Weakened, "probe-loosened", "A pod that does not answer is kept longer, or is not noticed.", ofKept(probeLoosened)},
	{Weakened, "availability-loosened", "More pods may be away at the same time.", ofKept(availabilityLoosened)},
	{Weakened, "network-policy-removed", "The pods may be reached, and reach, what they could not before.", gone(guardsPods)},
	{Weakened, "need-dropped", "The job runs without what it waited for, also when that fails.", needDropped},
	{Weakened, "failure-ignored", "A run is green although it failed there.", failureIgnored},
	{Weakened, "test-step-removed", "What the step tested is tested no more.", testStepRemoved},
	{Weakened, "extra-job-optional", "The gate is green without it.", extraJobOptional},
	{Weakened, "release-changed", "Other pushes deploy than before: look at who may make them.", releaseChanged},
	{Weakened, "start-changed", "Other events deploy there than before: look at who may cause them.", startChanged},
	{Weakened, "soak-lowered", "A fault has less time to show before it is promoted.", soakLowered},
	{Weakened, "gate-dropped", "What broke a criterion is promoted all the same.", gateDropped},
	{Weakened, "overlay-moved", "Until somebody applies the Application anew, Argo CD goes on with the old folder; where that is gone, it deploys nothing.", overlayMoved},
	{Weakened, "notification-dropped", "Somebody who was notified of this is so no more.", notificationDropped},
	{Weakened, "patch-on-gate", "A patch can take out what holds a promise.", patchAdded(onGate, "A patch changes %[2]s of %[1]s.")},
}

// switchedOff is a rule on a check that the spec turns off.
func switchedOff(at string, on func(*view) bool, sentence string) comparison {
	return func(a, b *view, add report) {
		if on(a) && !on(b) {
			add("", at, sentence)
		}
	}
}

// allImages is a check that holds where it does for every image.
func allImages(on func(plan.Image) bool) func(*view) bool {
	return func(v *view) bool {
		return !slices.ContainsFunc(v.plan.Images, func(i plan.Image) bool { return !on(i) })
	}
}

// accepted are what an author answers for, in words.
func accepted(v *view) map[string]bool {
	out := map[string]bool{}
	for _, a := range v.plan.Accepted {
		if a.Criterion != "" {
			out["The criterion "+a.Criterion] = true
			continue
		}
		out["A breach of "+a.Rule+" by "+a.Object+a.File] = true
	}
	return out
}

// lost is what to say of environments that had something, and do not have it any longer. The sentence takes the name.
func lost(has func(plan.Environment) bool, sentence string) func(x, y plan.Environment) string {
	return func(x, y plan.Environment) string {
		if !has(x) || has(y) {
			return ""
		}
		return fmt.Sprintf(sentence, x.Name)
	}
}

// automated is how an Application syncs by itself, nil where it does not.
func automated(o object) map[string]any {
	how, _ := dig(o.body, "spec", "syncPolicy", "automated").(map[string]any)
	return how
}

func selfHealOff(k key, x, y object, add report) {
	if k.kind == "Application" && automated(x)["selfHeal"] == true && automated(y)["selfHeal"] != true {
		add(k.name, "", "The Application %s does not undo changes made by hand.", k.name)
	}
}

func automatedOn(k key, x, y object, add report) {
	if k.kind == "Application" && automated(x) == nil && automated(y) != nil {
		add(k.name, "", "The Application %s syncs by itself.", k.name)
	}
}

func windowRemoved(a, b *view, add report) {
	stay := map[string]bool{}
	for _, w := range b.plan.ArgoCD.Windows {
		stay[w.Kind+" "+w.Schedule+" "+schema.Short(w.Duration)] = true
	}
	for _, w := range a.plan.ArgoCD.Windows {
		if name := w.Kind + " " + w.Schedule + " " + schema.Short(w.Duration); w.Kind == "deny" && !stay[name] {
			add(name, "argocd.syncWindows", "Syncs are not denied any longer from %q for %s.", w.Schedule, schema.Short(w.Duration))
		}
	}
}

func pinsLoosened(a, b *view, add report) {
	strict := map[pins.Style]int{pins.Commit: 2, pins.Tag: 1}
	x, y := a.plan.Style, b.plan.Style
	if strict[y] < strict[x] {
		add("", "pipegen.pins", "Actions are named by %s instead of by %s.", y, x)
	}
}

func releaseChanged(a, b *view, add report) {
	x, y := a.plan, b.plan
	if x.Source.Branch == y.Source.Branch && x.Release.Tags == y.Release.Tags {
		return
	}
	by := "pushes to " + y.Source.Branch
	if y.Release.ByTag() {
		by = "tags like " + y.Release.Tags
	}
	if x.Release.Tags == y.Release.Tags && y.Release.ByTag() {
		return
	}
	add("", "source", "From now on %s deploy.", by)
}
