package act

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/pipegen/pipegen/e2e/runner"
)

const (
	// stagingGreen is a run that publishes and deploys to staging.
	stagingGreen = "attest=success deploy-staging=success gate=success image=success measure=success publish=success,success test=success"
	promoted     = "deploy-production=success find-production=success"
)

// tagged names a commit by a tag, and is the event of its push.
func (w world) tagged(t *testing.T, tag, commit string) runner.Event {
	t.Helper()
	w.Git(t, w.Folder("repo"), "tag", "--force", tag, commit)
	w.Git(t, w.Folder("repo"), "push", "--quiet", "--force", "origin", "refs/tags/"+tag)
	runner.Write(t, filepath.Join(w.Root, "api/repos/org/repo/commits/tags", tag+".json"), `{"sha":"`+commit+`"}`)
	e := w.Push(commit)
	e.Ref, e.Workflow, e.Payload["ref"] = "refs/tags/"+tag, "promote-production.yaml", "refs/tags/"+tag
	return e
}

// TestPromotion brings to production what staging ran of a tagged commit, and nothing else.
func TestPromotion(t *testing.T) {
	t.Parallel()
	w := world{runner.New(t, runner.Options{Spec: func(text string) string {
		const production = `environments: production: {
	namespace:   "agents"
`
		if !strings.Contains(text, production) {
			t.Fatalf("the spec does not say %q", production)
		}
		// The spec leaves several environments out on purpose.
		text = regexp.MustCompile(`(?s)\n\t"multi-environment": \{.*?\n\t\}`).ReplaceAllString(text, "")
		return strings.Replace(text, production, `environments: staging: namespace: "agents-staging"
environments: production: {
	namespace: "agents"
	on: tag: "v*"
`, 1)
	}})}
	first, second := w.Develop(t, "version = 2"), w.Develop(t, "version = 3")
	w.Run(t, first).Want(t, stagingGreen)
	w.Run(t, second).Want(t, stagingGreen)
	image := w.Published(t, second.SHA)
	w.Git(t, w.Folder("gitops-repo"), "pull", "--quiet")
	before, tags := w.Head(t), len(w.Tags(t))

	tag := w.tagged(t, "v1.0.0", second.SHA)
	byHand := w.byHand(t, "v1.0.0")
	result := w.Run(t, tag)
	result.Want(t, promoted)
	w.deployed(t, before, image)
	if byRun := w.written(t, w.Bare(w.GitOps)); byRun != byHand {
		t.Errorf("pipegen promote has written\n%s\nand the workflow\n%s", byHand, byRun)
	}
	if said := w.Git(t, w.Folder("gitops-repo"), "log", "-1", "--format=%B"); !strings.Contains(said, "Promoted by: v1.0.0, octocat") {
		t.Errorf("the commit does not say what has promoted it:\n%s", said)
	}
	for _, call := range w.Calls(t, result.ID, "docker") {
		if strings.Contains(strings.Join(call.Args, " "), "build") {
			t.Errorf("a promotion builds: %v", call)
		}
	}
	if now := len(w.Tags(t)); now != tags {
		t.Errorf("a promotion gives images %d new tags", now-tags)
	}

	// A tag on the older commit comes too late, and is green.
	before = w.Head(t)
	late := w.Run(t, w.tagged(t, "v0.9.0", first.SHA))
	late.Want(t, promoted)
	if !late.Has("notice", "production runs "+second.SHA+", which is newer than "+first.SHA) {
		t.Errorf("no notice says what runs: %+v", late.Notes)
	}

	// What is not in staging, and a tag that was moved, are refused by name.
	w.refuses(t, w.tagged(t, "v1.1.0", w.aside(t)), "is not part of main, so staging never runs it")
	moved := w.tagged(t, "v1.0.2", second.SHA)
	w.tagged(t, "v1.0.2", first.SHA)
	w.refuses(t, moved, "The tag v1.0.2 was moved: it names "+first.SHA)
	if w.Head(t) != before {
		t.Error("something was deployed all the same")
	}
}

