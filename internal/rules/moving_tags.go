package rules

import (
	"regexp"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// movesTagsForward requires that the moving tags of the spec are moved by one job for each image, which cannot be too early
// or too late, and that nothing is deployed by one.
func movesTagsForward(c *Case) {
	moved := map[string]bool{}
	c.steps(func(s *pipeline.Step) {
		if !s.Moves() {
			return
		}
		image := c.imageOf(s.Job)
		if image == nil || len(image.MovingTags) == 0 {
			c.broken(s.At(), c.pushedImage(), "remove the step", "%s moves tags, and the spec has none for its image", s.Job.Label())
			return
		}
		moved[image.Name] = true
		c.movesWhat(s, image)
		c.movesLast(s.Job, image)
		c.movesOneByOne(s.Job)
		c.knowsWhatIsNewer(s)
	})
	for _, w := range c.Workflows {
		for i := range c.Facts.Images {
			if image := &c.Facts.Images[i]; len(image.MovingTags) > 0 && !moved[image.Name] && c.namingJob(w, image) != nil {
				c.broken(c.namingStep(w, image), c.pushedImage(), "take them out of the spec, or keep the job", "no job moves the tags %s of %s", strings.Join(image.MovingTags, " "), image.Name)
			}
		}
	}
	c.eachProgram(func(t *pipeline.Target, p Program) {
		image := c.Facts.Image(p.Fact.Image)
		if image == nil {
			return
		}
		for _, scheme := range image.MovingTags {
			if tag := pipeline.ParseImage(p.Container.Get("image").Text()).Tag; c.mayBe(scheme, tag) {
				c.broken(imageAt(t, p.Container), c.pushedImage(), "deploy the tag that is never moved, with its digest", "%s runs %s by the moving tag %s", t.Dir, p.Name, quoted(tag))
			}
		}
	})
}

// mayBe reports a tag that a scheme may give. A whole version is moved for nobody but its own release.
func (c *Case) mayBe(scheme, tag string) bool {
	if strings.Contains(scheme, "{version}") {
		return false
	}
	pattern := regexp.QuoteMeta(strings.ReplaceAll(scheme, "{branch}", strings.ReplaceAll(c.Facts.Source.Branch, "/", "-")))
	pattern = strings.NewReplacer(`\{major\}`, "[0-9]+", `\{minor\}`, "[0-9]+").Replace(pattern)
	return regexp.MustCompile("^" + pattern + "$").MatchString(tag)
}

// movesWhat holds the step against the image of the spec: its name, its tags, and the digest that the run has published.
func (c *Case) movesWhat(s *pipeline.Step, image *ImageFact) {
	for name, want := range map[string]string{"IMAGE": image.Reference, "TAG_SCHEME": image.Tag, "MOVING_TAGS": strings.Join(image.MovingTags, " ")} {
		if n := s.Get("env", name); n.Text() != want {
			c.broken(n.At(), c.pushedImage(), name+": "+want, "%s has %s for %s, and the spec says %s", s.Job.Label(), quoted(n.Text()), name, want)
		}
	}
	if d := s.Get("env", "DIGEST"); !c.isDigest(s.Job, d, image) {
		c.broken(d.At(), c.namingStep(s.Job.Workflow, image), "give it the digest of "+image.Name, "%s moves tags to %s, which is not the digest that this run has published of %s", s.Job.Label(), quoted(d.Text()), image.Name)
	}
	run := &pipeline.Run{}
	if n, named := s.Get("env", "TAG"), c.namedBy(run, s.Job.Workflow, image); run.Fill(s.Job, n.Text()) != named.Tag {
		c.broken(n.At(), c.namingStep(s.Job.Workflow, image), "give it the tag of "+image.Name, "%s looks at the tag %s, which is not the one that this run has given %s", s.Job.Label(), quoted(n.Text()), image.Name)
	}
}

// movesLast requires that the job waits for all that is published of an image.
func (c *Case) movesLast(j *pipeline.Job, image *ImageFact) {
	for _, other := range j.Workflow.Jobs {
		if other == j || c.imageOf(other) != image || j.After(other.ID) {
			continue
		}
		for _, s := range other.Steps {
			if s.Joins() || s.Uses == "actions/attest" || strings.Contains(s.Run(), "cosign sign") {
				c.broken(j.At(), s.At(), "let "+j.ID+" wait for "+other.ID, "%s moves tags to what %s has not finished", j.Label(), other.Label())
				break
			}
		}
	}
}

// movesOneByOne requires a queue of the job's own, in which none is dropped.
func (c *Case) movesOneByOne(j *pipeline.Job) {
	n := j.Get("concurrency")
	group := n.Get("group")
	switch {
	case group.Text() == "" || strings.Contains(group.Text(), "${{"):
		c.broken(n.At(), j.At(), "give it a group that is the same in every run", "two runs of %s may look at the same time, and move tags one after the other", j.Label())
	case n.Get("cancel-in-progress").OK() && !n.Get("cancel-in-progress").False():
		c.broken(n.Get("cancel-in-progress").At(), j.At(), "cancel-in-progress: false", "a newer run stops %s in the middle of its work", j.Label())
	case n.Get("queue").Text() != "max":
		c.broken(n.At(), j.At(), "queue: max", "the group of %s keeps one waiting job and drops it when another arrives, whichever is newer", j.Label())
	}
	for _, w := range c.Workflows {
		for _, other := range w.Jobs {
			if o := other.Get("concurrency", "group"); other != j && o.OK() && o.Text() == group.Text() {
				c.broken(o.At(), group.At(), "give each a group of its own", "%s waits in the queue of %s", other.Label(), j.Label())
			}
		}
	}
}

// knowsWhatIsNewer requires that the whole history is there, and that the script asks whether what is newer is published.
func (c *Case) knowsWhatIsNewer(s *pipeline.Step) {
	for _, before := range s.Job.Steps {
		if before == s {
			break
		}
		if before.Uses != "actions/checkout" {
			continue
		}
		depth := before.With("fetch-depth")
		if depth.Text() != "0" || before.With("path").OK() || before.With("ref").OK() || before.With("repository").OK() {
			c.broken(before.At(), s.At(), "fetch-depth: 0", "%s asks which image is newer in a checkout that does not have all commits and tags", s.Job.Label())
		}
		if script := s.Run(); !strings.Contains(script, `if published "${commit}"`) || !strings.Contains(script, "find_newer ") {
			c.broken(s.At(), s.Job.At(), "keep the script of pipegen's", "%s does not ask whether a newer image is published", s.Job.Label())
		}
		return
	}
	c.broken(s.At(), s.Job.At(), "check the source out first, with fetch-depth: 0", "%s has no history that says which image is newer", s.Job.Label())
}
