package live

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/live/github"
)

// gitops reads what should run, everything from one commit.
func (g gatherer) gitops(e *Environment, p Destination, head github.Commit, err error) {
	if err != nil {
		e.Live, e.Deploys = factFrom(Live{}, "", err), factFrom([]Deploy(nil), "", err)
		return
	}
	from := g.clients.GitOps
	file, err := from.File(g.ctx, head.SHA, p.Folder+"/kustomization.yaml")
	l := Live{Revision: head.SHA}
	if err == nil {
		l.Images, err = parseImages(file)
	}
	if err == nil {
		var source []byte
		source, err = from.File(g.ctx, head.SHA, p.Folder+"/source-commit")
		l.Source = firstLine(source)
	}
	if err != nil {
		err = fmt.Errorf("%s in the GitOps repository: %w", p.Folder, err)
	}
	e.Live = factFrom(l, head.URL, err)
	// A commit that changes source-commit alone changes nothing that runs, and Argo CD syncs nothing for it.
	commits, err := from.History(g.ctx, head.SHA, p.Folder+"/kustomization.yaml")
	e.Deploys = factFrom(g.deploys(p.Name, commits), "", err)
}

// deploys distinguishes bumps from commits that take them back by their messages: those of rollback.yaml, with or
// without a number of steps, and those of git revert. Other commits, such as the first one, are left out.
func (g gatherer) deploys(environment string, commits []github.Commit) []Deploy {
	var out []Deploy
	bump := fmt.Sprintf("deploy %s to %s: ", g.target.Application, environment)
	back := fmt.Sprintf("roll back %s in %s ", g.target.Application, environment)
	for _, c := range commits {
		s := c.Subject()
		switch {
		case strings.HasPrefix(s, bump):
			out = append(out, Deploy{Commit: c})
		case strings.HasPrefix(s, back+"by "), strings.HasPrefix(s, back+"to "), strings.HasPrefix(s, `Revert "`+bump):
			out = append(out, Deploy{Commit: c, Back: true})
		}
	}
	return out
}
