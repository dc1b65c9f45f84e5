package rollback

import (
	"context"
	"errors"
	"slices"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/live/verdict"
)

// Progress asks the live systems once how far a pushed commit has come, and compares the time with the promise. reached
// says whether any system answered.
func (w Rollback) Progress(ctx context.Context, target live.Target, clients live.Clients, commit string) (v verdict.Verdict, reached bool) {
	clients.GitOps = pinned{live.Checkout{Dir: w.Dir, Branch: w.branch()}, commit, w.Environment.Rendered}
	f := live.Rollout(ctx, target, clients, w.Now)
	return arrival(verdict.Judge(w.Plan, f)), f.Reached()
}

// arrival keeps the parts of a verdict that are about the arrival of a rollback.
func arrival(v verdict.Verdict) verdict.Verdict {
	v.Chain = slices.DeleteFunc(v.Chain, func(r verdict.Result) bool { return r.ID != "argocd" && r.ID != "clusters" })
	v.Promises = slices.DeleteFunc(v.Promises, func(r verdict.Result) bool { return r.Kind != "rollback" })
	return v
}

// Unseen returns the ids of the results that could not be measured, if the rollback was watched.
func (r Result) Unseen() []string {
	if r.Verdict == nil {
		return nil
	}
	var out []string
	for _, v := range r.Verdict.All() {
		if v.Status == criteria.Unmeasured {
			out = append(out, v.ID)
		}
	}
	return out
}

// pinned is a checkout whose newest commit is the one that was pushed: later commits are not part of the rollback.
type pinned struct {
	live.Checkout
	// commit was pushed, and rendered is the branch of what is rendered, "" where Argo CD renders.
	commit, rendered string
}

// Head returns the commit that was pushed.
func (p pinned) Head(ctx context.Context) (github.Commit, error) {
	all, err := p.History(ctx, p.commit, ".")
	if err != nil || len(all) == 0 {
		return github.Commit{}, errors.New(p.Dir + " has lost the commit that was pushed")
	}
	return all[0], nil
}

// File fetches first what was rendered since.
func (p pinned) File(ctx context.Context, revision, path string) ([]byte, error) {
	if p.rendered != "" && gitrepo.Resolve(p.Dir, revision) == "" {
		if _, err := gitrepo.Head(ctx, p.Dir, p.rendered); err != nil {
			return nil, err
		}
	}
	return p.Checkout.File(ctx, revision, path)
}

// Contains fetches first if Argo CD is ahead of this checkout.
func (p pinned) Contains(ctx context.Context, head, base string) (bool, error) {
	if gitrepo.Parents(p.Dir, head) == 0 {
		if _, err := gitrepo.Head(ctx, p.Dir, p.Branch); err != nil {
			return false, err
		}
	}
	return p.Checkout.Contains(ctx, head, base)
}
