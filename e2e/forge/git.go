package forge

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// none is git's name for no commit, nothing for the tree without a file.
const (
	none    = "0000000000000000000000000000000000000000"
	nothing = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
)

var abbreviated = regexp.MustCompile(`^[0-9a-f]{7,40}$`)

// bare is a bare repository, as git knows it.
type bare struct{ repository, folder, home string }

// environment keeps the machine's own settings away from git.
func environment(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "LANG=C.UTF-8",
		"GIT_AUTHOR_NAME=Developer", "GIT_AUTHOR_EMAIL=developer@example.org",
		"GIT_COMMITTER_NAME=Developer", "GIT_COMMITTER_EMAIL=developer@example.org",
	}
}

// run runs git and returns what it prints, as it is.
func (b bare) run(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"--git-dir=" + b.folder, "--literal-pathspecs"}, args...)...)
	command.Dir = b.folder
	command.Env = append(environment(b.home), "GIT_COMMITTER_NAME=GitHub", "GIT_COMMITTER_EMAIL=noreply@github.com")
	out, err := command.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("%w\n%s", err, exit.Stderr)
	}
	if err != nil {
		return "", fmt.Errorf("git %s in %s: %w", strings.Join(args, " "), b.repository, err)
	}
	return string(out), nil
}

// line runs git and returns the one line that it prints, "" where it fails.
func (b bare) line(ctx context.Context, args ...string) string {
	out, _ := b.run(ctx, args...)
	return strings.TrimSpace(out)
}

func (b bare) defaultBranch(ctx context.Context) string {
	return b.line(ctx, "symbolic-ref", "--short", "HEAD")
}

// branch is the commit of a branch, "" without it.
func (b bare) branch(ctx context.Context, name string) string {
	return b.line(ctx, "rev-parse", "--verify", "--quiet", "refs/heads/"+name+"^{commit}")
}

// resolve is the commit that a branch, a tag or a SHA names, "" where none does.
func (b bare) resolve(ctx context.Context, ref string) string {
	names := []string{"refs/heads/" + ref, "refs/tags/" + ref, "refs/" + ref}
	if ref == "HEAD" || strings.HasPrefix(ref, "refs/") || abbreviated.MatchString(ref) {
		names = append(names, ref)
	}
	for _, name := range names {
		if sha := b.line(ctx, "rev-parse", "--verify", "--quiet", name+"^{commit}"); sha != "" {
			return sha
		}
	}
	return ""
}

func (b bare) isEmpty(ctx context.Context) bool {
	return b.line(ctx, "rev-list", "--all", "--max-count=1") == ""
}

// person is who has written or committed something, and when.
type person struct {
	name, email string
	at          time.Time
}

// commit is what git keeps of one.
type commit struct {
	sha, tree         string
	parents           []string
	author, committer person
	message           string
}

// log lists commits as git log does.
func (b bare) log(ctx context.Context, args ...string) ([]commit, error) {
	const format = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B"
	out, err := b.run(ctx, append([]string{"log", "-z", format}, args...)...)
	if err != nil || out == "" {
		return nil, err
	}
	var all []commit
	for c := range slices.Chunk(strings.Split(strings.TrimSuffix(out, "\x00"), "\x00"), 10) {
		if len(c) != 10 {
			return nil, fmt.Errorf("git log of %s is cut off", b.repository)
		}
		all = append(all, commit{
			sha: c[0], tree: c[1], parents: strings.Fields(c[2]),
			author: someone(c[3:6]), committer: someone(c[6:9]), message: strings.TrimRight(c[9], "\n"),
		})
	}
	return all, nil
}

func someone(fields []string) person {
	seconds, _ := strconv.ParseInt(fields[2], 10, 64)
	return person{fields[0], fields[1], time.Unix(seconds, 0)}
}

// commit is the one that a SHA names.
func (b bare) commit(ctx context.Context, sha string) (commit, error) {
	all, err := b.log(ctx, "--max-count=1", sha)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s has no commit %s", b.repository, sha)
	}
	if err != nil {
		return commit{}, err
	}
	return all[0], nil
}

// brought lists what a push has brought to a ref, the oldest first; at most as many as
// GitHub tells a webhook.
func (b bare) brought(ctx context.Context, p push) ([]commit, error) {
	args := []string{"--reverse", "--max-count=2048", p.after}
	switch {
	case p.after == none:
		return nil, nil
	case p.before == none:
		args = append(args, "--not", "--exclude="+p.ref, "--glob=refs/*")
	default:
		args = append(args, "^"+p.before)
	}
	return b.log(ctx, args...)
}

// change is what a commit does to a file.
type change struct {
	path, status, blob string
	added, deleted     int
}

// changes lists how the files of two trees or commits differ.
func (b bare) changes(ctx context.Context, from, to string) ([]change, error) {
	out, err := b.run(ctx, "diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", "--raw", "--numstat", from, to)
	if err != nil {
		return nil, err
	}
	words := map[string]string{"A": "added", "D": "removed", "M": "modified", "T": "changed"}
	var all []change
	tokens, at := strings.Split(out, "\x00"), map[string]int{}
	for i := 0; i+1 < len(tokens); i++ {
		if raw, ok := strings.CutPrefix(tokens[i], ":"); ok {
			fields := strings.Fields(raw)
			c := change{path: tokens[i+1], status: words[fields[4]], blob: fields[3]}
			if c.status == "removed" {
				c.blob = fields[2]
			}
			at[c.path] = len(all)
			all = append(all, c)
			i++
			continue
		}
		if lines := strings.SplitN(tokens[i], "\t", 3); len(lines) == 3 {
			c := &all[at[lines[2]]]
			// A binary file has no lines.
			c.added, _ = strconv.Atoi(lines[0])
			c.deleted, _ = strconv.Atoi(lines[1])
		}
	}
	return all, nil
}

// changed lists what a commit changes against its first parent.
func (b bare) changed(ctx context.Context, c commit) ([]change, error) {
	if len(c.parents) == 0 {
		return b.changes(ctx, nothing, c.sha)
	}
	return b.changes(ctx, c.parents[0], c.sha)
}

// holds reports whether the history of a commit has another.
func (b bare) holds(ctx context.Context, head, base string) bool {
	_, err := b.run(ctx, "merge-base", "--is-ancestor", base, head)
	return err == nil
}
