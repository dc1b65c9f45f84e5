package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// w39: before it edits, a deploy asks the history of the source whether what is
// deployed is newer. A shallow checkout cannot answer.
func provesW39(m *Case) {
	for _, w := range m.writers {
		for _, e := range w.edits {
			m.asksHistory(w, e)
		}
	}
}

func (m *Case) asksHistory(w *writer, e pipeline.Edit) {
	for _, c := range w.Commands {
		// Whether the run's own commit is in the history of the live one, and not the other way round.
		if i := slices.Index(c.Words, "--is-ancestor"); !c.Git("merge-base") || i < 0 || i+1 >= len(c.Words) || c.Words[i+1] != w.Run.SHA {
			continue
		}
		dir := c.Dir
		for i, word := range c.Words {
			if word == "-C" && i+1 < len(c.Words) {
				dir = shell.Join(dir, c.Words[i+1])
			}
		}
		for _, s := range w.Job.Steps {
			if s.Uses != "actions/checkout" || s == w.Checkout || path.Clean(s.With("path").Text()) != path.Clean(dir) {
				continue
			}
			if depth := s.With("fetch-depth"); depth.Text() != "0" {
				m.broken(depth.At(), c.At(), "fetch-depth: 0", "%s asks which of two commits is newer in a checkout that does not have them", w.Job.Label())
			}
			return
		}
		m.broken(c.At(), w.Job.At(), "check the source out to that folder", "%s asks the history in %s, where no step checks the source out", w.Job.Label(), quoted(dir))
		return
	}
	m.broken(e.At(), w.Job.At(), "ask git merge-base --is-ancestor before the edit", "%s does not ask whether a newer commit is deployed already", w.Job.Label())
}

var noreply = lazy.Regexp(`^\d+\+([a-z0-9-]+\[bot\])@users\.noreply\.github\.com$`)

// w40: a deploy's commit links to whoever made it and to the run.
func provesW40(m *Case) {
	const run = "${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}"
	for _, w := range m.writers {
		name, email := w.Step.Env("AUTHOR_NAME"), w.Step.Env("AUTHOR_EMAIL")
		if name.OK() || email.OK() {
			m.author(w, name, email)
		}
		if u := w.Step.Env("RUN_URL"); u.OK() && u.Text() != run {
			m.broken(u.At(), w.At(), "write "+run, "%s gives %s for the address of its run", w.Job.Label(), quoted(u.Text()))
		}
		named := map[string]bool{}
		for _, c := range w.Commands {
			if c.Git("config") {
				named["user.name"] = named["user.name"] || c.Has("user.name")
				named["user.email"] = named["user.email"] || c.Has("user.email")
			}
		}
		if !named["user.name"] || !named["user.email"] {
			m.broken(w.At(), w.Job.At(), "set user.name and user.email", "%s commits as nobody", w.Job.Label())
		}
	}
}

func (m *Case) author(w *writer, name, email pipeline.Node) {
	n, e := pipeline.Expression(name.Text()), pipeline.Expression(email.Text())
	if strings.HasPrefix(n, "steps.") || strings.HasPrefix(e, "steps.") {
		p, q := strings.Split(n, "."), strings.Split(e, ".")
		if len(p) != 4 || len(q) != 4 || p[1] != q[1] || p[3] != "name" || q[3] != "email" || w.Job.Step(p[1]) == nil {
			m.broken(email.At(), name.At(), "take both from the step that looks up the author", "the commit is by %s with the address %s", quoted(n), quoted(e))
			return
		}
		m.slug(w, w.Job.Step(p[1]))
		return
	}
	if f := noreply().FindStringSubmatch(e); f == nil || f[1] != n {
		m.broken(email.At(), name.At(), "write NUMBER+NAME@users.noreply.github.com", "the commit is by %s with the address %s, which links to nobody", quoted(n), quoted(e))
	}
}

// slug requires that the author is looked up by the name of the App whose token
// pushes.
func (m *Case) slug(w *writer, lookup *pipeline.Step) {
	v := lookup.Get("env", "APP_SLUG")
	p := strings.Split(pipeline.Expression(v.Text()), ".")
	if len(p) != 4 || p[0] != "steps" || p[3] != "app-slug" || w.Job.Step(p[1]) == nil || w.Job.Step(p[1]).Uses != "actions/create-github-app-token" {
		m.broken(v.At(), w.Step.Env("GH_TOKEN").At(), "APP_SLUG: the output app-slug of the step that asks for the token", "the author is looked up under %s, which is not the App that pushes", quoted(v.Text()))
	}
}
