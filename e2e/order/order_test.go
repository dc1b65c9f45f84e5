package order

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var (
	whole  = flag.Bool("whole", false, "try stories of any length")
	update = flag.Bool("update", false, "write down what was tried")
)

// triedFile is what docs/evidence.md says was tried.
const triedFile = "testdata/tried.json"

// extent is how much was tried.
type extent struct {
	// Events is the length of the longest story, 0 where there is no bound.
	Events, States, Ends int
}

// kustomize is the program, and temporary the folder of the worlds, which tests share: what
// a job does is remembered there.
var kustomize, temporary string

func TestMain(m *testing.M) {
	log.SetFlags(0)
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	out, err := exec.Command("go", "tool", "-n", "kustomize").Output()
	if err != nil {
		log.Printf("kustomize cannot be built: %v", err)
		return 1
	}
	kustomize = strings.TrimSpace(string(out))
	if temporary, err = os.MkdirTemp("", "order-"); err != nil {
		log.Print(err)
		return 1
	}
	defer os.RemoveAll(temporary)
	return m.Run()
}

var (
	branch = sync.OnceValues(func() (*World, error) {
		return open("branch.cue", Commit{Name: "c1"}, Commit{Name: "c2", Parent: "c1"}, Commit{Name: "c3", Parent: "c2"})
	})
	pulls = sync.OnceValues(func() (*World, error) {
		return open("pulls.cue", Commit{Name: "c1"}, Commit{Name: "c2", Parent: "c1"}, Commit{Name: "c3", Parent: "c2"})
	})
	mixed = sync.OnceValues(func() (*World, error) {
		return open("mixed.cue", Commit{Name: "c1"}, Commit{Name: "c2", Parent: "c1"}, Commit{Name: "c3", Parent: "c2"})
	})
	signed = sync.OnceValues(func() (*World, error) {
		return open("signed.cue", Commit{Name: "c1"}, Commit{Name: "c2", Parent: "c1"}, Commit{Name: "c3", Parent: "c2"})
	})
	// v1.4.1 is from a branch on which v1.4 is kept up.
	tags = sync.OnceValues(func() (*World, error) {
		return open("tags.cue", Commit{Name: "v1.4.0", Tag: true}, Commit{Name: "v1.5.0", Parent: "v1.4.0", Tag: true}, Commit{Name: "v1.4.1", Parent: "v1.4.0", Tag: true})
	})
	// Pushes go to staging, and what ran there is promoted by a tag or by hand.
	promotions = sync.OnceValues(func() (*World, error) {
		return open("promotions.cue", Commit{Name: "c1"}, Commit{Name: "c2", Parent: "c1"}, Commit{Name: "c3", Parent: "c2"})
	})
	// The same, and each promotion copies the image to another registry first.
	copies = sync.OnceValues(func() (*World, error) {
		return open("copies.cue", Commit{Name: "c1"}, Commit{Name: "c2", Parent: "c1"})
	})
	// c2 changes the api and c3 the web front, c4 takes the change of the api back, and c5 changes no image.
	several = sync.OnceValues(func() (*World, error) {
		files := func(api, web string) map[string]string { return map[string]string{"api": api, "web": web} }
		return open("images.cue", Commit{Name: "c1", Files: files("1", "1")}, Commit{Name: "c2", Parent: "c1", Files: files("2", "1")},
			Commit{Name: "c3", Parent: "c2", Files: files("2", "2")}, Commit{Name: "c4", Parent: "c3", Files: files("1", "2")},
			Commit{Name: "c5", Parent: "c4", Files: files("1", "2")})
	})
)

func open(spec string, commits ...Commit) (*World, error) {
	// go test runs the tests anew where a file at which they have looked changes: here the version of kustomize.
	if _, err := os.Stat("go.sum"); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join("testdata", spec))
	if err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp(temporary, "world-")
	if err != nil {
		return nil, err
	}
	return Open(root, string(text), kustomize, commits)
}

