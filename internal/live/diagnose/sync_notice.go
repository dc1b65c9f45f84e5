package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/github"
)

// noticeCauses are the causes if Argo CD has not noticed the newest deploy, or may
// not sync it.
func noticeCauses() []Cause {
	return []Cause{
		{ID: "sync-window", Statement: "A sync window denies syncs now", Tested: "the newest deploy is not synced, and Argo CD lists a window that denies, or none of those that allow is open", Remedy: "wait for the end of the window, or sync by hand where it allows that", each: syncWindow},
		{ID: "webhook-missing", Statement: "The spec relies on a webhook, and there is none", Tested: "Argo CD has not seen the newest deploy, and no active webhook of the GitOps repository sends pushes to a path /api/webhook; webhooks of the organisation are not checked", Remedy: "create the webhook as the README of the GitOps repository says", each: webhookMissing},
		{ID: "webhook-failing", Statement: "The webhook does not arrive", Tested: "Argo CD has not seen the newest deploy, and the newest delivery of a push failed, or there is none since", Remedy: "compare its address and secret with Argo CD's, and deliver it again in the settings", each: webhookFailing},
		{ID: "polling", Statement: "Argo CD has not polled git yet", Tested: "the newest deploy is younger than the longest time until Argo CD notices a commit", rest: true, Remedy: "wait", each: polling},
		{ID: "not-noticed", Statement: "Argo CD does not see the newest deploy", Tested: "the newest deploy is older than that, and Argo CD compares with an earlier commit", rest: true, Remedy: "argocd app get APP --hard-refresh; read the log of argocd-repo-server", each: notNoticed},
	}
}

// unseen returns the newest deploy if Argo CD has not compared with it.
func unseen(e environment) (live.Deploy, *answer) {
	var a answer
	switch {
	case !e.Carries.Known && e.Deploys.Known && len(e.Deploys.Value) == 0:
		a = excluded("nothing is deployed yet")
	case !e.Carries.Known:
		a = lacking(e.Carries)
	case e.Carries.Value:
		a = excluded("Argo CD has seen the newest deploy")
	default:
		return e.Deploys.Value[0], nil
	}
	return live.Deploy{}, &a
}

func syncWindow(p delivery, e environment) answer {
	a, no := app(e)
	if no != nil {
		return *no
	}
	w := e.details.Windows
	switch {
	case a.Sync == "Synced":
		return excluded("nothing waits for a sync")
	case !w.Known:
		return lacking(w)
	}
	denying := w.Value.Denying()
	if len(denying) == 0 {
		return excluded("no window denies syncs now")
	}
	var all []string
	for _, v := range denying {
		all = append(all, fmt.Sprintf("%s from %s for %s", v.Kind, v.Schedule, v.Duration))
	}
	remedy := "wait for the end of the window, or change argocd.syncWindows in the spec"
	if w.Value.ByHand {
		remedy = "argocd app sync " + e.plan.Application + ": by hand it is allowed; or wait for the end of the window"
	}
	return found("syncs are denied now: "+brief(strings.Join(all, "; ")), remedy, appAt(p, e))
}

// webhooks returns the webhooks that should notify Argo CD, or the answer if they
// do not matter or are not known.
func (p delivery) webhooks(e environment) ([]github.Hook, live.Deploy, *answer) {
	d, no := unseen(e)
	switch {
	case no != nil:
		return nil, d, no
	case !p.plan.ArgoCD.Webhook:
		a := excluded("the spec relies on no webhook")
		return nil, d, &a
	case !p.details.Hooks.Known:
		a := lacking(p.details.Hooks)
		return nil, d, &a
	}
	return slices.DeleteFunc(slices.Clone(p.details.Hooks.Value), func(h github.Hook) bool { return !h.TellsPushes() }), d, nil
}

func webhookMissing(p delivery, e environment) answer {
	hooks, _, no := p.webhooks(e)
	switch {
	case no != nil:
		return *no
	case len(hooks) > 0:
		return excluded("the GitOps repository has a webhook for Argo CD")
	}
	return found("no active webhook of "+p.plan.GitOps.Repository+" notifies Argo CD of pushes",
		"create one at "+p.details.Hooks.URL+": https://YOUR-ARGOCD/api/webhook, application/json, with the secret of webhook.github.secret in argocd-secret",
		criteria.Evidence{What: "webhooks", URL: p.details.Hooks.URL, At: p.facts.At})
}

func webhookFailing(p delivery, e environment) answer {
	hooks, d, no := p.webhooks(e)
	if no != nil {
		return *no
	}
	for _, h := range hooks {
		sent := p.details.Deliveries[h.ID]
		if !sent.Known {
			return lacking(sent)
		}
		i := slices.IndexFunc(sent.Value, func(s github.Delivery) bool { return s.Event == "push" && !s.At.Before(d.At) })
		at := criteria.Evidence{What: "webhook", URL: p.details.Hooks.URL, At: d.At}
		switch {
		case i < 0 && p.facts.At.Sub(d.At) < patience:
			continue
		case i < 0:
			return found("the webhook to "+brief(h.Host())+" was not sent since the newest deploy", "", at)
		}
		if s := sent.Value[i]; s.Code < 200 || s.Code > 299 {
			at.At = s.At
			return found(fmt.Sprintf("the webhook to %s got the status %d: %s", brief(h.Host()), s.Code, brief(s.Status)), "", at)
		}
	}
	return excluded("the webhook is delivered")
}

// due returns the time by which Argo CD notices a deploy without a webhook, and
// why.
func (p delivery) due(d live.Deploy) (at time.Time, because string) {
	polled := p.plan.ArgoCD.Polled
	return d.At.Add(polled.Within), polled.Because
}

func polling(p delivery, e environment) answer {
	d, no := unseen(e)
	if no != nil {
		return *no
	}
	due, because := p.due(d)
	if p.facts.At.After(due) {
		return excluded("the newest deploy is older than Argo CD's polling")
	}
	return found(fmt.Sprintf("Argo CD has not polled git since the deploy of %s, %s ago: %s", short(d.SHA), duration(p.facts.At.Sub(d.At)), because),
		"wait until "+due.UTC().Format("15:04:05 UTC")+", or look now: argocd app get "+e.plan.Application+" --refresh", deployAt("GitOps commit", d.Commit))
}

func notNoticed(p delivery, e environment) answer {
	d, no := unseen(e)
	if no != nil {
		return *no
	}
	return found(fmt.Sprintf("Argo CD compares with %s, %s after the deploy of %s", short(e.App.Value.Revision), duration(p.facts.At.Sub(d.At)), short(d.SHA)),
		"argocd app get "+e.plan.Application+" --hard-refresh; if that does not help, read the log of argocd-repo-server", deployAt("GitOps commit", d.Commit), appAt(p, e))
}
