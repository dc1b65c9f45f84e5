// Package check holds the output of a spec against the tools that will read it:
// actionlint and shellcheck for workflows, kustomize for overlays. It reads
// files in memory only; the one program it starts is shellcheck.
package check

import (
	"sync"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

// Result is what the tools found.
type Result struct {
	Findings diag.List
	// Skipped says which tool did not run, and why.
	Skipped []string
}

// Run checks a set of files. The content of a live file is that of the disk,
// where it exists. An error means that a tool could not do its work; a finding is
// no error.
func Run(files []artifact.File) (Result, error) {
	var (
		wg       sync.WaitGroup
		scripts  diag.List
		skipped  string
		shellErr error
	)
	// The others take less time together than shellcheck takes to start.
	wg.Go(func() { scripts, skipped, shellErr = shellScripts(files) })
	workflows, err := lintWorkflows(files)
	if err != nil {
		wg.Wait()
		return Result{}, err
	}
	overlays := buildOverlays(files)
	wg.Wait()
	if shellErr != nil {
		return Result{}, shellErr
	}
	r := Result{Findings: append(append(workflows, scripts...), overlays...)}
	if skipped != "" {
		r.Skipped = append(r.Skipped, skipped)
	}
	return r, nil
}

// finding is a fault in a generated file, told at the spec's own line: the caller
// turns Path into a place. The generated line is the note. Where no value of the
// spec stands in the line, it is a constant of pipegen's own that is at fault.
func finding(code diag.Code, f artifact.File, line, column int, message string) diag.Diagnostic {
	d := diag.Diagnostic{
		Code:    code,
		Path:    f.Origin(line),
		Message: message,
		Notes: []diag.Note{{
			Pos:     diag.Position{File: Place(f), Line: line, Column: column},
			Message: "in the generated file",
		}},
	}
	if d.Path == "" {
		d.Code = diag.Internal
	}
	return d
}

// Place names a file as a person would look for it: its path in its repository.
func Place(f artifact.File) string { return string(f.Root) + ":" + f.Path }
