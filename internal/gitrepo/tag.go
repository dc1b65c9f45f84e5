package gitrepo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// tagPatience is how long one repository may take to answer.
const tagPatience = 30 * time.Second

// Tag asks a remote repository which commit a tag names; for an annotated tag that is the tagged commit. It is "" when
// there is no such tag. An error means that the repository did not answer.
func Tag(url, tag string) (commit string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), tagPatience)
	defer cancel()
	ref := "refs/tags/" + tag
	// Run outside of any repository, whose configuration could change the result.
	out, err := run(ctx, os.TempDir(), "", "ls-remote", "--", url, ref, ref+"^{}")
	if ctx.Err() != nil {
		return "", fmt.Errorf("%s did not answer within %s", url, tagPatience)
	}
	if err != nil {
		return "", fmt.Errorf("cannot ask %s: %w", url, err)
	}
	for line := range strings.Lines(out) {
		sha, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		switch name {
		case ref + "^{}":
			return sha, nil
		case ref:
			commit = sha
		}
	}
	return commit, nil
}
