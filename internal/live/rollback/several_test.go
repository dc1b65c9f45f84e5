package rollback_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/live/rollback"
	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// runs says what is live of two images: the letters of api, of web, and of the source commit.
func runs(w *rollbacktest.World) string {
	w.T.Helper()
	tags := rollbacktest.TagLine.FindAllString(w.Git(w.Origin, "show", "main:"+w.Live("production")+"/kustomization.yaml"), -1)
	return strings.ReplaceAll(strings.Join(tags, ""), "newTag: main-", "") + w.Git(w.Origin, "show", "main:"+w.Live("production")+"/source-commit")[:1]
}

// built is an image as messages name it.
func built(name, version string) string {
	return "ghcr.io/example/shop/" + name + ":main-" + version + "@" + rollbacktest.Digest(name, version)
}

// TestSeveral goes back with all images of an environment. The command and the workflow do the same and say the same, and
// a commit that changed no image is no step.
func TestSeveral(t *testing.T) {
	t.Parallel()
	web := "Image: " + built("web", "a") + "\nUnchanged: " + built("api", "b") + "\n\nTaken back: " + built("web", "c") + "\nRun: "
	both := "Image: " + built("api", "a") + "\nImage: " + built("web", "a") + "\n\nTaken back: " + built("api", "b") + "\nTaken back: " + built("web", "c") + "\nRun: "
	for name, c := range map[string]struct {
		to    string
		steps int
		// live is "" where there is nothing to go back to.
		live, subject, text, summary string
	}{
		"one step":                        {"", 1, "bab", "by 1: web main-a", web, "api unchanged, web `main-c` → `main-a`."},
		"two steps":                       {"", 2, "aaa", "by 2: api main-a, web main-a", both, "api `main-b` → `main-a`, web `main-c` → `main-a`."},
		"the tag that a deploy brought":   {"main-b", 0, "bab", "by 1: web main-a", web, "web `main-c` → `main-a`."},
		"a tag of both":                   {"main-a", 0, "aaa", "by 2: api main-a, web main-a", both, ""},
		"a digest":                        {rollbacktest.Digest("api", "b")[:20], 0, "bab", "by 1: web main-a", web, ""},
		"a source commit":                 {"bbbbbbbb5", 0, "bab", "by 1: web main-a", web, ""},
		"a commit that changed no image":  {"dddddddd5", 0, "", "", "is live already", "there is nothing to take back"},
		"further than the first deploy":   {"", 3, "", "", "shows 2 earlier deploys", "shows 2 earlier deploys"},
		"the digest of what runs already": {rollbacktest.Digest("web", "c"), 0, "", "", "is live already", "there is nothing to take back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rollbacktest.Several(t)
			typed := back(w, rollback.Request{To: c.to, Steps: c.steps})
			other := rollbacktest.Several(t)
			asked := roll(other, c.to, fmt.Sprint(c.steps))
			if c.live == "" {
				wants(t, "the failure", typed.failure, c.text)
				wants(t, "the log", asked.out, c.summary)
				return
			}
			for _, w := range []*rollbacktest.World{w, other} {
				if got := runs(w); got != c.live {
					t.Fatalf("%s is live, and not %s: %s %s", got, c.live, typed.failure, asked.out)
				}
				wants(t, "the message", w.Git(w.Origin, "log", "-1", "--format=%B", "main"), "roll back shop in production "+c.subject+"\n", c.text)
			}
			wants(t, "the summary", asked.summary, "Rolled back production: ", c.summary)
		})
	}
}

// TestSeveralSources: what the warning wants reverted is what has changed the images, and not what came after it.
func TestSeveralSources(t *testing.T) {
	t.Parallel()
	got := back(rollbacktest.Several(t), rollback.Request{Steps: 1})
	says := strings.Join(got.Warnings, "\n")
	wants(t, "the warnings", says, "the source still holds cccccccc5555")
	if strings.Contains(says, "dddddddd") {
		t.Errorf("a commit that changed no image is to be reverted: %s", says)
	}
}

// TestOneMore: nothing goes back to a time before the spec got one more image, which would then run without one.
func TestOneMore(t *testing.T) {
	t.Parallel()
	w := rollbacktest.Several(t)
	w.Write(w.Spec, strings.NewReplacer("\tweb: {context", "\tmail: {context: \"mail\", dockerfile: \"mail/Dockerfile\", test: steps: [{name: \"Test\", run: \"make test\"}]}\n\tweb: {context",
		"\tworker: {image", "\tmail: {image: \"mail\", worker: {}}\n\tworker: {image").Replace(rollbacktest.SeveralSpec))
	w.Generate(w.CI)
	live := filepath.Join(w.CI, w.Live("production"), "kustomization.yaml")
	w.Write(live, w.Read(live)+"- digest: "+rollbacktest.Digest("web", "e")+"\n  name: mail\n  newName: ghcr.io/example/shop/mail\n  newTag: main-e\n")
	w.CommitAll(w.CI, "deploy shop to production: mail")
	w.Git(w.CI, "push", "--quiet", "origin", "HEAD:main")
	w.Pull()
	before := w.Git(w.Origin, "rev-parse", "main")
	got := back(w, rollback.Request{Steps: 1})
	wants(t, "the failure", got.failure, "shop/overlays/production would run mail, for which the live folder of then has no image")
	wants(t, "the log", roll(w, "", "1").out, "::error title=Roll back production::shop/overlays/production would run mail, for which the live folder of then has no image.")
	if w.Git(w.Origin, "rev-parse", "main") != before {
		t.Error("it went back")
	}
}
