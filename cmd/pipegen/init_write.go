package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeDraft writes a spec that is not there yet. What the verb does otherwise ends
// the message.
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

// writeNew writes a file that is not there yet: all of it, or nothing. When one
// has come into being in the meantime the error is fs.ErrExist.
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
	// Unlike a rename, a link never replaces what is there.
	if err = os.Link(temp, place); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Not every file system has links. There a kill can leave half a file, but
	// nothing is ever overwritten.
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
