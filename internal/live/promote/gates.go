package promote

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/plan"
)

// Kept refuses a commit whose newest run on the branch has not kept what it must, or not yet.
func Kept(ctx context.Context, hub *github.Client, p plan.Plan, commit string, gates []plan.Kept) error {
	unknown := func(err error) error {
		return fmt.Errorf("GitHub does not say what the run of %s kept: %w", commit, err)
	}
	runs, err := hub.Runs(ctx, p.Source.Repository, path.Base(p.Workflow), commit)
	if err != nil {
		return unknown(err)
	}
	at := slices.IndexFunc(runs, func(r github.Run) bool {
		return r.Branch == p.Source.Branch && slices.Contains([]string{"push", "workflow_dispatch", "schedule"}, r.Event)
	})
	if at < 0 {
		return refuse("no run of %s on %s is for %s, so nothing says whether it kept what it must: run it for that commit", p.Workflow, p.Source.Branch, commit)
	}
	jobs, err := hub.Jobs(ctx, p.Source.Repository, runs[at].ID)
	if err != nil {
		return unknown(err)
	}
	for _, k := range gates {
		why := broken(runs[at], jobs, k)
		if why == "" && k.Warns {
			if why, err = warned(ctx, hub, p.Source.Repository, jobs, k); err != nil {
				return unknown(err)
			}
		}
		if why != "" {
			return refuse("%s has not kept criterion %s: %s, see %s", commit, k.Criterion, why, runs[at].URL)
		}
	}
	return nil
}

// broken says why a run has not kept something, or not yet; "" where it has.
func broken(run github.Run, jobs []github.Job, k plan.Kept) string {
	what := "the job " + k.Job
	if k.Step != "" {
		what = fmt.Sprintf("the step %q of %s", k.Step, what)
	}
	there, ran := false, false
	for _, j := range jobs {
		if j.Name != k.Job && !strings.HasPrefix(j.Name, k.Job+" (") {
			continue
		}
		if there = true; j.Conclusion == "skipped" {
			continue
		}
		ran = true
		said := j.Conclusion
		if k.Step != "" {
			at := slices.IndexFunc(j.Steps, func(s github.Step) bool { return s.Name == k.Step })
			if at < 0 && j.Done() {
				return "there is no result of " + what
			}
			if said = ""; at >= 0 {
				said = j.Steps[at].Conclusion
			}
		}
		switch said {
		case "success":
		case "":
			return what + " is not done"
		default:
			return what + " ended as " + said
		}
	}
	switch {
	case !there:
		return "there is no result of " + what
	case ran || run.Succeeded():
		return "" // What was left out had not changed: what holds it ran for the same image before.
	case run.Done():
		return fmt.Sprintf("the run ended as %s, and left the job %s out", run.Conclusion, k.Job)
	}
	return "the run is not done"
}

// warned is what the job that measures has said of a criterion that was broken, or could not be measured.
func warned(ctx context.Context, hub *github.Client, repository string, jobs []github.Job, k plan.Kept) (string, error) {
	var said []string
	for _, j := range jobs {
		if j.Name != k.Job {
			continue
		}
		all, err := hub.Annotations(ctx, repository, j.ID)
		if err != nil {
			return "", err
		}
		for _, a := range all {
			if a.Title == "Promise "+k.Criterion {
				said = append(said, a.Message)
			}
		}
	}
	return strings.Join(said, ", "), nil
}
