// Package check runs the tools that will read the output of a spec on it: actionlint and shellcheck for workflows,
// kustomize for overlays. It reads files in memory only; the one program it starts is shellcheck.
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

// Run checks a set of files. The function place names a file in findings. A live file has the content that it has on
// disk, if it exists there. An error means that a tool could not do its work; a finding is no error.
func Run(files []artifact.File, place func(artifact.File) string) (Result, error) {
	return NewRenderer().Check(files, files, place)
}

// Check is Run, with the files as the next deploys will leave them. The rules render those in any case, so an overlay
// is rendered as the next deploy leaves it if only a tag or a digest changes, and as it is now otherwise.
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

// finding is a fault in a generated file, reported at the line of the spec: the caller turns Path into a position. The
// generated line is the note. If no value of the spec is in that line, a constant of pipegen's own is at fault.
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
