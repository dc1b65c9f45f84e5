package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x05: rendered after CI's edit, the overlay holds the exact reference; and CI
// renders it itself and looks, before it commits.
func provesX05(m *Case) {
	for _, w := range m.writers {
		if len(w.edits) == 0 || w.overlay == nil {
			continue
		}
		e := w.edits[len(w.edits)-1]
		m.looks(w, e)
		_, c, ok := w.overlay.app(m)
		if !ok {
			m.broken(w.overlay.At(), e.At(), "let the overlay render a workload "+m.Facts.Application, "%s renders no workload of %s for the image that %s deploys", w.overlay.Dir, m.Facts.Application, w.Job.Label())
			continue
		}
		want := m.Facts.Image + ":" + w.Run.Tag + "@" + w.Run.Digest
		if got := c.Get("image").Text(); got != want && e.Reference() == want {
			m.broken(w.variable(e.Folder, e.Command), c.Get("image").At(), "let the edit's name, the entry in the live folder and the base agree", "after the edit of %s, %s still renders %s", w.Job.Label(), w.overlay.Dir, quoted(got))
		}
	}
}

// looks requires a render of the overlay whose output is searched for the
// reference, as text and not as a pattern.
func (m *Case) looks(w *writer, e pipeline.Edit) {
	for _, c := range w.Commands {
		if !c.Is("kustomize", "build") || c.Into == nil {
			continue
		}
		args := c.Args(2)
		if len(args) == 0 {
			args = []string{"."}
		}
		dir := w.InRepository(path.Join(c.Dir, args[0]))
		if dir != w.overlay.Dir {
			m.broken(w.variable(dir, c), w.overlay.At(), "render the overlay that the edit belongs to", "%s renders %s, but its edit belongs to %s", w.Job.Label(), quoted(dir), w.overlay.Dir)
			return
		}
		search := c.Into
		if search.Is("grep") && search.Has("-F", "--fixed-strings", "-qF", "-Fq") && strings.HasSuffix(last(search.Words), e.Reference()) {
			return
		}
	}
	m.broken(e.At(), w.overlay.At(), `pipe "kustomize build" into grep --fixed-strings with the whole reference`, "%s does not look whether %s renders the exact reference after its edit", w.Job.Label(), w.overlay.Dir)
}

func last(words []string) string {
	for i := len(words) - 1; i >= 0; i-- {
		// Redirections stand behind the pattern.
		if w := words[i]; !strings.HasPrefix(w, ">") && !strings.HasPrefix(w, "2>") {
			return w
		}
	}
	return ""
}
