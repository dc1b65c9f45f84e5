package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// Promises that cannot hold, and those that speak against one another. Each check
// is a rule of its own and looks at the whole spec; the numbers are in the message.
var feasible = []func(schema.Spec) diag.List{
	rollbackByRevert,
	rollbackFits,
	rollbackSeesStuck,
	rollbackInWindow,
	rollbackWaitsForPerson,
	rollbackWaitsForMerge,
	syncedFromCommit,
	syncedWaitsForMerge,
	syncedWaitsForPerson,
	syncedFits,
	syncedByItself,
	syncedInWindow,
	emulationIsSlow,
	answersOutside,
	attestsImage,
	servesThroughDeploy,
	runsEnough,
}

// rollbackByRevert refuses a rollback that rebuilds: it takes as long as any
// deploy, a failing test or the registry can stop it, and what comes out is another
// image than the one that ran (T17, T19, T20).
func rollbackByRevert(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "rollback")
	if !ok || c.Value.Rollback.By != "source-revert" {
		return nil
	}
	t, _ := timeoutsOf(s)
	worst, _ := detection(s)
	whole := 60*(t.test+t.publish+t.image+deployTimeout) + worst + plan.RolloutTime(mostReplicas(s))
	if whole < seconds(c.Value.Rollback.Within) {
		return diag.List{{Code: diag.Contradiction, Rule: "T20", Path: at + ".by",
			Message: "a rollback by source revert does not bring back what ran: the rebuilt image is another one, and a failing test or the registry can stop its build",
			Help:    `write by: "gitops-revert": it deploys the recorded digest again`}}
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T19", Path: at + ".by",
		Message: fmt.Sprintf("rollback within %s cannot hold by source revert: queue + test %dm + build %dm + image %dm + deploy %dm + detection %d s + rollout %d s may take %s, and the rebuilt image is not the one that ran",
			c.Value.Rollback.Within, t.test, t.publish, t.image, deployTimeout, worst, plan.RolloutTime(mostReplicas(s)), roundedUp(whole)),
		Help: `write by: "gitops-revert": it deploys the recorded digest again, in one to two minutes with a webhook`}}
}

// rollbackFits: detection, and the rollout of the earlier version, fall into the
// promise (T16, T28).
func rollbackFits(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "rollback")
	if !ok {
		return nil
	}
	promise := seconds(c.Value.Rollback.Within)
	worst, because := detection(s)
	replicas := mostReplicas(s)
	r, _ := rolloutOf(s)
	// A stuck pod must be noticed within the promise too (T14).
	rollout := max(plan.RolloutTime(replicas), neededBy(r)+1+afterDeadline(s))
	if worst+rollout < promise {
		return nil
	}
	waits := ""
	if more := afterDeadline(s); more > 0 {
		waits = fmt.Sprintf("; the smoke Job keeps a stuck sync running until then, and the revert takes %d s after it", more)
	}
	return diag.List{{Code: diag.PromiseTooShort, Rule: "T28", Path: at + ".within",
		Message: fmt.Sprintf("rollback within %s cannot hold: Argo CD may notice the revert after %d s (%s), which leaves %d s; %d pods take %d s one after the other, and one pod may take %s%s",
			c.Value.Rollback.Within, worst, because, max(0, promise-worst), replicas, plan.RolloutTime(replicas), parts(r), waits),
		Help: "promise at least " + roundedUp(worst+rollout+1) + ", or lower the replicas or the startup time" + webhookHelp(s)}}
}

// rollbackSeesStuck: with Kubernetes' own deadline a stuck rollout is noticed after
// the promise is broken (T25).
func rollbackSeesStuck(s schema.Spec) diag.List {
	c, _, ok := promiseOf(s, "rollback")
	own := seconds(s.Deploy.ProgressDeadline)
	worst, _ := detection(s)
	if !ok || own == 0 || worst+own+afterDeadline(s) < seconds(c.Value.Rollback.Within) {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T25", Path: "deploy.progressDeadline",
		Message: fmt.Sprintf("a stuck rollout is taken back after %d s of detection, %d s of deploy.progressDeadline and %d s of the next sync, but criterion %s promises %s", worst, own, afterDeadline(s), c.ID, c.Value.Rollback.Within),
		Help:    "set it to 120s to 180s, or leave it out"}}
}

// rollbackWaitsForPerson: nobody can bound how long a person thinks (T24).
func rollbackWaitsForPerson(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "rollback")
	if !ok {
		return nil
	}
	where, waits := approved(s)
	if !waits {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T24", Severity: diag.Warning, Path: at + ".within",
		Message: fmt.Sprintf("criterion %s promises a rollback within %s, but deploys to %s wait for an approval, which nothing bounds", c.ID, c.Value.Rollback.Within, where),
		Help:    "the clock starts after the approval; say so in the statement"}}
}

// approved is the first environment whose deploys wait for a person's word.
func approved(s schema.Spec) (environment string, ok bool) {
	for _, e := range s.Environments {
		if e.Value.Approval {
			return e.ID, true
		}
	}
	return "", false
}

