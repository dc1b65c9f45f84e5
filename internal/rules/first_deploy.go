package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// firstSyncWaits holds that an overlay which nobody deployed to names an image that cannot exist, and the
// text lets the reader wait for the first deploy before the Application is applied.
func firstSyncWaits(c *Case) {
	texts := map[*pipeline.File]firstSteps{}
	for _, o := range c.overlays {
		if c.isPreview(o.Target) {
			continue
		}
		readme := c.File(artifact.GitOps, path.Join(path.Dir(path.Dir(o.Dir)), "README.md"))
		c.seed(o, readme)
		if readme == nil || len(o.Apps) == 0 {
			continue
		}
		steps, read := texts[readme]
		if !read {
			steps = stepsOf(readme)
			texts[readme] = steps
		}
		apply := steps.applies(append(c.bringing(o.Apps), o.Apps...))
		if apply == 0 || steps.wait == 0 || steps.wait > apply {
			c.broken(readme.At(max(apply, 1)), c.liveImage(o), regenerate, "the text does not let the reader wait for the first deploy before the Application of %s: its pods would wait in ImagePullBackOff", o.Dir)
		}
	}
}

// firstSteps are the lines, from 1, of a text that speak of the first deploy, and of what to
// apply.
type firstSteps struct {
	wait  int
	apply []pipeline.Place
}

func stepsOf(s *pipeline.File) firstSteps {
	var out firstSteps
	for i, line := range s.Lines() {
		if out.wait == 0 && strings.Contains(line, "first deploy") {
			out.wait = i + 1
		}
		if strings.Contains(line, "kubectl apply") {
			out.apply = append(out.apply, s.At(i+1))
		}
	}
	return out
}

// applies is the first line that has the reader apply one of some Applications, 0 where
// none does.
func (f firstSteps) applies(apps []pipeline.Node) int {
	for _, at := range f.apply {
		line := at.File.Lines()[at.Line-1]
		if slices.ContainsFunc(apps, func(a pipeline.Node) bool { return strings.Contains(line, a.File().Path) }) {
			return at.Line
		}
	}
	return 0
}

// seed requires that a live folder without a commit holds the image that cannot
// exist, and one with a commit another.
func (c *Case) seed(o *overlay, readme *pipeline.File) {
	for _, f := range o.Folders {
		commit := c.File(artifact.GitOps, path.Join(f.Dir, "source-commit"))
		if commit == nil || !o.Own(f.Dir) {
			continue
		}
		if string(commit.Content) == artifact.DeployedBefore {
			continue // from a tree that was taken over, with whatever it deployed
		}
		never := strings.TrimSpace(string(commit.Content)) == "none"
		for _, i := range f.Kust.Get("images").Items() {
			digest, tag := i.Get("digest"), i.Get("newTag")
			if never != unbuilt(i) || !digest.OK() {
				c.doubtful(digest.At(), commit.At(1), "restore both files from git", "the image here is %s, and the commit that was deployed is %q", quoted(digest.Text()), strings.TrimSpace(string(commit.Content)))
			}
			if never && readme != nil && !strings.Contains(string(readme.Content), "`"+tag.Text()+"`") {
				c.broken(tag.At(), readme.At(1), regenerate, "nobody deployed here yet, and the text does not name the image tag %s", quoted(tag.Text()))
			}
		}
	}
}

// unbuilt reports the image that cannot exist, which a live folder has before its first deploy.
func unbuilt(entry pipeline.Node) bool {
	return strings.Trim(strings.TrimPrefix(entry.Get("digest").Text(), "sha256:"), "0") == ""
}

func (c *Case) liveImage(o *overlay) pipeline.Place {
	for _, f := range o.Folders {
		if images := f.Kust.Get("images"); images.OK() {
			return images.At()
		}
	}
	return o.At()
}
