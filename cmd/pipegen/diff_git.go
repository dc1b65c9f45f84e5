package main

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/schema"
)

// repository is the git repository around a spec.
type repository struct {
	// file is the spec as the command line names it, and path in the repository.
	file, path string
	// root is "" if there is no repository.
	root string
}

func (g repository) commit(revision string) (string, error) {
	if g.root == "" {
		return "", failed(errNoGit)
	}
	commit := gitrepo.Resolve(g.root, revision)
	if commit == "" {
		return "", failed(fmt.Errorf("%s is no revision of %s; %s", revision, g.root, g.missing()))
	}
	return commit, nil
}

// missing says what to do about a commit that is not in this repository.
func (g repository) missing() string {
	if gitrepo.Resolve(g.root, "HEAD") == "" {
		return "nothing is committed there yet, so there is nothing to compare with: commit the spec first"
	}
	if gitrepo.Shallow(g.root) {
		return "the history here is cut off: fetch all of it, with 'git fetch --unshallow' or fetch-depth: 0 of actions/checkout"
	}
	return "name a branch, a tag or a commit that is here, or fetch it first"
}

// at returns a spec at a commit.
func (g repository) at(name, commit, path string) version {
	v := version{name: name, place: name + ":" + path, path: path, header: g.path}
	if text, ok := gitrepo.File(g.root, commit, path); ok {
		v.text = text
	}
	if lock, ok := gitrepo.File(g.root, commit, pins.LockPath); ok {
		v.lock = lock
	}
	return v
}

// older returns the version before a newer one: at a revision or, without one, at the merge base.
func (g repository) older(revision, newer string, after version) (compared, error) {
	out := compared{after: after}
	if revision == "" {
		base, notice, err := g.base(after)
		if err != nil {
			return out, err
		}
		revision = base[:min(len(base), 7)]
		if notice != "" {
			out.notices = append(out.notices, notice)
		}
	}
	commit, err := g.commit(revision)
	if err != nil {
		return out, err
	}
	name := revision
	if len(name) == len(commit) {
		name = name[:7]
	}
	if out.before = g.at(name, commit, g.path); out.before.text != nil {
		return out, nil
	}
	if was := gitrepo.RenamedFrom(g.root, commit, newer, g.path); was != "" {
		out.before = g.at(name, commit, was)
		notice := fmt.Sprintf("the spec was called %s at %s: the headers of all files and the names of the manifests change with it", was, name)
		if (path.Dir(was) == ".") != (path.Dir(g.path) == ".") {
			notice += ", and so do the names of its workflows and pages, the pushes that start it, and the check that the branch rule requires"
		}
		out.notices = append(out.notices, notice)
	}
	return out, nil
}

// base returns the commit at which the current branch left the release branch of the spec.
func (g repository) base(after version) (commit, notice string, err error) {
	head, err := g.commit("HEAD")
	if err != nil {
		return "", "", err
	}
	loaded, found := schema.Load(filepath.ToSlash(g.file), after.text)
	if found.Failed() {
		// Its diagnostics are reported instead of a comparison.
		return head, "", nil
	}
	branch := loaded.Spec.Source.Branch
	for _, ref := range []string{"refs/remotes/origin/" + branch, "refs/heads/" + branch} {
		tip := gitrepo.Resolve(g.root, ref)
		if tip == "" {
			continue
		}
		if base := gitrepo.MergeBase(g.root, tip, head); base != "" {
			return base, "", nil
		}
		return "", "", failed(fmt.Errorf("%s and what is checked out have no commit in common here; %s", branch, g.missing()))
	}
	if gitrepo.Shallow(g.root) {
		// It would be compared with itself, and pass.
		return "", "", failed(fmt.Errorf("the branch %s is not here; %s", branch, g.missing()))
	}
	return head, fmt.Sprintf("there is no branch %s here: compared with HEAD", branch), nil
}
