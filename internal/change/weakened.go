package change

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// weakened are the changes that lower a bar or take a check away, besides those of criteria.
var weakened = []Rule{
	{Weakened, "guard-removed", "Output that does what the non-goal leaves out is no error any longer.", guardRemoved},
	{Weakened, "non-goal-removed", "What was left out on purpose may come in.", nonGoalRemoved},
	{Weakened, "approval-off", "What is merged runs there before anybody has looked.", ofEach("approval", approvalOff)},
	{Weakened, "lower-releases-on", "A release tag may replace a higher release there, such as v1.4.1 one that is v1.5.0.", ofEach("lowerReleases", lowerReleasesOn)},
	{Weakened, "proposal-off", "A deploy is on the branch before its rules are asked, or is refused by them.", switchedOff("gitops.write", func(v *view) bool { return v.plan.GitOps.Proposes }, "CI pushes deploys to the branch, and opens no pull request.")},
	{Weakened, "attestation-off", "Nobody can check any longer where an image comes from.", switchedOff("image.attest", allImages(func(i plan.Image) bool { return i.Attested }), "Images get no attestation.")},
	{Weakened, "smoke-test-off", "An image that does not start is found in the cluster.", switchedOff("image.smokeTest", allImages(func(i plan.Image) bool { return i.TriedAs != "" }), "The image is published without having been started.")},
	{Weakened, "self-check-off", "Edits of generated files are found by nobody.", switchedOff("pipegen.selfCheck", func(v *view) bool { return v.plan.Jobs.Find(plan.SelfCheckJob).ID != "" }, "Runs do not hold the committed files against the spec any longer.")},
	{Weakened, "self-heal-off", "Changes made by hand in the cluster stay.", selfHealOff},
	{Weakened, "automated-sync-on", "Each commit reaches the cluster without anybody's word.", automatedOn},
	{Weakened, "sync-window-removed", "Syncs happen at times that were closed to them.", windowRemoved},
	{Weakened, "pins-loosened", "A tag can be moved to other code than was reviewed.", pinsLoosened},
	{Weakened, "unmanaged-added", "pipegen neither writes nor compares the file any longer.", unmanagedAdded},
	{Weakened, "replicas-lowered", "Fewer pods take the same load.", replicasLowered},
	{Weakened, "probe-loosened", "A pod that does not answer is kept longer, or is not noticed.", probeLoosened},
	{Weakened, "availability-loosened", "More pods may be away at the same time.", availabilityLoosened},
	{Weakened, "network-policy-removed", "The pods may be reached, and reach, what they could not before.", gone(guardsPods)},
	{Weakened, "need-dropped", "The job runs without what it waited for, also when that fails.", needDropped},
	{Weakened, "failure-ignored", "A run is green although it failed there.", failureIgnored},
	{Weakened, "test-step-removed", "What the step tested is tested no more.", testStepRemoved},
	{Weakened, "extra-job-optional", "The gate is green without it.", extraJobOptional},
	{Weakened, "release-changed", "Other pushes deploy than before: look at who may make them.", releaseChanged},
	{Weakened, "patch-on-gate", "A patch can take out what holds a promise.", patchOnGate},
}

// switchedOff is a rule on a check that the spec turns off.
func switchedOff(at string, on func(*view) bool, sentence string) func(a, b *view) []finding {
	return func(a, b *view) []finding {
		if !on(a) || on(b) {
			return nil
		}
		return []finding{{"", at, sentence}}
	}
}

// allImages is a check that holds where it does for every image.
func allImages(on func(plan.Image) bool) func(*view) bool {
	return func(v *view) bool {
		return !slices.ContainsFunc(v.plan.Images, func(i plan.Image) bool { return !on(i) })
	}
}

func approvalOff(x, y plan.Environment) string {
	if x.Approval == "" || y.Approval != "" {
		return ""
	}
	return fmt.Sprintf("Deploys to %s need no approval.", x.Name)
}

func lowerReleasesOn(x, y plan.Environment) string {
	if x.LowerReleases || !y.LowerReleases {
		return ""
	}
	return fmt.Sprintf("A tag on a maintenance branch replaces a higher release in %s.", x.Name)
}

func automated(v *view) map[string]map[string]any {
	out := map[string]map[string]any{}
	for k, o := range v.objects {
		if k.kind == "Application" {
			out[k.name], _ = dig(o.body, "spec", "syncPolicy", "automated").(map[string]any)
		}
	}
	return out
}

func selfHealOff(a, b *view) []finding {
	var out []finding
	after := automated(b)
	for name, x := range automated(a) {
		y, stays := after[name]
		if stays && x["selfHeal"] == true && y["selfHeal"] != true {
			out = append(out, finding{name, "", fmt.Sprintf("The Application %s does not undo changes made by hand.", name)})
		}
	}
	return out
}

func automatedOn(a, b *view) []finding {
	var out []finding
	before := automated(a)
	for name, y := range automated(b) {
		if x, stood := before[name]; stood && x == nil && y != nil {
			out = append(out, finding{name, "", fmt.Sprintf("The Application %s syncs by itself.", name)})
		}
	}
	return out
}

func windowRemoved(a, b *view) []finding {
	stay := map[string]bool{}
	for _, w := range b.plan.ArgoCD.Windows {
		stay[w.Kind+" "+w.Schedule+" "+schema.Short(w.Duration)] = true
	}
	var out []finding
	for _, w := range a.plan.ArgoCD.Windows {
		if name := w.Kind + " " + w.Schedule + " " + schema.Short(w.Duration); w.Kind == "deny" && !stay[name] {
			out = append(out, finding{name, "argocd.syncWindows", fmt.Sprintf("Syncs are not denied any longer from %q for %s.", w.Schedule, schema.Short(w.Duration))})
		}
	}
	return out
}

func pinsLoosened(a, b *view) []finding {
	strict := map[pins.Style]int{pins.Commit: 2, pins.Tag: 1}
	x, y := a.plan.Style, b.plan.Style
	if strict[y] >= strict[x] {
		return nil
	}
	return []finding{{"", "pipegen.pins", fmt.Sprintf("Actions are named by %s instead of by %s.", y, x)}}
}

func unmanagedAdded(a, b *view) []finding {
	var out []finding
	for _, name := range sorted(b.plan.Unmanaged) {
		if _, stood := a.plan.Unmanaged[name]; !stood {
			out = append(out, finding{name, "pipegen.unmanaged", fmt.Sprintf("%s is left to hand.", name)})
		}
	}
	return out
}

func releaseChanged(a, b *view) []finding {
	x, y := a.plan, b.plan
	if x.Source.Branch == y.Source.Branch && x.Release.Tags == y.Release.Tags {
		return nil
	}
	by := "pushes to " + y.Source.Branch
	if y.Release.ByTag() {
		by = "tags like " + y.Release.Tags
	}
	if x.Release.Tags == y.Release.Tags && y.Release.ByTag() {
		return nil
	}
	return []finding{{"", "source", fmt.Sprintf("From now on %s deploy.", by)}}
}
