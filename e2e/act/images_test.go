package act

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/pipegen/pipegen/e2e/runner"
	"github.com/pipegen/pipegen/e2e/runner/standins"
)

// images are those of specs/monorepo.
var images = []string{"api", "forecast", "web"}

// newMonorepo is a world with the spec of three images. Its tests are replaced: each image
// has a script that a commit can break.
func newMonorepo(t *testing.T) world {
	t.Helper()
	t.Parallel()
	text, err := os.ReadFile("../../specs/monorepo/pipeline.cue")
	check(t, err)
	w := world{runner.New(t, runner.Options{Application: "bookings", Spec: func(base string) string {
		port := regexp.MustCompile(`\tport: \d+\n`).FindString(base)
		return strings.NewReplacer(
			"example-travel/bookings", "org/repo", `repository: "example-travel/deployments"`, `{repository: "org/gitops-repo", credential: token: "`+runner.Secret+`"}`,
			"\t\tport:  8080\n", port, "\t\tport:  3000\n", port,
		).Replace(withoutTests(t, string(text)))
	}})}
	w.Answers = []string{"/livez", "/alive"}
	w.Live = "bookings/overlays/staging/live"
	for _, image := range images {
		runner.Write(t, w.Folder("repo/"+image+"/Dockerfile"), "FROM scratch\nUSER 10001:10001\n")
		runner.Write(t, w.Folder("repo/"+image+"/test.sh"), "exit 0\n")
	}
	runner.Write(t, w.Folder("repo/proto/booking.proto"), "syntax = \"proto3\";\n")
	return w
}

// withoutTests has the tests of each image run its script, and promises nothing of coverage.
func withoutTests(t *testing.T, spec string) string {
	t.Helper()
	block := regexp.MustCompile(`(?m)^\t\ttest: .*\{\n((\t\t\t.*)?\n|\t\t\}, \{\n)*\t\t\}.*\n`)
	of := []string{"api", "web", "forecast"}
	spec = block.ReplaceAllStringFunc(spec, func(string) string {
		image := of[0]
		of = of[1:]
		return "\t\ttest: steps: [{name: \"Test\", run: \"sh " + image + "/test.sh\"}]\n"
	})
	if len(of) > 0 {
		t.Fatalf("the spec has no tests of %v", of)
	}
	return regexp.MustCompile(`(?m)^\tcovered: \{\n(\t\t.*\n)*\t\}\n`).ReplaceAllString(spec, "")
}

// change commits new texts of files and returns the event of the push.
func (w world) change(t *testing.T, files ...string) runner.Event {
	t.Helper()
	for _, file := range files {
		path := w.Folder("repo/" + file)
		before, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		runner.Write(t, path, string(before)+"# changed\n")
	}
	return w.Push(w.Commit(t, "repo", "change "+strings.Join(files, ", ")))
}

