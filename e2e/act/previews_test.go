package act

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner"
)

// newPreviews is a world with two previews at the most, and with GitHub's API.
func newPreviews(t *testing.T) (world, *forge.Forge) {
	t.Helper()
	t.Parallel()
	f, err := forge.Start(t.TempDir())
	check(t, err)
	t.Cleanup(f.Close)
	for _, repository := range []string{"org/repo", "org/gitops-repo"} {
		check(t, f.Init(t.Context(), repository, "main"))
	}
	w := world{runner.New(t, runner.Options{Repositories: f.Root(), Spec: func(base string) string { return base + "\npreviews: {most: 2}\n" }})}
	w.API, w.RunToken = f.API(), forge.APIToken
	w.Commit(t, "repo", "base")
	return w, f
}

// pull opens a pull request from a branch of the repository that changes a file, and returns its number and commit.
func (w world) pull(t *testing.T, f *forge.Forge, branch string) (number int, head string) {
	t.Helper()
	clone := w.Folder("repo")
	w.Git(t, clone, "switch", "--quiet", "--create", branch, "main")
	runner.Write(t, w.Folder("repo/app/main.py"), "version = \""+branch+"\"\n")
	w.Git(t, clone, "commit", "--quiet", "--all", "--message", branch)
	w.Git(t, clone, "push", "--quiet", "origin", branch)
	head = w.Git(t, clone, "rev-parse", "HEAD")
	w.Git(t, clone, "switch", "--quiet", "main")
	number, err := f.Open(t.Context(), w.Code, branch, "main")
	check(t, err)
	return number, head
}

// previewEvent is what happens to a pull request, from the repository that head names.
func (w world) previewEvent(t *testing.T, f *forge.Forge, number int, action, sha, from string) runner.Event {
	t.Helper()
	var labels []any
	for _, l := range f.Labels(w.Code, number) {
		labels = append(labels, map[string]any{"name": l})
	}
	return runner.Event{
		Name: "pull_request", Ref: "refs/pull/1/merge", SHA: sha, Workflow: "previews.yaml",
		Payload: map[string]any{
			"action": action, "number": number,
			"pull_request": map[string]any{
				"number": number, "labels": labels,
				"base": map[string]any{"ref": "main", "repo": map[string]any{"full_name": w.Code}},
				"head": map[string]any{"ref": "feature", "sha": sha, "repo": map[string]any{"full_name": from}},
			},
			"repository": map[string]any{"full_name": w.Code, "default_branch": "main"},
		},
	}
}

// TestPreviews: a labelled pull request of a branch pushes its image and gets the label for which Argo CD waits, until there
// is no room; one that loses its label makes room again.
func TestPreviews(t *testing.T) {
	w, f := newPreviews(t)
	heads := map[int]string{}
	for _, branch := range []string{"one", "two", "three"} {
		number, head := w.pull(t, f, branch)
		heads[number] = head
		f.Label(w.Code, number, "preview")
	}
	for _, number := range []int{1, 2} {
		w.Run(t, w.previewEvent(t, f, number, "labeled", heads[number], w.Code)).Want(t, "admit=success preview=success")
	}
	full := w.Run(t, w.previewEvent(t, f, 3, "labeled", heads[3], w.Code))
	full.Want(t, "admit=failure preview=success")
	if got := f.Labels(w.Code, 3); len(got) > 0 {
		t.Errorf("the third has the labels %v", got)
	}
	if said := f.Comments(w.Code, 3); len(said) != 1 || !strings.Contains(said[0], "#1") || !strings.Contains(said[0], "#2") {
		t.Errorf("it says %q", said)
	}
	tags := w.Tags(t)
	for number, head := range heads {
		if tag := "pr-" + string(rune('0'+number)) + "-" + head; !slices.Contains(tags, tag) {
			t.Errorf("the registry has %v and not %s", tags, tag)
		}
	}
	if len(tags) != 3 {
		t.Errorf("the registry has %v", tags)
	}

	f.Unlabel(w.Code, 1, "preview")
	w.Run(t, w.previewEvent(t, f, 1, "unlabeled", heads[1], w.Code)).Want(t, "admit=success")
	f.Label(w.Code, 3, "preview")
	w.Run(t, w.previewEvent(t, f, 3, "labeled", heads[3], w.Code)).Want(t, "admit=success preview=success")
	check(t, f.Reject(t.Context(), w.Code, 2))
	w.Run(t, w.previewEvent(t, f, 2, "closed", heads[2], w.Code)).Want(t, "admit=success")
	got := map[int][]string{1: f.Labels(w.Code, 1), 2: f.Labels(w.Code, 2), 3: f.Labels(w.Code, 3)}
	if want := map[int][]string{1: {}, 2: {"preview"}, 3: {"preview", "preview-ready"}}; !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the labels are %v", got)
	}
}

// TestOldPreview: a run for a commit that is not the newest any more sets no label, and neither does one that comes after the
// label was taken away.
func TestOldPreview(t *testing.T) {
	w, f := newPreviews(t)
	number, old := w.pull(t, f, "one")
	f.Label(w.Code, number, "preview")
	late := w.previewEvent(t, f, number, "labeled", old, w.Code)
	w.Git(t, w.Folder("repo"), "push", "--quiet", "--force", "origin", w.Git(t, w.Folder("repo"), "commit-tree", "-p", old, "-m", "newer", old+"^{tree}")+":refs/heads/one")
	w.Run(t, late).Want(t, "admit=success preview=success")
	if got := f.Labels(w.Code, number); slices.Contains(got, "preview-ready") {
		t.Errorf("for an old commit it gets %v", got)
	}
	f.Unlabel(w.Code, number, "preview")
	w.Run(t, late).Want(t, "admit=success preview=success")
	if got := f.Labels(w.Code, number); len(got) > 0 {
		t.Errorf("without the label it gets %v", got)
	}
}

// TestForkWithoutPreview: what comes from a fork pushes nothing, and the run says why.
func TestForkWithoutPreview(t *testing.T) {
	w, f := newPreviews(t)
	number, head := w.pull(t, f, "one")
	f.Label(w.Code, number, "preview")
	result := w.wantNoTrace(t, w.previewEvent(t, f, number, "labeled", head, "stranger/repo"), "admit=success")
	if !result.Has("notice", "comes from a fork") {
		t.Errorf("it says %+v", result.Notes)
	}
}