// syncedFromCommit: between the push of the image and the commit lies the deploy
// job, which Argo CD cannot hurry (T21).
func syncedFromCommit(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "synced")
	if !ok || c.Value.Synced.From != "registry-push" || proposes(s) {
		return nil
	}
	worst, because := detection(s)
	promise := seconds(c.Value.Synced.Within)
	whole := 60*deployTimeout + worst
	if whole < promise {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T21", Path: at + ".from",
		Message: fmt.Sprintf("synced within %s of the registry push cannot hold: that time includes the deploy job, %d minutes at the most, and %d s of detection (%s)",
			c.Value.Synced.Within, deployTimeout, worst, because),
		Help: `count from: "gitops-commit", or promise at least ` + roundedUp(whole+1)}}
}

// syncedWaitsForPerson: between the push of the image and the commit lies the approval
// of the deploy (T24).
func syncedWaitsForPerson(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "synced")
	// Where the deploy waits for a merge as well, that is told.
	if !ok || c.Value.Synced.From != "registry-push" || proposes(s) {
		return nil
	}
	where, waits := approved(s)
	if !waits {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T24", Severity: diag.Warning, Path: at + ".within",
		Message: fmt.Sprintf("criterion %s promises a sync within %s of the registry push, but between the two the deploy to %s waits for an approval, which nothing bounds", c.ID, c.Value.Synced.Within, where),
		Help:    `count from: "gitops-commit", or say in the statement that the clock starts after the approval`}}
}

// syncedFits: Argo CD looks at git before the promise is over (T22).
func syncedFits(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "synced")
	worst, because := detection(s)
	if !ok || c.Value.Synced.From == "registry-push" || worst < seconds(c.Value.Synced.Within) {
		return nil
	}
	return diag.List{{Code: diag.PromiseTooShort, Rule: "T22", Path: at + ".within",
		Message: fmt.Sprintf("synced within %s cannot hold: Argo CD may notice the commit after %d s only (%s)", c.Value.Synced.Within, worst, because),
		Help:    "promise at least " + roundedUp(worst+1) + webhookHelp(s)}}
}

// syncedByItself: nobody can bound when a person starts a sync (T24).
func syncedByItself(s schema.Spec) diag.List {
	c, _, ok := promiseOf(s, "synced")
	if !ok || s.ArgoCD.Sync.Automated {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "T24", Path: "argocd.sync.automated",
		Message: fmt.Sprintf("criterion %s promises a sync within %s, but with argocd.sync.automated: false a person starts each sync, which nothing bounds", c.ID, c.Value.Synced.Within),
		Help:    "leave argocd.sync.automated out, or drop the promise"}}
}

// emulationIsSlow: an emulated build takes three to ten times as long as a native
// one (T04, T27).
func emulationIsSlow(s schema.Spec) diag.List {
	c, _, ok := promiseOf(s, "published")
	if !ok || s.Image.Builder != "emulated" || seconds(c.Value.Published.Within) > 600 {
		return nil
	}
	for _, p := range s.Image.Platforms {
		if p != nativePlatform {
			return diag.List{{Code: diag.Contradiction, Rule: "T27", Path: "image.builder",
				Message: fmt.Sprintf("%s is built under emulation, which takes 13 to 40 minutes where a native runner takes 1 to 12, but criterion %s promises the image within %s", p, c.ID, c.Value.Published.Within),
				Help:    fmt.Sprintf(`write builder: "native", drop %s, or promise more than 10m`, p)}}
		}
	}
	return nil
}

// answersOutside: pipegen generates no Ingress, and a check from inside the cluster
// says nothing of the way in (T30).
func answersOutside(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "endpoint")
	if !ok || c.Value.Endpoint.From != "outside" {
		return nil
	}
	return diag.List{{Code: diag.Unmeasured, Rule: "T30", Severity: diag.Warning, Path: at + ".from",
		Message: fmt.Sprintf("criterion %s promises an answer from outside, but without an Ingress or HTTPRoute it can be checked inside the cluster only", c.ID),
		Help:    "let an external probe measure it"}}
}

func attestsImage(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "attested")
	if !ok || s.Image.Attest {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Path: at,
		Message: fmt.Sprintf("criterion %s promises an attested image, but image.attest is false", c.ID), Help: "leave image.attest out"}}
}

func servesThroughDeploy(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "zeroDowntime")
	if !ok {
		return nil
	}
	return tooFew(s, at, c.ID, "no interruption", 2)
}

func runsEnough(s schema.Spec) diag.List {
	c, at, ok := promiseOf(s, "replicas")
	if !ok {
		return nil
	}
	return tooFew(s, at, c.ID, fmt.Sprintf("%d pods", c.Value.Replicas.AtLeast), c.Value.Replicas.AtLeast)
}

func tooFew(s schema.Spec, at, id, promised string, least int) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		if n := replicasIn(s, e.Value); n < least {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at,
				Message: fmt.Sprintf("criterion %s promises %s, but %s runs %d", id, promised, e.ID, n),
				Help:    fmt.Sprintf("give it at least %d replicas", least)})
		}
	}
	return out
}
