package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// digestTravels requires that what a job deploys is what the build has put out; with a spec, that
// the digest which the registry reported is the one that is attested and told as well.
func digestTravels(c *Case) {
	for _, w := range c.writers {
		for _, e := range w.edits {
			if c.Facts != nil {
				c.handedOn(w, e)
			} else if worksOut(e) {
				c.broken(e.At(), nowhere, "hand the digest on as an output of the build's job", "%s works the tag out anew instead of taking it from the build", w.Job.Label())
			}
		}
	}
	if c.Facts == nil {
		return
	}
	c.steps(func(s *pipeline.Step) {
		c.attested(s)
		c.readBack(s)
	})
	for _, w := range c.Workflows {
		if c.previewsOf(w) == nil { // their tags are proven beside (W57)
			c.noOtherReference(w)
		}
		c.artifacts(w)
	}
}

// worksOut reports an edit that takes nothing from another job or step, and makes the tag from
// the commit.
func worksOut(e pipeline.Edit) bool {
	ref := e.Tag + e.Digest
	contains := func(s string) func(string) bool { return func(part string) bool { return strings.Contains(s, part) } }
	if slices.ContainsFunc([]string{"‹needs.", "‹steps.", "‹inputs."}, contains(ref)) {
		return false
	}
	return strings.Contains(ref, "github.sha") || strings.Contains(ref, shell.Unknown) && slices.ContainsFunc([]string{"GITHUB_SHA", "github.sha", "rev-parse"}, contains(e.Step.Run()))
}

func (c *Case) handedOn(w *writer, e pipeline.Edit) {
	image := c.Facts.Image(e.Name)
	if image == nil || e.NewName != c.pulledBy(w, image).Reference {
		return // the rules about names say so
	}
	source, named := c.namingStep(w.Job.Workflow, image), c.namedBy(w.Run, w.Job.Workflow, image)
	const help = "pass the outputs tag and digest of the job that names the image"
	if e.Digest == "" {
		c.broken(e.At(), source, help, "%s deploys %s by its tag alone: a tag can be moved, a digest cannot", w.Job.Label(), quoted(e.NewName))
	} else if e.Digest != named.Digest {
		text, at := w.written(e.Digest)
		c.broken(at, source, help, "%s deploys the digest %s, which is not the output of a job that it needs", w.Job.Label(), text)
	}
	if e.Tag != named.Tag && e.Tag != "" {
		text, at := w.written(e.Tag)
		c.broken(at, source, help, "%s works the tag %s out anew instead of taking it from the job that named the image", w.Job.Label(), text)
	}
}

// namingJob is the job of a workflow that names an image, or the first that names any where none is meant; nil for none.
func (c *Case) namingJob(w *pipeline.Workflow, image *ImageFact) *pipeline.Job {
	naming := w.NamingJobs()
	at := slices.IndexFunc(naming, func(j *pipeline.Job) bool { return image == nil || c.imageOf(j) == image })
	if at < 0 {
		return nil
	}
	return naming[at]
}

// namingStep is the step whose output the digest of an image is.
func (c *Case) namingStep(w *pipeline.Workflow, image *ImageFact) pipeline.Place {
	j := c.namingJob(w, image)
	if j == nil {
		if s := w.FindingStep(); s != nil {
			return s.At()
		}
		return w.At()
	}
	return j.Steps[slices.IndexFunc(j.Steps, (*pipeline.Step).NamesImage)].At()
}

// namedBy is what a run calls an image, nothing where no job of the workflow names it or finds it.
func (c *Case) namedBy(run *pipeline.Run, w *pipeline.Workflow, image *ImageFact) pipeline.Named {
	if j := c.namingJob(w, image); j != nil {
		return run.Named(j)
	}
	if s := w.FindingStep(); s != nil && image != nil {
		return run.Found(s.Job, image.Name)
	}
	return pipeline.Named{}
}

func (c *Case) attested(s *pipeline.Step) {
	if s.Uses != "actions/attest" {
		return
	}
	image := c.Facts.named(s.With("subject-name").Text())
	if d := s.With("subject-digest"); !c.isDigest(s.Job, d, image) {
		c.broken(d.At(), c.namingStep(s.Job.Workflow, image), "give it the digest output of the step that names the image", "the attestation is of %s and not of the digest that is deployed", quoted(d.Text()))
	}
}

// isDigest reports a value that is the digest of an image, as the job that names it puts
// it out; without an image, of any.
func (c *Case) isDigest(j *pipeline.Job, n pipeline.Node, image *ImageFact) bool {
	run := &pipeline.Run{}
	filled := run.Fill(j, n.Text())
	return slices.ContainsFunc(j.Workflow.NamingJobs(), func(naming *pipeline.Job) bool {
		return (image == nil || c.imageOf(naming) == image) && filled == run.Named(naming).Digest
	})
}

// readBack requires that the step which names the image knows that the tag is free (O05),
// asks the registry for the digest and looks at its form before it hands it on (W35).
func (c *Case) readBack(s *pipeline.Step) {
	if !s.NamesImage() || s.Run() == "" {
		return
	}
	named, asked := false, false
	for _, cmd := range s.Commands() {
		named = named || cmd.Is("docker", "buildx", "imagetools", "create")
		asked = asked || named && cmd.Is("docker", "buildx", "imagetools", "inspect")
	}
	before, after, _ := strings.Cut(s.Run(), "imagetools create")
	if !strings.Contains(before, "imagetools inspect") || !strings.Contains(before, ": not found") {
		c.broken(s.At(), s.Job.Get("outputs").At(), "ask for the tag first, and take it for free only when the registry says 'not found'", "%s names the image without knowing that its tag is free: it may move the tag of another commit", s.Job.Label())
	}
	if !asked || !strings.Contains(after, "sha256:[0-9a-f]{64}") {
		c.broken(s.At(), s.Job.Get("outputs").At(), "read the digest back from the registry and match it", "%s hands on a digest that it has not read back and matched", s.Job.Label())
	}
}