// TestPromotionCopies copies what production gets to another name of the registry, by its digest and with what refers to
// it, before anything is deployed.
func TestPromotionCopies(t *testing.T) {
	t.Parallel()
	const copied = "ghcr.io/org/repo/production"
	w := world{runner.New(t, runner.Options{Spec: func(text string) string {
		text = regexp.MustCompile(`(?s)\n\t"multi-environment": \{.*?\n\t\}`).ReplaceAllString(text, "")
		return strings.Replace(text, "environments: production: {\n", `environments: staging: namespace: "agents-staging"
environments: production: {
	on: tag: "v*"
	image: {registry: "ghcr.io", name: "org/repo/production"}
`, 1)
	}})}
	commit := w.Develop(t, "version = 2")
	w.Run(t, commit).Want(t, stagingGreen)
	image := w.Published(t, commit.SHA)
	digest, tag := image.Digest, image.Tag
	attestation := w.refers(t, w.Image+"@"+digest)

	w.Run(t, w.tagged(t, "v1.0.0", commit.SHA)).Want(t, "copy-production=success "+promoted)
	for _, name := range []string{copied + "@" + digest, copied + ":" + tag, copied + "@" + attestation} {
		reference, err := w.Reference(name)
		check(t, err)
		if found, err := remote.Head(reference); err != nil || !strings.HasSuffix(name, found.Digest.String()) && found.Digest.String() != digest {
			t.Errorf("%s: %v %v", name, found, err)
		}
	}
	written := w.written(t, w.Bare(w.GitOps))
	if !strings.Contains(written, "newName: "+copied+"\n") || !strings.Contains(written, "digest: "+digest) {
		t.Errorf("production runs something else:\n%s", written)
	}

	// Where the copy fails, nothing is deployed.
	second := w.Develop(t, "version = 3")
	w.Run(t, second).Want(t, stagingGreen)
	before := w.Head(t)
	w.ORAS = "/bin/false"
	result := w.Run(t, w.tagged(t, "v1.1.0", second.SHA))
	result.Want(t, "copy-production=failure find-production=success")
	if !result.Has("error", "could not be copied to "+copied) || w.Head(t) != before {
		t.Errorf("a copy that failed was deployed: %+v", result.Notes)
	}
}

// refers stores something in the registry that refers to an image, as a signature does, and returns its digest.
func (w world) refers(t *testing.T, name string) string {
	t.Helper()
	reference, err := w.Reference(name)
	check(t, err)
	subject, err := remote.Head(reference)
	check(t, err)
	signature := mutate.Subject(mutate.MediaType(empty.Image, types.OCIManifestSchema1), *subject).(v1.Image)
	digest, err := signature.Digest()
	check(t, err)
	check(t, remote.Write(reference.Context().Digest(digest.String()), signature))
	return digest.String()
}

// byHand is what pipegen promote writes into a copy of the GitOps repository.
func (w world) byHand(t *testing.T, tag string) string {
	t.Helper()
	origin, clone := filepath.Join(w.Root, "copy/gitops-repo.git"), filepath.Join(w.Root, "copy/gitops-repo")
	w.Git(t, "", "clone", "--quiet", "--bare", w.Bare(w.GitOps), origin)
	w.Git(t, "", "clone", "--quiet", origin, clone)
	// gh is asked who has built the image, and asks the registry: the person has logged in to both.
	w.Command(t, "", "/usr/bin/env", `WITH={"registry": "ghcr.io", "username": "octocat", "password": "theirs"}`, runner.Tool("standin-action"), "docker/login-action")
	w.Command(t, w.Folder("repo"), "/usr/bin/env", "GH_TOKEN="+runner.Token, runner.Tool("pipegen"), "promote", "--gitops", clone, "--to", "production", "--commit", tag, "--push")
	return w.written(t, origin)
}

// written is the newest commit of a GitOps repository: its live folder, and its message but for who has written it.
func (w world) written(t *testing.T, repository string) string {
	t.Helper()
	message, _, _ := strings.Cut(w.Git(t, repository, "log", "-1", "--format=%B", "main"), "\nRun: ")
	return w.Git(t, repository, "ls-tree", "-r", "main", "--", w.Live) + "\n" + w.Git(t, repository, "show", "main:"+w.Live+"/kustomization.yaml") + "\n" + message
}

// aside is a commit of another branch.
func (w world) aside(t *testing.T) string {
	t.Helper()
	clone := w.Folder("repo")
	w.Git(t, clone, "switch", "--quiet", "--create", "hotfix")
	w.Git(t, clone, "commit", "--quiet", "--allow-empty", "--message", "hotfix")
	w.Git(t, clone, "push", "--quiet", "origin", "hotfix")
	commit := w.Git(t, clone, "rev-parse", "HEAD")
	w.Git(t, clone, "switch", "--quiet", "main")
	return commit
}

func (w world) refuses(t *testing.T, e runner.Event, says string) {
	t.Helper()
	result := w.Run(t, e)
	result.Want(t, "find-production=failure")
	if !result.Has("error", says) {
		t.Errorf("no error says %q: %+v", says, result.Notes)
	}
}
