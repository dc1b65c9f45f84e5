package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/measured"
)

// polling is a configuration of how Argo CD polls git.
//
// Its informer wakes each application once in an interval, at a random moment
// within the jitter after it, and the application is compared only if the last
// comparison is older than an interval. A moment earlier than the last one is thus
// lost, and the next comes an interval later: polls are up to 2 intervals and the
// jitter apart. The time of a comparison is noted before the look at git, so that a poll
// one interval after it may read refs that are believed for a moment longer; then the
// next one counts.
type polling struct {
	id, what string
	timing   stack.Timing
	// shared applications have one repository, the others one each.
	shared bool
	// quiet applications show when Argo CD looks: nobody pushes to them.
	quiet, pushed int
	// worst is the longest time until a commit is seen, and sum says how it comes about.
	worst time.Duration
	sum   string
}

// pollings are those for an interval, by what is configured. Refs are believed for
// one interval where timeout.reconciliation is written out, else for three minutes,
// which is one and a half of Argo CD's own interval.
func pollings(interval time.Duration) map[string][]polling {
	jitter := interval / 2
	written := stack.Timing{Interval: interval, Jitter: jitter, Refs: interval}
	stock := stack.Timing{Interval: interval, Jitter: jitter, Refs: interval * 3 / 2}
	return map[string][]polling{
		"written": {
			{"explicit", "timeout.reconciliation written out, one application in the repository", written, false, 4, 4, 3*interval + jitter, "3 intervals + jitter"},
			{"shared", "timeout.reconciliation written out, several applications in the repository", written, true, 0, 4, 3*interval + jitter, "refs + 2 intervals + jitter"},
		},
		"stock": {
			{"stock", "nothing configured, one application in the repository", stock, false, 4, 4, 3*interval + jitter, "3 intervals + jitter"},
			{"stock-shared", "nothing configured, several applications in the repository", stock, true, 0, 4, stock.Refs + 2*interval + jitter, "refs + 2 intervals + jitter"},
		},
	}
}

// TestPolling measures when Argo CD sees a commit without a notification, with a
// sixth of its default times.
func TestPolling(t *testing.T) {
	for name, all := range pollings(20 * time.Second) {
		t.Run(name, func(t *testing.T) { measure(t, all, 2*time.Minute) })
	}
}

// TestFull does the same with Argo CD's own times, if asked to.
func TestFull(t *testing.T) {
	if *full == 0 {
		t.Skip("takes an hour: -full 30m")
	}
	for name, all := range pollings(2 * time.Minute) {
		t.Run(name, func(t *testing.T) { measure(t, all, *full) })
	}
}

// measure deploys the applications and looks for that long; all have one timing.
func measure(t *testing.T, all []polling, long time.Duration) {
	deployed := make([][]*application, len(all))
	for i, p := range all {
		deployed[i] = p.deploy(t)
	}
	run.StopArgo()
	t.Cleanup(func() {
		run.StopArgo()
		check(t, run.StartArgo(context.Background(), quick))
	})
	check(t, run.StartArgo(t.Context(), all[0].timing))
	// The first comparison after a start is not a poll.
	time.Sleep(5 * time.Second)
	start := time.Now()
	var pushers sync.WaitGroup
	for i, p := range all {
		say("measuring for %s when Argo CD looks: %s", long, p.what)
		for seed, a := range deployed[i][p.quiet:] {
			pushers.Go(func() { p.push(t, a, seed, start.Add(long)) })
		}
	}
	pushers.Wait()
	time.Sleep(time.Until(start.Add(long)))
	for i, p := range all {
		for _, a := range deployed[i][:p.quiet] {
			p.looks(t, a.tree.clone.Repository, start)
		}
	}
}

// deploy installs applications like specs/minimal; one repository is for quiet
// applications or for others, never for both.
func (p polling) deploy(t *testing.T) (all []*application) {
	t.Helper()
	text := spec(t, "minimal")
	var wait []func()
	for i := range p.quiet + p.pushed {
		name, repository := fmt.Sprintf("poll-%s-%d", p.id, i), fmt.Sprintf("example/%s-%s", p.id, p.timing.Interval)
		if !p.shared {
			repository += fmt.Sprint("-", i)
		}
		tr := generate(t, strings.NewReplacer(
			`"hello"`, fmt.Sprintf("%q", name), "example/hello", "example/"+name, "example/deployments", repository,
		).Replace(text))
		a := tr.applications[0]
		commit, image := a.bump(t, "a1")
		tr.install(t)
		wait = append(wait, func() { a.deployed(t, 2*time.Minute, commit.SHA, image) })
		all = append(all, a)
	}
	for _, w := range wait {
		w()
	}
	return all
}

// push commits at random moments until the end, and waits each time until Argo CD
// has seen it. It runs beside the test and must not end it.
func (p polling) push(t *testing.T, a *application, seed int, end time.Time) {
	random := rand.New(rand.NewPCG(uint64(seed), uint64(time.Now().UnixNano())))
	for count := 0; ; count++ {
		time.Sleep(time.Duration(random.Int64N(int64(p.timing.Interval))))
		if time.Now().After(end) {
			return
		}
		commit, _ := a.bump(t, fmt.Sprintf("%x", 0xb000+count))
		start := time.Now()
		for !a.tree.clone.Holds(t.Context(), a.status(t).Sync.Revision, commit.SHA) {
			if took := time.Since(start); took > p.worst+10*time.Second {
				t.Errorf("%s has not seen the commit after %s; %s at most is calculated: %s", a.name, took, p.worst, p.sum)
				return
			}
			time.Sleep(500 * time.Millisecond)
		}
		p.add(t, "detect", "push to the GitOps repository to its detection, by polling", time.Since(start))
	}
}

// looks notes the times between two looks at a repository to which nobody pushes:
// the longest is what a commit may have to wait.
func (p polling) looks(t *testing.T, repository string, start time.Time) {
	t.Helper()
	var last time.Time
	for _, look := range run.Forge.Looks(repository) {
		if !last.IsZero() && last.After(start) {
			took := look.Sub(last)
			p.add(t, "look", "from one look at git to the next, by polling", took)
			if took > p.worst+2*time.Second {
				t.Errorf("%s: %s between two looks; %s at most is calculated: %s", repository, took, p.worst, p.sum)
			}
		}
		last = look
	}
}

func (p polling) add(t *testing.T, kind, what string, took time.Duration) {
	t.Helper()
	run.measured.Add(t, measured.Measurement{
		ID:   fmt.Sprintf("%s-%s-%03.0f", kind, p.id, p.timing.Interval.Seconds()),
		What: what, Criteria: "synced, rollback",
		Promise: fmt.Sprintf("%.0f s: %s", p.worst.Seconds(), p.sum),
		How:     fmt.Sprintf("interval %s, jitter %s, refs believed %s; %s", p.timing.Interval, p.timing.Jitter, p.timing.Refs, p.what),
	}, took)
}
