package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pipegen/pipegen/schema"
)

// readSpec reads a spec, which must be a regular file: reading a pipe would block, and the headers of the output could
// not name it. The error for a spec that is not there is fs.ErrNotExist.
func readSpec(name string) ([]byte, error) {
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" {
		return nil, fmt.Errorf("%s is YAML by its name, and a spec is CUE: texts in quotes, structs in { } and lists in [ ]; 'pipegen init' writes one to start from", name)
	}
	// Look before opening, which waits for the other end of a pipe.
	before, err := os.Stat(name)
	if err != nil {
		return nil, plain(err)
	}
	if kind := irregular(before.Mode()); kind != "" {
		return nil, fmt.Errorf("%s is %s: a spec is a file, such as pipeline.cue, which -f names", name, kind)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, plain(err)
	}
	defer f.Close()
	// One byte more than is allowed, so that the schema refuses a larger file.
	src, err := io.ReadAll(io.LimitReader(f, schema.MaxSize+1))
	if err != nil {
		return nil, plain(err)
	}
	if after, err := f.Stat(); err == nil && (after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime())) {
		return nil, fmt.Errorf("%s was written to while it was read: run this again once it is saved", name)
	}
	return src, nil
}

// irregular says what a file is that is not a regular one.
func irregular(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return ""
	case m.IsDir():
		return "a folder"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}
