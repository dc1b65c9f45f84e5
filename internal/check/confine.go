package check

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// beyond finds what would make kustomize read anything but the files that it is given: it asks other servers for an
// address, and starts git for a repository. With strict it also finds the fields that kustomize has replaced, but in trees
// that a team has written and keeps.
func (c checker) beyond(strict bool) diag.List {
	there, ours := map[string]bool{}, map[string]bool{}
	for _, f := range c.files {
		if f.Root != artifact.GitOps {
			continue
		}
		there[f.Path] = true
		if isKustomization(f) {
			there[path.Dir(f.Path)] = true
			ours[path.Dir(f.Path)] = ours[path.Dir(f.Path)] || f.Owner == artifact.Generated
		}
	}
	var out diag.List
	for _, f := range c.files {
		if !isKustomization(f) {
			continue
		}
		for _, m := range c.renderer.mentions(f) {
			why := refusedFields[m.field]
			if strict && within(path.Dir(f.Path), ours) {
				why = cmp.Or(why, deprecatedFields[m.field])
			}
			switch {
			case m.value != "" && !there[path.Join(path.Dir(f.Path), m.value)]:
				out = append(out, c.refused(f, m.line, fmt.Sprintf("%s names %s, which is no file of this repository that pipegen reads", m.field, m.value),
					"put the file below this folder, as a regular file: no server is asked and no link followed"))
			case m.field == generators && m.value != "" && (!strict || f.Owner == artifact.Generated):
				if d, ok := c.decrypts(f, m); !ok {
					out = append(out, d)
				}
			case m.field == generators, m.field == transformers && !c.transformsItself(path.Join(path.Dir(f.Path), m.value)), m.value == "" && why != "":
				out = append(out, c.refused(f, m.line, fmt.Sprintf("%s cannot be used here: %s", m.field, why), "write the objects down, or use patches"))
			}
		}
	}
	return out
}

// decrypts reports a file of generators that have KSOPS decrypt files which are all there, and else says why not.
func (c checker) decrypts(f artifact.File, m mention) (diag.Diagnostic, bool) {
	i := slices.IndexFunc(c.files, func(g artifact.File) bool {
		return g.Root == artifact.GitOps && g.Path == path.Join(path.Dir(f.Path), m.value)
	})
	named, only := pipeline.Decrypted(c.files[i].Content)
	if !only {
		return c.refused(f, m.line, fmt.Sprintf("%s cannot be used here: %s", m.field, refusedFields[m.field]), "write the objects down, or use patches"), false
	}
	for _, name := range named {
		if !slices.ContainsFunc(c.files, func(g artifact.File) bool {
			return g.Root == artifact.GitOps && g.Path == path.Join(path.Dir(f.Path), name)
		}) {
			return c.refused(f, m.line, fmt.Sprintf("%s names %s, which is no file of this repository that pipegen reads", m.value, name), "put the file below this folder, as a regular file"), false
		}
	}
	return diag.Diagnostic{}, true
}

// transformsItself reports a file of transformers that start nothing and read nothing.
func (c checker) transformsItself(at string) bool {
	return slices.ContainsFunc(c.files, func(f artifact.File) bool {
		return f.Root == artifact.GitOps && f.Path == at && pipeline.TransformsItself(f.Content)
	})
}

// within reports whether a folder is one of some, or below one.
func within(dir string, folders map[string]bool) bool {
	for ; dir != "." && dir != "/"; dir = path.Dir(dir) {
		if folders[dir] {
			return true
		}
	}
	return folders["."]
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
	for _, d := range c.beyond(false) {
		return errors.New(d.Message)
	}
	return nil
}
