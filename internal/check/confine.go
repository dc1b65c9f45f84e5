package check

import (
	"cmp"
	"errors"
	"fmt"
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

// beyond finds what would make kustomize read anything but the files that it is given: it asks other servers for an
// address, and starts git for a repository. The fields are those that may not be used, with the reason.
func (c checker) beyond(fields ...map[string]string) diag.List {
	there := map[string]bool{}
	for _, f := range c.files {
		if f.Root != artifact.GitOps {
			continue
		}
		there[f.Path] = true
		if isKustomization(f) {
			there[path.Dir(f.Path)] = true
		}
	}
	var out diag.List
	for _, f := range c.files {
		if !isKustomization(f) {
			continue
		}
		for _, m := range c.renderer.mentions(f) {
			why := ""
			for _, reasons := range fields {
				why = cmp.Or(why, reasons[m.field])
			}
			switch {
			case m.value != "" && !there[path.Join(path.Dir(f.Path), m.value)]:
				out = append(out, c.refused(f, m.line, fmt.Sprintf("%s names %s, which is no file of this repository that pipegen reads", m.field, m.value),
					"put the file below this folder, as a regular file: no server is asked and no link followed"))
			case m.value == "" && why != "":
				out = append(out, c.refused(f, m.line, fmt.Sprintf("%s cannot be used here: %s", m.field, why), "write the objects down, or use patches"))
			}
		}
	}
	return out
}

// refused is a fault in a kustomization. It is reported at its own line if the file is the author's, else at the line
// of the spec.
func (c checker) refused(f artifact.File, line int, message, help string) diag.Diagnostic {
	if f.Origin(line) != "" {
		d := c.finding(diag.Overlay, f, line, 0, message)
		d.Help = help
		return d
	}
	return diag.Diagnostic{Code: diag.Overlay, Pos: diag.Position{File: c.place(f), Line: line}, Message: message, Help: help}
}

// confined is beyond as an error, for callers that render edited files.
func (r *Renderer) confined(files []artifact.File) error {
	c := checker{files: files, place: func(f artifact.File) string { return f.Path }, renderer: r}
	for _, d := range c.beyond(refusedFields) {
		return errors.New(d.Message)
	}
	return nil
}
