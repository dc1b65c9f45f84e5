package diagnose

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/github"
)

// noticeCauses are the causes if Argo CD has not noticed the newest deploy, or may not sync it.
func noticeCauses() []Cause {
	return []Cause{
		{ID: "sync-window", Statement: "A sync window denies syncs now", Tested: "the newest deploy is not synced, and Argo CD lists a window that denies, or none of those that allow is open", Remedy: "wait for the end of the window, or sync by hand where it allows that", test: of(app, syncWindow)},
		{ID: "not-rendered", Statement: "The newest deploy is not rendered", Tested: "Argo CD has not seen the newest deploy, and the commit from which the branch of the environment was rendered does not have it", Remedy: "run the newest run of the workflow that renders again, in the GitOps repository", test: of(unseen, notRendered)},
		{ID: "webhook-missing", Statement: "The spec relies on a webhook, and there is none", Tested: "Argo CD has not seen the newest deploy, and no active webhook of the GitOps repository sends pushes to a path /api/webhook; webhooks of the organisation are not checked", Remedy: "create the webhook as the README of the GitOps repository says", test: of(delivery.webhooks, webhookMissing)},
		{ID: "webhook-failing", Statement: "The webhook does not arrive", Tested: "Argo CD has not seen the newest deploy, and the newest delivery of a push failed, or there is none since", Remedy: "compare its address and secret with Argo CD's, and deliver it again in the settings", test: of(delivery.webhooks, webhookFailing)},
		{ID: "polling", Statement: "Argo CD has not polled git yet", Tested: "the newest deploy is younger than the longest time until Argo CD notices a commit", rest: true, Remedy: "wait", test: of(unseen, polling)},
		{ID: "not-noticed", Statement: "Argo CD does not see the newest deploy", Tested: "the newest deploy is older than that, and Argo CD compares with an earlier commit", rest: true, Remedy: "argocd app get APP --hard-refresh; read the log of argocd-repo-server", test: of(unseen, notNoticed)},
	}
}

// unseen returns the newest deploy if Argo CD has not compared with it.
func unseen(_ delivery, e environment) (d live.Deploy, _ *answer) {
	switch {
	case !e.Carries.Known && e.Deploys.Known && len(e.Deploys.Value) == 0:
		return d, excluded("nothing is deployed yet")
	case !e.Carries.Known:
		return d, lacking(e.Carries)
	case e.Carries.Value:
		return d, excluded("Argo CD has seen the newest deploy")
	}
	return e.Deploys.Value[0], nil
}

func syncWindow(p delivery, e environment, a argocd.Application) *answer {
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

// notRendered looks at what is between the deploy and Argo CD where a workflow renders.
func notRendered(p delivery, e environment, d live.Deploy) *answer {
	rendered, has := e.details.Rendering, e.details.RendersNewest
	switch {
	case p.plan.GitOps.Rendered == nil:
		return excluded("Argo CD renders itself")
	case !has.Known:
		return lacking(has)
	case has.Value:
		return excluded("the newest deploy is rendered")
	}
	run, workflow := rendered.Value.Run, path.Base(p.plan.GitOps.Rendered.Workflow)
	says := fmt.Sprintf("%s was rendered of %s, and not since the deploy of %s", e.plan.Rendered, cmp.Or(short(rendered.Value.Dry), "nothing yet"), short(d.SHA))
	at := criteria.Evidence{What: "run of " + workflow, URL: run.URL, Revision: run.SHA, At: run.CreatedAt}
	switch {
	case (run.ID == 0 || run.CreatedAt.Before(d.At)) && p.facts.At.Sub(d.At) < patience:
		return found(says+": "+workflow+" has not begun yet", "wait", commitAt("GitOps commit", d.Commit))
	case run.ID == 0 || run.CreatedAt.Before(d.At):
		return found(says+": "+workflow+" has not run for it", "let Actions run in "+p.plan.GitOps.Repository+"; what a job pushes with the token of its run starts no workflow, and a push by an App, a token or a key does", commitAt("GitOps commit", d.Commit))
	case !run.Done():
		return found(says+": "+workflow+" is on its way", "wait; it may take "+duration(p.plan.GitOps.Rendered.Within), at)
	}
	return found(says+": the newest run of "+workflow+" ended with "+brief(run.Conclusion), "look at its log, and run it again", at)
}

// webhooks returns the webhooks that should notify Argo CD, or the answer if they do not matter or are not known.
func (p delivery) webhooks(e environment) ([]github.Hook, *answer) {
	_, no := unseen(p, e)
	switch {
	case no != nil:
		return nil, no
	case !p.plan.ArgoCD.Webhook:
		return nil, excluded("the spec relies on no webhook")
	case !p.details.Hooks.Known:
		return nil, lacking(p.details.Hooks)
	}
	to := strings.TrimPrefix(strings.TrimRight(e.plan.Instance.Address, "/"), "https://")
	return slices.DeleteFunc(slices.Clone(p.details.Hooks.Value), func(h github.Hook) bool {
		return !h.TellsPushes() || to != "" && !strings.EqualFold(strings.TrimSuffix(strings.TrimRight(h.Config.URL, "/"), "/api/webhook"), "https://"+to)
	}), nil
}

func webhookMissing(p delivery, e environment, hooks []github.Hook) *answer {
	if len(hooks) > 0 {
		return excluded("the GitOps repository has a webhook for Argo CD" + e.plan.Instance.Of())
	}
	return found("no active webhook of "+p.plan.GitOps.Repository+" notifies Argo CD"+e.plan.Instance.Of()+" of pushes",
		"create one at "+p.details.Hooks.URL+": "+strings.TrimRight(cmp.Or(e.plan.Instance.Address, "https://YOUR-ARGOCD"), "/")+"/api/webhook, application/json, with the secret of webhook.github.secret in argocd-secret"+e.plan.Instance.Of(),
		criteria.Evidence{What: "webhooks", URL: p.details.Hooks.URL, At: p.facts.At})
}

func webhookFailing(p delivery, e environment, hooks []github.Hook) *answer {
	d := e.Deploys.Value[0]
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

func polling(p delivery, e environment, d live.Deploy) *answer {
	polled := p.plan.ArgoCD.Polled
	due := d.At.Add(polled.Within)
	if p.facts.At.After(due) {
		return excluded("the newest deploy is older than Argo CD's polling")
	}
	return found(fmt.Sprintf("Argo CD has not polled git since the deploy of %s, %s ago: %s", short(d.SHA), duration(p.facts.At.Sub(d.At)), polled.Because),
		"wait until "+due.UTC().Format("15:04:05 UTC")+", or look now: argocd app get "+e.plan.Application+e.plan.Instance.Server()+" --refresh", commitAt("GitOps commit", d.Commit))
}

func notNoticed(p delivery, e environment, d live.Deploy) *answer {
	return found(fmt.Sprintf("Argo CD compares with %s, %s after the deploy of %s", short(e.App.Value.Revision), duration(p.facts.At.Sub(d.At)), short(d.SHA)),
		"argocd app get "+e.plan.Application+e.plan.Instance.Server()+" --hard-refresh; if that does not help, read the log of argocd-repo-server", commitAt("GitOps commit", d.Commit), appAt(p, e))
}
