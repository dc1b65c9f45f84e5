package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// manyEnvironments returns a spec with n environments, where every second one comes
// after the one before it.
func manyEnvironments(n int) string {
	var b strings.Builder
	b.WriteString(`name: "orders"
intent: "A push to main is running a few minutes later."
source: repository: "example/orders"
test: steps: [{name: "Test", run: "make test"}]
deploy: {port: 8080, probes: {readiness: "/ready", liveness: "/live"}}
gitops: repository: "example/deployments"
`)
	for i := range n {
		fmt.Fprintf(&b, "environments: env%03d: namespace: \"orders-%03d\"\n", i, i)
		if i%2 == 1 {
			fmt.Fprintf(&b, "environments: env%03d: after: \"env%03d\"\n", i, i-1)
		}
	}
	return b.String()
}

// checkOf returns a check of a spec with n environments whose output is on disk.
func checkOf(t testing.TB, n int) func() {
	t.Helper()
	dir := t.TempDir()
	spec := generated(t, dir, n)
	return func() {
		if code := run([]string{"check", "-f", spec, "--out", dir}, silent); code != 0 {
			t.Fatalf("check with %d environments ends with %d", n, code)
		}
	}
}

var silent = streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, env: func(string) string { return "" }}

// generated writes a spec with that many environments into a folder, and all that it gives.
func generated(t testing.TB, dir string, n int) (spec string) {
	t.Helper()
	spec = filepath.Join(dir, "pipeline.cue")
	if err := os.WriteFile(spec, []byte(manyEnvironments(n)), 0o644); err != nil {
		t.Fatal(err)
	}
	if code := run([]string{"generate", "-f", spec, "--out", dir}, silent); code != 0 {
		t.Fatalf("generate with %d environments ends with %d", n, code)
	}
	return spec
}

// TestGrowth: each environment more costs as much as the one before it. It counts
// allocated memory, which does not depend on the load of the machine. Code that
// looks through all environments for each one makes the later ones cost more.
func TestGrowth(t *testing.T) {
	// The least of a few runs: what earlier tests left running, and pools that a collection emptied, only add.
	allocated := func(n int) (count, size float64) {
		check := checkOf(t, n)
		count, size = math.Inf(1), math.Inf(1)
		for range 3 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			check()
			runtime.ReadMemStats(&after)
			count = min(count, float64(after.Mallocs-before.Mallocs))
			size = min(size, float64(after.TotalAlloc-before.TotalAlloc))
		}
		return count, size
	}
	allocated(2) // what is made once for all runs
	c10, s10 := allocated(10)
	c20, s20 := allocated(20)
	c40, s40 := allocated(40)
	for _, kind := range []struct {
		what                    string
		ten, twenty, forty, top float64
	}{
		{"allocations", c10, c20, c40, 1.1},
		{"bytes", s10, s20, s40, 1.1},
	} {
		first, later := (kind.twenty-kind.ten)/10, (kind.forty-kind.twenty)/20
		t.Logf("%s: %.0f for 10 environments; each one more costs %.0f up to 20, and %.0f up to 40 (%.3f times)", kind.what, kind.ten, first, later, later/first)
		if later > first*kind.top {
			t.Errorf("%s grow faster than the environments: the first cost %.0f each, the later %.0f", kind.what, first, later)
		}
	}
}

// TestHundredEnvironments holds the CPU time of a check of 100 environments against that of one, as processes, start and
// end included, and shellcheck left out, whose time is the same for both. docs/performance.md promises 8 times as much
// with it. What it takes is the greater part of the slack; the rest is for busy machines, which add to both and not in
// proportion, so that each counts with the least of a few runs.
func TestHundredEnvironments(t *testing.T) {
	const promised, slack = 8, 1.6
	least := func(n int) time.Duration {
		dir := t.TempDir()
		generated(t, dir, n)
		best := time.Hour
		for range 5 {
			cmd := exec.Command("pipegen", "check", "-f", "pipeline.cue", "--out", ".")
			cmd.Dir, cmd.Env = dir, []string{"PATH="}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%d environments: %v\n%s", n, err, out)
			}
			best = min(best, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
		return best
	}
	one, hundred := least(1), least(100)
	times := hundred.Seconds() / one.Seconds()
	t.Logf("one environment takes %v, 100 take %v: %.1f times as long", one, hundred, times)
	if times > promised*slack {
		t.Errorf("100 environments take %.1f times the CPU of one, more than %d", times, promised)
	}
}

// BenchmarkGrowth shows the time, which varies too much for a test.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		check := checkOf(b, n)
		b.Run(fmt.Sprintf("%d environments", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				check()
			}
		})
	}
}
