package prove

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/shell"
)

// a06: Argo CD renders again when any folder changes that the overlay reads. What
// the annotation leaves out is ignored, by webhook and poll alike.
func a06(m *model) {
	const annotation = "argocd.argoproj.io/manifest-generate-paths"
	for _, a := range m.apps {
		n := a.get("metadata", "annotations", annotation)
		if !n.ok() {
			continue // then Argo CD looks at the whole repository
		}
		for _, p := range sourcePaths(a) {
			o := m.overlay(p.text())
			if o == nil {
				continue
			}
			for _, f := range o.folders {
				if !watched(n.text(), o.dir, f.dir) {
					m.broken(A06, n.at(), f.kust.at(), "list every folder that the overlay reads", "Application %s does not look at %s, which %s reads", appName(a), f.dir, o.dir)
				}
			}
			for _, entry := range strings.Split(n.text(), ";") {
				if !m.somethingIn(resolve(o.dir, entry)) {
					m.broken(A06, n.at(), o.at(), "remove it", "Application %s looks at %s, where nothing is generated", appName(a), quoted(entry))
				}
			}
		}
	}
}

func resolve(dir, entry string) string {
	if rest, ok := strings.CutPrefix(entry, "/"); ok {
		return path.Clean(rest)
	}
	return path.Join(dir, entry)
}

func watched(list, overlay, dir string) bool {
	for _, entry := range strings.Split(list, ";") {
		at := resolve(overlay, entry)
		if at == "." || dir == at || strings.HasPrefix(dir, at+"/") {
			return true
		}
	}
	return false
}

func (m *model) somethingIn(dir string) bool {
	if m.folders == nil {
		m.folders = map[string]bool{".": len(m.sources) > 0}
		for _, s := range m.sources {
			for d := path.Dir(s.Path); !m.folders[d]; d = path.Dir(d) {
				m.folders[d] = true
			}
		}
	}
	return m.folders[dir]
}

// a12: a role's policies name the role and its project, and let it see logs, which
// is a right of its own.
func a12(m *model) {
	for _, p := range m.projects {
		project := p.get("metadata", "name")
		for _, role := range p.get("spec", "roles").items() {
			subject := "proj:" + project.text() + ":" + role.get("name").text()
			logs := false
			policies := role.get("policies")
			for _, policy := range policies.items() {
				f := strings.Split(policy.text(), ", ")
				logs = logs || len(f) > 3 && f[2] == "logs" && f[3] == "get"
				if len(f) != 6 || f[0] != "p" || f[1] != subject || f[4] != project.text()+"/*" || f[5] != "allow" || f[2] != "applications" && f[2] != "logs" || f[3] != "get" {
					m.broken(A12, policy.at(), project.at(), "p, "+subject+", applications, get, "+project.text()+"/*, allow", "the policy %s does not let %s look at this project, or lets it do more", quoted(policy.text()), quoted(role.get("name").text()))
				}
			}
			if !logs {
				m.broken(A12, policies.at(), project.at(), "p, "+subject+", logs, get, "+project.text()+"/*, allow", "the role %s may not see logs", quoted(role.get("name").text()))
			}
		}
	}
}

// t02: whatever publishes or deploys waits for the tests, and an environment for
// the one it comes after.
func t02(m *model) {
	for _, w := range m.workflows {
		if !w.builds() {
			continue
		}
		tests := w.tests()
		if len(tests) == 0 {
			m.broken(T02, w.get("jobs").at(), m.guarded(w), "let the test job run always, with no needs and no if", "no job tests every run of this workflow")
		}
		for _, j := range w.jobs {
			why, _ := j.privileged()
			if why == "" && !j.buildsImage() {
				continue
			}
			for _, t := range tests {
				if !j.after(t.id) {
					m.broken(T02, j.get("needs").at(), t.at(), "add "+t.id+" to needs", "%s does not wait for %s: it %s whether the tests pass or not", j.label(), t.label(), orBuilds(why))
				}
			}
		}
		m.honest(w)
		m.gatekeepers(w)
	}
	m.inOrder()
}

func orBuilds(why string) string {
	if why == "" {
		return "builds"
	}
	return why
}

