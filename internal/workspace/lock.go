package workspace

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"
)

// lockWait is how long a run waits for another one: several times what a run takes.
const lockWait = 10 * time.Second

// errLocked means that somebody else holds a lock.
var errLocked = errors.New("locked")

// Lock keeps other runs of pipegen from writing to the repositories until it is released. It waits a while for a run
// that holds the lock. The lock is on the folders themselves, so that no file stays behind, and the system releases it
// however the process ends. A file system without locks has none: Apply still refuses to write over what changed since
// Compare.
//
// A repository that does not exist yet is created, so that there is something to lock, and removed with the release if
// it is still empty.
func Lock(roots Roots) (release func(), err error) {
	var held []func()
	var made []string
	release = func() {
		for _, dir := range slices.Backward(made) {
			// Remove fails for a folder that is not empty, which stays.
			_ = os.Remove(dir)
		}
		for _, unlock := range held {
			unlock()
		}
	}
	dirs := map[string]bool{}
	for root, dir := range roots {
		// Apply will report why the folder cannot be created.
		more, err := makeRoot(dir)
		made = append(made, more...)
		if err != nil {
			continue
		}
		found, err := realDir(dir)
		if err != nil {
			release()
			return nil, fmt.Errorf("cannot open the %s repository %s: %w", root, dir, cause(err))
		}
		if isDir(found) {
			dirs[found] = true
		}
	}
	// Always in the same order, so that two runs never wait for each other.
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		unlock, err := lockDir(dir, time.Now().Add(lockWait))
		if err != nil {
			release()
			return nil, err
		}
		held = append(held, unlock)
	}
	return release, nil
}

func lockDir(dir string, until time.Time) (unlock func(), err error) {
	for {
		unlock, err = tryLock(dir)
		if !errors.Is(err, errLocked) {
			return unlock, err
		}
		if time.Now().After(until) {
			return nil, fmt.Errorf("another pipegen is writing in %s, and has been for %s", dir, lockWait)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
