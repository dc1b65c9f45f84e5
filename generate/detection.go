package generate

import (
	"cmp"
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
)

// Argo CD's delays between a commit and its detection, in seconds, as measured on its
// controller and repository server (docs/evidence.md).
//
// The controller looks at an application once in an interval, at a random moment within the jitter after it, and
// compares it only if the last comparison is older than an interval. A look that comes too early for that is lost, so
// that two comparisons are up to two intervals and the jitter apart. Rules T08 to T10 count one interval, but the
// measurements show longer ones.
const (
	// detectByWebhook: a webhook forces a fresh look (T11).
	detectByWebhook = 15
	// stockInterval is timeout.reconciliation where argocd-cm does not say it, and
	// jitter what is added to it at most (T08).
	stockInterval, jitter = 120, 60
	// stockRefs is how long refs of git are cached there: three minutes, and not the interval.
	stockRefs = 180
)

// setInterval is how often an ApplicationSet looks for the files of its elements, in seconds. What tells argocd-server of a
// push does not tell its controller.
const setInterval = 180

// elementSeen is the longest time until it finds a new one: a look may find refs that were cached before, and the next one
// does not.
func elementSeen(s input) time.Duration {
	return time.Duration(setInterval+cmp.Or(seconds(s.ArgoCD.Reconciliation), stockRefs)) * time.Second
}

// detectionOf is the longest time until Argo CD notices a commit, as a fact.
func detectionOf(s input) plan.Detection {
	n, because := detection(s)
	if s.GitOps.Rendered != nil {
		n, because = n+renderSeconds, fmt.Sprintf("a workflow renders it within %d s, and then %s", renderSeconds, because)
	}
	return plan.Detection{Within: time.Duration(n) * time.Second, Because: because}
}

// detection is the longest time until Argo CD notices a commit, in seconds, and
// how that comes about.
func detection(s input) (worst int, because string) {
	interval := seconds(s.ArgoCD.Reconciliation)
	switch {
	case s.ArgoCD.Webhook:
		return detectByWebhook, "by webhook"
	case interval == 0 && s.GitOps.Shared:
		return stockRefs + 2*stockInterval + jitter, "stock polling may be 5 minutes apart, and may look at refs that other applications of the repository cached"
	case interval == 0:
		// A comparison with cached refs misses the commit, and the next comparison comes at most two intervals and the
		// jitter later. The cached refs are at most as old as the comparison before, an interval.
		return 3*stockInterval + jitter, "stock polling may be 5 minutes apart, and may look at refs that were cached before"
	}
	// Refs are cached for an interval. The poll of another application may have filled the cache just before (T10). A
	// single application finds what its own poll cached an interval ago, since Argo CD notes the time of a comparison
	// before it asks git.
	cached := "were cached a moment before"
	if s.GitOps.Shared {
		cached = "other applications of the repository cached"
	}
	return 3*interval + jitter, fmt.Sprintf("polling every %s may leave one out, and may look at refs that %s", s.ArgoCD.Reconciliation, cached)
}
