// Package check holds the output of a spec against the tools that will read it:
// actionlint and shellcheck for workflows, kustomize for overlays. It reads
// files in memory only; the one program it starts is shellcheck.
package check

import (
	"slices"
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

// Run checks a set of files. Place names a file in findings. The content of a live file is that of the disk,
// where it exists. An error means that a tool could not do its work; a finding is
// no error.
func Run(files []artifact.File, place func(artifact.File) string) (Result, error) {
	return NewRenderer().Check(files, files, place)
}

// Check is Run for files that the next deploys turn into others, which the proofs have
// rendered anyhow: an overlay is rendered as it is then, where only a tag or a digest
// makes the difference, and as it is now everywhere else.
func (r *Renderer) Check(files, next []artifact.File, place func(artifact.File) string) (Result, error) {
	c := checker{files: files, next: next, place: place, renderer: r}
	var (
		wg                 sync.WaitGroup
		workflows, scripts diag.List
		skipped            string
		err                error
	)
	// Tools that know nothing of one another: those for workflows, and kustomize.
	wg.Go(func() {
		var written []script
		if workflows, written, err = c.lintWorkflows(); err == nil {
			scripts, skipped, err = c.shellScripts(written)
		}
	})
	overlays := c.buildOverlays()
	wg.Wait()
	if err != nil {
		return Result{}, err
	}
	out := Result{Findings: slices.Concat(workflows, scripts, overlays, c.hiddenCharacters())}
	if skipped != "" {
		out.Skipped = append(out.Skipped, skipped)
	}
	return out, nil
}

type checker struct {
	files []artifact.File
	// next are the files as the next deploys leave them.
	next  []artifact.File
	place func(artifact.File) string
	// renderer remembers what it has read and rendered.
	renderer *Renderer
}

// finding is a fault in a generated file, told at the spec's own line: the caller
// turns Path into a place. The generated line is the note. Where no value of the
// spec stands in the line, it is a constant of pipegen's own that is at fault.
func (c checker) finding(code diag.Code, f artifact.File, line, column int, message string) diag.Diagnostic {
	if f.Owner == artifact.Unmanaged {
		return diag.Diagnostic{Code: code, Pos: diag.Position{File: c.place(f), Line: line, Column: column}, Message: message}
	}
	d := diag.Diagnostic{
		Code:    code,
		Path:    f.Origin(line),
		Message: message,
		Notes: []diag.Note{{
			Pos:     diag.Position{File: c.place(f), Line: line, Column: column},
			Message: "in the generated file",
		}},
	}
	if d.Path == "" {
		d.Code = diag.Internal
	}
	return d
}
