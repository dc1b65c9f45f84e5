package runner

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/runner/standins"
)

// BeforePush is closed when the next run has committed to a repository and is about to
// push; for a minute it does not.
func (w *World) BeforePush(t *testing.T) <-chan struct{} {
	t.Helper()
	hold, held := filepath.Join(w.Root, "hold"), filepath.Join(w.Root, "held")
	Write(t, hold, "")
	reached := make(chan struct{})
	go func() {
		for t.Context().Err() == nil {
			if _, err := os.Stat(held); !errors.Is(err, fs.ErrNotExist) {
				// Whatever pushes next is not held.
				os.Remove(hold)
				os.Remove(held)
				close(reached)
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return reached
}

// lose ends every process of the world at once, as the loss of the machine would.
func (w *World) lose() {
	mark := []byte(standins.Root + "=" + w.Root + "\x00")
	processes, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		return
	}
	for _, file := range processes {
		environment, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(environment, mark) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			// It can only be that it ended meanwhile.
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
