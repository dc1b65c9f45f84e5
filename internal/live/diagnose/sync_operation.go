package diagnose

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/argocd"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// operationCauses are the causes of a sync that failed or does not end.
func operationCauses() []Cause {
	return []Cause{
		{ID: "hook-failed", Statement: "A hook failed, such as the smoke Job", Tested: "the last sync has a hook whose phase is Failed or Error", Remedy: "read the log of the Job's pod; then argocd app sync APP", test: of(app, hookFailed)},
		{ID: "retries-spent", Statement: "The sync failed at each try", Tested: "the last sync failed, and its message counts the tries; no cause above explains it", Remedy: "fix what the message says; the next commit or argocd app sync APP starts a new sync", test: of(failedSync, retriesSpent)},
		{ID: "sync-refused", Statement: "The cluster refuses an object", Tested: "the last sync failed at its first try, or keeps failing; no cause above explains it", Remedy: "fix what the message says, then argocd app sync APP", test: of(failedSync, syncRefused)},
		{ID: "sync-hangs", Statement: "A sync does not end, and holds up the next", Tested: "the sync runs for longer than fifteen minutes", Remedy: "argocd app terminate-op APP, then see what it waited for", test: of(app, syncHangs)},
	}
}

// leftCauses are the causes that remain if none before explains the trouble.
func leftCauses() []Cause {
	return []Cause{
		{ID: "canary-aborted", Statement: "Argo Rollouts took a new version out again, and the one before has all requests", Tested: "a Rollout is Degraded, and says that it has aborted", rest: true, Remedy: "see why in the AnalysisRun and the pods of the new version; take the deploy back, so that git says what runs", test: canaryAborted},
		{ID: "canary-unjudged", Statement: "A new version got too few requests to be judged by them, and Argo Rollouts waits for a person", Tested: "a Rollout is Suspended, and says that an AnalysisRun is inconclusive", rest: true, Remedy: "kubectl argo rollouts promote ROLLOUT measures again, and with --full goes on without; or take the deploy back", test: canaryUnjudged},
		{ID: "deadline", Statement: "The rollout made no progress in time", Tested: "an object is Degraded because of its progress deadline", rest: true, Remedy: "kubectl describe the Deployment and its pods; take the deploy back meanwhile", test: deadline},
		{ID: "never-healthy", Statement: "An object that a sync waited for did not become healthy, and nothing after it was synced", Tested: "the last sync failed, and has applied the object", rest: true, Remedy: "kubectl describe the object and its pods; then argocd app sync APP", test: of(app, neverHealthy)},
		{ID: "out-of-sync", Statement: "Objects in the cluster differ from the GitOps repository", Tested: "the Application is OutOfSync at the newest commit", rest: true, Remedy: "argocd app diff APP, then argocd app sync APP", test: of(app, outOfSync)},
		{ID: "unhealthy", Statement: "The Application is not healthy", Tested: "its health is Degraded or Missing", rest: true, Remedy: "open the Application and look at the red objects", test: of(app, unhealthy)},
		{ID: "address", Statement: "Everything runs, but the public address does not answer as it should", Tested: "the address was asked, and the Application is Healthy", rest: true, Remedy: "look at the Ingress or gateway, DNS and certificate in front of the Service", test: address},
	}
}

// failedSync returns the last sync if it failed and no other cause explains it.
func failedSync(p delivery, e environment) (argocd.Operation, *answer) {
	a, no := app(p, e)
	if no != nil {
		return argocd.Operation{}, no
	}
	op := a.Operation
	text := strings.ToLower(op.Message + strings.Join(op.Refused, " "))
	switch {
	case op.Phase != "Failed" && op.Phase != "Error":
		return op, excluded("the last sync did not fail")
	case permission(text):
		return op, excluded("the project's refusal explains it")
	}
	if _, ok := failedHook(op); ok {
		return op, excluded("the hook explains it")
	}
	if len(op.Sick) > 0 && len(op.Refused) == 0 {
		return op, excluded("an object that did not become healthy explains it")
	}
	return op, nil
}

func failedHook(op argocd.Operation) (argocd.Hook, bool) {
	for _, h := range op.Hooks {
		if h.Phase == "Failed" || h.Phase == "Error" {
			return h, true
		}
	}
	return argocd.Hook{}, false
}

func hookFailed(p delivery, e environment, a argocd.Application) *answer {
	h, ok := failedHook(a.Operation)
	if !ok {
		return excluded("no hook failed")
	}
	if w, _ := p.failedJob(e, a.Operation); w != nil {
		return excluded("a job of the spec failed")
	}
	what := h.Type + " hook "
	if h.Type == "" {
		what = ""
	}
	says := fmt.Sprintf("the %s%s %s ended as %s", what, h.Kind, h.Name, h.Phase)
	return found(brief(with(says, h.Message)), fmt.Sprintf("kubectl logs job/%s --namespace %s; then argocd app sync %s", verdict.Word(h.Name), e.plan.Namespace, e.plan.Application), syncAt(e))
}

func retriesSpent(p delivery, e environment, op argocd.Operation) *answer {
	if op.Retries == 0 {
		return excluded("the sync was not tried again")
	}
	return found(brief(fmt.Sprintf("the sync failed, and so did %d more tries: %s", op.Retries, strings.Join(append([]string{op.Message}, op.Refused...), "; "))),
		"fix what the message says; the next commit or argocd app sync "+e.plan.Application+" starts a new sync", syncAt(e))
}

func syncRefused(p delivery, e environment, op argocd.Operation) *answer {
	if op.Retries > 0 {
		return excluded("all tries are spent")
	}
	return found(brief(with("the sync ended as "+op.Phase, strings.Join(append([]string{op.Message}, op.Refused...), "; "))),
		"fix what the message says, then argocd app sync "+e.plan.Application, syncAt(e))
}

