package prove

import (
	"path"
	"strings"
)

// x05: rendered after CI's edit, the overlay holds the exact reference; and CI
// renders it itself and looks, before it commits.
func x05(m *model) {
	for _, w := range m.writers {
		if len(w.edits) == 0 || w.overlay == nil {
			continue
		}
		e := w.edits[len(w.edits)-1]
		m.looks(w, e)
		_, c, ok := w.overlay.app(m)
		if !ok {
			m.broken(X05, w.overlay.at(), w.runLine(e.Line), "let the overlay render a workload "+m.facts.Application, "%s renders no workload of %s for the image that %s deploys", w.overlay.dir, m.facts.Application, w.job.label())
			continue
		}
		want := m.facts.Image + ":" + w.x.tag + "@" + w.x.digest
		if got := c.get("image").text(); got != want && e.Reference() == want {
			m.broken(X05, w.variable(e.dir, e.Command), c.get("image").at(), "let the edit's name, the entry in the live folder and the base agree", "after the edit of %s, %s still renders %s", w.job.label(), w.overlay.dir, quoted(got))
		}
	}
}

// looks requires a render of the overlay whose output is searched for the
// reference, as text and not as a pattern.
func (m *model) looks(w *writer, e edit) {
	for _, c := range w.cmds {
		if !c.Is("kustomize", "build") || c.Pipe < 0 || c.Pipe >= len(w.cmds) {
			continue
		}
		args := c.Args(2)
		if len(args) == 0 {
			args = []string{"."}
		}
		dir := w.inRepository(path.Join(c.Dir, args[0]))
		if dir != w.overlay.dir {
			m.broken(X05, w.variable(dir, c), w.overlay.at(), "render the overlay that the edit belongs to", "%s renders %s, but its edit belongs to %s", w.job.label(), quoted(dir), w.overlay.dir)
			return
		}
		search := w.cmds[c.Pipe]
		if search.Is("grep") && search.Has("-F", "--fixed-strings", "-qF", "-Fq") && strings.HasSuffix(last(search.Words), e.Reference()) {
			return
		}
	}
	m.broken(X05, w.runLine(e.Line), w.overlay.at(), `pipe "kustomize build" into grep --fixed-strings with the whole reference`, "%s does not look whether %s renders the exact reference after its edit", w.job.label(), w.overlay.dir)
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
