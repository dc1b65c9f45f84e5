package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/fromsource"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/workspace"
	"github.com/pipegen/pipegen/schema"
)

type initOptions struct {
	dir, file string
	yes       bool
	// given holds the flags that were set, by the name of the setting.
	given map[string]any
}

func newInit(s streams) *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a first pipeline.cue for the repository in DIR",
		Long: `Read the repository in DIR (default: the working directory) and write a commented
pipeline.cue that passes 'pipegen check' at once. Values that the repository does not
give are guessed; such lines are marked with CHECK and listed at the end.

An existing file is never overwritten. On a terminal init asks for the few things that
it cannot know; with --yes, or without a terminal, it never asks.`,
		Example: `  pipegen init
  pipegen init ../service --gitops acme/deployments --namespace agents
  pipegen init --yes`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.dir = "."; len(args) > 0 {
				o.dir = args[0]
			}
			return runInit(o, s)
		},
	}
	cmd.Flags().StringVarP(&o.file, "file", "f", usualSpec, "the spec to write, in DIR")
	o.register(cmd)
	return cmd
}

// register adds the flags for what the repository may not give, and notes those that are set.
func (o *initOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVarP(&o.yes, "yes", "y", false, "ask nothing, take every guess")
	texts := map[string]*string{}
	for _, t := range []struct{ name, help string }{
		{"name", "the name of the pipeline and the workload"},
		{"repository", "the GitHub repository of the source, OWNER/NAME"},
		{"branch", "the branch that is released"},
		{"gitops", "the GitOps repository, OWNER/NAME"},
		{"namespace", "the namespace to deploy to"},
	} {
		texts[t.name] = f.String(t.name, "", t.help)
	}
	port := f.Int("port", 0, "the port that the program listens on")
	cmd.PreRun = func(*cobra.Command, []string) {
		o.given = map[string]any{}
		for name, value := range texts {
			if f.Changed(name) {
				o.given[name] = *value
			}
		}
		if f.Changed("port") {
			o.given["port"] = *port
		}
	}
}

const initKeeps = "init never overwrites: edit it, or move it away first"

func runInit(o initOptions, s streams) error {
	place, text, err := o.write(s)
	if err != nil {
		return err
	}
	return failed(show(s, "text", written(place, text, o.obstacles(place, text), fmt.Sprintf("'%s' writes the pipeline", (&specOptions{spec: place}).command("generate")))))
}

// write writes the first spec, and returns where it is and what it says.
func (o initOptions) write(s streams) (place string, text []byte, err error) {
	if !filepath.IsLocal(o.file) {
		return "", nil, exitError{exitUsage, fmt.Errorf("--file is %q; it must name a file in %s", o.file, o.dir)}
	}
	project, err := detect.Look(o.dir)
	if err != nil {
		return "", nil, failed(noFolder(o.dir, err))
	}
	place = filepath.Join(o.dir, o.file)
	project.GitOps, project.GitOpsPath = neighbour(o.dir)
	if _, err := os.Lstat(place); err == nil {
		return "", nil, alreadyThere(place, initKeeps)
	}
	if _, err := os.Stat(filepath.Dir(place)); err != nil {
		return "", nil, failed(noFolder(filepath.Dir(place), err))
	}
	d, err := fromsource.New(project, o.given, released(), judge.Compile)
	if err != nil {
		return "", nil, undrafted(err)
	}
	if !o.yes && onTerminal(s) {
		if err := ask(d, s.in, s.err); err != nil {
			return "", nil, err
		}
	}
	text, err = d.Finish()
	if err != nil {
		return "", nil, undrafted(err)
	}
	return place, text, writeDraft(place, text, initKeeps)
}

// undrafted says why there is no draft. A flag can be wrong, but with any repository a draft that cannot be repaired is
// a bug of pipegen.
func undrafted(err error) error {
	if flag := (fromsource.FlagError{}); errors.As(err, &flag) {
		return exitError{exitUsage, flag}
	}
	if exit := (exitError{}); errors.As(err, &exit) {
		return exit
	}
	return bug(err)
}

func noFolder(dir string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no folder %s", dir)
	}
	return plain(err)
}

// neighbour is where another spec of the repository deploys to, "" without one.
func neighbour(dir string) (repository, path string) {
	top := gitrepo.Root(dir)
	if top == "" {
		return "", ""
	}
	others, err := inRepository(top)
	if err != nil {
		return "", ""
	}
	for _, spec := range others.specs {
		if src, err := readSpec(spec); err == nil {
			if loaded, found := schema.Load(spec, src); !found.Failed() {
				return loaded.Spec.GitOps.Repository, loaded.Spec.GitOps.Path
			}
		}
	}
	return "", ""
}

// obstacles returns the files that are not pipegen's at paths of this spec's output: they matter for the next step, not
// for this one.
func (o initOptions) obstacles(place string, text []byte) diag.List {
	built, found, err := build.Text(place, text, generate.Options{SpecFile: headerPath(place, cmp.Or(gitrepo.Root(o.dir), o.dir))})
	if err != nil {
		return nil
	}
	if found.Failed() {
		return found
	}
	roots := (&specOptions{spec: place}).roots(built.Plan.Source.Repository, built.Plan.GitOps.Repository)
	changes, err := workspace.Compare(built.Set, roots)
	if err != nil {
		return nil
	}
	return inTheWay(changes, roots, built.Plan.Source.Repository)
}

// written says what was written, what to look at, and the command that comes next.
func written(place string, text []byte, obstacles diag.List, next string) report.Document {
	var lines report.Part
	for i, line := range strings.Split(string(text), "\n") {
		if _, from, ok := strings.Cut(line, fromsource.Imports); ok {
			lines.Entries = append(lines.Entries, report.Line("%s:%d: there is a pipeline already: 'pipegen import' drafts more from %s", filepath.ToSlash(place), i+1, from))
		}
	}
	marks := fromsource.Marks(text)
	for _, m := range marks {
		lines.Entries = append(lines.Entries, report.Line("%s:%d: %s", filepath.ToSlash(place), m.Line, m.Look))
	}
	for i := range obstacles {
		obstacles[i].Severity = diag.Warning
		obstacles[i].Message += ": 'pipegen generate' will refuse"
	}
	look := "look through it"
	switch {
	case len(marks) == 1:
		look = "look at the line marked CHECK"
	case len(marks) > 1:
		look = fmt.Sprintf("look at the %d lines marked CHECK", len(marks))
	}
	return report.Document{Parts: []report.Part{lines}, Findings: obstacles, Summary: fmt.Sprintf("wrote %s: %s", place, look), Next: next}
}
