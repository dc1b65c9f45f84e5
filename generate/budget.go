package generate

import (
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// Minutes that a job may take when no promise bounds it. They stop a job that
// hangs; a healthy one needs a fraction.
const (
	defaultTest    = 10
	defaultPublish = 20
	defaultImage   = 5
	deployTimeout  = 5
)

func timeoutsOf(s schema.Spec) (Timeouts, diag.List) {
	t := Timeouts{Test: defaultTest, Publish: defaultPublish, Image: defaultImage, Deploy: deployTimeout}
	fixed := int(time.Duration(s.Test.Timeout) / time.Minute)
	if fixed > 0 {
		t.Test = fixed
	}
	c, ok := criterionOf(s, func(c schema.Criterion) bool { return c.Published != nil })
	if !ok {
		return t, nil
	}
	return split(t, fixed, c)
}

// split shares out the promise over the path test, publish, image: the sum must
// stay below it (T03), so one minute is kept back. Naming the image is quick and
// gets a ninth, at least a minute; testing and building share the rest equally,
// unless the spec fixes the test's part.
func split(t Timeouts, fixed int, c schema.Named[schema.Criterion]) (Timeouts, diag.List) {
	promise := time.Duration(c.Value.Published.Within)
	budget := int((promise - 1) / time.Minute)
	t.Image = max(1, budget/9)
	rest := budget - t.Image
	t.Test = rest / 2
	if fixed > 0 {
		t.Test = fixed
	}
	t.Publish = rest - t.Test
	if t.Test >= 1 && t.Publish >= 1 {
		return t, nil
	}
	return t, diag.List{{
		Code: diag.PromiseTooShort, Path: schema.Join("criteria", c.ID) + ".published.within",
		Message: fmt.Sprintf("published within %s cannot be enforced: the time limits on the path test %s + publish 1m + image %dm must sum below it",
			schema.Short(promise), minutes(max(1, fixed)), t.Image),
		Help: fmt.Sprintf("promise at least %s", schema.Short(time.Duration(max(1, fixed)+t.Image+2)*time.Minute)),
	}}
}

func minutes(n int) string { return fmt.Sprintf("%dm", n) }

const (
	defaultStartup  = 60 * time.Second
	minReadySeconds = 5
	// pullAllowance is how long a node may need to schedule a pod and pull its image.
	pullAllowance = 60
	// defaultDeadline and its bounds in seconds are rule K16: Kubernetes' own 600
	// leaves Argo CD on Progressing for ten minutes.
	defaultDeadline = 180
	leastDeadline   = 120
	mostDeadline    = 240
)

func rolloutOf(s schema.Spec) (Rollout, diag.List) {
	startup, bad := startupOf(s)
	r := Rollout{StartupThreshold: seconds(startup) / StartupPeriod}
	// It must leave room for everything that may take its time in one pod (T14).
	needed := r.StartupThreshold*StartupPeriod + minReadySeconds + pullAllowance
	r.ProgressDeadline = min(max(defaultDeadline, needed), max(mostDeadline, needed))
	return r, append(bad, rollbackFits(s, needed, &r)...)
}

// startupOf is the time that a container has for its first good answer: the
// spec's own, else what an endpoint criterion leaves (T12), else a minute.
func startupOf(s schema.Spec) (schema.Duration, diag.List) {
	own := s.Deploy.Probes.Startup
	c, promised := criterionOf(s, func(c schema.Criterion) bool { return c.Endpoint != nil })
	switch {
	case !promised && own == 0:
		return schema.Duration(defaultStartup), nil
	case !promised:
		return own, nil
	case own == 0:
		// One period is kept back: the last probe must have answered by then.
		own = c.Value.Endpoint.Within - schema.Duration(StartupPeriod*time.Second)
	}
	within := c.Value.Endpoint.Within
	if own > within {
		return own, diag.List{{Code: diag.Contradiction, Path: "deploy.probes.startup",
			Message: fmt.Sprintf("deploy.probes.startup gives the program %s, but criterion %s promises an answer within %s", own, c.ID, within),
			Help:    "leave deploy.probes.startup out, or promise more"}}
	}
	if seconds(own) < StartupPeriod {
		return own, diag.List{{Code: diag.PromiseTooShort, Path: schema.Join("criteria", c.ID) + ".endpoint.within",
			Message: fmt.Sprintf("endpoint within %s cannot be enforced: the startup probe asks every %d s and needs time for one more", within, StartupPeriod),
			Help:    fmt.Sprintf("promise at least %ds", 2*StartupPeriod)}}
	}
	return own, nil
}

// Argo CD's longest delays between a commit and its detection, in seconds: with a
// webhook a few seconds; without one the stock settings read cached refs at every
// other poll (T09, T11).
const (
	detectByWebhook = 15
	detectByPoll    = 360
)

func detection(s schema.Spec) int {
	if s.ArgoCD.Webhook {
		return detectByWebhook
	}
	return detectByPoll
}

// rollbackFits checks a rollback promise: detection and a stuck pod's deadline
// must both fall into it (T14, T16).
func rollbackFits(s schema.Spec, needed int, r *Rollout) diag.List {
	c, ok := criterionOf(s, func(c schema.Criterion) bool { return c.Rollback != nil })
	if !ok {
		return nil
	}
	left := seconds(c.Value.Rollback.Within) - detection(s)
	if left > needed {
		r.ProgressDeadline = min(r.ProgressDeadline, left-1)
		return nil
	}
	d := diag.Diagnostic{Code: diag.PromiseTooShort, Path: schema.Join("criteria", c.ID) + ".rollback.within",
		Message: fmt.Sprintf("rollback within %s cannot hold: Argo CD may notice the revert after %d s, and a pod may take %d s (start %d s + ready %d s + pull %d s)",
			c.Value.Rollback.Within, detection(s), needed, r.StartupThreshold*StartupPeriod, minReadySeconds, pullAllowance),
		Help: "promise at least " + roundedUp(detection(s)+needed+1)}
	if !s.ArgoCD.Webhook {
		d.Help += ", or set argocd.webhook: true and create the webhook"
	}
	return diag.List{d}
}

// syncedFits checks a sync promise against the time until Argo CD looks (T22).
func syncedFits(s schema.Spec) diag.List {
	c, ok := criterionOf(s, func(c schema.Criterion) bool { return c.Synced != nil })
	if !ok || seconds(c.Value.Synced.Within) > detection(s) {
		return nil
	}
	d := diag.Diagnostic{Code: diag.PromiseTooShort, Path: schema.Join("criteria", c.ID) + ".synced.within",
		Message: fmt.Sprintf("synced within %s cannot hold: Argo CD may notice the commit after %d s only", c.Value.Synced.Within, detection(s)),
		Help:    "promise at least " + roundedUp(detection(s)+1)}
	if !s.ArgoCD.Webhook {
		d.Help += ", or set argocd.webhook: true and create the webhook"
	}
	return diag.List{d}
}

// roundedUp writes seconds as whole minutes that a spec could promise.
func roundedUp(seconds int) string { return minutes((seconds + 59) / 60) }

func seconds(d schema.Duration) int { return int(time.Duration(d) / time.Second) }