// ran are the results of a release whose images were built, and whose others were reused.
func ran(built ...string) string {
	all := []string{"approve-production=success", "changes=success", "deploy-production=success", "deploy-staging=success", "gate=success", "measure=success"}
	for _, image := range images {
		all = append(all, "image-"+image+"=success")
		if !slices.Contains(built, image) {
			continue
		}
		legs := "success"
		if image == "api" {
			legs = "success,success"
		}
		all = append(all, "attest-"+image+"=success", "publish-"+image+"="+legs, "test-"+image+"=success")
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// liveImages are the lines of a live folder for each image: what runs, by tag and digest.
func (w world) liveImages(t *testing.T, environment string) map[string]string {
	t.Helper()
	text := w.Git(t, w.Bare(w.GitOps), "show", "main:bookings/overlays/"+environment+"/live/kustomization.yaml")
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`- digest: (\S+)\n  name: (\S+)\n  newName: (\S+)\n  newTag: (\S+)`).FindAllStringSubmatch(text, -1) {
		out[m[2]] = m[3] + ":" + m[4] + "@" + m[1]
	}
	if len(out) != len(images) {
		t.Errorf("%s has %d images:\n%s", environment, len(out), text)
	}
	return out
}

// digest is what the registry has under a tag, "" for nothing.
func (w world) digest(t *testing.T, image, tag string) string {
	t.Helper()
	reference, err := w.Reference("ghcr.io/org/repo/" + image + ":" + tag)
	check(t, err)
	found, err := remote.Head(reference)
	if err != nil {
		return ""
	}
	return found.Digest.String()
}

// wantLive insists that both environments run what a commit has named, and that each image
// has the tag of the commit that brought it there.
func (w world) wantLive(t *testing.T, commit string, by map[string]string) {
	t.Helper()
	for _, environment := range []string{"staging", "production"} {
		live := w.liveImages(t, environment)
		for _, image := range images {
			want := "ghcr.io/org/repo/" + image + ":main-" + by[image] + "@" + w.digest(t, image, "main-"+commit)
			if live[image] != want {
				t.Errorf("%s runs %s, and not %s", environment, live[image], want)
			}
		}
		if got := w.Git(t, w.Bare(w.GitOps), "show", "main:bookings/overlays/"+environment+"/live/source-commit"); got != commit {
			t.Errorf("%s says that it runs %s, and not %s", environment, got, commit)
		}
	}
}

// wantCommit insists on the title of the newest deploy, and on the files that it changed.
func (w world) wantCommit(t *testing.T, title string, files ...string) {
	t.Helper()
	if got := w.Git(t, w.Bare(w.GitOps), "log", "-1", "--format=%s", "main"); got != title {
		t.Errorf("the newest deploy is called %q, and not %q", got, title)
	}
	var changed []string
	for _, path := range strings.Fields(w.Git(t, w.Bare(w.GitOps), "diff", "--name-only", "main~1", "main")) {
		changed = append(changed, filepath.Base(path))
	}
	if !slices.Equal(changed, files) {
		t.Errorf("the newest deploy changes %v, and not %v", changed, files)
	}
}

// TestImages follows a repository of three images through the changes of some.
func TestImages(t *testing.T) {
	w := newMonorepo(t)
	first := w.change(t, "README.md")
	w.Run(t, first).Want(t, ran(images...))
	by := map[string]string{"api": first.SHA, "forecast": first.SHA, "web": first.SHA}
	w.wantLive(t, first.SHA, by)
	w.wantCommit(t, "deploy bookings to production: api, web, forecast", "kustomization.yaml", "source-commit")
	begun := w.liveImages(t, "staging")

	// A change of one leaves the others as they run: neither their digest nor their tag moves.
	second := w.change(t, "web/page.js")
	w.Build++
	result := w.Run(t, second)
	result.Want(t, ran("web"))
	by["web"] = second.SHA
	w.wantLive(t, second.SHA, by)
	w.wantCommit(t, "deploy bookings to production: web", "kustomization.yaml", "source-commit")
	if line := "- api: `" + w.digest(t, "api", "main-"+first.SHA) + "` was built of the same files"; !strings.Contains(result.Summary, line) {
		t.Errorf("the summary does not say %q:\n%s", line, result.Summary)
	}
	changed := w.liveImages(t, "staging")

	// What belongs to no image changes none, and the commit moves on all the same.
	third := w.change(t, "README.md")
	w.Run(t, third).Want(t, ran())
	w.wantLive(t, third.SHA, by)
	w.wantCommit(t, "deploy bookings to production: no image has changed", "source-commit")

	// What two share changes both.
	fourth := w.change(t, "proto/booking.proto")
	w.Run(t, fourth).Want(t, ran("api", "web"))
	by["api"], by["web"] = fourth.SHA, fourth.SHA
	w.wantLive(t, fourth.SHA, by)

	// A revert in the source finds the images that were built of the same files.
	w.Git(t, w.Folder("repo"), "revert", "--no-edit", fourth.SHA)
	w.Git(t, w.Folder("repo"), "push", "--quiet", "origin", "HEAD:refs/heads/main")
	fifth := w.Push(w.Git(t, w.Folder("repo"), "rev-parse", "HEAD"))
	w.Run(t, fifth).Want(t, ran())
	by["api"], by["web"] = fifth.SHA, fifth.SHA
	w.wantLive(t, fifth.SHA, by)
	for image, was := range changed {
		if _, digest, _ := strings.Cut(was, "@"); !strings.HasSuffix(w.liveImages(t, "staging")[image], digest) {
			t.Errorf("the revert does not bring %s back", was)
		}
	}

	// One commit has all images of an environment: taken back, it brings all of them back.
	clone := w.Folder("gitops-repo")
	w.Git(t, clone, "pull", "--quiet", "--ff-only", "origin", "main")
	staging := strings.Fields(w.Git(t, clone, "log", "--format=%H", "--", w.Live))
	w.Git(t, clone, "restore", "--source="+staging[len(staging)-2], "--", w.Live)
	w.Commit(t, "gitops-repo", "take all back")
	for image, was := range begun {
		if now := w.liveImages(t, "staging")[image]; now != was {
			t.Errorf("staging runs %s, and not %s", now, was)
		}
	}
}

// TestRebuild: somebody may have all images built anew, to get newer base images, also where the
// tag of the commit names one that was reused.
func TestRebuild(t *testing.T) {
	w := newMonorepo(t)
	w.Run(t, w.change(t, "README.md"))
	push := w.change(t, "web/page.js")
	w.Run(t, push).Want(t, ran("web"))
	before := w.digest(t, "api", "main-"+push.SHA)

	w.Build++
	w.Run(t, w.ByHand(push.SHA, map[string]any{"rebuild": "true"})).Want(t, strings.Replace(ran(images...), " measure=success", "", 1))
	w.wantLive(t, push.SHA, map[string]string{"api": push.SHA, "forecast": push.SHA, "web": push.SHA})
	rebuilt := w.digest(t, "api", "main-"+push.SHA)
	if rebuilt == before {
		t.Error("the image is not another one")
	}
	// From then on, the new one is taken.
	next := w.change(t, "README.md")
	w.Run(t, next).Want(t, ran())
	if got := w.digest(t, "api", "main-"+next.SHA); got != rebuilt {
		t.Errorf("the next run takes %s, and not %s", got, rebuilt)
	}
	// To run a commit again that reused an image changes nothing.
	head := w.Head(t)
	w.Run(t, next).Want(t, ran())
	if now := w.Head(t); now != head {
		t.Errorf("the second run made the commit %s", now)
	}
}

// TestOneImageFails: where the tests of one image fail, nothing is deployed, and what was complete of
// the others is taken by the next run.
func TestOneImageFails(t *testing.T) {
	w := newMonorepo(t)
	w.Run(t, w.change(t, "README.md"))
	head := w.Head(t)
	runner.Write(t, w.Folder("repo/api/test.sh"), "exit 1\n")
	broken := w.change(t, "web/page.js")
	w.Run(t, broken).Want(t, "attest-web=success changes=success gate=failure image-forecast=success image-web=success publish-web=success test-api=failure test-web=success")
	if now := w.Head(t); now != head {
		t.Errorf("the failed run made the commit %s", now)
	}

	// A change that has nothing to do with it does not hide it.
	w.Run(t, w.change(t, "README.md")).Want(t, "changes=success gate=failure image-forecast=success image-web=success test-api=failure")
	if now := w.Head(t); now != head {
		t.Errorf("the second failed run made the commit %s", now)
	}

	runner.Write(t, w.Folder("repo/api/test.sh"), "exit 0 # mended\n")
	mended := w.change(t, "api/main.go")
	w.Run(t, mended).Want(t, ran("api"))
	w.wantCommit(t, "deploy bookings to production: api, web", "kustomization.yaml", "source-commit")
	if got, want := w.digest(t, "web", "main-"+mended.SHA), w.digest(t, "web", "main-"+broken.SHA); got != want {
		t.Errorf("web is %s, and was complete as %s", got, want)
	}
}

// TestUnattestedIsNotReused: an image that was named and not attested is built again.
func TestUnattestedIsNotReused(t *testing.T) {
	w := newMonorepo(t)
	push := w.change(t, "README.md")
	runner.Write(t, filepath.Join(w.Root, "no-attestation"), "")
	w.Run(t, push).Want(t, strings.NewReplacer("gate=success", "gate=failure", "attest-api=success", "attest-api=failure", "attest-forecast=success", "attest-forecast=failure", "attest-web=success", "attest-web=failure").Replace(ran(images...)))
	check(t, os.Remove(filepath.Join(w.Root, "no-attestation")))
	w.Run(t, w.change(t, "README.md")).Want(t, ran(images...))
}

// TestSilentRegistry: a registry that does not say whether it has an image has it built.
func TestSilentRegistry(t *testing.T) {
	w := newMonorepo(t)
	w.Run(t, w.change(t, "README.md"))
	push := w.change(t, "README.md")
	// One question for each image.
	w.TagsDown.Store(3)
	w.Run(t, push).Want(t, ran(images...))
}

// content is the tag by which later runs find an image.
func (w world) content(t *testing.T, image, digest string) string {
	t.Helper()
	repository, err := w.Reference("ghcr.io/org/repo/" + image + ":any")
	check(t, err)
	tags, err := remote.List(repository.Context())
	check(t, err)
	for _, tag := range tags {
		if strings.HasPrefix(tag, "content-") && w.digest(t, image, tag) == digest {
			return tag
		}
	}
	t.Fatalf("no tag names the files of %s", image)
	return ""
}

// plant gives an image a tag, as whoever may push packages can. With annotations it is another image.
func (w world) plant(t *testing.T, tag, digest string, annotations map[string]string) string {
	t.Helper()
	from, err := w.Reference("ghcr.io/org/repo/api@" + digest)
	check(t, err)
	to, err := w.Reference("ghcr.io/org/repo/api:" + tag)
	check(t, err)
	index, err := remote.Index(from)
	check(t, err)
	if annotations != nil {
		index = mutate.Annotations(index, annotations).(v1.ImageIndex)
	}
	check(t, remote.Put(to, index))
	return w.digest(t, "api", tag)
}

// TestPlantedImageIsNotReused: a tag alone makes no image one that this workflow has built of the files. What is put
// there is built again, and the run is green.
func TestPlantedImageIsNotReused(t *testing.T) {
	w := newMonorepo(t)
	first := w.change(t, "README.md")
	w.Run(t, first)
	older := w.digest(t, "api", "main-"+first.SHA)
	second := w.change(t, "api/main.go")
	w.Build++
	w.Run(t, second).Want(t, ran("api"))
	newer := w.digest(t, "api", "main-"+second.SHA)
	tag := w.content(t, "api", newer)
	says := map[string]string{"io.github.pipegen.content": "ghcr.io/org/repo/api:" + tag, "planted": "yes"}

	attested := func(signer string) func(string) {
		return func(digest string) {
			check(t, standins.Attestation{Repository: "org/repo", Signer: "https://github.com/org/repo/.github/workflows/" + signer}.Attest(w.Root, digest))
		}
	}
	for name, planted := range map[string]struct {
		digest string
		says   map[string]string
		attest func(string)
	}{
		"an older image of this workflow": {older, nil, func(string) {}},
		"one that says the files":         {older, says, func(string) {}},
		"one of another branch":           {older, says, attested("ci.yaml@refs/heads/feature")},
		"one of another workflow":         {older, says, attested("other.yaml@refs/heads/main")},
	} {
		digest := w.plant(t, tag, planted.digest, planted.says)
		planted.attest(digest)
		w.Build++
		push := w.change(t, "README.md")
		result := w.Run(t, push)
		result.Want(t, ran("api"))
		if live := w.liveImages(t, "production")["api"]; strings.Contains(live, digest) {
			t.Errorf("%s is deployed: %s", name, live)
		}
		if line := "nothing proves that this workflow has built `" + digest + "`"; !strings.Contains(result.Summary, line) {
			t.Errorf("%s: the summary does not say %q:\n%s", name, line, result.Summary)
		}
	}
	// What it has built is taken again.
	w.Run(t, w.change(t, "README.md")).Want(t, ran())
}

// TestSilentSigstore: where nobody can say who has built an image, all are built.
func TestSilentSigstore(t *testing.T) {
	w := newMonorepo(t)
	w.Run(t, w.change(t, "README.md"))
	push := w.change(t, "README.md")
	runner.Write(t, filepath.Join(w.Root, "no-verification"), "")
	w.Run(t, push).Want(t, ran(images...))
}

// TestImagesInPullRequests: what a pull request or a merge queue does not change is neither
// tested nor built, and the required check reports.
func TestImagesInPullRequests(t *testing.T) {
	w := newMonorepo(t)
	base := w.change(t, "README.md").SHA
	w.Run(t, w.proposal(t, "README.md")).Want(t, "changes=success gate=success")
	w.Run(t, w.proposal(t, "web/page.js")).Want(t, "build-web=success changes=success gate=success test-web=success")
	w.Run(t, w.proposal(t, "proto/booking.proto")).Want(t, "build-api=success,success build-web=success changes=success gate=success test-api=success test-web=success")
	w.Run(t, w.proposal(t, ".github/workflows/ci.yaml")).Want(t, strings.Join([]string{"build-api=success,success", "build-forecast=success", "build-web=success",
		"changes=success", "gate=success", "test-api=success", "test-forecast=success", "test-web=success"}, " "))

	queued := w.change(t, "web/page.js")
	queued.Name, queued.Ref = "merge_group", "refs/heads/gh-readonly-queue/main/pr-7-"+base
	queued.Payload["merge_group"] = map[string]any{"base_sha": base}
	w.Run(t, queued).Want(t, "build-web=success changes=success gate=success test-web=success")
	// Where what the group is put on is not at hand, all is built.
	queued.Payload["merge_group"] = map[string]any{"base_sha": strings.Repeat("0123456789", 4)}
	if results := w.Run(t, queued).Results(); !strings.Contains(results, "build-forecast=success") {
		t.Errorf("not all is built: %s", results)
	}
}

// proposal is the event of a pull request that changes a file.
func (w world) proposal(t *testing.T, file string) runner.Event {
	t.Helper()
	clone := w.Folder("repo")
	w.Git(t, clone, "fetch", "--quiet", "origin", "main")
	w.Git(t, clone, "switch", "--quiet", "--force-create", "feature", "origin/main")
	text, err := os.ReadFile(filepath.Join(clone, file))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	runner.Write(t, filepath.Join(clone, file), string(text)+"# proposed\n")
	w.Git(t, clone, "add", "--all")
	w.Git(t, clone, "commit", "--quiet", "--message", "feature")
	w.Git(t, clone, "switch", "--quiet", "--detach", "origin/main")
	w.Git(t, clone, "merge", "--quiet", "--no-ff", "--message", "merge", "feature")
	w.Git(t, clone, "push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge", "feature:refs/pull/7/head")
	merge := w.Git(t, clone, "rev-parse", "HEAD")
	w.Git(t, clone, "switch", "--quiet", "main")
	e := w.Push(merge)
	e.Name, e.Ref, e.Secrets = "pull_request", "refs/pull/7/merge", nil
	e.Payload["pull_request"] = map[string]any{"number": 7}
	return e
}
