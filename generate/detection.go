package generate

import (
	"fmt"

	"github.com/pipegen/pipegen/schema"
)

// Argo CD's delays between a commit and its detection, in seconds. They come from
// its controller and repo server, release 3.5.
const (
	// detectByWebhook: a webhook forces a fresh look (T11).
	detectByWebhook = 15
	// jitter is what Argo CD adds to its polling interval, at most (T08).
	jitter = 60
	// detectStock: with no timeout.reconciliation in argocd-cm, refs are cached for
	// three minutes and a poll of two to three minutes reads the cache every other
	// time (T09).
	detectStock = 360
)

// detection is the longest time until Argo CD notices a commit, in seconds, and
// how that comes about.
func detection(s schema.Spec) (worst int, because string) {
	interval := seconds(s.ArgoCD.Reconciliation)
	switch {
	case s.ArgoCD.Webhook:
		return detectByWebhook, "by webhook"
	case interval == 0:
		return detectStock, "stock polling looks every 2 to 3 minutes, and every other time at cached refs"
	case s.GitOps.Shared:
		// Another application's poll may have filled the cache just before (T10).
		return 2*interval + jitter, fmt.Sprintf("polling every %s, with refs cached by other applications of the repository", s.ArgoCD.Reconciliation)
	}
	return interval + jitter, fmt.Sprintf("polling every %s", s.ArgoCD.Reconciliation)
}

// webhookHelp is what shortens detection, where something does.
func webhookHelp(s schema.Spec) string {
	if s.ArgoCD.Webhook {
		return ""
	}
	return ", or create the webhook and set argocd.webhook: true"
}
