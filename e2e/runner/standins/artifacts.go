package standins

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
)

// artifacts is where the artifacts of this run lie, a folder each.
func (w World) artifacts() string {
	return filepath.Join(w.root, "artifacts", os.Getenv("GITHUB_RUN_ID"))
}

// upload is actions/upload-artifact for one file, which the artifact then holds
// under its base name.
func upload(w World, in inputs) error {
	text, err := os.ReadFile(in["path"])
	if errors.Is(err, os.ErrNotExist) && in["if-no-files-found"] != "error" {
		fmt.Printf("::warning::No files were found with the provided path: %s\n", in["path"])
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.artifacts(), 0o755); err != nil {
		return err
	}
	folder := filepath.Join(w.artifacts(), in["name"])
	if err := os.Mkdir(folder, 0o755); err != nil {
		return fmt.Errorf("the run has an artifact %s already: %w", in["name"], err)
	}
	return os.WriteFile(filepath.Join(folder, filepath.Base(in["path"])), text, 0o644)
}

// download is actions/download-artifact by pattern, all into one folder.
func download(w World, in inputs) error {
	if in["pattern"] == "" || in["merge-multiple"] != "true" {
		return errors.New("not imitated: download-artifact without pattern and merge-multiple")
	}
	found, err := os.ReadDir(w.artifacts())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(in["path"], 0o755); err != nil {
		return err
	}
	for _, artifact := range found {
		matches, err := path.Match(in["pattern"], artifact.Name())
		if err != nil {
			return err
		}
		if !matches {
			continue
		}
		if err := os.CopyFS(in["path"], os.DirFS(filepath.Join(w.artifacts(), artifact.Name()))); err != nil {
			return err
		}
	}
	return nil
}