// model has the workflows of a world, changed by a function that may be nil.
func model(t *testing.T, of func() (*World, error), plan Plan, change func(file, text string) string) *Model {
	t.Helper()
	w, err := of()
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewModel(w, plan, change)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// plans are what may happen beside pushes, builds and approvals. All of it is tried in the
// long run, and otherwise stories of up to so many events, unless a plan is for the long
// run alone.
var plans = []struct {
	what string
	of   func() (*World, error)
	Plan
	long bool
}{
	{"a run is started again, and a deploy rolled back", branch, Plan{
		Releases: []string{"c1", "c2", "c3"}, Rollbacks: byOne, Most: Budget{Approvals: 5, Reruns: 1, Rollbacks: 1}, Events: 7,
	}, false},
	{"a deploy is rolled back, and brought back with a reason", branch, Plan{
		Releases: []string{"c1", "c2"}, Rollbacks: byOne, Dispatches: []string{"the other half is fixed"}, Most: Budget{Approvals: 4, Rollbacks: 1, Dispatches: 1}, Events: 7,
	}, false},
	{"staging is rolled back twice", branch, Plan{
		Releases: []string{"c1", "c2", "c3"}, Rollbacks: byOne[:1], Most: Budget{Rollbacks: 2}, Events: 10,
	}, false},
	{"a live folder is edited, and staging rolled back", branch, Plan{
		Releases: []string{"c1", "c2"}, Rollbacks: byOne[:1], Edits: []string{editCRLF, editGarbage, editForeign, editTouch}, Most: Budget{Approvals: 2, Rollbacks: 1, Edits: 1}, Events: 4,
	}, false},
	{"releases of two branches: a run is started again, and one rolled back", tags, Plan{
		Releases: []string{"v1.4.0", "v1.5.0", "v1.4.1"}, Rollbacks: []Rollback{{"production", "1", ""}, {"production", "", "v1.4.0"}}, Most: Budget{Reruns: 1, Rollbacks: 1}, Events: 5,
	}, false},
	{"each deploy is a pull request: a run is started again, and a deploy rolled back", pulls, Plan{
		Releases: []string{"c1", "c2"}, Rollbacks: byOne, Most: Budget{Reruns: 1, Rollbacks: 1}, Events: 7,
	}, false},
	{"staging is pushed to, and a person merges for production or does not: a run is started again, and a deploy rolled back", mixed, Plan{
		Releases: []string{"c1", "c2"}, Rollbacks: byOne, Most: Budget{Reruns: 1, Rollbacks: 1}, Events: 7,
	}, false},
	{"commits are promoted by tags and by hand, and staging is rolled back", promotions, Plan{
		Releases: []string{"c1", "c2"}, Promotions: []string{"c1", "c2"}, Rollbacks: byOne[:1], Most: Budget{Promotions: 2, Rollbacks: 1}, Events: 8,
	}, false},
	{"a promotion is run again, and what it brought rolled back", promotions, Plan{
		Releases: []string{"c1", "c2"}, Promotions: []string{"c1", "c2", "c2 it is mended"}, Rollbacks: byOne[1:], Most: Budget{Promotions: 2, Reruns: 1, Rollbacks: 1}, Events: 6,
	}, false},
	{"a promotion copies the image first, by a tag or by hand after a soak: one is run again", copies, Plan{
		Releases: []string{"c1", "c2"}, Promotions: []string{"c1", "c2"}, Most: Budget{Promotions: 2, Reruns: 1}, Events: 6,
	}, false},
	{"what was copied is rolled back, and staging too", copies, Plan{
		Releases: []string{"c1", "c2"}, Promotions: []string{"c1", "c2"}, Rollbacks: byOne, Most: Budget{Promotions: 2, Rollbacks: 1}, Events: 7,
	}, false},
	{"two images, and runs that build one or both: a deploy is rolled back or reverted", several, afterOne("c2", "c3").with(Plan{
		Rollbacks: byOne[:1], Edits: []string{editRevert}, Most: Budget{Rollbacks: 1, Edits: 1}, Events: 6,
	}), false},
	{"two images, and nobody has built any", several, Plan{Releases: []string{"c1", "c2"}, Events: 5}, false},
	{"two images: a run is started again, and all are built anew", several, afterOne("c2").with(Plan{
		Dispatches: []string{rebuild}, Most: Budget{Reruns: 1, Dispatches: 1}, Events: 4,
	}), false},
	{"two images, and a change of one is taken back in the source", several, afterOne("c3", "c4").with(Plan{Events: 6}), false},
	{"two pushes: a run is started again, a deploy rolled back, and one brought back with a reason", branch, Plan{
		Releases: []string{"c1", "c2"}, Rollbacks: byOne, Dispatches: []string{"the other half is fixed"},
		Most: Budget{Approvals: 4, Reruns: 1, Rollbacks: 1, Dispatches: 1},
	}, true},
}

var byOne = []Rollback{{"staging", "1", ""}, {"production", "1", ""}}

// TestOrder tries all stories up to a number of events, or all there are.
func TestOrder(t *testing.T) {
	bound := map[bool]string{true: "whole", false: "bounded"}[*whole]
	tried := map[string]map[string]extent{}
	text, err := os.ReadFile(triedFile)
	if err == nil {
		err = json.Unmarshal(text, &tried)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plans {
		t.Run(p.what, func(t *testing.T) {
			if *whole {
				p.Events = 0
			} else if p.long {
				return
			}
			m := model(t, p.of, p.Plan, nil)
			r, err := m.Explore()
			if err != nil {
				t.Fatal(err)
			}
			if r.Failure != nil {
				t.Fatal(table(t, m, r.Failure))
			}
			t.Log(r)
			now := extent{p.Events, r.States, r.Ends}
			if tried[p.what] == nil {
				tried[p.what] = map[string]extent{}
			}
			if was := tried[p.what][bound]; was != now && !*update {
				t.Errorf("%s says %+v; if that is meant to change, run with -update", triedFile, was)
			}
			tried[p.what][bound] = now
		})
	}
	if *update && !t.Failed() {
		text, err := json.MarshalIndent(tried, "", "  ")
		if err == nil {
			err = os.WriteFile(triedFile, append(text, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestSigned tries the first stories of deploys whose commits GitHub signs: their scripts are those of the others, but for
// what makes a commit.
func TestSigned(t *testing.T) {
	m := model(t, signed, Plan{Releases: []string{"c1", "c2"}, Rollbacks: byOne, Most: Budget{Reruns: 1, Rollbacks: 1}, Events: 6}, nil)
	r, err := m.Explore()
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure != nil {
		t.Fatal(table(t, m, r.Failure))
	}
	t.Log(r)
}

func table(t *testing.T, m *Model, f *Failure) string {
	t.Helper()
	text, err := m.Table(f)
	if err != nil {
		t.Fatal(err)
	}
	return "\n" + text
}