// tests are the jobs of the pipeline's own that nothing can skip and that look at
// the source.
func (w *workflow) tests() []*job {
	if w.first == nil {
		w.first = slices.DeleteFunc(slices.Clone(w.jobs), func(j *job) bool {
			return len(j.needs) > 0 || j.get("if").ok() || j.extra != nil ||
				!slices.ContainsFunc(j.steps, func(s *step) bool { return s.uses == "actions/checkout" })
		})
	}
	return w.first
}

// gatekeepers requires that a job which the spec puts before others comes before
// them.
func (m *model) gatekeepers(w *workflow) {
	for _, first := range w.jobs {
		if first.extra == nil {
			continue
		}
		for _, id := range first.extra.NeededBy {
			if j := w.job(id); j != nil && !j.after(first.id) {
				m.broken(T02, j.get("needs").at(), first.at(), "add "+first.id+" to needs", "%s does not wait for %s, which the spec puts before it", j.label(), first.label())
			}
		}
	}
}

// honest refuses a job or step that may fail without anyone noticing (W23).
func (m *model) honest(w *workflow) {
	for _, j := range w.jobs {
		nodes := []node{j.node}
		for _, s := range j.steps {
			nodes = append(nodes, s.node)
		}
		for _, n := range nodes {
			if c := n.get("continue-on-error"); c.ok() && c.text() != "false" {
				m.broken(T02, c.at(), m.gateName(w), "remove it", "%s goes on when a step has failed, and every gate after it is green", j.label())
			}
		}
	}
}

// inOrder requires that an environment waits for the one that the spec puts first.
func (m *model) inOrder() {
	for _, o := range m.overlays {
		if o.env == nil || o.env.After == "" {
			continue
		}
		for _, w := range o.writers {
			if w.reverts {
				continue
			}
			before := m.byName[o.env.After]
			if before == nil {
				continue
			}
			for _, first := range before.writers {
				if !first.reverts && !w.job.after(first.job.id) {
					m.broken(T02, w.job.get("needs").at(), first.job.at(), "add "+first.job.id+" to needs", "%s does not wait for %s, and %s comes after %s", w.job.label(), first.job.label(), o.env.Name, before.env.Name)
				}
			}
		}
	}
}

// w21: secrets are read in jobs with an environment only, which approvals and
// branch rules belong to.
func w21(m *model) {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			if j.get("environment").ok() {
				continue
			}
			j.strings(func(n node) {
				if readsSecret(n.text()) && !strings.Contains(n.text(), "secrets.GITHUB_TOKEN") {
					m.broken(W21, n.at(), j.at(), "give the job an environment", "%s reads a secret outside of any environment", j.label())
				}
			})
		}
	}
}

// w28: runs of one pull request replace one another; those of the release branch
// never do.
func w28(m *model) {
	for _, w := range m.workflows {
		if !w.builds() {
			continue
		}
		c := w.get("concurrency")
		group := c.get("group")
		if c.get("cancel-in-progress").text() != "true" {
			m.broken(W28, c.get("cancel-in-progress").at(), group.at(), "cancel-in-progress: true", "a run for a commit that is not wanted any more goes on to its end")
		}
		if !strings.Contains(group.text(), "github.run_id") {
			m.broken(W28, group.at(), c.get("cancel-in-progress").at(), "group by pull request number, else by github.run_id", "the group %s holds two runs of the release branch, such as a second start by hand, and one stops the deploy of the other", quoted(group.text()))
		}
		if !strings.Contains(group.text(), "github.event.pull_request.number") {
			m.broken(W28, group.at(), c.get("cancel-in-progress").at(), "group by pull request number, else by github.run_id", "the group %s never holds two commits of a pull request, and nothing is ever replaced", quoted(group.text()))
		}
		if !strings.Contains(group.text(), "github.workflow") {
			m.broken(W28, group.at(), w.get("name").at(), "begin the group with ${{ github.workflow }}", "another workflow may share the group %s", quoted(group.text()))
		}
	}
}

// w39: before it edits, a deploy asks the history of the source whether what is
// deployed is newer. A shallow checkout cannot answer.
func w39(m *model) {
	for _, w := range m.writers {
		for _, e := range w.edits {
			m.asksHistory(w, e)
		}
	}
}

