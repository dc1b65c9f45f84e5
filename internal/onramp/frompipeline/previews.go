package frompipeline

import (
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// previewed reports a folder that is rendered for pull requests: it is no environment.
func (d *drafter) previewed(t *pipeline.Target) bool {
	return slices.ContainsFunc(d.m.ApplicationSets, func(s *pipeline.ApplicationSet) bool {
		return s.Pulls().OK() && path.Clean(s.Get("spec", "template", "spec", "source", "path").Text()) == t.Dir
	})
}

// previews reads an ApplicationSet that makes an Application for each pull request, as far as a spec can say it.
func (d *drafter) previews(set *pipeline.ApplicationSet) {
	pulls, name := set.Pulls(), pipeline.NameOf(set.Node)
	github := pulls.Get("github")
	if !github.OK() || github.Get("api").OK() {
		d.leave(pulls.At(), "keep it as it is", "the ApplicationSet %s, for pull requests elsewhere than on github.com", name)
		return
	}
	labels, added := github.Get("labels"), false
	for i, n := range labels.Items() {
		if i > 0 {
			d.leave(n.At(), "CI sets a second label, once the image is there", "the label %s of previews", n.Text())
			continue
		}
		added = true
		d.addText(n, "previews", "label")
	}
	if !added {
		d.leave(pulls.At(), "give the label preview to those that are to have one", "a preview of each pull request, also of those without a label")
	}
	if every := pulls.Get("requeueAfterSeconds"); every.OK() {
		d.add(every.Text()+"s", every.At(), "previews", "every")
	}
	if token := github.Get("tokenRef"); token.OK() {
		d.addText(token.Get("secretName"), "previews", "token", "name")
		d.addText(token.Get("key"), "previews", "token", "key")
	}
	if !d.tree.Root.Has("previews") {
		d.add(3, pulls.At(), "previews", "most")
	}
	d.leave(set.Get("spec", "template").At(), "each preview runs the overlay preview in a namespace of its own, NAME-pr-NUMBER; say under previews what differs there", "what the ApplicationSet %s renders for a pull request", name)
	d.leave(set.Get("kind").At(), "delete it before the generated one is applied, or each pull request has two", "the ApplicationSet %s", name)
}
