package documents

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTutorial runs what the page does without a run and without a cluster, from an empty folder, with the repositories of
// GitHub on this disk, and compares what it prints. Of the other commands it looks whether they take such flags, and
// whether the files are there that they name. The runs themselves are in e2e/act.
func TestTutorial(t *testing.T) {
	home, work := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	if output, code := run(t, home, fmt.Sprintf(`set -e
git config --global user.name Ann
git config --global user.email ann@example.org
git config --global init.defaultBranch main
git config --global url."file://%s/".insteadOf https://github.com/
git init --quiet --bare acme/greeter
git init --quiet --bare acme/deployments`, home)); code != 0 {
		t.Fatal(output)
	}
	document := read(t, "tutorial.md")
	var want strings.Builder
	end, printed := 0, ""
	for _, b := range blocksOf(document) {
		text := b.text
		switch {
		case b.lang == "text":
			text = printed
		case b.mark == "run", b.mark == "push", b.mark == "refused":
			output, code := run(t, work, inTurn(home, b.text))
			if printed = withoutNotice(output); code != 0 {
				t.Fatalf("tutorial.md:%d: exit code %d:\n%s", b.line, code, output)
			}
		case b.mark == "rollback", b.mark == "cluster":
			wouldRun(t, home, work, b)
		default:
			t.Errorf("tutorial.md:%d: no test knows the mark %q", b.line, b.mark)
		}
		want.WriteString(document[end:b.at] + text)
		end = b.at + len(b.text)
	}
	settle(t, "tutorial.md", document, want.String()+document[end:])
}

// inTurn runs a script where the one before has left off.
func inTurn(home, script string) string {
	at := filepath.Join(home, "at")
	return fmt.Sprintf("set -e\nif test -e %[1]s; then cd \"$(cat %[1]s)\"; fi\n%[2]spwd > %[1]s\n", at, script)
}

var applied = regexp.MustCompile(`kubectl apply -f (\S+)`)

// wouldRun looks at commands that cannot run here.
func wouldRun(t *testing.T, home, work string, b block) {
	t.Helper()
	for line := range strings.Lines(b.text) {
		line = strings.TrimSpace(line)
		if file := applied.FindStringSubmatch(line); file != nil {
			line = "test -f " + file[1]
		} else if strings.HasPrefix(line, "pipegen ") {
			line += " --help"
		} else {
			continue
		}
		if output, code := run(t, work, inTurn(home, line+"\n")); code != 0 {
			t.Errorf("tutorial.md:%d: %s: %s", b.line, line, output)
		}
	}
}
