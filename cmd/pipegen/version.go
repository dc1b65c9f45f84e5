package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/generate"
)

func newVersion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return printVersion(s) },
	}
}

// printVersion names the release and, of a build from a checkout, its commit.
func printVersion(s streams) error {
	_, err := fmt.Fprintf(s.out, "pipegen %s%s (%s %s/%s)\n", generate.Version, commitOfBuild(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return failed(err)
}

// commitOfBuild is the commit from which pipegen was built, and whether files were changed since; "" where the build does
// not know: go install of a release has none, since its version says all.
func commitOfBuild() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	commit := settings["vcs.revision"]
	if commit == "" {
		return ""
	}
	out := " " + commit[:min(12, len(commit))]
	if settings["vcs.modified"] == "true" {
		out += " with changes"
	}
	return out
}

// released reports whether this pipegen was installed as a release, which a workflow can install as well.
func released() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && info.Main.Version == "v"+generate.Version
}
