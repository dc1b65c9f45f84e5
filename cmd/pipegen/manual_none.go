//go:build !manual

package main

import "github.com/spf13/cobra"

// releaseVerbs are those that only the build for a release's archives has.
func releaseVerbs(streams) []*cobra.Command { return nil }
