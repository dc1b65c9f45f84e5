package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/generate"
)

func newVersion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(s.out, "pipegen %s (%s %s/%s)\n", generate.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return failed(err)
		},
	}
}
