package main

import (
	"fmt"
	"os"

	"github.com/pipegen/pipegen/internal/artifact"
)

// otherBranch says what to do if one repository has source and deployed state on two branches, and the files of both
// would be written into one working tree: manifests that are committed with the source are on the wrong branch for CI
// and Argo CD.
func otherBranch(c *compiled, o *specOptions) []string {
	tree := c.plan.GitOps.Worktree
	if tree == "" || !oneFolder(c.roots[artifact.Code], c.roots[artifact.GitOps]) {
		return nil
	}
	branch := c.plan.GitOps.Branch
	there := *o
	there.gitops, there.out = tree, ""
	return []string{fmt.Sprintf("CI writes to the branch %s and Argo CD renders it, and this working tree holds the source: run 'git worktree add %s %s' (the first time 'git worktree add -b %s %s'), then '%s', and commit and push there",
		branch, tree, branch, branch, tree, there.command("generate"))}
}

// oneFolder reports whether two paths name the same folder, or neither exists.
func oneFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return a == b
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
