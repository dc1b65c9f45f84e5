package cluster

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner"
)

// TestSetup takes the first steps with 'pipegen setup --apply' at a terminal, by the real gh and the real kubectl: nobody
// does anything else at GitHub or in the cluster. It ends in between where GitHub fails, goes on where it stopped, waits for
// the first run, mends a part that somebody took away, and does nothing where all is there.
func TestSetup(t *testing.T) {
	d := newWorld(t, "begun")
	d.credentials(t)
	d.load(t)
	github := newSettings(t)
	check(t, run.Forge.Lead("api.github.com", github))
	argo, err := url.Parse(run.Server())
	check(t, err)
	check(t, run.Forge.Lead("argocd.example.org", httputil.NewSingleHostReverseProxy(argo)))
	t.Cleanup(func() { d.tree.remove(t) })
	t.Cleanup(func() {
		if err := run.Kube.Delete(context.Background(), kube.Named("v1", "Secret", "argocd", "repository-owner-of-begun-gitops-repo")); err != nil {
			t.Error(err)
		}
	})

	github.breaks(true)
	d.sets(t, 3, "failed    The webhook", "left      The first run")
	if got := webhookSecret(t); got != stack.WebhookSecret {
		t.Fatalf("the secret of all other webhooks is %q now", got)
	}
	github.breaks(false)
	made := github.count()
	d.sets(t, 1, "there     The required check", "done      The webhook", "waits     The first run")
	if github.count() != made+1 {
		t.Errorf("%d things were made anew", github.count()-made-1)
	}
	if got := webhookSecret(t); got != stack.WebhookSecret {
		t.Fatalf("the secret of all other webhooks is %q now", got)
	}

	image := d.deliver(t, "version = 2")
	d.sets(t, 0, "there     The webhook", "there     The first run", "done      The Application of production")
	d.arrived(t, image)
	d.asks(t, "verify", "--wait", "--timeout", "1m").says(t, kept)
	if got := d.asks(t, "doctor"); got.code != 0 {
		t.Errorf("doctor ends with %d:\n%s", got.code, got.text)
	}
	start := time.Now()
	d.arrived(t, d.deliver(t, "version = 3"))
	t.Logf("a delivery took %s", time.Since(start))

	made = github.count()
	before := d.status(t)
	d.sets(t, 0)
	if github.count() != made {
		t.Errorf("where all was there, %d things were made", github.count()-made)
	}
	if now := d.refresh(t, "normal"); !now.OperationState.StartedAt.Equal(before.OperationState.StartedAt) {
		t.Errorf("where all was there, it was synced again:\n%s", now)
	}

	run.Forge.SetStored(d.Code, "production", "secrets")
	check(t, run.Kube.Delete(t.Context(), d.tree.projects[0].Ref))
	d.sets(t, 0, "done      How CI writes", "done      The project of Argo CD")
	if got := d.asks(t, "doctor"); got.code != 0 {
		t.Errorf("doctor ends with %d:\n%s", got.code, got.text)
	}
}

func webhookSecret(t *testing.T) string {
	t.Helper()
	var secret struct{ Data map[string]string }
	check(t, run.Kube.Get(t.Context(), kube.Named("v1", "Secret", "argocd", "argocd-secret"), &secret))
	text, err := base64.StdEncoding.DecodeString(secret.Data["webhook.github.secret"])
	check(t, err)
	return string(text)
}

// sets runs 'pipegen setup --apply' at a terminal, and looks how it ends and for lines of what it says.
func (d *delivery) sets(t *testing.T, code int, lines ...string) {
	t.Helper()
	password := filepath.Join(d.Root, "password")
	check(t, os.WriteFile(password, []byte(forge.Password), 0o600))
	command := exec.CommandContext(t.Context(), run.pipegen, "setup", "--apply")
	command.Dir = d.Folder("repo")
	// The last one of a name counts.
	command.Env = append(d.environment, "PATH="+run.setupPath+":"+os.Getenv("PATH"), "KUBECONFIG="+run.Kubeconfig(), "GITHUB_API_URL=", "TERM=dumb", "NO_COLOR=1", "GH_NO_UPDATE_NOTIFIER=1", "NO_PROXY=127.0.0.1")
	text, err := converse(command, map[string]string{
		"Paste your secret": runner.Token, "USER: ": forge.User, "TOKEN-FILE: ": password, "YOUR-ARGOCD: ": "argocd.example.org",
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if got := command.ProcessState.ExitCode(); got != code {
		t.Fatalf("setup --apply ends with %d, want %d:\n%s", got, code, text)
	}
	for _, line := range lines {
		if !strings.Contains(text, line) {
			t.Errorf("setup --apply does not say %q:\n%s", line, text)
		}
	}
	for _, secret := range []string{runner.Token, forge.Password, stack.WebhookSecret, forge.APIToken} {
		if strings.Contains(text, secret) {
			t.Errorf("setup --apply prints a secret:\n%s", text)
		}
	}
}

// converse runs a command at a terminal of its own, where somebody answers each question once it is there.
func converse(command *exec.Cmd, answers map[string]string) (text string, err error) {
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		return "", err
	}
	defer terminal.Close()
	// gh asks the terminal where its cursor is.
	const where, here = "\x1b[6n", "\x1b[1;1R"
	questions := append(slices.Collect(maps.Keys(answers)), where)
	var all bytes.Buffer
	seen := 0
	for part := make([]byte, 4096); ; {
		n, err := terminal.Read(part)
		all.Write(part[:n])
		if err != nil { // the program has ended, which a terminal calls an error
			break
		}
		for {
			asked, at := "", -1
			for _, q := range questions {
				if i := strings.Index(all.String()[seen:], q); i >= 0 && (at < 0 || i < at) {
					asked, at = q, i
				}
			}
			if at < 0 {
				break
			}
			seen += at + len(asked)
			answer := here
			if asked != where {
				answer = answers[asked] + "\r"
				// gh asks first, and then has the terminal not echo.
				time.Sleep(500 * time.Millisecond)
			}
			if _, err := io.WriteString(terminal, answer); err != nil {
				return all.String(), err
			}
		}
	}
	exit := (*exec.ExitError)(nil)
	if err := command.Wait(); err != nil && !errors.As(err, &exit) {
		return all.String(), err
	}
	return strings.ReplaceAll(all.String(), "\r\n", "\n"), nil
}
