package live

import (
	"github.com/pipegen/pipegen/internal/live/argocd"
)

// application fills in what Argo CD knows about an environment.
func (g gatherer) application(e *Environment, p Destination) {
	by := g.clients.ArgoCDs[p.ArgoCD]
	if p.Nowhere != "" {
		by = ArgoCD{Missing: p.Nowhere}
	}
	if client := by.Client; client == nil {
		e.App, e.Pods = unknown[argocd.Application](by.Missing), unknown[[]argocd.Pod](by.Missing)
		e.CronJobs = unknown[[]argocd.CronJob](by.Missing)
	} else {
		app, err := client.Application(g.ctx, p.Application, p.Project)
		if err == nil && p.Rendered != "" {
			app, err = g.dry(p, app)
		}
		e.App = factFrom(app, app.URL, argo(err))
		running, err := client.Running(g.ctx, p.Application, p.CronJobs)
		e.Pods = factFrom(running.Pods, app.URL, argo(err))
		e.CronJobs = factFrom(running.CronJobs, app.URL, argo(err))
	}
	newest, back := latest(e.Deploys.Value, false), latest(e.Deploys.Value, true)
	e.Carries = g.carries(e, newest)
	e.Synced = g.sync(e, newest, "nothing is deployed yet")
	e.Reverted = g.sync(e, back, "no deploy has been taken back yet")
}

// latest returns the newest change of the live image, or the newest that took a deploy back.
func latest(deploys []Deploy, back bool) *Deploy {
	for i := range deploys {
		if !back || deploys[i].Back {
			return &deploys[i]
		}
	}
	return nil
}

func (g gatherer) carries(e *Environment, d *Deploy) Fact[bool] {
	switch {
	case !e.App.Known:
		return without[bool](e.App)
	case !e.Deploys.Known:
		return without[bool](e.Deploys)
	case d == nil:
		return unknown[bool]("nothing is deployed yet")
	}
	return g.within(e.App.Value.Revision, d.SHA)
}

func (g gatherer) within(revision, commit string) Fact[bool] {
	if revision == commit {
		return known(true, "")
	}
	if revision == "" {
		return known(false, "")
	}
	has, err := g.clients.GitOps.Contains(g.ctx, revision, commit)
	return factFrom(has, "", err)
}

// sync finds the sync that brought a commit: one of exactly that revision, else the first that began after it with a
// revision that includes it.
func (g gatherer) sync(e *Environment, d *Deploy, none string) Fact[argocd.Deployment] {
	switch {
	case !e.App.Known:
		return without[argocd.Deployment](e.App)
	case !e.Deploys.Known:
		return without[argocd.Deployment](e.Deploys)
	case d == nil:
		return unknown[argocd.Deployment](none)
	}
	app := e.App.Value
	for _, h := range app.History {
		if h.Revision == d.SHA && !h.FinishedAt.IsZero() {
			return known(h, app.URL)
		}
	}
	// A sync that failed and was tried again at a newer commit is in the history with the commit of its first try.
	if op := app.Operation; app.Sync == "Synced" && app.Revision == d.SHA && op.Revision == d.SHA && op.Phase == "Succeeded" {
		return known(argocd.Deployment{Revision: op.Revision, StartedAt: op.StartedAt, FinishedAt: op.FinishedAt}, app.URL)
	}
	for _, h := range app.History {
		if h.StartedAt.Before(d.At) || h.FinishedAt.IsZero() {
			continue
		}
		has := g.within(h.Revision, d.SHA)
		if !has.Known {
			return unknown[argocd.Deployment](has.Why)
		}
		if has.Value {
			return known(h, app.URL)
		}
	}
	return later[argocd.Deployment]("Argo CD has no finished sync of " + short(d.SHA) + " in its history")
}
