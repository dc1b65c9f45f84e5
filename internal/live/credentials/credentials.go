// Package credentials finds what the live systems ask for where their own tools keep
// it: in the environment and in files of the user's. It runs no program, and prints
// nothing of what it finds.
package credentials

import (
	"io"
	"os"
	"path/filepath"
)

// maxFile is how much of a configuration file is read.
const maxFile = 1 << 20

// Sources is where to look.
type Sources struct {
	// Env looks up a variable, Home is the user's folder.
	Env  func(string) string
	Home string
}

// read returns a file, or nil: one that cannot be read holds no credential for us.
func (s Sources) read(folder, name string) []byte {
	f, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil
	}
	return data
}

// folder is the first that a variable names, else one below the user's own.
func (s Sources) folder(own, name string) string {
	if dir := s.Env(own); own != "" && dir != "" {
		return dir
	}
	if dir := s.Env("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, name)
	}
	return filepath.Join(s.Home, ".config", name)
}
