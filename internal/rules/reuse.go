package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// takenAgain requires that a run takes an image again only for the files that the spec names, and only one that was
// finished, and that a run which builds nothing still names and deploys every image.
func takenAgain(c *Case) {
	for _, w := range c.Workflows {
		if !c.Ships(w) || !slices.ContainsFunc(c.Facts.Images, func(i ImageFact) bool { return len(i.Paths) > 0 }) {
			continue
		}
		for _, s := range w.Steps() {
			if strings.Contains(s.Run(), "git ls-files --stage") {
				c.compares(s)
			}
			if s.Keeps() {
				c.keeps(s)
			}
			if s.Joins() {
				c.namesItsFiles(s)
			}
		}
		for _, j := range w.Jobs {
			c.asksOfItsImage(j)
		}
		c.namesAll(w)
	}
}

// compares holds the files that a step compares for each image against those of the spec.
func (c *Case) compares(s *pipeline.Step) {
	if n := s.Get("env", "WORKFLOW"); n.Text() != s.Job.Workflow.File.Path {
		c.broken(n.At(), s.Job.Workflow.At(), "WORKFLOW: "+s.Job.Workflow.File.Path, "%s compares %s, and another file says how the images are built", s.Job.Label(), quoted(n.Text()))
	}
	c.asksWhoBuilt(s)
	lines := s.Get("env", "IMAGES")
	compared := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSpace(lines.Text()), "\n") {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		compared[words[0]] = true
		image := c.Facts.Image(words[0])
		switch {
		case image == nil || len(image.Paths) == 0:
			c.broken(lines.TextLine(i), c.pushedImage(), "remove it", "%s compares files for %s, which each run builds", s.Job.Label(), quoted(words[0]))
		case !image.TakenAgain && words[1] != "-":
			c.broken(lines.TextLine(i), c.pushedImage(), "write -", "%s looks for the image %s, which nobody attests: whoever may push packages could have put it there", s.Job.Label(), image.Name)
		case image.TakenAgain && words[1] != image.Reference:
			c.broken(lines.TextLine(i), c.pushedImage(), "write "+image.Reference, "%s looks for the image %s under %s, and it is %s", s.Job.Label(), image.Name, quoted(words[1]), image.Reference)
		case !slices.Equal(words[2:], image.Paths):
			c.broken(lines.TextLine(i), c.pushedImage(), "write "+strings.Join(image.Paths, " "), "%s takes %s for all that changes %s, and the spec says %s", s.Job.Label(), quoted(strings.Join(words[2:], " ")), image.Name, strings.Join(image.Paths, " "))
		}
	}
	for _, i := range c.Facts.Images {
		if len(i.Paths) > 0 && !compared[i.Name] {
			c.broken(lines.At(), c.pushedImage(), "add a line for "+i.Name, "%s does not compare the files of %s", s.Job.Label(), i.Name)
		}
	}
	for name, n := range s.Job.Get("outputs").Pairs() {
		if want := "steps." + s.ID + ".outputs." + name; pipeline.Expression(n.Text()) != want {
			c.broken(n.At(), s.At(), "write ${{ "+want+" }}", "%s says %s for %s", s.Job.Label(), quoted(n.Text()), name)
		}
	}
}

const contentAnnotation = "io.github.pipegen.content"

// asksWhoBuilt requires that a step takes an image again only when it names its files, and when this workflow has attested
// it in a run that releases.
func (c *Case) asksWhoBuilt(s *pipeline.Step) {
	if !slices.ContainsFunc(c.Facts.Images, func(i ImageFact) bool { return i.TakenAgain }) {
		return
	}
	if refs := s.Get("env", "RELEASE_REFS"); refs.Text() != c.Facts.releaseRefs() {
		c.broken(refs.At(), s.Job.At(), "RELEASE_REFS: "+c.Facts.releaseRefs(), "%s takes images that were attested at %s", s.Job.Label(), quoted(refs.Text()))
	}
	script := s.Run()
	verifies := strings.Contains(script, "gh attestation verify ") && strings.Contains(script, `--repo "${GITHUB_REPOSITORY}"`) && strings.Contains(script, `${WORKFLOW}`) &&
		strings.Contains(script, "--cert-identity-regex ") && strings.Contains(script, `@${RELEASE_REFS}$"`)
	if !verifies || !strings.Contains(script, contentAnnotation) {
		c.broken(s.At(), s.Job.At(), "compare the annotation "+contentAnnotation+" of the image, and verify with gh attestation verify that this workflow has attested it", "%s takes an image again for its tag, which whoever may push packages can set", s.Job.Label())
	}
}

// releaseRefs is the pattern of the refs at which runs release.
func (f Facts) releaseRefs() string {
	if f.ReleaseTags == "" {
		return regexp.QuoteMeta("refs/heads/" + f.Source.Branch)
	}
	return "refs/tags/" + strings.NewReplacer(".", `\.`, "**", ".*", "*", "[^/]*").Replace(f.ReleaseTags)
}

// namesItsFiles requires that an image which is taken again says by which files it is found, before it is attested.
func (c *Case) namesItsFiles(s *pipeline.Step) {
	image := c.imageOf(s.Job)
	if image == nil || !image.TakenAgain {
		return
	}
	content := s.Get("env", "CONTENT")
	if want := "needs.changes.outputs.content-" + image.Name; pipeline.Expression(content.Text()) != want || !strings.Contains(s.Run(), "index:"+contentAnnotation+"=${IMAGE}:content-${CONTENT}") {
		c.broken(s.At(), s.Job.At(), "give the index the annotation "+contentAnnotation+", with CONTENT: ${{ "+want+" }}", "%s does not say in the image %s by which files it may be found, so that no attestation covers that", s.Job.Label(), image.Name)
	}
}

