package main

import (
	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/pinning"
	"github.com/pipegen/pipegen/internal/report"
)

type pinsVerifyOptions struct {
	specOptions
	pinning.Remote
}

func newPinsVerify(s streams) *cobra.Command {
	var o pinsVerifyOptions
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Compare the actions and tools in the files on disk with tables and lock",
		Long: `Compare each action in the generated workflows on disk, and each entry of the lock, with
what is known: no commit may have the name of another release, and no release may be
one that is known to be broken. Workflows that are not pipegen's are not read, and no
network is used without --remote: then git asks the repository of each action which
commit the tag of the release names.

Tools that these files download, including the smoke Job's, are compared with their
table and the spec: a digest of another release, an image without a digest and a release
that is known to be malicious are errors. No network is used for tools, not even with
--remote.`,
		Example: `  pipegen pins verify
  pipegen pins verify --remote`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runPinsVerify(o, s) },
	}
	f := cmd.Flags()
	o.specOptions.register(f, s)
	registerRemote(f, &o.Remote)
	registerFormat(f, &o.format)
	return cmd
}

func runPinsVerify(o pinsVerifyOptions, s streams) error {
	r, found, err := o.loadAndRender()
	if err != nil {
		return err
	}
	v, err := r.pins(&o.specOptions).Verify(o.Remote)
	if err != nil {
		return failed(err)
	}
	found = append(found, v.Found...)
	result := report.Report{Spec: o.spec, Diagnostics: found, Notices: v.Notices}
	if !found.Failed() {
		result.Summary = report.Count(v.Pins, "pin") + ": nothing contradicts the table or the lock"
		if o.Ask {
			result.Summary = report.Count(v.Pins, "pin") + ": the actions' own repositories say the same"
		}
	}
	return finish(s, o.format, result)
}
