package live

import (
	"context"
	"time"
)

// Rollout asks only the GitOps repository and Argo CD: how a commit that changed the live image arrives in the
// environments.
func Rollout(ctx context.Context, t Target, c Clients, now func() time.Time) Facts {
	g := gatherer{ctx: ctx, target: t, clients: c, now: now}
	f := Facts{At: now()}
	g.fleets(&f)
	head, err := c.GitOps.Head(ctx)
	for _, p := range f.Destinations {
		e := Environment{Name: p.Name, Site: p.Site, Application: p.Application}
		g.gitops(&e, p, head, err)
		g.application(&e, p)
		f.Environments = append(f.Environments, e)
	}
	return f
}
