package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/onramp/frompipeline"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/report"
)

type importOptions struct {
	code, gitops, output, format string
	dryRun, plan                 bool
	accept                       []string
	choice                       frompipeline.Choice
}

func newImport(s streams) *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Draft a pipeline.cue from workflows and manifests written by hand",
		Long: `Read the existing workflows, Kustomize tree and Argo CD objects, and write a valid
pipeline.cue that says the same. Each line says where it was read; values that could
not be found are marked as guessed. The draft has the criteria that something enforces;
promises in comments are not read.

What a spec cannot say of the manifests is kept as it is: objects and patches in folders
called custom, which the draft names, beside what it will give in the GitOps repository.

Where something would be lost or renamed all the same, the manifests stay as they are, by
deploy.own; --own asks for that anyway.

The report names what can neither be expressed nor kept, which the draft leaves out, and
the flaws of the originals by rule, as 'pipegen lint' does: what is broken now comes
first. Flaws are warnings about the originals: the exit code is 0 if the draft was
written.

Only the draft and what it keeps are written, and an existing file is never overwritten.
With --dry-run the draft goes to stdout and the report to stderr. With --plan nothing is
written: what the draft gives is rendered and compared with what is rendered today,
object by object, and an object whose data would be lost, or which cannot be changed,
exits with 1 until --accept KIND/NAME names it.`,
		Example: `  pipegen import
  pipegen import --code ../service --gitops ../deployments --dry-run
  pipegen import --plan --accept Deployment/web`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runImport(o, s) },
	}
	f := cmd.Flags()
	f.StringVar(&o.code, "code", ".", "the code repository")
	f.StringVar(&o.gitops, "gitops", "", "the GitOps repository (default: beside the code repository by the name that CI checks out, else the code repository)")
	f.StringVarP(&o.output, "output", "o", "", "the spec to write (default: pipeline.cue in the code repository)")
	f.StringVar(&o.choice.App, "app", "", "the application of the GitOps repository, where there are several")
	f.StringVar(&o.choice.TestJob, "test-job", "", "the job whose steps are the tests, where several test")
	f.StringVar(&o.choice.Image, "image", "", "the image, where several are built")
	f.StringVar(&o.choice.Own, "own", "", "keep the manifests as they are, by deploy.own: true or false (default: where nothing else would keep all of them)")
	f.Lookup("own").NoOptDefVal = frompipeline.Always
	f.BoolVar(&o.plan, "plan", false, "write nothing, print what becomes of the objects in the cluster")
	f.StringSliceVar(&o.accept, "accept", nil, "with --plan, an object KIND/NAME whose loss or replacement is meant")
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "write nothing, print the draft")
	registerFormat(f, &o.format)
	return cmd
}

const importKeeps = "import never overwrites: move it away, or name another file with --output"

func runImport(o importOptions, s streams) error {
	place := o.output
	if place == "" {
		place = filepath.Join(o.code, "pipeline.cue")
	}
	if _, err := os.Lstat(place); err == nil && !o.dryRun && !o.plan {
		return alreadyThere(place, importKeeps)
	}
	if own := o.choice.Own; own != "" && own != frompipeline.Always && own != frompipeline.Never {
		return exitError{exitUsage, fmt.Errorf("--own %s: write true or false", own)}
	}
	again := o.command()
	m, followed, project, err := o.read()
	if err != nil {
		return failed(err)
	}
	if nothing(followed) {
		return finishFlaws(s, o.format, report.Flaws{Others: unreadable(m)})
	}
	found, err := flaws(m)
	if err != nil {
		return failed(err)
	}
	drafted, err := frompipeline.Draft(followed, project, o.choice, wholeCheck)
	r := report.Flaws{Found: found, Left: drafted.Left, Notices: unread(m)}
	if refused := (draft.Unmended{}); errors.As(err, &refused) {
		// The report is worth as much without a draft.
		r.Others = undraftable(refused)
		return finishFlaws(s, o.format, r)
	}
	if choice := (frompipeline.ChoiceError{}); errors.As(err, &choice) {
		return exitError{exitUsage, choice}
	}
	if err != nil {
		return undrafted(err)
	}
	if o.plan {
		return o.printPlan(drafted, again, s)
	}
	files, err := o.keptFiles(drafted)
	if err != nil {
		return err
	}
	r.Notices = append(keeps(o.gitops, files), r.Notices...)
	if o.dryRun {
		if _, err := s.out.Write(drafted.Text); err != nil {
			return failed(err)
		}
		s.out = s.err
		return finishFlaws(s, o.format, r)
	}
	if err := writeKept(o.gitops, files); err != nil {
		return err
	}
	if err := writeDraft(place, drafted.Text, importKeeps); err != nil {
		return err
	}
	r.Summary, r.Next = importSummary(place, drafted.Text, drafted.Left), fmt.Sprintf("'%s --plan' says what becomes of the objects of today, and '%s' shows what the draft gives", again, (&specOptions{spec: place, out: "DIR"}).command("generate"))
	return finishFlaws(s, o.format, r)
}

// undraftable says why there is no draft.
func undraftable(refused draft.Unmended) diag.List {
	var out diag.List
	for _, p := range refused.Refused {
		out = append(out, diag.Diagnostic{Code: diag.Inexpressible, Message: "no draft was written, since a spec of this pipeline is refused: " + p.Message, Help: "write one with 'pipegen init', and report this pipeline to us"})
	}
	return out
}

// unread returns the files with a name of YAML that were not read.
func unread(m *pipeline.Model) []string {
	var out []string
	for _, skipped := range m.Skipped {
		notice := fmt.Sprintf("%s was not read: %s", skipped.Place, skipped.Reason)
		// Both repositories may be one folder.
		if ext := path.Ext(skipped.Place); (ext == ".yaml" || ext == ".yml") && !slices.Contains(out, notice) {
			out = append(out, notice)
		}
	}
	return append(out, elsewhere(m)...)
}

// importSummary says what was written and what is left to look at.
func importSummary(place string, text []byte, left diag.List) string {
	return fmt.Sprintf("wrote %s: %d lines are guessed, %d things were left out; look through it",
		filepath.ToSlash(place), strings.Count(string(text), frompipeline.Mark), len(left))
}