// hanging is how long a sync may run.
const hanging = 3 * patience

func syncHangs(p delivery, e environment, a argocd.Application) *answer {
	op := a.Operation
	if waveStuck(p, e, a).status == Found {
		return excluded("what it waits for explains it")
	}
	if took := p.facts.At.Sub(op.StartedAt); op.Phase == "Running" && took > hanging+e.plan.Holds(p.plan) {
		return found(brief(with(fmt.Sprintf("a sync runs for %s", duration(took)), op.Message)), "argocd app terminate-op "+e.plan.Application+", then see what it waited for", syncAt(e))
	}
	return excluded("no sync runs for long")
}

func canaryAborted(p delivery, e environment) *answer {
	u := e.details.Unhealthy
	if !u.Known {
		return lacking(u)
	}
	for _, r := range u.Value {
		if r.Kind == "Rollout" && strings.Contains(r.Message, "RolloutAborted") {
			return found(brief(fmt.Sprintf("%s %s: %s", r.Kind, r.Name, r.Message)),
				fmt.Sprintf("kubectl describe analysisruns,pods --namespace %s; git still names the new version, so take the deploy back: %s", e.plan.Namespace, p.takeBack(e, "")), appAt(p, e))
		}
	}
	return excluded("no Rollout has aborted")
}

func canaryUnjudged(p delivery, e environment) *answer {
	u := e.details.Unhealthy
	if !u.Known {
		return lacking(u)
	}
	for _, r := range u.Value {
		if r.Kind == "Rollout" && r.Message == "InconclusiveAnalysisRun" {
			promote := fmt.Sprintf("kubectl argo rollouts promote %s --namespace %s", r.Name, e.plan.Namespace)
			back := p.takeBack(e, "")
			if e.App.Value.Operation.Phase == "Running" {
				back += ", and end the sync that waits for the new version and holds up the next: argocd app terminate-op " + e.plan.Application + ", then argocd app sync " + e.plan.Application
			}
			return found(fmt.Sprintf("Rollout %s is paused: its AnalysisRun is inconclusive, since no measure had enough requests", r.Name),
				fmt.Sprintf("%[1]s measures again, and %[1]s --full goes on without; or take the deploy back: %[2]s", promote, back), appAt(p, e))
		}
	}
	return excluded("no Rollout waits for a person")
}

func deadline(p delivery, e environment) *answer {
	u := e.details.Unhealthy
	if !u.Known {
		return lacking(u)
	}
	for _, r := range u.Value {
		if strings.Contains(strings.ToLower(r.Message), "progress deadline") {
			return found(brief(fmt.Sprintf("%s %s: %s", r.Kind, r.Name, r.Message)),
				fmt.Sprintf("kubectl describe deployment,pods --namespace %s; take the deploy back meanwhile: %s", e.plan.Namespace, p.takeBack(e, "")), appAt(p, e))
		}
	}
	return excluded("no rollout has missed its deadline")
}

func neverHealthy(p delivery, e environment, a argocd.Application) *answer {
	op := a.Operation
	if op.Phase != "Failed" && op.Phase != "Error" || len(op.Sick) == 0 {
		return excluded("no sync failed for that")
	}
	return found(brief("the sync waited for "+strings.Join(op.Sick, "; ")), "kubectl describe deployment,pods --namespace "+e.plan.Namespace+"; then argocd app sync "+e.plan.Application, syncAt(e))
}

func outOfSync(p delivery, e environment, a argocd.Application) *answer {
	switch {
	case !e.Carries.Known:
		return lacking(e.Carries)
	case a.Sync != "OutOfSync" || !e.Carries.Value:
		return excluded("the Application is not out of sync")
	}
	says := "the Application is OutOfSync at " + short(a.Revision)
	if len(a.OutOfSync) > 0 {
		says += ": " + strings.Join(a.OutOfSync[:min(len(a.OutOfSync), 10)], ", ")
	}
	return found(brief(says), "argocd app diff "+e.plan.Application+" shows the fields, argocd app sync "+e.plan.Application+" applies them; if they come back, somebody else writes them", appAt(p, e))
}

func unhealthy(p delivery, e environment, a argocd.Application) *answer {
	if a.Health != "Degraded" && a.Health != "Missing" {
		return excluded("the Application is " + brief(a.Health))
	}
	var all []string
	for _, r := range e.details.Unhealthy.Value {
		all = append(all, strings.TrimSuffix(fmt.Sprintf("%s %s: %s", r.Kind, r.Name, r.Message), ": "))
	}
	says := with("the Application is "+a.Health, a.Message)
	return found(brief(with(says, strings.Join(all, "; "))), "", appAt(p, e))
}

func address(p delivery, e environment) *answer {
	a := e.Answer
	_, want := verdict.Health(p.plan, e.plan)
	switch {
	case e.plan.URL == "":
		return excluded("the spec names no url for this environment")
	case e.App.Known && e.App.Value.Health != "Healthy":
		return excluded("the Application is not healthy")
	// Unless Argo CD says that everything runs, the network of this machine may be to blame.
	case !a.Known && a.Kind != "" && e.App.Known:
		return found(brief(a.Why), "")
	case !a.Known:
		return lacking(a)
	case a.Value.Status == want:
		return excluded(fmt.Sprintf("it answers %d", want))
	}
	return found(fmt.Sprintf("it answers %d, and should %d", a.Value.Status, want), "", criteria.Evidence{What: "address", URL: a.URL, At: p.facts.At})
}
