package main

import (
	"fmt"
	"io"
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
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(s.out, versionLine())
			return failed(err)
		},
	}
}

// versionLine names the release and, of a build from a checkout, its commit.
func versionLine() string {
	info, _ := debug.ReadBuildInfo()
	return fmt.Sprintf("pipegen %s%s (%s %s/%s)\n", generate.Version, commitOf(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// commitOf is the commit of a build with what was changed since, "" where the build does not know: go install of a
// release has none, since its version says all.
func commitOf(info *debug.BuildInfo) string {
	if info == nil {
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
	if settings["vcs.modified"] == "true" {
		return " " + commit[:min(12, len(commit))] + " with changes"
	}
	return " " + commit[:min(12, len(commit))]
}

// released reports whether this pipegen was installed as a release, which a workflow can install as well.
func released() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && info.Main.Version == "v"+generate.Version
}
