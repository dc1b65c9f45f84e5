package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x04: the digest that the registry reported is the one that is deployed, attested
// and told. Whoever works out a tag again may name what does not exist.
func provesX04(m *Case) {
	for _, w := range m.writers {
		for _, e := range w.edits {
			m.handedOn(w, e)
		}
	}
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				m.attested(s)
				m.readBack(s)
			}
		}
		m.noOtherReference(w)
		m.artifacts(w)
	}
}

func (m *Case) handedOn(w *writer, e pipeline.Edit) {
	source := m.namingStep(w.Job.Workflow)
	const help = "pass the outputs tag and digest of the job that names the image"
	if e.Digest == "" {
		m.broken(e.At(), source, help, "%s deploys %s by its tag alone: a tag can be moved, a digest cannot", w.Job.Label(), quoted(e.NewName))
	} else if e.Digest != w.Run.Digest {
		text, at := w.written("DIGEST", e.Digest)
		m.broken(at, source, help, "%s deploys the digest %s, which is not the output of a job that it needs", w.Job.Label(), text)
	}
	if e.Tag != w.Run.Tag && e.Tag != "" {
		text, at := w.written("TAG", e.Tag)
		m.broken(at, source, help, "%s works out the tag %s anew instead of taking it from the job that named the image", w.Job.Label(), text)
	}
}

// namingStep is the step whose output the digest is.
func (m *Case) namingStep(w *pipeline.Workflow) pipeline.Place {
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.NamesImage() {
				return s.At()
			}
		}
	}
	return w.At()
}

func (m *Case) attested(s *pipeline.Step) {
	if s.Uses != "actions/attest" {
		return
	}
	if d := s.With("subject-digest"); !isDigest(s.Job, d) {
		m.broken(d.At(), m.namingStep(s.Job.Workflow), "give it the digest output of the step that names the image", "the attestation is of %s and not of the digest that is deployed", quoted(d.Text()))
	}
}

// isDigest reports a value that is the digest of the image, as the job that names it puts
// it out.
func isDigest(j *pipeline.Job, n pipeline.Node) bool {
	run := &pipeline.Run{Digest: "sha256:named"}
	return run.Fill(j, n.Text()) == run.Digest
}

// readBack requires that the step which names the image knows that the tag is free (O05),
// asks the registry for the digest and looks at its form before it hands it on (W35).
func (m *Case) readBack(s *pipeline.Step) {
	if !s.NamesImage() || s.Run() == "" {
		return
	}
	named, asked := false, false
	for _, c := range s.Commands() {
		named = named || c.Is("docker", "buildx", "imagetools", "create")
		asked = asked || named && c.Is("docker", "buildx", "imagetools", "inspect")
	}
	before, after, _ := strings.Cut(s.Run(), "imagetools create")
	if !strings.Contains(before, "imagetools inspect") || !strings.Contains(before, ": not found") {
		m.broken(s.At(), s.Job.Get("outputs").At(), "ask for the tag first, and take it for free only when the registry says 'not found'", "%s names the image without knowing that its tag is free: it may move the tag of another commit", s.Job.Label())
	}
	if !asked || !strings.Contains(after, "sha256:[0-9a-f]{64}") {
		m.broken(s.At(), s.Job.Get("outputs").At(), "read the digest back from the registry and match it", "%s hands on a digest that it has not read back and matched", s.Job.Label())
	}
}

// noOtherReference refuses a reference with a tag anywhere but in the edit.
func (m *Case) noOtherReference(w *pipeline.Workflow) {
	for _, j := range w.Jobs {
		if m.isAuthors(j) || m.Facts.Image == "" {
			continue
		}
		j.Scalars(func(n pipeline.Node) {
			if i := strings.Index(n.Text(), m.Facts.Image+":"); i >= 0 {
				m.broken(n.At(), m.namingStep(w), "take the tag from the output of the job that names the image", "%q names the image with a tag of its own", strings.Fields(n.Text()[i:])[0])
			}
		})
	}
}

// artifacts follows a digest from the leg that pushed to the job that joins: the
// step that writes it down, the upload, the download, and the file that is read.
func (m *Case) artifacts(w *pipeline.Workflow) {
	var uploads []*pipeline.Step
	for _, j := range w.Jobs {
		hands := slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Uses == "actions/upload-artifact" })
		written := map[string]bool{}
		for _, s := range j.Steps {
			m.recorded(s)
			for i := 0; hands && i < len(s.Commands()); i++ {
				written[s.Commands()[i].Output()] = true
			}
			if p := s.With("path"); s.Uses == "actions/upload-artifact" && strings.HasPrefix(j.Filled(p), pipeline.RunnerTemp) {
				uploads = append(uploads, s)
				if !written[j.Filled(p)] {
					m.broken(p.At(), s.At(), "hand on the file that a step before has written", "%s hands on %s, which no step before it has written", j.Label(), quoted(p.Text()))
				}
			}
		}
	}
	for _, j := range w.Jobs {
		for i, s := range j.Steps {
			if s.Uses == "actions/download-artifact" && len(j.Needs) > 0 {
				m.fetched(s, j.Steps[i+1:], uploads)
			}
		}
	}
}

// fetched holds a download against the uploads that it is meant to find, and what
// is read afterwards against where it puts them.
func (m *Case) fetched(s *pipeline.Step, after, uploads []*pipeline.Step) {
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
		if legs := u.Job.Get("strategy", "matrix").OK(); legs && (!strings.HasSuffix(name, "-‹matrix.arch›") || s.With("merge-multiple").Text() != "true") {
			m.broken(s.With("merge-multiple").At(), at, "end each leg's artifact in its arch, and set merge-multiple: true", "the digests of several legs do not come to lie side by side")
		}
	}
	if !matched {
		m.broken(pattern.At(), at, "let the pattern match the uploads' name", "%s fetches %s, and nothing is handed on under that name", s.Job.Label(), quoted(pattern.Text()))
	}
	dir := s.With("path")
	for _, next := range after {
		for _, c := range next.Commands() {
			if c.Is("cat") && len(c.Words) > 1 && strings.HasPrefix(c.Words[1], pipeline.RunnerTemp) && path.Dir(c.Words[1]) != s.Job.Filled(dir) {
				m.broken(dir.At(), c.At(), "fetch to the folder that is read", "%s fetches to %s, and reads %s", s.Job.Label(), quoted(dir.Text()), quoted(path.Dir(c.Words[1])))
			}
		}
	}
}

// recorded requires that what is written down is the digest of a push in this job.
func (m *Case) recorded(s *pipeline.Step) {
	d := s.Get("env", "DIGEST")
	if !d.OK() || m.deploying[s] || m.isAuthors(s.Job) {
		return
	}
	if isDigest(s.Job, d) {
		return // that of the image, handed on by the job that named it
	}
	p := strings.Split(pipeline.Expression(d.Text()), ".")
	var push *pipeline.Step
	if len(p) == 4 && p[0] == "steps" && p[3] == "digest" {
		push = s.Job.Step(p[1])
	}
	if push == nil || push.Uses != "docker/build-push-action" || !push.Pushes().OK() {
		m.broken(d.At(), s.Job.At(), "name the digest output of the step that pushes", "%s is not the digest of a push", quoted(d.Text()))
	}
}
