package act

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/runner"
)

// allGreen is a run that publishes and deploys.
const allGreen = "attest=success deploy-production=success gate=success image=success measure=success publish=success,success test=success"

// TestDeploy follows one branch through several runs: a push, the same commit
// again, a newer push, and the older commit once more.
func TestDeploy(t *testing.T) {
	w := newWorld(t)
	before := w.Head(t)
	older := w.Develop(t, "version = 2")
	w.api(t, "1001", time.Now().Add(-5*time.Second))
	result := w.Run(t, older)
	result.Want(t, allGreen)
	first := w.Published(t, older.SHA)
	after := w.deployed(t, before, first)
	w.wantCalls(t, result, first)
	for _, line := range []string{
		"Image: `" + w.Image + ":" + first.Tag + "`",
		"Digest: `" + first.Digest + "`",
		"Deployed to production: `" + first.Reference() + "`",
		"GitOps commit: `" + after + "`",
		"triggered: promised within 30 s, measured 2 s",
		"published: promised within 600 s, measured 61 s",
	} {
		if !strings.Contains(result.Summary, line) {
			t.Errorf("the summary does not say %q:\n%s", line, result.Summary)
		}
	}

	// Again, with the same bytes: nothing to commit, and the run succeeds.
	w.Run(t, older).Want(t, allGreen)
	if now := w.Head(t); now != after {
		t.Errorf("a second run of %s made the commit %s", older.SHA, now)
	}

	// Again, with other bytes, as in real builds: the tag names the new image, and
	// it is deployed.
	w.Build++
	w.Run(t, older).Want(t, allGreen)
	rebuilt := w.Published(t, older.SHA)
	if rebuilt.Digest == first.Digest {
		t.Error("the second build has the digest of the first")
	}
	after = w.deployed(t, after, rebuilt)

	newer := w.Develop(t, "version = 3")
	w.Run(t, newer).Want(t, allGreen)
	second := w.Published(t, newer.SHA)
	after = w.deployed(t, after, second)

	// A run of the older commit that comes too late stops, and says so.
	w.Build++
	late := w.Run(t, older)
	late.Want(t, allGreen)
	if text := fmt.Sprintf("production runs %s, which is newer than %s", newer.SHA, older.SHA); !late.Has("notice", text) {
		t.Errorf("no notice says %q: %+v", text, late.Notes)
	}
	if now := w.Head(t); now != after {
		t.Errorf("the late run of %s made the commit %s", older.SHA, now)
	}
	if tags := w.Tags(t); len(tags) != 2 {
		t.Errorf("two commits were published, the registry has the tags %v", tags)
	}

	w.regenerate(t, second)
	w.takeBack(t, rebuilt)
}

// deployed insists that main of the GitOps repository is one commit further
// than before, that this commit is about the live image and nothing else, and
// that the overlay renders it. It returns the commit.
func (w world) deployed(t *testing.T, before string, want runner.Deployed) string {
	t.Helper()
	after := w.Head(t)
	clone := w.Folder("gitops-repo")
	w.Git(t, clone, "pull", "--quiet", "--ff-only", "origin", "main")
	if commits := strings.Fields(w.Git(t, clone, "rev-list", before+".."+after)); len(commits) != 1 {
		t.Errorf("the deploy made %d commits", len(commits))
	}
	files := strings.Fields(w.Git(t, clone, "diff", "--name-only", before, after))
	for _, file := range files {
		if filepath.Dir(file) != w.Live {
			t.Errorf("the deploy changed %s", file)
		}
	}
	if len(files) == 0 {
		t.Error("the deploy changed no file")
	}
	message := w.Git(t, clone, "log", "-1", "--format=%ae %B", after)
	for _, part := range []string{
		"41898282+github-actions[bot]@users.noreply.github.com deploy fastapi-agent to production: " + want.Tag + "\n",
		"Image: " + want.Reference() + "\n",
		"Source: org/repo@" + want.Commit + "\n",
		"Run: https://github.com/org/repo/actions/runs/1",
	} {
		if !strings.Contains(message, part) {
			t.Errorf("the commit does not say %q:\n%s", part, message)
		}
	}
	w.renders(t, want)
	return after
}

