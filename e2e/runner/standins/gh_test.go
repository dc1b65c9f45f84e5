package standins_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/e2e/runner/standins"
)

func TestMain(m *testing.M) {
	if status, ok := standins.Main(os.Args); ok {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// desk calls gh against a forge.
type desk struct {
	*forge.Forge
	t          *testing.T
	root, tool string
}

// newDesk has a repository org/app with the branches next and other, each with a commit
// that main does not have.
func newDesk(t *testing.T) desk {
	t.Helper()
	f, err := forge.Start(t.TempDir())
	check(t, err)
	t.Cleanup(f.Close)
	d := desk{f, t, t.TempDir(), filepath.Join(t.TempDir(), "gh")}
	check(t, standins.World{API: f.API()}.Save(d.root))
	self, err := os.Executable()
	check(t, err)
	check(t, os.Symlink(self, d.tool))
	c, err := f.Clone(t.Context(), "org/app", "main", t.TempDir())
	check(t, err)
	_, err = c.Change(t.Context(), "Begin", func(folder string) error { return os.WriteFile(filepath.Join(folder, "a"), nil, 0o644) })
	check(t, err)
	for _, branch := range []string{"next", "other"} {
		for _, args := range [][]string{
			{"checkout", "--quiet", "-b", branch, "main"}, {"commit", "--quiet", "--allow-empty", "--message", branch}, {"push", "--quiet", "origin", branch},
		} {
			_, err := c.Git(t.Context(), args...)
			check(t, err)
		}
	}
	return d
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// gh returns what a call prints, or its error.
func (d desk) gh(args ...string) string {
	d.t.Helper()
	command := exec.CommandContext(d.t.Context(), d.tool, args...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), standins.Root + "=" + d.root, "GH_TOKEN=" + forge.APIToken}
	out, err := command.CombinedOutput()
	text := strings.TrimSpace(string(out))
	if err != nil {
		return err.Error() + ": " + text
	}
	return text
}

// says compares what a call prints with what it ought to.
func (d desk) says(want string, args ...string) {
	d.t.Helper()
	if got := d.gh(args...); got != want {
		d.t.Errorf("gh %s: %q, want %q", strings.Join(args, " "), got, want)
	}
}

func (d desk) create(head string) {
	d.t.Helper()
	d.says("https://github.com/org/app/pull/1", "pr", "create", "--title", "Add "+head, "--body", "Why\n\nnot.", "--head", head, "--base", "main", "--repo", "org/app")
}

// head is the commit that the pull request proposes.
func (d desk) head() string {
	d.t.Helper()
	return d.gh("api", "repos/org/app/pulls/1", "--jq", ".head.sha")
}

func (d desk) state(want string) {
	d.t.Helper()
	d.says(want, "pr", "view", "1", "--repo", "org/app", "--json", "state", "--jq", ".state")
}

func TestAPullRequestFromItsOpeningToItsMerge(t *testing.T) {
	d := newDesk(t)
	list := []string{"api", "repos/org/app/pulls?state=open&base=main&head=org:next", "--jq", ".[0].number // empty"}
	d.says("", "api", "repos/org/app/pulls?state=open&base=main&head=somebody:next", "--jq", ".[0].number // empty")
	d.says("", list...)
	d.create("next")
	d.says("1", list...)
	if got := d.gh("pr", "create", "--repo", "org/app", "--head", "next", "--base", "main", "--title", "t", "--body", "b"); !strings.Contains(got, "exit status 1: ") || !strings.Contains(got, "A pull request already exists for org:next.") {
		t.Error(got)
	}
	d.says("", "api", "--method", "PATCH", "repos/org/app/pulls/1", "--raw-field", "title=New = better", "--raw-field", "body=Text", "--silent")
	d.says("New = better: Text", "api", "repos/org/app/pulls/1", "--jq", `.title + ": " + .body`)
	d.state("OPEN")
	if got := d.gh("pr", "merge", "1", "--repo", "org/app", "--auto", "--squash", "--match-head-commit", strings.Repeat("0", 40)); !strings.Contains(got, "Head branch was modified") {
		t.Error(got)
	}
	d.says("", "pr", "merge", "--auto", "1", "--squash", "--repo", "org/app", "--match-head-commit", d.head())
	d.state("MERGED")
	d.says("", list...)
	d.says("", "pr", "merge", "1", "--repo", "org/app", "--auto", "--squash", "--match-head-commit", strings.Repeat("0", 40))
	d.says("New = better (#1)\n\nText", "api", "repos/org/app/commits/main", "--jq", ".commit.message")
}

func TestAutoMergeTakesAnApproval(t *testing.T) {
	d := newDesk(t)
	d.SetReviews("org/app", "main", true)
	d.create("next")
	merge := []string{"pr", "merge", "1", "--repo", "org/app", "--auto", "--squash", "--match-head-commit", d.head()}
	d.says("exit status 1: gh (stand-in): GraphQL: Auto merge is not allowed for this repository (enablePullRequestAutoMerge)", merge...)
	d.SetAutoMerge("org/app", true)
	d.says("", merge...)
	d.state("OPEN")
	check(t, d.Approve(t.Context(), "org/app", 1))
	d.state("MERGED")
}

func TestAPullRequestThatAPersonCloses(t *testing.T) {
	d := newDesk(t)
	d.create("other")
	check(t, d.Reject(t.Context(), "org/app", 1))
	d.state("CLOSED")
}

// TestWhatIsNotImitated: a call that the scripts do not make is noticed.
func TestWhatIsNotImitated(t *testing.T) {
	d := newDesk(t)
	for _, call := range []string{
		"pr close 1 --repo org/app", "pr merge 1 --repo org/app --squash", "pr merge 1 --repo org/app --auto --rebase", "pr merge --repo org/app --auto --squash",
		"pr list --repo org/app --head next --base main --json number --jq .", "pr merge 1 --repo org/app --auto --squash", "pr view 1 --json state --jq .", "pr view 1 --repo org/app --json title --jq .", "api repos/org/app", "api",
		"api repos/org/app/pulls --raw-field title=x --silent", "repo view org/app",
	} {
		if got := d.gh(strings.Fields(call)...); !strings.HasPrefix(got, "exit status 1: gh (stand-in): not imitated: ") {
			t.Errorf("gh %s: %q", call, got)
		}
	}
	if got := d.gh("api", "repos/org/other", "--jq", "."); got != "exit status 1: gh (stand-in): HTTP 404: Not Found (repos/org/other)" {
		t.Error(got)
	}
}
