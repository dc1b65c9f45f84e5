//go:build manual

// With the tag manual, pipegen writes the pages and completions that are in the archives of a release. The program that
// people install has neither this verb nor the libraries behind it.
package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/pipegen/pipegen/generate"
)

// releaseVerbs are those that only the build for a release's archives has.
func releaseVerbs(s streams) []*cobra.Command {
	return []*cobra.Command{{
		Use:   "manual DIR",
		Short: "Write the man pages and the completions of shells",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			root.RemoveCommand(cmd)
			return failed(writeManual(root, args[0], s.env))
		},
	}}
}

// writeManual fills DIR/man and DIR/completions. Pages carry the day of SOURCE_DATE_EPOCH, or none, so that two builds of
// one commit are equal.
func writeManual(root *cobra.Command, dir string, env func(string) string) error {
	man, completions := filepath.Join(dir, "man", "man1"), filepath.Join(dir, "completions")
	if err := errors.Join(os.MkdirAll(man, 0o755), os.MkdirAll(completions, 0o755)); err != nil {
		return err
	}
	root.DisableAutoGenTag = true
	seconds, _ := strconv.ParseInt(env("SOURCE_DATE_EPOCH"), 10, 64)
	day := time.Unix(seconds, 0).UTC()
	header := &doc.GenManHeader{Section: "1", Date: &day, Source: "pipegen " + generate.Version, Manual: "pipegen"}
	return errors.Join(
		doc.GenManTree(root, header, man),
		root.GenBashCompletionFileV2(filepath.Join(completions, "pipegen.bash"), true),
		root.GenZshCompletionFile(filepath.Join(completions, "_pipegen")),
		root.GenFishCompletionFile(filepath.Join(completions, "pipegen.fish"), true),
	)
}
