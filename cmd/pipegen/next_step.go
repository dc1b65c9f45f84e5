package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/workspace"
)

// next says what somebody has to do who has just written all files of a spec for the first time. Whoever wrote them into
// another folder by --out only looks at them.
func (o *generateOptions) next(c *compiled) []string {
	if o.dryRun || o.out != "" || slices.ContainsFunc(c.changes, func(change workspace.Change) bool { return change.Action(o.overwrite) != workspace.Create }) {
		return nil
	}
	out := []string{fmt.Sprintf("all files are new: commit them in both repositories, and take the first steps in %s, which 'pipegen setup' prints as commands", filepath.ToSlash(filepath.Join(c.roots[artifact.Code], c.plan.Readme)))}
	gitops, where := c.roots[artifact.GitOps], c.plan.GitOps.Repository
	if gitops != c.roots[artifact.Code] && gitrepo.Root(gitops) == "" {
		out = append(out, fmt.Sprintf("%s is no clone of %s. If that exists, move the folder away, run 'git clone https://github.com/%s %s' and generate again; if not, make it: 'git init -b %s %s', then commit, and 'gh repo create %s --private --source %s --push'",
			gitops, where, where, gitops, c.plan.GitOps.Branch, gitops, where, gitops))
	}
	return out
}
