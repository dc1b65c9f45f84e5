package live

import (
	"context"
	"time"
)

// ParseFolder reads what a live folder says from its two files, kustomization.yaml and
// source-commit.
func ParseFolder(kustomization, source []byte) (Live, error) {
	l, err := parseLive(kustomization)
	l.Source = firstLine(source)
	return l, err
}

// Rollout asks the GitOps repository and Argo CD alone: how a commit that changed what
// is live arrives in the environments.
func Rollout(ctx context.Context, t Target, c Clients, now func() time.Time) Facts {
	g := gatherer{ctx: ctx, target: t, clients: c, now: now}
	f := Facts{At: now()}
	head, err := c.GitOps.Head(ctx)
	for _, p := range t.Environments {
		e := Environment{Name: p.Name}
		g.gitops(&e, p, head, err)
		g.application(&e, p)
		f.Environments = append(f.Environments, e)
	}
	return f
}
