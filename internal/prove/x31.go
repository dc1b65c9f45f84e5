package prove

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
)

// x31: an overlay that nobody deployed to names an image that cannot exist, and the
// text lets the reader wait for the first deploy before the Application is applied.
func x31(m *model) {
	texts := map[*source]firstSteps{}
	for _, o := range m.overlays {
		readme := m.file(artifact.GitOps, path.Join(path.Dir(path.Dir(o.dir)), "README.md"))
		m.seed(o, readme)
		if readme == nil || len(m.appsOf(o.dir)) == 0 {
			continue
		}
		steps, read := texts[readme]
		if !read {
			steps = stepsOf(readme)
			texts[readme] = steps
		}
		apply := steps.applies(m.appsOf(o.dir))
		if apply == 0 || steps.wait == 0 || steps.wait > apply {
			m.broken(X31, place{readme, max(apply, 1)}, m.liveImage(o), "run 'pipegen generate'", "the text does not let the reader wait for the first deploy before the Application of %s: its pods would wait in ImagePullBackOff", o.dir)
		}
	}
}

// firstSteps are the lines, from 1, of a text that speak of the first deploy, and of what to
// apply.
type firstSteps struct {
	wait  int
	apply []place
}

func stepsOf(s *source) firstSteps {
	var out firstSteps
	for i, line := range lines(s) {
		if out.wait == 0 && strings.Contains(line, "first deploy") {
			out.wait = i + 1
		}
		if strings.Contains(line, "kubectl apply") {
			out.apply = append(out.apply, place{s, i + 1})
		}
	}
	return out
}

// applies is the first line that has the reader apply one of some Applications, 0 where
// none does.
func (f firstSteps) applies(apps []node) int {
	for _, at := range f.apply {
		line := lines(at.src)[at.line-1]
		if slices.ContainsFunc(apps, func(a node) bool { return strings.Contains(line, a.src.Path) }) {
			return at.line
		}
	}
	return 0
}

// seed requires that a live folder without a commit holds the image that cannot
// exist, and one with a commit another.
func (m *model) seed(o *overlay, readme *source) {
	for _, f := range o.folders {
		commit := m.file(artifact.GitOps, path.Join(f.dir, "source-commit"))
		if commit == nil || !o.own(f.dir) {
			continue
		}
		if string(commit.Content) == artifact.DeployedBefore {
			continue // from a tree that was taken over, with whatever it deployed
		}
		never := strings.TrimSpace(string(commit.Content)) == "none"
		for _, i := range f.kust.get("images").items() {
			digest, tag := i.get("digest"), i.get("newTag")
			zero := strings.Trim(strings.TrimPrefix(digest.text(), "sha256:"), "0") == ""
			if never != zero || !digest.ok() {
				m.doubtful(X31, digest.at(), place{commit, 1}, "restore both files from git", "the image here is %s, and the commit that was deployed is %q", quoted(digest.text()), strings.TrimSpace(string(commit.Content)))
			}
			if never && readme != nil && !strings.Contains(string(readme.Content), "`"+tag.text()+"`") {
				m.broken(X31, tag.at(), place{readme, 1}, "run 'pipegen generate'", "nobody deployed here yet, and the text does not tell of the image tag %s", quoted(tag.text()))
			}
		}
	}
}

func (m *model) liveImage(o *overlay) place {
	for _, f := range o.folders {
		if images := f.kust.get("images"); images.ok() {
			return images.at()
		}
	}
	return o.at()
}
