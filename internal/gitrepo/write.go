package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Identity returns the author of this user's commits, as NAME <ADDRESS>. It is an error when git would have to guess.
func Identity(dir string) (string, error) {
	out, err := run(context.Background(), dir, "", "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
	if err != nil {
		return "", errors.New("git does not know who you are: type 'git config --global user.name NAME' and 'git config --global user.email ADDRESS'")
	}
	name, _, _ := strings.Cut(out, ">")
	return Visible(name + ">"), nil
}

// CommitFolder makes a commit on top of parent in which a folder is as it was at another commit, and everything else as
// in parent. It only writes objects: no branch has the commit yet, and index and working tree stay as they are, so that
// a killed run leaves nothing to clean up.
func CommitFolder(dir, parent, folder, from, message string, at time.Time) (string, error) {
	ctx := context.Background()
	tree, err := run(ctx, dir, "", "rev-parse", "--verify", "--end-of-options", from+":"+folder)
	if err != nil {
		return "", fmt.Errorf("%s has no %s: %w", from, folder, err)
	}
	return commitTree(ctx, dir, parent, folder, strings.TrimSpace(tree), message, at)
}

// within returns the tree around a folder, with another tree in place of the folder.
func within(ctx context.Context, dir, parent, folder, tree string) (string, error) {
	around, name := path.Split(folder)
	out, err := run(ctx, dir, "", "ls-tree", "-z", "--full-tree", parent+":"+strings.TrimSuffix(around, "/"))
	if err != nil {
		return "", err
	}
	entries := slices.DeleteFunc(records(out), func(r string) bool {
		_, its, _ := strings.Cut(r, "\t")
		return its == name
	})
	entries = append(entries, "040000 tree "+tree+"\t"+name)
	// A partial clone may lack objects that a tree names.
	return run(ctx, dir, strings.Join(entries, "\x00")+"\x00", "mktree", "-z", "--missing")
}

func commit(ctx context.Context, dir, parent, tree, message string, at time.Time) (string, error) {
	args := []string{"-c", "user.useConfigOnly=true", "-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree, "-p", parent, "-F", "-"}
	// Unlike git commit, git commit-tree does not read commit.gpgSign.
	if ask(dir, "config", "--type=bool", "--get", "commit.gpgSign") == "true" {
		args = append(args, "-S")
	}
	when := at.UTC().Format(time.RFC3339)
	out, err := runWith(ctx, []string{"GIT_AUTHOR_DATE=" + when, "GIT_COMMITTER_DATE=" + when}, dir, message, args...)
	if err != nil {
		return "", fmt.Errorf("git cannot make the commit: %w", err)
	}
	return strings.TrimSpace(out), nil
}

// Push makes a commit the newest one of a branch of origin. Origin refuses it if the branch has moved since the
// commit's parent.
func Push(ctx context.Context, dir, commit, branch string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := run(ctx, dir, "", "push", "--quiet", "--no-follow-tags", "--recurse-submodules=no", "origin", commit+":refs/heads/"+branch)
	return err
}

// FastForward moves the branch that is checked out forward to a commit. Git refuses if that would lose something.
func FastForward(dir, commit string) error {
	_, err := run(context.Background(), dir, "", "merge", "--quiet", "--ff-only", commit)
	return err
}

// CommitFiles makes a commit on top of parent in which a folder has other files of those names, and everything else is as
// in parent. Like CommitFolder, it only writes objects.
func CommitFiles(dir, parent, folder string, files map[string][]byte, message string, at time.Time) (string, error) {
	ctx := context.Background()
	out, err := run(ctx, dir, "", "ls-tree", "-z", "--full-tree", parent+":"+folder)
	if err != nil {
		return "", fmt.Errorf("%s has no %s: %w", parent, folder, err)
	}
	entries := slices.DeleteFunc(records(out), func(r string) bool {
		_, name, _ := strings.Cut(r, "\t")
		return files[name] != nil
	})
	for name, content := range files {
		blob, err := run(ctx, dir, string(content), "hash-object", "-w", "--stdin")
		if err != nil {
			return "", fmt.Errorf("git cannot write %s: %w", name, err)
		}
		entries = append(entries, "100644 blob "+strings.TrimSpace(blob)+"\t"+name)
	}
	tree, err := run(ctx, dir, strings.Join(entries, "\x00")+"\x00", "mktree", "-z", "--missing")
	if err != nil {
		return "", err
	}
	return commitTree(ctx, dir, parent, folder, strings.TrimSpace(tree), message, at)
}

// commitTree makes a commit on top of parent in which a folder has another tree.
func commitTree(ctx context.Context, dir, parent, folder, tree, message string, at time.Time) (string, error) {
	for inner := folder; inner != "."; inner = path.Dir(inner) {
		around, err := within(ctx, dir, parent, inner, tree)
		if err != nil {
			return "", fmt.Errorf("%s cannot be put into %s: %w", folder, parent, err)
		}
		tree = strings.TrimSpace(around)
	}
	return commit(ctx, dir, parent, tree, message, at)
}
