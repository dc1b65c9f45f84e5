package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// copying is the step in which a job copies images from one registry to another, nil for none.
func (c *Case) copying(j *pipeline.Job) *pipeline.Step {
	at := slices.IndexFunc(j.Steps, func(s *pipeline.Step) bool {
		return s.Env("COPIES").OK() && strings.Contains(s.Run(), "oras cp")
	})
	if at < 0 {
		return nil
	}
	return j.Steps[at]
}

// copiesTo reports a step that copies some image to a registry.
func copiesTo(s *pipeline.Step, registry string) bool {
	return strings.Contains(s.Env("COPIES").Text(), " "+registry+"/") // the second word of a line
}

// copiesFirst requires that a deploy waits for the copies that its pods pull, and that each is of the image that was built
// or found, by its digest.
func copiesFirst(c *Case) {
	for _, w := range c.writers {
		if w.Reverts || w.overlay == nil || w.overlay.env == nil {
			continue
		}
		for i := range c.Facts.Images {
			image := &c.Facts.Images[i]
			brings := slices.ContainsFunc(w.edits, func(e pipeline.Edit) bool { return e.Name == image.Name })
			if brings && image.In(w.overlay.env) != image.Reference {
				c.copied(w, image)
			}
		}
	}
	for _, w := range c.Workflows {
		for _, j := range w.Jobs {
			if s := c.copying(j); s != nil && !c.isAuthors(j) {
				c.copiesAll(s)
			}
		}
	}
}

// copied requires a job before a deploy that copies an image.
func (c *Case) copied(w *writer, image *ImageFact) {
	workflow, to := w.Job.Workflow, image.In(w.overlay.env)
	run := &pipeline.Run{}
	named := c.namedBy(run, workflow, image)
	line := image.Reference + "@" + named.Digest + " " + to + ":" + named.Tag
	for _, j := range workflow.Jobs {
		s := c.copying(j)
		if s == nil || !slices.Contains(strings.Split(run.Fill(j, s.Env("COPIES").Text()), "\n"), line) {
			continue
		}
		if !slices.Contains(w.Job.Needs, j.ID) {
			c.broken(w.Job.Get("needs").At(), j.At(), "add "+j.ID+" to needs", "%s does not wait for the copy of %s, which its pods pull from %s", w.Job.Label(), image.Name, to)
		}
		return
	}
	c.broken(w.Job.At(), w.overlay.At(), "copy "+image.Reference+" by its digest to "+to+" in a job before it", "pods of %s pull %s, and no job before %s copies there what was built", w.overlay.env.Name, to, w.Job.Label())
}

// copiesAll holds a step that copies: with what refers to the image, which has to be there already, and with a look at the
// result.
func (c *Case) copiesAll(s *pipeline.Step) {
	copies, looks := false, false
	for _, cmd := range s.Commands() {
		copies = copies || cmd.Is("oras", "cp") && cmd.Has("--recursive", "-r")
		looks = looks || copies && cmd.Is("oras", "resolve")
	}
	if !copies {
		c.broken(s.At(), s.Job.At(), "oras cp --recursive", "%s copies an image without its signature and its attestation", s.Job.Label())
	}
	if !looks {
		c.broken(s.At(), s.Job.At(), "ask oras resolve for the digest", "%s does not look whether the copy has the digest of the image", s.Job.Label())
	}
	if queue := s.Job.Get("concurrency"); queue.OK() {
		c.broken(queue.At(), s.At(), "remove it", "%s copies layers in a queue, and holds up all that is behind it", s.Job.Label())
	}
	for _, j := range s.Job.Workflow.Jobs {
		attests := slices.ContainsFunc(j.Steps, func(of *pipeline.Step) bool { return of.Uses == "actions/attest" })
		if image := c.imageOf(j); attests && image != nil && image.isNamed(s.Env("COPIES").Text()) && !slices.Contains(s.Job.Needs, j.ID) {
			c.broken(s.Job.Get("needs").At(), j.At(), "add "+j.ID+" to needs", "%s copies the image before it is attested", s.Job.Label())
		}
	}
}
