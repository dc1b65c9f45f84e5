package cluster

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner"
)

// proposing lets CI open a pull request for each deploy.
func proposing(spec string) string {
	return strings.Replace(spec, "\tbranch:     \"main\"\n\tcredential", "\tbranch:     \"main\"\n\twrite: \"pull-request\"\n\tcredential", 1)
}

// starts runs a workflow with a token that may open pull requests.
func (d *delivery) starts(t *testing.T, e runner.Event) runner.Outcome {
	t.Helper()
	e.Secrets[runner.Secret] = forge.APIToken
	return d.Run(t, e)
}

// TestProposals deploys to a branch that takes pull requests alone, and those with a
// review alone: a deploy waits for it, a newer one takes its place, and an older one does
// not. A rollback has a pull request of its own.
func TestProposals(t *testing.T) {
	t.Parallel()
	d := newDelivery(t, "proposed", proposing)
	run.Forge.SetReviews(d.GitOps, "main", true)
	run.Forge.SetAutoMerge(d.GitOps, true)
	propose := func(version string) runner.Event {
		push := d.Develop(t, version)
		d.starts(t, push).Want(t, published)
		return push
	}
	approve := func(number int) { check(t, run.Forge.Approve(t.Context(), d.GitOps, number)) }
	finds := func(symptom, cause, words string) {
		t.Helper()
		got := d.asks(t, "doctor", symptom)
		if got.code != 1 || got.first() != cause || !strings.Contains(got.text, words) {
			t.Errorf("doctor %s ends with %d and finds %q, want %q and %q:\n%s", symptom, got.code, got.first(), cause, words, got.text)
		}
	}

	before := d.Head(t)
	first := d.Published(t, propose("version = 2").SHA)
	if d.Head(t) != before {
		t.Error("the deploy has not waited for a review")
	}
	approve(1)
	d.tree.install(t)
	d.arrived(t, first)

	older := propose("version = 3")
	finds("image", "unmerged", "which review or check is missing")
	newest := propose("version = 4")
	late := d.starts(t, older)
	if !late.Has("notice", "Pull request #2 proposes "+newest.SHA) {
		t.Errorf("an older run has taken the place of a newer one:\n%s", late.Results())
	}
	if !d.rolledOut(t, first.Reference()) {
		t.Error("what nobody has merged is running")
	}
	approve(2)
	newer := d.Published(t, newest.SHA)
	d.arrived(t, newer)
	if subject := d.Git(t, d.Bare(d.GitOps), "log", "-1", "--format=%s", "refs/heads/main"); subject != "deploy proposed to production: "+newer.Tag+" (#2)" {
		t.Errorf("the merge is called %q", subject)
	}
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, kept)

	source := d.Git(t, d.Folder("repo"), "rev-parse", "origin/main")
	d.starts(t, d.Rollback(source, map[string]any{"environment": "production", "steps": "1", "to": ""})).Want(t, "rollback-production=success")
	finds("rollback", "rollback-unmerged", "a rule of the branch is not met")
	approve(3)
	d.arrived(t, first)
	finds("image", "taken-back", "roll back proposed in production by 1")
}
