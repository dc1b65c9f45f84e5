package prove

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x04: the digest that the registry reported is the one that is deployed, attested
// and told. Whoever works out a tag again may name what does not exist.
func x04(m *model) {
	for _, w := range m.writers {
		for _, e := range w.edits {
			m.handedOn(w, e)
		}
	}
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			for _, s := range j.steps {
				m.attested(s)
				m.readBack(s)
			}
		}
		m.noOtherReference(w)
		m.artifacts(w)
	}
}

func (m *model) handedOn(w *writer, e edit) {
	source := m.namingStep(w.job.in)
	const help = "pass the outputs tag and digest of the job that names the image"
	if e.Digest == "" {
		m.broken(X04, w.runLine(e.Line), source, help, "%s deploys %s by its tag alone: a tag can be moved, a digest cannot", w.job.label(), quoted(e.NewName))
	} else if e.Digest != w.x.digest {
		text, at := w.written("DIGEST", e.Digest)
		m.broken(X04, at, source, help, "%s deploys the digest %s, which is not the output of a job that it needs", w.job.label(), text)
	}
	if e.Tag != w.x.tag && e.Tag != "" {
		text, at := w.written("TAG", e.Tag)
		m.broken(X04, at, source, help, "%s works out the tag %s anew instead of taking it from the job that named the image", w.job.label(), text)
	}
}

// namingStep is the step whose output the digest is.
func (m *model) namingStep(w *workflow) place {
	for _, j := range w.jobs {
		for _, s := range j.steps {
			if s.names() {
				return s.at()
			}
		}
	}
	return w.at()
}

func (m *model) attested(s *step) {
	if s.uses != "actions/attest" {
		return
	}
	x := context{sha: sentinelSHA, digest: "sha256:attested", tag: "attested"}
	if d := s.with("subject-digest"); x.fill(s.job, d.text()) != x.digest {
		m.broken(X04, d.at(), m.namingStep(s.job.in), "give it the digest output of the step that names the image", "the attestation is of %s and not of the digest that is deployed", quoted(d.text()))
	}
}

// readBack requires that the step which names the image knows that the tag is free (O05),
// asks the registry for the digest and looks at its form before it hands it on (W35).
func (m *model) readBack(s *step) {
	if !s.names() || s.run() == "" {
		return
	}
	named, asked := false, false
	for _, c := range s.script() {
		named = named || c.Is("docker", "buildx", "imagetools", "create")
		asked = asked || named && c.Is("docker", "buildx", "imagetools", "inspect")
	}
	before, after, _ := strings.Cut(s.run(), "imagetools create")
	if !strings.Contains(before, "imagetools inspect") || !strings.Contains(before, ": not found") {
		m.broken(X04, s.at(), s.job.get("outputs").at(), "ask for the tag first, and take it for free only when the registry says 'not found'", "%s names the image without knowing that its tag is free: it may move the tag of another commit", s.job.label())
	}
	if !asked || !strings.Contains(after, "sha256:[0-9a-f]{64}") {
		m.broken(X04, s.at(), s.job.get("outputs").at(), "read the digest back from the registry and match it", "%s hands on a digest that it has not read back and matched", s.job.label())
	}
}

// noOtherReference refuses a reference with a tag anywhere but in the edit.
func (m *model) noOtherReference(w *workflow) {
	for _, j := range w.jobs {
		if j.isAuthors() || m.facts.Image == "" {
			continue
		}
		j.strings(func(n node) {
			if i := strings.Index(n.text(), m.facts.Image+":"); i >= 0 {
				m.broken(X04, n.at(), m.namingStep(w), "take the tag from the output of the job that names the image", "%q names the image with a tag of its own", strings.Fields(n.text()[i:])[0])
			}
		})
	}
}

// artifacts follows a digest from the leg that pushed to the job that joins: the
// step that writes it down, the upload, the download, and the file that is read.
func (m *model) artifacts(w *workflow) {
	var uploads []*step
	for _, j := range w.jobs {
		hands := slices.ContainsFunc(j.steps, func(s *step) bool { return s.uses == "actions/upload-artifact" })
		written := map[string]bool{}
		for _, s := range j.steps {
			m.recorded(s)
			for i := 0; hands && i < len(s.script()); i++ {
				written[s.script()[i].Output()] = true
			}
			if p := s.with("path"); s.uses == "actions/upload-artifact" && strings.HasPrefix(plain.fill(j, p.text()), runnerTemp) {
				uploads = append(uploads, s)
				if !written[plain.fill(j, p.text())] {
					m.broken(X04, p.at(), s.at(), "hand on the file that a step before has written", "%s hands on %s, which no step before it has written", j.label(), quoted(p.text()))
				}
			}
		}
	}
	for _, j := range w.jobs {
		for i, s := range j.steps {
			if s.uses == "actions/download-artifact" && len(j.needs) > 0 {
				m.fetched(s, j.steps[i+1:], uploads)
			}
		}
	}
}

// fetched holds a download against the uploads that it is meant to find, and what
// is read afterwards against where it puts them.
func (m *model) fetched(s *step, after, uploads []*step) {
	pattern := s.with("pattern")
	if !pattern.ok() {
		pattern = s.with("name")
	}
	matched, at := false, place{}
	for _, u := range uploads {
		at = u.with("name").at()
		name := plain.fill(u.job, u.with("name").text())
		if !pipeline.PatternFits(pattern.text(), name) {
			continue
		}
		matched = true
		if legs := u.job.get("strategy", "matrix").ok(); legs && (!strings.HasSuffix(name, "-"+plain.arch) || s.with("merge-multiple").text() != "true") {
			m.broken(X04, s.with("merge-multiple").at(), at, "end each leg's artifact in its arch, and set merge-multiple: true", "the digests of several legs do not come to lie side by side")
		}
	}
	if !matched {
		m.broken(X04, pattern.at(), at, "let the pattern match the uploads' name", "%s fetches %s, and nothing is handed on under that name", s.job.label(), quoted(pattern.text()))
	}
	dir := s.with("path")
	for _, next := range after {
		for _, c := range next.script() {
			if c.Is("cat") && len(c.Words) > 1 && strings.HasPrefix(c.Words[1], runnerTemp) && path.Dir(c.Words[1]) != plain.fill(s.job, dir.text()) {
				m.broken(X04, dir.at(), next.runLine(c.Line), "fetch to the folder that is read", "%s fetches to %s, and reads %s", s.job.label(), quoted(dir.text()), quoted(path.Dir(c.Words[1])))
			}
		}
	}
}

// recorded requires that what is written down is the digest of a push in this job.
func (m *model) recorded(s *step) {
	d := s.get("env", "DIGEST")
	if !d.ok() || s.writes() || s.job.isAuthors() {
		return
	}
	if x := (context{digest: "sha256:named"}); x.fill(s.job, d.text()) == x.digest {
		return // that of the image, handed on by the job that named it
	}
	p := strings.Split(expression(d.text()), ".")
	var push *step
	if len(p) == 4 && p[0] == "steps" && p[3] == "digest" {
		push = s.job.step(p[1])
	}
	if push == nil || push.uses != "docker/build-push-action" || !pushes(push) {
		m.broken(X04, d.at(), s.job.at(), "name the digest output of the step that pushes", "%s is not the digest of a push", quoted(d.text()))
	}
}