// renders insists that the overlay in the developer's clone gives the image and
// names its commit.
func (w world) renders(t *testing.T, want runner.Deployed) {
	t.Helper()
	clone := w.Folder("gitops-repo")
	rendered := w.Command(t, clone, "kustomize", "build", filepath.Dir(w.Live))
	if count := strings.Count(rendered, "image: "+want.Reference()+"\n"); count != 1 {
		t.Errorf("the overlay names %s %d times:\n%s", want.Reference(), count, rendered)
	}
	if got := w.Git(t, clone, "show", "HEAD:"+w.Live+"/source-commit"); got != want.Commit {
		t.Errorf("source-commit names %s, not %s", got, want.Commit)
	}
}

// wantCalls looks at what the run asked of actions and gh: no credential on
// disk, the secret for the GitOps repository only, logins where images are
// pushed, and the attestation of what was published.
func (w world) wantCalls(t *testing.T, result runner.Outcome, image runner.Deployed) {
	t.Helper()
	for _, call := range w.Calls(t, result.ID, "actions/checkout") {
		if call.Inputs["persist-credentials"] != "false" {
			t.Errorf("the checkout in %s leaves its credentials on disk", call.Job)
		}
		if other := call.Inputs["repository"] == "org/gitops-repo"; (call.Inputs["token"] == runner.Token) != other {
			t.Errorf("the secret goes to the wrong repository in %s: %+v", call.Job, call.Inputs)
		}
	}
	setup := 0
	for _, call := range w.Calls(t, result.ID, "gh") {
		if slices.Equal(call.Args, []string{"auth", "setup-git"}) && call.Inputs["GH_TOKEN"] == runner.Token {
			setup++
		} else if call.Inputs["GH_TOKEN"] == runner.Token {
			t.Errorf("gh %v has the secret", call.Args)
		}
	}
	if setup != 1 {
		t.Errorf("git was led to the secret %d times", setup)
	}
	var jobs []string
	for _, call := range w.Calls(t, result.ID, "docker/login-action") {
		jobs = append(jobs, call.Job)
	}
	if slices.Sort(jobs); !slices.Equal(jobs, []string{"attest", "image", "publish", "publish"}) {
		t.Errorf("logins happened in %v", jobs)
	}
	attests := w.Calls(t, result.ID, "actions/attest")
	if len(attests) != 1 || attests[0].Inputs["subject-digest"] != image.Digest {
		t.Errorf("%s is not what was attested: %+v", image.Digest, attests)
	}
}

// regenerate runs the verbs again after CI has written: they keep the live image
// and report nothing.
func (w world) regenerate(t *testing.T, live runner.Deployed) {
	t.Helper()
	w.Pipegen(t, "generate")
	w.Pipegen(t, "check")
	for _, name := range []string{"repo", "gitops-repo"} {
		if changes := w.Git(t, w.Folder(name), "status", "--porcelain"); changes != "" {
			t.Errorf("generate changed %s:\n%s", name, changes)
		}
	}
	w.renders(t, live)
}

// takeBack rolls back by reverting the newest deploy.
func (w world) takeBack(t *testing.T, previous runner.Deployed) {
	t.Helper()
	w.Git(t, w.Folder("gitops-repo"), "revert", "--no-edit", "HEAD")
	w.renders(t, previous)
	w.Pipegen(t, "check")
}

// api lets `gh api` answer about a run that was created at that time, five
// seconds after the push, and whose image was named 61 seconds later.
func (w world) api(t *testing.T, run string, created time.Time) {
	t.Helper()
	stamp := func(at time.Time) string { return at.UTC().Format(time.RFC3339) }
	path := filepath.Join(w.Root, "api/repos/org/repo/actions/runs", run)
	runner.Write(t, path+".json", fmt.Sprintf(`{"created_at":%q,"run_started_at":%q}`, stamp(created), stamp(created)))
	runner.Write(t, path+"/jobs.json", fmt.Sprintf(`{"jobs":[{"name":"Test","completed_at":%q},{"name":"Image","completed_at":%q}]}`,
		stamp(created), stamp(created.Add(61*time.Second))))
}
