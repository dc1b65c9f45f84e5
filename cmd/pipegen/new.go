package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/fromsource"
	"github.com/pipegen/pipegen/internal/report"
)

func newNew(s streams) *cobra.Command {
	o := initOptions{file: usualSpec}
	var list bool
	cmd := &cobra.Command{
		Use:   "new TEMPLATE DIR",
		Short: "Write a small repository to start from",
		Long: `Write a small service into DIR, with its tests, its Dockerfile and a route for its
health, and a pipeline.cue as 'pipegen init' writes it. --list names the templates.

DIR is made if it is not there. If it is, it must be empty, but for .git: a clone of
an empty repository will do, and pipeline.cue then names that repository.`,
		Example: `  pipegen new --list
  pipegen new go greeter --repository acme/greeter
  pipegen new python-fastapi .`,
		Args: func(_ *cobra.Command, args []string) error {
			if want := map[bool]int{false: 2}[list]; len(args) != want {
				return fmt.Errorf("a template and a folder are wanted, such as 'pipegen new go greeter'; 'pipegen new --list' names the templates")
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			return templateNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if list {
				return failed(show(s, "text", templateList()))
			}
			o.dir = args[1]
			return runNew(args[0], o, s)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "name the templates, and write nothing")
	o.register(cmd)
	return cmd
}

func templateNames() (out []string) {
	for _, t := range fromsource.Templates() {
		out = append(out, t.Name)
	}
	return out
}

func templateList() report.Document {
	var lines report.Part
	for _, t := range fromsource.Templates() {
		lines.Entries = append(lines.Entries, report.Line("%-16s %s", t.Name, t.Title))
	}
	return report.Document{Parts: []report.Part{lines}, Next: "'pipegen new TEMPLATE DIR' writes one"}
}

func runNew(name string, o initOptions, s streams) error {
	template, ok := fromsource.FindTemplate(name)
	if !ok {
		return exitError{exitUsage, fmt.Errorf("there is no template %q: 'pipegen new --list' names them%s", name, diag.Meant(name, templateNames()))}
	}
	next := "pipegen generate"
	cloned, err := emptyFolder(o.dir)
	switch {
	case err != nil:
		return err
	case !cloned:
		if o.given["branch"] == nil {
			o.given["branch"] = "main"
		}
		next = fmt.Sprintf("git init -b %s && pipegen generate", o.given["branch"])
	}
	if filepath.Clean(o.dir) != "." {
		next = "cd " + o.dir + " && " + next
	}
	made, err := lay(template, o.dir)
	if err != nil {
		return errors.Join(failed(err), takeBack(made))
	}
	place, text, err := o.write(s)
	if err != nil {
		return errors.Join(err, takeBack(made))
	}
	return failed(show(s, "text", written(place, text, nil, "'"+next+"' writes the pipeline")))
}

// emptyFolder refuses a folder in which anything is, and reports whether it is a clone.
func emptyFolder(dir string) (cloned bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, failed(fmt.Errorf("cannot read %s: %w", dir, cause(err)))
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			return false, exitError{exitFindings, fmt.Errorf("%s is not empty, and new overwrites nothing: take another folder; for a repository that has files, 'pipegen init %[1]s' writes a pipeline.cue", dir)}
		}
	}
	return len(entries) > 0, nil
}

// lay writes the files of a template, and returns what it has made, folders before what is in them.
func lay(t fromsource.Template, dir string) (made []string, err error) {
	for _, f := range t.Files {
		place := filepath.Join(dir, f.Path)
		for folder := filepath.Dir(place); ; folder = filepath.Dir(folder) {
			if _, err := os.Lstat(folder); err == nil {
				break
			}
			made = append(made, folder)
		}
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			return made, fmt.Errorf("cannot make %s: %w", filepath.Dir(place), cause(err))
		}
		made = append(made, place)
		if err := writeNew(place, f.Text); err != nil {
			return made, fmt.Errorf("cannot write %s: %w", place, cause(err))
		}
	}
	return made, nil
}

// takeBack removes what was made, so that the next try finds the folder as this one did.
func takeBack(made []string) error {
	// What is within a folder has the longer path.
	slices.SortFunc(made, func(a, b string) int { return len(b) - len(a) })
	for _, place := range made {
		if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return failed(fmt.Errorf("cannot remove %s: %w", place, cause(err)))
		}
	}
	return nil
}
