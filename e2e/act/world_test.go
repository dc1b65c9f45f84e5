package act

import (
	"flag"
	"log"
	"os"
	"testing"

	"github.com/pipegen/pipegen/e2e/measured"
	"github.com/pipegen/pipegen/e2e/runner"
)

var (
	record = flag.Bool("record", false, "write what was measured to e2e/results.json")
	times  measured.Run
)

func TestMain(m *testing.M) {
	os.Exit(runner.Main(func() int {
		status := m.Run()
		if *record && status == 0 {
			if err := times.Write("../results.json"); err != nil {
				log.Print(err)
				return 1
			}
		}
		return status
	}))
}

// world is where a test of this package runs, beside others.
type world struct{ *runner.World }

func newWorld(t *testing.T) world {
	t.Helper()
	t.Parallel()
	return world{runner.New(t, runner.Options{})}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
