// Package credentials finds the credentials for the live systems where the systems' own tools keep them: in the
// environment and in the user's files. It runs no program, and prints no credential.
package credentials

import (
	"io"
	"os"
	"path/filepath"
)

// maxFile is how much of a configuration file is read.
const maxFile = 1 << 20

// Sources says where to look for credentials.
type Sources struct {
	// Env looks up a variable, Home is the user's folder.
	Env  func(string) string
	Home string
}

// read returns the content of a file, or nil if it cannot be read.
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

// folder returns the folder that a variable names, else one below the user's home.
func (s Sources) folder(own, name string) string {
	if dir := s.Env(own); own != "" && dir != "" {
		return dir
	}
	if dir := s.Env("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, name)
	}
	return filepath.Join(s.Home, ".config", name)
}
