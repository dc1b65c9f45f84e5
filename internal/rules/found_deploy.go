package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// w29: one deploy at a time, and none is stopped.
func findsW29(f *Case) {
	for _, w := range f.Writers {
		c := w.Get("concurrency")
		switch {
		case !c.OK():
			f.broken(w.At(), nowhere, "give the job a concurrency: group of its own", "two runs of job %s may write at the same time", w.ID)
		case c.Get("cancel-in-progress").True():
			f.broken(c.Get("cancel-in-progress").At(), nowhere, "cancel-in-progress: false", "a newer run stops job %s while it deploys", w.ID)
		}
	}
}

// w38: a run that changes nothing succeeds, and a push that comes second is redone.
func findsW38(f *Case) {
	for _, w := range f.Writers {
		for _, c := range w.Commits {
			// A revert that changes nothing has nothing to take back, and says so.
			if len(w.Edits) > 0 && !asksForChanges(c.Step) && !c.Forgiven && !c.Has("--allow-empty") {
				f.broken(c.At(), nowhere, "ask 'git diff --cached --quiet' first", "the commit of job %s fails when nothing has changed, as in a second run", w.ID)
			}
		}
		for _, c := range w.Pushes {
			if !c.Repeated && !undisturbed(w, c) {
				f.broken(c.At(), nowhere, "fetch, reset, edit and push again, some five times", "the push of job %s fails for good when somebody else pushed first", w.ID)
			}
		}
	}
}

// undisturbed reports a push that does not fail because of another one: it replaces the
// branch, or the branch of its pull request is a new one for each run.
func undisturbed(w *pipeline.Writer, c pipeline.Command) bool {
	_, leased := c.Option("--force-with-lease")
	return leased || c.Has("--force", "-f") || w.Proposes && strings.Contains(last(c.Words), "\x00")
}

// asksForChanges reports whether a script asks git if there is something to commit.
func asksForChanges(s *pipeline.Step) bool {
	return slices.ContainsFunc(s.Commands(), func(c pipeline.Command) bool {
		_, listed := c.Option("--porcelain")
		return c.Git("diff") && c.Has("--quiet", "--exit-code") || c.Git("status") && listed || c.Git("diff-index")
	})
}

// w39: an older run never replaces what a newer one deployed.
func findsW39(f *Case) {
	for _, w := range f.Writers {
		if len(w.Edits) == 0 || len(w.Pushes) == 0 {
			continue
		}
		asks := false
		for _, c := range w.Commands {
			asks = asks || c.Git("merge-base")
		}
		if !asks {
			f.broken(w.Pushes[0].At(), nowhere, "keep the deployed commit beside the image, and stop when it is newer", "a run of job %s for an older commit replaces what a newer one deployed", w.ID)
		}
	}
}

var anyNoreply = lazy.Regexp(`^\d+\+[^@]+@users\.noreply\.github\.com$`)

// w40: the commit says whom it is by.
func findsW40(f *Case) {
	for _, w := range f.Writers {
		for _, c := range w.Commands {
			args := c.Args(2)
			if !c.Git("config") || len(args) < 2 || args[len(args)-2] != "user.email" {
				continue
			}
			if email := args[len(args)-1]; !strings.ContainsAny(email, "‹\x00") && !anyNoreply().MatchString(email) {
				f.broken(c.At(), nowhere, "write ID+NAME@users.noreply.github.com", "job %s commits as %s, which links to no account", w.ID, quoted(email))
			}
		}
	}
}

// a14: what is deployed is taken back in git.
func findsA14(f *Case) {
	f.commands(func(c pipeline.Command) {
		if c.Is("argocd", "app", "rollback") {
			f.broken(c.At(), nowhere, "git revert in the GitOps repository", "Argo CD refuses a rollback while auto-sync is on")
		}
	})
	f.advised("argocd app rollback", "run git revert in the GitOps repository", "this text advises a rollback that Argo CD refuses while auto-sync is on")
}

// advised finds a command in the code blocks of the texts.
func (f *Case) advised(command, help, message string) {
	for _, file := range f.Files {
		if !strings.HasSuffix(file.Path, ".md") {
			continue
		}
		fenced := false
		for i, line := range strings.Split(string(file.Content), "\n") {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "```") {
				fenced = !fenced
			}
			if fenced && strings.HasPrefix(strings.TrimPrefix(line, "$ "), command) {
				f.broken(pipeline.Place{File: file, Line: i + 1}, nowhere, help, "%s", message)
			}
		}
	}
}
