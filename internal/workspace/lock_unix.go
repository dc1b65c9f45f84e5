//go:build unix && !solaris && !aix

package workspace

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// tryLock locks a directory, or returns errLocked.
func tryLock(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", dir, cause(err))
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, errLocked
	}
	// Any other error means a file system without locks.
	return func() { f.Close() }, nil
}
