package check

import (
	"errors"
	"runtime"
	"testing"
	"time"
)

// TestBounded holds that nobody waits for what needs too much memory, and that what needs little comes back.
func TestBounded(t *testing.T) {
	end := make(chan bool)
	defer close(end)
	_, err := bounded(1<<20, func() (int, error) {
		large := make([]byte, 1<<26)
		<-end
		runtime.KeepAlive(large)
		return 0, nil
	})
	if !errors.As(err, new(tooLarge)) {
		t.Errorf("64 MiB are more than 1: %v", err)
	}
	if n, err := bounded(1<<29, func() (int, error) { time.Sleep(50 * time.Millisecond); return 7, nil }); n != 7 || err != nil {
		t.Error(n, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a panic is lost")
		}
	}()
	_, _ = bounded(1<<29, func() (int, error) { panic("damaged input") })
}
