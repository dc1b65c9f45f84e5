package act

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

// released makes a world in which git tags release, and images have moving tags.
func released(t *testing.T) world {
	t.Helper()
	t.Parallel()
	w := world{runner.New(t, runner.Options{Spec: func(text string) string {
		text = strings.Replace(text, `	branch:     "main"`, `	releaseTags: "v*"`, 1)
		return strings.Replace(text, `"main-{sha7}"`, `"{gitTag}", movingTags: ["latest", "{major}", "{major}.{minor}", "{version}"]`, 1)
	}})}
	return w
}

// release is the push of a git tag on the newest commit.
func (w world) release(t *testing.T, tag string) runner.Event {
	t.Helper()
	e := w.Develop(t, "version = '"+tag+"'")
	w.Git(t, w.Folder("repo"), "tag", tag)
	w.Git(t, w.Folder("repo"), "push", "--quiet", "origin", "refs/tags/"+tag)
	e.Ref, e.Payload["ref"] = "refs/tags/"+tag, "refs/tags/"+tag
	return e
}

// want compares what the moving tags name with the releases that they should name.
func (w world) want(t *testing.T, releases map[string]string) {
	t.Helper()
	for tag, release := range releases {
		digest := ""
		if release != "" {
			digest = w.digest(t, "fastapi-agent", release)
		}
		if got := w.digest(t, "fastapi-agent", tag); got != digest {
			t.Errorf("the tag %s names %q, and not release %q, which is %q", tag, got, release, digest)
		}
	}
}

// TestReleasesMoveTags releases in order, then a fix of an older release, a pre-release, and late runs of releases that others
// have overtaken.
func TestReleasesMoveTags(t *testing.T) {
	w := released(t)
	first := w.release(t, "v1.4.0")
	w.Run(t, first)
	w.want(t, map[string]string{"latest": "v1.4.0", "1": "v1.4.0", "1.4": "v1.4.0", "1.4.0": "v1.4.0"})

	late, newer := w.release(t, "v1.9.0"), w.release(t, "v1.10.0")
	w.Run(t, newer)
	before := w.digest(t, "fastapi-agent", "v1.10.0")
	result := w.Run(t, late)
	if !result.Has("notice", "release v1.10.0 is published, so ghcr.io/org/repo/fastapi-agent:latest") || !strings.Contains(result.Results(), "tags=success") {
		t.Errorf("it does not say why latest stays: %s %+v", result.Results(), result.Notes)
	}
	w.want(t, map[string]string{"latest": "v1.10.0", "1": "v1.10.0", "1.10": "v1.10.0", "1.9": "v1.9.0", "1.9.0": "v1.9.0", "1.4": "v1.4.0"})
	if before != w.digest(t, "fastapi-agent", "latest") {
		t.Error("a late run of an older release has changed latest")
	}

	result = w.Run(t, w.release(t, "v2.0.0-rc.1"))
	if !result.Has("notice", "2.0.0-rc.1 is a pre-release, and ghcr.io/org/repo/fastapi-agent:latest is for releases.") {
		t.Errorf("it does not say why latest stays: %+v", result.Notes)
	}
	w.want(t, map[string]string{"latest": "v1.10.0", "2": "", "2.0": "", "2.0.0-rc.1": "v2.0.0-rc.1"})

	// A release counts once it is published, and not before.
	w.release(t, "v3.0.0")
	w.Run(t, w.release(t, "v2.0.0"))
	w.want(t, map[string]string{"latest": "v2.0.0", "2": "v2.0.0", "3": "", "1": "v1.10.0"})

	// The run of a release again builds anew, and moves its own tags only.
	w.Run(t, first)
	w.want(t, map[string]string{"latest": "v2.0.0", "1": "v1.10.0", "1.4": "v1.4.0", "1.4.0": "v1.4.0"})
	w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")
	if live := w.Git(t, w.Folder("gitops-repo"), "show", "HEAD:"+w.Live+"/kustomization.yaml"); !strings.HasSuffix(live, "newTag: v2.0.0") {
		t.Errorf("a moving tag is deployed:\n%s", live)
	}
}

// TestBranchMovesTags runs commits of the branch in another order than they were pushed.
func TestBranchMovesTags(t *testing.T) {
	t.Parallel()
	w := world{runner.New(t, runner.Options{Spec: func(text string) string {
		return strings.Replace(text, `"main-{sha7}"`, `"main-{sha7}", movingTags: ["latest", "{branch}", "{major}.{minor}"], versionFile: "app/version.json"`, 1)
	}})}
	version := func(v string) runner.Event {
		runner.Write(t, w.Folder("repo/app/version.json"), `{"version": "`+v+`"}`)
		return w.Develop(t, "version = '"+v+"'")
	}
	first, second, third := version("0.1.0"), version("0.2.0-rc.1"), version("0.2.0")
	tag := func(e runner.Event) string { return "main-" + e.SHA[:7] }
	w.Run(t, first)
	w.want(t, map[string]string{"latest": tag(first), "main": tag(first), "0.1": tag(first)})
	w.Run(t, second)
	w.want(t, map[string]string{"latest": tag(first), "main": tag(second), "0.1": tag(first), "0.2": ""})
	w.Run(t, third)
	w.Run(t, second)
	again := w.Run(t, first)
	if !again.Has("notice", "commit "+third.SHA+" is published, so ghcr.io/org/repo/fastapi-agent:main") {
		t.Errorf("it does not say why the tags stay: %+v", again.Notes)
	}
	w.want(t, map[string]string{"latest": tag(third), "main": tag(third), "0.2": tag(third)})
}