func (m *model) asksHistory(w *writer, e edit) {
	for _, c := range w.cmds {
		// Whether the run's own commit is in the history of the live one, and not the other way round.
		if i := slices.Index(c.Words, "--is-ancestor"); !c.Git("merge-base") || i < 0 || i+1 >= len(c.Words) || c.Words[i+1] != w.x.sha {
			continue
		}
		dir := c.Dir
		for i, word := range c.Words {
			if word == "-C" && i+1 < len(c.Words) {
				dir = shell.Join(dir, c.Words[i+1])
			}
		}
		for _, s := range w.job.steps {
			if s.uses != "actions/checkout" || s == w.checkout || path.Clean(s.with("path").text()) != path.Clean(dir) {
				continue
			}
			if depth := s.with("fetch-depth"); depth.text() != "0" {
				m.broken(W39, depth.at(), w.runLine(c.Line), "fetch-depth: 0", "%s asks which of two commits is newer in a checkout that does not have them", w.job.label())
			}
			return
		}
		m.broken(W39, w.runLine(c.Line), w.job.at(), "check the source out to that folder", "%s asks the history in %s, where no step checks the source out", w.job.label(), quoted(dir))
		return
	}
	m.broken(W39, w.runLine(e.Line), w.job.at(), "ask git merge-base --is-ancestor before the edit", "%s does not ask whether a newer commit is deployed already", w.job.label())
}

var noreply = lazy.Regexp(`^\d+\+([a-z0-9-]+\[bot\])@users\.noreply\.github\.com$`)

// w40: a deploy's commit links to whoever made it and to the run.
func w40(m *model) {
	const run = "${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}"
	for _, w := range m.writers {
		name, email := w.step.env("AUTHOR_NAME"), w.step.env("AUTHOR_EMAIL")
		if name.ok() || email.ok() {
			m.author(w, name, email)
		}
		if u := w.step.env("RUN_URL"); u.ok() && u.text() != run {
			m.broken(W40, u.at(), w.at(), "write "+run, "%s gives %s for the address of its run", w.job.label(), quoted(u.text()))
		}
		named := map[string]bool{}
		for _, c := range w.cmds {
			if c.Git("config") {
				named["user.name"] = named["user.name"] || c.Has("user.name")
				named["user.email"] = named["user.email"] || c.Has("user.email")
			}
		}
		if !named["user.name"] || !named["user.email"] {
			m.broken(W40, w.at(), w.job.at(), "set user.name and user.email", "%s commits as nobody", w.job.label())
		}
	}
}

func (m *model) author(w *writer, name, email node) {
	n, e := expression(name.text()), expression(email.text())
	if strings.HasPrefix(n, "steps.") || strings.HasPrefix(e, "steps.") {
		p, q := strings.Split(n, "."), strings.Split(e, ".")
		if len(p) != 4 || len(q) != 4 || p[1] != q[1] || p[3] != "name" || q[3] != "email" || w.job.step(p[1]) == nil {
			m.broken(W40, email.at(), name.at(), "take both from the step that looks up the author", "the commit is by %s with the address %s", quoted(n), quoted(e))
			return
		}
		m.slug(w, w.job.step(p[1]))
		return
	}
	if f := noreply().FindStringSubmatch(e); f == nil || f[1] != n {
		m.broken(W40, email.at(), name.at(), "write NUMBER+NAME@users.noreply.github.com", "the commit is by %s with the address %s, which links to nobody", quoted(n), quoted(e))
	}
}

// slug requires that the author is looked up by the name of the App whose token
// pushes.
func (m *model) slug(w *writer, lookup *step) {
	v := lookup.get("env", "APP_SLUG")
	p := strings.Split(expression(v.text()), ".")
	if len(p) != 4 || p[0] != "steps" || p[3] != "app-slug" || w.job.step(p[1]) == nil || w.job.step(p[1]).uses != "actions/create-github-app-token" {
		m.broken(W40, v.at(), w.env("GH_TOKEN").at(), "APP_SLUG: the output app-slug of the step that asks for the token", "the author is looked up under %s, which is not the App that pushes", quoted(v.text()))
	}
}
