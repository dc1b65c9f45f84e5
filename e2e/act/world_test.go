package act

import (
	"os"
	"testing"

	"github.com/pipegen/pipegen/e2e/runner"
)

func TestMain(m *testing.M) { os.Exit(runner.Main(m.Run)) }

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
