package rollback

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// warnings returns what the rollback itself cannot fix.
func (w Rollback) warnings(proposed bool) []string {
	var out []string
	if undone := w.to().Undone; undone != nil {
		out = append(out, fmt.Sprintf("%s was taken back before, by %s in %.12s: this deploys it again", w.to().Live.Brief(w.from().Live), gitrepo.Visible(undone.Author), undone.SHA))
	}
	if held := w.sourceHolds(); held != "" {
		out = append(out, held)
	}
	return append(out, w.Change.Warnings(proposed)...)
}

// Warnings returns what a commit to the live folder cannot change.
func (w Change) Warnings(proposed bool) []string {
	var out []string
	p, e := w.Plan, w.Environment
	switch {
	case proposed:
		out = append(out, "the clock starts when somebody merges the pull request: nothing bounds how long a person takes")
	case e.Approval != "":
		out = append(out, fmt.Sprintf("deploys to %s wait for an approval on GitHub, which a push to the GitOps repository does not ask for", e.Name))
	}
	all := syncs(p, e)
	for _, sync := range p.ArgoCD.Windows {
		out = append(out, window(sync.Kind, sync.Schedule, schema.Short(sync.Duration), sync.ManualSync, all))
	}
	if !e.Sync.Automated {
		out = append(out, fmt.Sprintf("Argo CD syncs %s only when somebody asks: type %s afterwards", plan.And(e.Applications()), all))
	}
	return append(out, w.shallow()...)
}

// syncs are the commands that sync an environment, one for each Argo CD that deploys it.
func syncs(p plan.Plan, e plan.Environment) string {
	p.Environments = []plan.Environment{e}
	var out []string
	for _, in := range p.Instances() {
		var names []string
		for _, at := range p.By(in).Sites() {
			names = append(names, at.Applications()...)
		}
		if len(names) > 0 {
			out = append(out, "'argocd app sync "+strings.Join(names, " ")+in.Server()+"'")
		}
	}
	return plan.And(out)
}

// window returns a warning about a time when Argo CD would not sync the rollback by itself.
func window(kind, schedule, duration string, byHand bool, syncs string) string {
	when := fmt.Sprintf("in the sync window of %s from '%s' (UTC)", duration, schedule)
	if kind == "allow" {
		when = "outside of the sync window of " + duration + " from '" + schedule + "' (UTC)"
	}
	if byHand {
		return fmt.Sprintf("%s Argo CD syncs nothing by itself: type %s then", when, syncs)
	}
	return when + " Argo CD syncs nothing, not even a rollback"
}

// sourceHolds names the commits of the source that are taken back and that a newer commit would deploy again. Commits
// that the deploy to go back to already contains do not count.
func (w Rollback) sourceHolds() string {
	var bad, typed []string
	for _, commit := range Sources(w.history, w.index) {
		if gitrepo.Contains(w.Code, w.to().Live.Source, commit) {
			continue
		}
		bad = append(bad, commit[:12])
		mainline := ""
		if gitrepo.Parents(w.Code, commit) > 1 {
			mainline = "--mainline 1 "
		}
		typed = append(typed, "git revert --no-edit "+mainline+commit)
	}
	if len(bad) == 0 {
		return ""
	}
	return fmt.Sprintf("the source still holds %s: its own runs deploy nothing from now on, but a newer commit deploys it again; in %s type '%s', and push", strings.Join(bad, ", "),
		w.Plan.Source.Repository, strings.Join(typed, " && "))
}
