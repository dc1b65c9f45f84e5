package cluster

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/parts"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/measured"
	"github.com/pipegen/pipegen/e2e/runner"
)

var (
	record = flag.Bool("record", false, "write what was measured to e2e/results.json")
	full   = flag.Duration("full", 0, "how long to measure polling with Argo CD's own values, 0 for not at all")
	keep   = flag.Bool("keep", false, "keep the folder of the run, with the logs of all programs")
)

// quick lets a test wait for the next poll without waiting long.
var quick = stack.Timing{Interval: 20 * time.Second, Jitter: 10 * time.Second, Refs: 20 * time.Second}

// run is what all tests of one run share: one cluster, and the pipegen of this
// working tree.
var run struct {
	*stack.Stack
	folder, pipegen, kustomize string
	// setupPath is the folder of kubectl and gh, which the tools of a runner hide.
	setupPath string
	smoke     *smokeRunner
	measured  *measured.Run
}

func TestMain(m *testing.M) {
	os.Exit(runner.Main(func() int {
		flag.Parse()
		status, err := withCluster(m)
		if err != nil {
			say("%v", err)
			status = 1
		}
		return status
	}))
}

// withCluster runs the tests beside a cluster, and takes it down however they end.
func withCluster(m *testing.M) (status int, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if run.folder, err = os.MkdirTemp("", "pipegen-cluster-"); err != nil {
		return 1, err
	}
	var up atomic.Pointer[stack.Stack]
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		say("interrupted: taking the cluster down")
		cancel()
		// Before the tests run, the line above ends this function; tests cannot be ended from outside.
		if cluster := up.Load(); cluster != nil {
			cluster.Stop()
			runner.Remove()
			if !*keep {
				os.RemoveAll(run.folder)
			}
			os.Exit(1)
		}
	}()
	if *keep {
		say("everything of this run is in %s", run.folder)
	} else {
		defer os.RemoveAll(run.folder)
	}
	set, err := parts.Get(ctx, "parts", say)
	if err != nil {
		return 1, err
	}
	run.kustomize = set.Path("kustomize")
	// For pipegen, which renders charts by it.
	if err := os.Setenv("PATH", filepath.Dir(set.Path("helm"))+":"+os.Getenv("PATH")); err != nil {
		return 1, err
	}
	run.setupPath = filepath.Dir(set.Path("kubectl")) + ":" + filepath.Dir(set.Path("gh"))
	run.pipegen = runner.Tool("pipegen")
	start := time.Now()
	say("starting the cluster")
	if run.Stack, err = stack.Start(ctx, set, filepath.Join(run.folder, "stack"), quick); err != nil {
		return 1, err
	}
	defer run.Stop()
	say("the cluster is up after %s", time.Since(start).Round(time.Second))
	up.Store(run.Stack)
	if run.smoke, err = startSmokeRunner(ctx); err != nil {
		return 1, err
	}
	if err := publishCharts(ctx); err != nil {
		return 1, err
	}
	run.measured = &measured.Run{}
	status = m.Run()
	for _, ended := range run.Ended() {
		say("ended by itself: %s", ended)
		status = 1
	}
	if *record && status == 0 {
		err = run.measured.Write("../results.json")
	}
	return status, err
}

// say prints the progress for the person who waits.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
