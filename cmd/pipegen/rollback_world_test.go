package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/live/rollback/rollbacktest"
)

// gitWorld is a GitOps repository with its origin, for runs of the verb.
type gitWorld struct{ *rollbacktest.World }

// three returns a world with three deploys to production and two to staging.
func three(t *testing.T) gitWorld {
	t.Helper()
	alone(t)
	return gitWorld{rollbacktest.Three(t)}
}

// alone gives git a home without settings.
func alone(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
}

// rollback runs the verb and returns its output.
func (w gitWorld) rollback(change func(*rollbackOptions), answer string) (out, failure string, code int) {
	w.T.Helper()
	w.Clock = w.Clock.Add(30 * time.Minute)
	o := rollbackOptions{environment: "production", timeout: time.Minute, liveOptions: w.options(w.Clock, answer)}
	change(&o)
	return w.ran(answer, func(s streams) error { return runRollback(o, s) })
}

// options are those of a verb that a person starts at a time, with an answer at the terminal or, where it is "", without
// a terminal.
func (w gitWorld) options(now time.Time, answer string) liveOptions {
	o := liveOptions{
		now: func() time.Time { return now }, sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		terminal: func(streams) bool { return answer != "" },
	}
	o.spec, o.found, o.gitops, o.format = w.Spec, true, w.Mine, "text"
	return o
}

// ran returns what a verb says, and with which code it ends.
func (w gitWorld) ran(answer string, verb func(streams) error) (out, failure string, code int) {
	w.T.Helper()
	var stdout, stderr bytes.Buffer
	err := verb(streams{in: strings.NewReader(answer), out: &stdout, err: &stderr, env: os.Getenv})
	var exit exitError
	if errors.As(err, &exit) {
		code = exit.code
		stderr.WriteString(exit.Error())
	} else if err != nil {
		w.T.Fatal(err)
	}
	return w.Plain(stdout.String()), w.Plain(stderr.String()), code
}

// to sets the options of a rollback that is pushed.
func to(name string) func(*rollbackOptions) {
	return func(o *rollbackOptions) { o.to, o.push = name, true }
}

func steps(n int) func(*rollbackOptions) {
	return func(o *rollbackOptions) { o.steps, o.push = n, true }
}

func wants(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%s lacks %q:\n%s", what, word, text)
		}
	}
}
