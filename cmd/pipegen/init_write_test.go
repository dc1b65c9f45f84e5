package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Of many writers at once exactly one wins, and its file is complete.
func TestWriteNew(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "pipeline.cue")
	for _, write := range []func(string, []byte) error{writeNew, writeExclusive} {
		os.Remove(place)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := -1
		for i := range 8 {
			wg.Go(func() {
				if err := write(place, bytes.Repeat([]byte{byte('a' + i)}, 1<<16)); err == nil {
					mu.Lock()
					defer mu.Unlock()
					if won >= 0 {
						t.Error("two have won")
					}
					won = i
				} else if !errors.Is(err, os.ErrExist) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := os.ReadFile(place)
		if err != nil || won < 0 || !bytes.Equal(got, bytes.Repeat([]byte{byte('a' + won)}, 1<<16)) {
			t.Errorf("not the file of the winner %d: %v", won, err)
		}
		requireFiles(t, dir, "pipeline.cue")
	}
}