// noOtherReference refuses a reference with a tag that is not the output of the job that names the image.
func (c *Case) noOtherReference(w *pipeline.Workflow) {
	for _, j := range w.Jobs {
		if c.isAuthors(j) {
			continue
		}
		run := &pipeline.Run{}
		j.Scalars(func(n pipeline.Node) {
			for at := range c.Facts.Images {
				image := &c.Facts.Images[at]
				i, reference := tagged(n.Text(), image)
				if i < 0 || c.copying(j) != nil {
					continue // a copy is held by itself (W55)
				}
				if named := c.namedBy(run, w, image); !strings.Contains(run.Fill(j, n.Text()[i:]), reference+":"+named.Tag+"@"+named.Digest) {
					c.broken(n.At(), c.namingStep(w, image), "take the tag from the output of the job that names the image", "%q names the image with a tag of its own", strings.Fields(n.Text()[i:])[0])
				}
			}
		})
	}
}

// tagged is where a text names an image by a tag, and under which reference; below 0 where it does not.
func tagged(text string, image *ImageFact) (at int, reference string) {
	for _, reference := range image.references() {
		if at := strings.Index(text, reference+":"); at >= 0 && reference != "" {
			return at, reference
		}
	}
	return -1, ""
}

// artifacts follows a digest from the leg that pushed to the job that joins: the
// step that writes it down, the upload, the download, and the file that is read.
func (c *Case) artifacts(w *pipeline.Workflow) {
	var uploads []*pipeline.Step
	for _, j := range w.Jobs {
		hands := slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Uses == "actions/upload-artifact" })
		written := map[string]bool{}
		for _, s := range j.Steps {
			c.recorded(s)
			for i := 0; hands && i < len(s.Commands()); i++ {
				written[s.Commands()[i].Output()] = true
			}
			if p := s.With("path"); s.Uses == "actions/upload-artifact" && strings.HasPrefix(j.Filled(p), pipeline.RunnerTemp) {
				uploads = append(uploads, s)
				if !written[j.Filled(p)] {
					c.broken(p.At(), s.At(), "hand on the file that a step before has written", "%s hands on %s, which no step before it has written", j.Label(), quoted(p.Text()))
				}
			}
		}
	}
	for _, j := range w.Jobs {
		for i, s := range j.Steps {
			if s.Uses == "actions/download-artifact" && len(j.Needs) > 0 {
				c.fetched(s, j.Steps[i+1:], uploads)
			}
		}
	}
}

// fetched holds a download against the uploads that it is meant to find, and what
// is read afterwards against where it puts them.
func (c *Case) fetched(s *pipeline.Step, after, uploads []*pipeline.Step) {
	if s.Job.SendsReports() {
		return
	}
	pattern := s.With("pattern")
	if !pattern.OK() {
		pattern = s.With("name")
	}
	matched, at := false, pipeline.Place{}
	for _, u := range uploads {
		at = u.With("name").At()
		name := u.Job.Filled(u.With("name"))
		if !pipeline.PatternFits(pattern.Text(), name) {
			continue
		}
		matched = true
		if ours, theirs := c.imageOf(s.Job), c.imageOf(u.Job); ours != theirs {
			c.broken(pattern.At(), u.With("name").At(), "let the pattern match the names of one image alone", "%s fetches the digests that %s hands on, of another image", s.Job.Label(), u.Job.Label())
		}
		if legs := u.Job.Get("strategy", "matrix").OK(); legs && (!strings.HasSuffix(name, "-‹matrix.arch›") && !strings.HasSuffix(name, ".‹matrix.arch›") || s.With("merge-multiple").Text() != "true") {
			c.broken(s.With("merge-multiple").At(), at, "end each leg's artifact in its arch, and set merge-multiple: true", "the digests of several legs do not come to lie side by side")
		}
	}
	if !matched {
		c.broken(pattern.At(), at, "let the pattern match the uploads' name", "%s fetches %s, and nothing is handed on under that name", s.Job.Label(), quoted(pattern.Text()))
	}
	dir := s.With("path")
	for _, next := range after {
		for _, cmd := range next.Commands() {
			if cmd.Is("cat") && len(cmd.Words) > 1 && strings.HasPrefix(cmd.Words[1], pipeline.RunnerTemp) && path.Dir(cmd.Words[1]) != s.Job.Filled(dir) {
				c.broken(dir.At(), cmd.At(), "fetch to the folder that is read", "%s fetches to %s, and reads %s", s.Job.Label(), quoted(dir.Text()), quoted(path.Dir(cmd.Words[1])))
			}
		}
	}
}

// recorded requires that what is written down is the digest of a push in this job.
func (c *Case) recorded(s *pipeline.Step) {
	d := s.Get("env", "DIGEST")
	if !d.OK() || c.deploying[s] || c.isAuthors(s.Job) {
		return
	}
	if c.isDigest(s.Job, d, nil) {
		return // that of the image, handed on by the job that named it
	}
	p := strings.Split(pipeline.Expression(d.Text()), ".")
	var push *pipeline.Step
	if len(p) == 4 && p[0] == "steps" && p[3] == "digest" {
		push = s.Job.Step(p[1])
	}
	if push == nil || push.Uses != "docker/build-push-action" || !push.Pushes().OK() {
		c.broken(d.At(), s.Job.At(), "name the digest output of the step that pushes", "%s is not the digest of a push", quoted(d.Text()))
	}
}
