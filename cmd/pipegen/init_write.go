package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeDraft writes a spec that does not exist yet. If it exists, the message ends with what the verb does then.
func writeDraft(place string, text []byte, keeps string) error {
	switch err := writeNew(place, text); {
	case errors.Is(err, fs.ErrExist):
		return alreadyThere(place, keeps)
	case err != nil:
		return failed(fmt.Errorf("cannot write %s: %w", place, cause(err)))
	}
	return nil
}

func alreadyThere(place, keeps string) error {
	return exitError{exitFindings, fmt.Errorf("%s is there already, and %s", place, keeps)}
}

// cause leaves out the names of the system call and of the temporary file.
func cause(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// writeNew writes a file that does not exist yet, completely or not at all. If it has been created in the meantime the
// error is fs.ErrExist.
func writeNew(place string, text []byte) (err error) {
	temp := filepath.Join(filepath.Dir(place), ".pipegen-"+rand.Text()+".tmp")
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temp)) }()
	_, err = f.Write(text)
	if err == nil {
		// Without this a power cut can leave an empty file under the name.
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	// Unlike a rename, a link never replaces an existing file.
	if err = os.Link(temp, place); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Not every file system has links. Without them a kill can leave half a file, but nothing is ever overwritten.
	return writeExclusive(place, text)
}

func writeExclusive(place string, text []byte) error {
	f, err := os.OpenFile(place, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(place))
	}
	return nil
}
