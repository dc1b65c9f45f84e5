package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// canBeRepeated requires that a run that changes nothing succeeds, and a push that comes second is redone.
func canBeRepeated(c *Case) {
	for _, w := range c.writers {
		for _, cmd := range w.Commits {
			// A revert that changes nothing has nothing to take back, and says so.
			if len(w.Edits) > 0 && !asksForChanges(cmd.Step) && !cmd.Forgiven && !cmd.Has("--allow-empty") {
				c.broken(cmd.At(), nowhere, "ask 'git diff --cached --quiet' first", "the commit of %s fails when nothing has changed, as in a second run", w.Job.Label())
			}
		}
		for _, cmd := range w.Pushes {
			const again = "fetch, reset, edit and push again, some five times"
			switch {
			case overwrites(w, cmd):
				c.broken(cmd.At(), nowhere, "do not force it: "+again, "the push of %s takes away what somebody else has pushed meanwhile", w.Job.Label())
			case !cmd.Repeated && !undisturbed(w, cmd):
				c.broken(cmd.At(), nowhere, again, "the push of %s fails for good when somebody else pushed first", w.Job.Label())
			}
		}
	}
}

// undisturbed reports a push that does not fail because of another one: it replaces the
// branch of its pull request, or that is a new one for each run.
func undisturbed(w *writer, cmd pipeline.Command) bool {
	_, leased := cmd.Option("--force-with-lease")
	return leased || replaces(cmd) || w.Proposes && strings.Contains(last(cmd.Words), "\x00")
}

// overwrites reports a push that replaces the branch to which others push too.
func overwrites(w *writer, cmd pipeline.Command) bool {
	to := pipeline.PushesTo(cmd)
	return !w.Proposes && replaces(cmd) && (to == "" || to == "HEAD" || to == w.Branch)
}

// replaces reports a push that puts its commit in the place of the branch, no matter what is there.
func replaces(cmd pipeline.Command) bool {
	return cmd.Has("--force", "-f") || slices.ContainsFunc(cmd.GitArgs(), func(arg string) bool { return strings.HasPrefix(arg, "+") })
}

// asksForChanges reports whether a script asks git if there is something to commit.
func asksForChanges(s *pipeline.Step) bool {
	return slices.ContainsFunc(s.Commands(), func(c pipeline.Command) bool {
		_, listed := c.Option("--porcelain")
		return c.Git("diff") && c.Has("--quiet", "--exit-code") || c.Git("status") && listed || c.Git("diff-index")
	})
}

const writeNoreply = "NUMBER+NAME@users.noreply.github.com"

var noreply = lazy.Regexp(`^\d+\+([^@]+)@users\.noreply\.github\.com$`)

// commitSaysWhose requires that a deploy's commit links to whoever made it, and with a spec to the
// run.
func commitSaysWhose(c *Case) {
	const run = "${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}"
	for _, w := range c.writers {
		_, named := gitSetting(w, "user.name")
		email, addressed := gitSetting(w, "user.email")
		if c.Facts == nil {
			if address := last(email.Words); addressed && !uncertain(address) && !noreply().MatchString(address) {
				c.broken(email.At(), nowhere, "write "+writeNoreply, "%s commits as %s, which links to no account", w.Job.Label(), quoted(address))
			}
			continue
		}
		if !named || !addressed {
			c.broken(w.At(), w.Job.At(), "set user.name and user.email", "%s commits as nobody", w.Job.Label())
		}
		if name, email := w.Step.Env("AUTHOR_NAME"), w.Step.Env("AUTHOR_EMAIL"); name.OK() || email.OK() {
			c.author(w, name, email)
		}
		if u := w.Step.Env("RUN_URL"); u.OK() && u.Text() != run {
			c.broken(u.At(), w.At(), "write "+run, "%s gives %s for the address of its run", w.Job.Label(), quoted(u.Text()))
		}
	}
}

// gitSetting is the command by which a writer sets something of git's.
func gitSetting(w *writer, name string) (pipeline.Command, bool) {
	at := slices.IndexFunc(w.Commands, func(cmd pipeline.Command) bool { return cmd.Git("config") && cmd.Has(name) })
	if at < 0 {
		return pipeline.Command{}, false
	}
	return w.Commands[at], true
}

func (c *Case) author(w *writer, name, email pipeline.Node) {
	n, e := pipeline.Expression(name.Text()), pipeline.Expression(email.Text())
	if strings.HasPrefix(n, "steps.") || strings.HasPrefix(e, "steps.") {
		p, q := strings.Split(n, "."), strings.Split(e, ".")
		if len(p) != 4 || len(q) != 4 || p[1] != q[1] || p[3] != "name" || q[3] != "email" || w.Job.Step(p[1]) == nil {
			c.broken(email.At(), name.At(), "take both from the step that looks up the author", "the commit is by %s with the address %s", quoted(n), quoted(e))
			return
		}
		c.slug(w, w.Job.Step(p[1]))
		return
	}
	if f := noreply().FindStringSubmatch(e); f == nil || f[1] != n {
		c.broken(email.At(), name.At(), "write "+writeNoreply, "the commit is by %s with the address %s, which links to nobody", quoted(n), quoted(e))
	}
}

// slug requires that the author is looked up by the name of the App whose token
// pushes.
func (c *Case) slug(w *writer, lookup *pipeline.Step) {
	v := lookup.Get("env", "APP_SLUG")
	p := strings.Split(pipeline.Expression(v.Text()), ".")
	if len(p) != 4 || p[0] != "steps" || p[3] != "app-slug" || w.Job.Step(p[1]) == nil || w.Job.Step(p[1]).Uses != "actions/create-github-app-token" {
		c.broken(v.At(), w.Step.Env("GH_TOKEN").At(), "APP_SLUG: the output app-slug of the step that asks for the token", "the author is looked up under %s, which is not the App that pushes", quoted(v.Text()))
	}
}