// keeps holds the step that lets later runs find an image: it comes when nothing can go wrong with the image any more.
func (c *Case) keeps(s *pipeline.Step) {
	j, image := s.Job, c.imageOf(s.Job)
	if image == nil {
		c.broken(s.At(), j.At(), "name one image in the job", "nobody knows which image %s lets later runs find", j.Label())
		return
	}
	if last := j.Steps[len(j.Steps)-1]; last != s {
		c.broken(s.At(), last.At(), "let it be the last step", "%s lets later runs find %s before it has ended: they would take what may be incomplete", j.Label(), image.Name)
	}
	if d := s.Get("env", "DIGEST"); !c.isDigest(j, d, image) {
		c.broken(d.At(), c.namingStep(j.Workflow, image), "give it the digest of "+image.Name, "%s lets later runs find %s for %s", j.Label(), quoted(d.Text()), image.Name)
	}
	for _, r := range c.played(j.Workflow) {
		if !c.buildsAllBut(r, image.Name) {
			continue
		}
		whole := j.Workflow.Play(pipeline.Assumed{Event: r.Event, Outputs: saying(r, "true")})
		for _, other := range j.Workflow.Jobs {
			if judged := whole.Results[other.ID] == pipeline.Succeeded && r.Results[other.ID] == pipeline.LeftOut; judged && other != j && !j.After(other.ID) {
				c.broken(s.At(), other.At(), "let "+j.ID+" wait for "+other.ID, "%s lets later runs find %s without waiting for %s, which those leave out", j.Label(), image.Name, other.Label())
			}
		}
	}
}

// buildsAllBut reports a run that publishes and has to build every image but one.
func (c *Case) buildsAllBut(r *pipeline.Played, image string) bool {
	if pipeline.May(c.Facts.Guard(), r.Event) == pipeline.No || standsBack(r) {
		return false
	}
	for o, said := range r.Outputs {
		if f := ofImage().FindStringSubmatch(o.Name); f != nil && (f[2] == image) != (said == "false") {
			return false
		}
	}
	return true
}

func saying(r *pipeline.Played, what string) map[pipeline.Output]string {
	said := map[pipeline.Output]string{}
	for o := range r.Outputs {
		said[o] = what
	}
	return said
}

var (
	ofImage = lazy.Regexp(`^(build|digest|content)-(.*)$`)
	askedOf = lazy.Regexp(`\bneeds\.[\w-]+\.outputs\.(build|digest|content)-([\w-]+)`)
)

// asksOfItsImage requires that a job which makes or tests one image asks what becomes of that one, and of no other but
// those for which a job of the author's own, which it waits for, runs at all.
func (c *Case) asksOfItsImage(j *pipeline.Job) {
	of := c.imageOf(j)
	for i := range c.Facts.Images {
		if image := &c.Facts.Images[i]; of == nil && slices.Contains(image.Tests, j.ID) {
			of = image
		}
	}
	if of == nil || !c.acts(j) && !slices.Contains(of.Tests, j.ID) {
		return
	}
	j.Scalars(func(n pipeline.Node) {
		for _, f := range askedOf().FindAllStringSubmatch(n.Text(), -1) {
			if other := c.Facts.Image(f[2]); other != nil && other.Name != of.Name && !slices.Contains(other.Tests, j.ID) && !c.ranFor(j, f[2]) {
				c.broken(n.At(), j.At(), "ask for "+f[1]+"-"+of.Name, "%s is about the image %s, and asks for the %s of %s", j.Label(), of.Name, f[1], other.Name)
			}
		}
	})
}

// ranFor reports whether a job waits for one of the author's own that runs where an image is built.
func (c *Case) ranFor(j *pipeline.Job, image string) bool {
	return slices.ContainsFunc(j.Needs, func(id string) bool {
		n := j.Workflow.Job(id)
		return n != nil && c.extra(n) != nil && slices.ContainsFunc(askedOf().FindAllStringSubmatch(n.Condition(), -1), func(f []string) bool { return f[2] == image })
	})
}

// namesAll requires that each image is named, and deployed, in each run that publishes, be it built there or not.
func (c *Case) namesAll(w *pipeline.Workflow) {
	var needed []*pipeline.Job
	for i := range c.Facts.Images {
		if j := c.namingJob(w, &c.Facts.Images[i]); j != nil {
			needed = append(needed, j)
		}
	}
	for _, wr := range c.writers {
		if !wr.Reverts && wr.Job.Workflow == w {
			needed = append(needed, wr.Job)
		}
	}
	told := map[*pipeline.Job]bool{}
	for _, r := range c.played(w) {
		if pipeline.May(c.Facts.Guard(), r.Event) == pipeline.No || standsBack(r) {
			continue
		}
		for _, j := range needed {
			if r.Results[j.ID] == pipeline.LeftOut && !told[j] {
				told[j] = true
				c.broken(j.Get("if").At(), j.At(), "let it run whether the images are built or not", "%s is left out in a run that publishes%s", j.Label(), c.though(r))
			}
		}
	}
}
