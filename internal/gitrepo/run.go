package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
	"unicode"
)

// patience is how long one exchange with a server may take.
const patience = 2 * time.Minute

// maxSaid is how many bytes of git's output an error repeats.
const maxSaid = 2000

// personal are the variables that say who the user is and how to reach a server. Those that name a repository are left
// out: they could be those of a hook.
var personal = []string{
	"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
	"GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_PROXY_COMMAND",
	"GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY",
	"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
}

// run runs git with the user's identity and returns what it prints; an error has git's own message, on one line and
// without control characters, since a server may have written it.
func run(ctx context.Context, dir, input string, args ...string) (string, error) {
	return runWith(ctx, nil, dir, input, args...)
}

// runWith is run with more variables.
func runWith(ctx context.Context, env []string, dir, input string, args ...string) (string, error) {
	cmd := commandContext(ctx, dir, args...)
	cmd.Env = append(cmd.Env, env...)
	for _, name := range personal {
		if value, set := os.LookupEnv(name); set {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	// Git removes its locks when it is interrupted, but not when it is killed.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	cmd.Stdin = strings.NewReader(input)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	switch {
	case err == nil:
		return out.String(), nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", errors.New("git had no answer in time")
	case ctx.Err() != nil:
		return "", errors.New("git was stopped")
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("git is not installed: it is needed here")
	}
	if words := Visible(said.String()); words != "" {
		return "", errors.New(words[:min(len(words), maxSaid)])
	}
	return "", errors.New("git " + args[0] + " failed and gives no reason")
}

// records splits output that -z separates.
func records(out string) []string {
	return slices.DeleteFunc(strings.Split(out, "\x00"), func(s string) bool { return s == "" })
}

// Visible returns a text of somebody else's on one line, without characters that move the cursor of a terminal or
// change the direction of writing.
func Visible(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
