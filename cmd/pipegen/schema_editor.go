package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/schema"
)

// usualPackage is the package of a spec that names none yet.
const usualPackage = "pipeline"

// writeEditor writes what CUE's language server needs to know the fields of a spec. A module that is there already gets
// the copy of the schema alone.
func writeEditor(o specOptions, s streams) error {
	o.progress = s.err
	o.find()
	src, err := readSpec(o.spec)
	if errors.Is(err, fs.ErrNotExist) {
		return failed(o.absent())
	}
	if err != nil {
		return failed(err)
	}
	pkg := schema.Package(src)
	next := "start 'cue lsp' in your editor, as docs/editors.md shows"
	if pkg == "" {
		pkg = usualPackage
		next = fmt.Sprintf("write 'package %s' as the first line of %s, then %s", pkg, o.spec, next)
	}
	files := []editorFile{
		{filepath.Join(filepath.Dir(o.spec), usualPackage+"_editor.cue"), schema.EditorLink(pkg)},
	}
	module, there := moduleOf(filepath.Dir(o.spec))
	if !there {
		files = append(files, editorFile{filepath.Join(module, "cue.mod/module.cue"), []byte(schema.EditorModule)})
	}
	files = append(files, editorFile{filepath.Join(module, schema.EditorCopy), slices.Concat([]byte(schema.EditorMark), schema.CUE())})
	var lines report.Part
	for _, f := range files {
		if err := f.write(); err != nil {
			return err
		}
		lines.Entries = append(lines.Entries, report.Line("wrote %s", filepath.ToSlash(f.place)))
	}
	return failed(show(s, "text", report.Document{Parts: []report.Part{lines}, Next: next}))
}

// moduleOf is the nearest folder at or above one that is a module of CUE, and whether there is one; without one, it is the
// root of the repository.
func moduleOf(dir string) (module string, there bool) {
	top := gitrepo.Root(dir)
	for module = dir; ; module = filepath.Join(module, "..") {
		if _, err := os.Stat(filepath.Join(module, "cue.mod/module.cue")); err == nil {
			return module, true
		}
		if at, err := filepath.Abs(module); err != nil || top == "" || at == top {
			break
		}
	}
	if top == "" {
		return dir, false
	}
	return module, false
}

type editorFile struct {
	place string
	text  []byte
}

// write writes a file, or writes it again if this verb wrote it before.
func (f editorFile) write() error {
	if err := os.MkdirAll(filepath.Dir(f.place), 0o755); err != nil {
		return failed(fmt.Errorf("cannot make %s: %w", filepath.Dir(f.place), cause(err)))
	}
	before, err := os.ReadFile(f.place)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return writeDraft(f.place, f.text, "somebody else wrote it just now")
	case err != nil:
		return failed(fmt.Errorf("cannot read %s: %w", f.place, cause(err)))
	case !bytes.HasPrefix(before, []byte(schema.EditorMark)):
		return alreadyThere(f.place, "'pipegen schema --editor' did not write it: move it away first")
	}
	if err := os.WriteFile(f.place, f.text, 0o644); err != nil {
		return failed(fmt.Errorf("cannot write %s: %w", f.place, cause(err)))
	}
	return nil
}
