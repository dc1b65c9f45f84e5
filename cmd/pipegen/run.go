package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pipegen/pipegen/internal/diag"
)

// Exit codes.
const (
	exitDone     = 0
	exitFindings = 1 // findings or drift
	exitUsage    = 2
	exitFailed   = 3 // could not run, or a bug of pipegen
)

// streams are the input, the output and the environment of a verb.
type streams struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
}

// exitError ends a verb with a code. Its text is empty if everything has been printed already.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// failed returns the error of a verb that could not do its work.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return exitError{exitFailed, err}
}

// run is pipegen: it returns the exit code.
func run(args []string, s streams) int {
	root := newRoot(s)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		addCompletions(root)
	}
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.Execute()
	if m := (mistakes{}); errors.As(err, &m) {
		err = finish(s, m.format, m.Report)
	}
	if err == nil {
		return exitDone
	}
	var exit exitError
	if !errors.As(err, &exit) {
		// Errors without a code come from parsing the command line.
		fmt.Fprintf(s.err, "pipegen: %v%s\nRun 'pipegen --help' for the verbs and 'pipegen VERB --help' for their flags.\n", err, flagMeant(root, args, err))
		return exitUsage
	}
	if exit.err != nil {
		fmt.Fprintf(s.err, "pipegen: %v\n", exit.err)
	}
	return exit.code
}

// flagMeant names the flag of a verb that was probably meant in place of one that it does not have, or that it wants before
// a spec.
func flagMeant(root *cobra.Command, args []string, err error) string {
	var unknown *pflag.NotExistError
	verb, rest, found := root.Find(args)
	for _, arg := range rest {
		if found == nil && strings.HasSuffix(arg, ".cue") && strings.HasPrefix(err.Error(), "unknown command") {
			return "; name a spec with -f " + arg
		}
	}
	if !errors.As(err, &unknown) || found != nil {
		return ""
	}
	var names []string
	verb.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := diag.Closest(unknown.GetSpecifiedName(), names); near != "" {
		return "; did you mean --" + near + "?"
	}
	return ""
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "pipegen",
		Short: "Compile a pipeline's intent into its workflow, manifests and Argo CD Application",
		Long: `pipegen compiles one file, pipeline.cue, which states what a delivery pipeline is
for and what must be true for it to count as working, into

  - a GitHub Actions workflow: test, build, push, and bump the image in the GitOps repository,
  - the Kustomize base and overlays of the GitOps repository,
  - the Argo CD project and Applications that deploy them.

Exit codes: 0 done, 1 findings or drift, 2 wrong usage, 3 pipegen could not run.`,
		Example: `  pipegen init                      read this repository, and write a first pipeline.cue
  pipegen generate                  write the workflow and the manifests
  pipegen check                     before each commit: is all as the spec gives it?
  pipegen explain unknown-field     what a message means`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	version := root.Flags().BoolP("version", "v", false, "print the version")
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if *version {
			return printVersion(s)
		}
		return cmd.Help()
	}
	for _, g := range []struct {
		id, title string
		verbs     []*cobra.Command
	}{
		{"start", "Begin:", []*cobra.Command{newNew(s), newInit(s), newImport(s), newLint(s)}},
		{"write", "Write and review:", []*cobra.Command{newGenerate(s), newCheck(s), newDiff(s), newExplain(s), newGraph(s)}},
		{"live", "The live pipeline:", []*cobra.Command{newSetup(s), newVerify(s), newDoctor(s), newPromote(s), newRollback(s)}},
		{"keep", "Over the years:", []*cobra.Command{newUpgrade(s), newPins(s), newAdopt(s), newEject(s)}},
		{"about", "About pipegen:", []*cobra.Command{newSchema(s), newVersion(s)}},
	} {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, v := range g.verbs {
			v.GroupID = g.id
			root.AddCommand(v)
		}
	}
	root.AddCommand(releaseVerbs(s)...)
	root.InitDefaultHelpCmd()
	help, _, _ := root.Find([]string{"help"})
	help.Args = func(_ *cobra.Command, args []string) error {
		_, rest, err := root.Find(args)
		if err == nil && len(rest) > 0 {
			return fmt.Errorf("there is no verb %q", strings.Join(args, " "))
		}
		return err
	}
	root.SetHelpCommandGroupID("about")
	root.SetCompletionCommandGroupID("about")
	return root
}
