package workspace

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"path"

	"github.com/pipegen/pipegen/internal/lazy"
)

// tempName returns a name that no other run has, so that two runs at once do not write into the same temporary file.
func tempName() string { return ".pipegen-" + rand.Text() + ".tmp" }

// ourTemp matches exactly the names of tempName, and not a user's .pipegen-notes.tmp.
var ourTemp = lazy.Regexp(`^\.pipegen-[A-Z2-7]{26}\.tmp$`)

// removeLeftovers removes the temporary files that a killed run left in dir.
func removeLeftovers(d disk, dir string) error {
	entries, err := d.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !ourTemp().MatchString(e.Name()) {
			continue
		}
		err := d.Remove(path.Join(dir, e.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
