package forge

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// gpgSignature is in the header of the commits that the forge signs. A commit keeps it wherever it is pushed.
const gpgSignature = "-----BEGIN PGP SIGNATURE-----\n \n the forge's\n -----END PGP SIGNATURE-----"

// isSigned reports whether a commit has it.
func (b bare) isSigned(ctx context.Context, sha string) bool {
	text, _ := b.run(ctx, "cat-file", "commit", sha)
	header, _, _ := strings.Cut(text, "\n\n")
	return strings.Contains(header, "\ngpgsig "+gpgSignature)
}

// SetSigns says whether the forge signs the commits that it makes; an instance without a key signs none.
func (f *Forge) SetSigns(signs bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.unsigned = !signs
}

// commitOnBranch commits to a branch whose head is as expected, and signs that. The commit is the App's, and GitHub's.
func (f *Forge) commitOnBranch(ctx context.Context, token string, in mutationInput) (string, error) {
	no := func(status int, format string, args ...any) (string, error) {
		return "", &refusal{status: status, message: fmt.Sprintf(format, args...)}
	}
	if token != APIToken {
		return no(http.StatusForbidden, "Resource not accessible by integration")
	}
	repository, branch := in.Branch.RepositoryNameWithOwner, strings.TrimPrefix(in.Branch.BranchName, "refs/heads/")
	b, ok := f.find(repository)
	if !ok {
		return no(http.StatusNotFound, "Could not resolve to a Repository with the name '%s'.", repository)
	}
	head := b.branch(ctx, branch)
	switch {
	case head == "":
		return no(http.StatusNotFound, "Could not find branch %s", branch)
	case head != in.ExpectedHeadOID:
		return no(http.StatusUnprocessableEntity, "Expected branch to point to \"%s\" but it did not.  Pull and try again.", in.ExpectedHeadOID)
	case in.Message.Headline == "":
		return no(http.StatusUnprocessableEntity, "A commit message is required")
	}
	index, err := os.MkdirTemp("", "index-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(index)
	git := func(input []byte, args ...string) (string, error) {
		command := exec.CommandContext(ctx, "git", append([]string{"--git-dir=" + b.folder}, args...)...)
		command.Env = append(environment(b.home), "GIT_INDEX_FILE="+filepath.Join(index, "index"))
		command.Stdin = bytes.NewReader(input)
		out, err := command.Output()
		return strings.TrimSpace(string(out)), err
	}
	if _, err := git(nil, "read-tree", head); err != nil {
		return "", err
	}
	for _, file := range in.FileChanges.Deletions {
		if _, err := git(nil, "rm", "--cached", "--quiet", "--", file.Path); err != nil {
			return no(http.StatusUnprocessableEntity, "A path was requested for deletion which does not exist as of commit oid `%s`", head)
		}
	}
	for _, file := range in.FileChanges.Additions {
		blob, err := git(file.Contents, "hash-object", "-w", "--stdin")
		if err != nil {
			return "", err
		}
		if _, err := git(nil, "update-index", "--add", "--cacheinfo", "100644,"+blob+","+file.Path); err != nil {
			return "", err
		}
	}
	tree, err := git(nil, "write-tree")
	if err != nil {
		return "", err
	}
	now := fmt.Sprintf("%d +0000", time.Now().Unix())
	text := "tree " + tree + "\nparent " + head + "\nauthor deployer[bot] <1+deployer[bot]@users.noreply.github.com> " + now + "\ncommitter GitHub <noreply@github.com> " + now + "\n"
	if f.signs() {
		text += "gpgsig " + gpgSignature + "\n"
	}
	text += "\n" + strings.TrimSpace(in.Message.Headline+"\n\n"+in.Message.Body) + "\n"
	sha, err := git([]byte(text), "hash-object", "-t", "commit", "-w", "--stdin")
	if err != nil {
		return "", err
	}
	if _, err := git(nil, "update-ref", "refs/heads/"+branch, sha, head); err != nil {
		return no(http.StatusUnprocessableEntity, "Expected branch to point to \"%s\" but it did not.  Pull and try again.", head)
	}
	return sha, nil
}

func (f *Forge) signs() bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return !f.unsigned
}
