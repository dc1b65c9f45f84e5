package generate

import (
	"path"
	"strings"
)

// Worktree is the folder, seen from the code repository, in which a second working tree
// holds the branch of the deployed state. It is "" where that has a repository of its
// own, or stands on the branch of the source.
func (p Plan) Worktree() string {
	s := p.Spec
	if !p.GitOps.SameRepository || s.GitOps.Branch == s.Source.Branch {
		return ""
	}
	return "../" + path.Base(s.Source.Repository) + "-" + strings.ReplaceAll(s.GitOps.Branch, "/", "-")
}

// onOtherBranch says in the README of the code how the other branch is written.
func (p Plan) onOtherBranch() string {
	if p.Worktree() == "" {
		return ""
	}
	return " on the branch `" + p.Spec.GitOps.Branch + "`, which `git worktree add " + p.Worktree() + " " + p.Spec.GitOps.Branch +
		"` checks out and `pipegen generate --gitops " + p.Worktree() + "` writes"
}
