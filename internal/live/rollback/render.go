package rollback

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/plan"
)

// mostTree is the largest file that is rendered, in bytes.
const mostTree = 1 << 20

// renders makes sure that today's overlays with the earlier live folder run the earlier images, and no other that they do
// not run now: the base may have been changed since to use another name, or one more image. If one of today's overlays
// cannot be rendered here, because it reads files from elsewhere, a warning says so.
func (w Change) renders() (warnings []string, err error) {
	files, err := w.tree()
	if err != nil {
		return nil, err
	}
	then, err := gitrepo.Tree(w.Dir, w.State, w.Environment.Live)
	if err != nil {
		return nil, err
	}
	old, err := read(w.Dir, then)
	if err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(slices.Clone(files), func(f artifact.File) bool { return strings.HasPrefix(f.Path, w.Environment.Live+"/") })
	var refused []error
	for _, at := range w.Environment.Running() {
		warning, err := w.rendersIn(at, files, append(slices.Clip(kept), old...))
		if warning != "" {
			warnings = append(warnings, warning)
		}
		refused = append(refused, err)
	}
	return warnings, errors.Join(refused...)
}

// rendersIn holds the files with the earlier live folder against those of now, in one overlay.
func (w Change) rendersIn(e plan.Environment, files, before []artifact.File) (warning string, err error) {
	now, all, err := w.images(e, files)
	if err != nil {
		return e.Overlay + " cannot be rendered here even as it is now, so that nobody has seen it with the image of then", nil
	}
	images, _, err := w.images(e, before)
	if err != nil {
		return "", fmt.Errorf("%s does not render with the live folder of %s: %s", e.Overlay, w.Live.Tags(), gitrepo.Visible(err.Error()))
	}
	var meant []string
	for _, r := range w.Live.Images {
		meant = append(meant, r.String())
	}
	if !slices.ContainsFunc(images, func(i string) bool { return slices.Contains(meant, i) }) {
		return "", fmt.Errorf("%s does not run %s with the live folder of then: the base has changed too much since", e.Overlay, strings.Join(meant, " or "))
	}
	for _, i := range images {
		if !slices.Contains(meant, i) && !slices.Contains(now, i) {
			return "", fmt.Errorf("%s would run %s, for which the live folder of then has no image: the base has changed too much since", e.Overlay, gitrepo.Visible(i))
		}
	}
	if !all {
		return "the chart of " + e.Name + " cannot be rendered here, so that nobody has seen it with the image of then", nil
	}
	return "", nil
}

// tree returns the application's folder as origin has it, with what manifests of the author's read elsewhere.
func (w Change) tree() ([]artifact.File, error) {
	var follow []string
	if len(w.Plan.OwnFolders()) > 0 {
		for _, at := range w.Environment.Running() {
			follow = append(follow, at.Overlay)
		}
	}
	return FilesAt(w.Dir, w.Head, []string{w.Plan.GitOps.Folder}, follow)
}

// FilesAt are files of a GitOps repository at a commit: those at some paths or below them, and what kustomize reads
// elsewhere to render some folders.
func FilesAt(dir, commit string, paths, rendered []string) ([]artifact.File, error) {
	var files []artifact.File
	for tried, more := map[string]bool{}, paths; len(more) > 0; {
		for _, at := range more {
			tried[at] = true
			objects, err := gitrepo.Tree(dir, commit, at)
			if err != nil {
				return nil, err
			}
			found, err := read(dir, objects)
			if err != nil {
				return nil, err
			}
			files = artifact.Over(files, found)
		}
		more = slices.DeleteFunc(check.Missing(files, rendered), func(at string) bool { return tried[at] || !fs.ValidPath(at) || at == "." })
	}
	return files, nil
}

func read(dir string, objects map[string]string) ([]artifact.File, error) {
	paths := slices.Sorted(maps.Keys(objects))
	if len(paths) == 0 {
		return nil, nil
	}
	var names []string
	for _, p := range paths {
		names = append(names, objects[p])
	}
	contents, err := gitrepo.Objects(dir, names, mostTree)
	if err != nil {
		return nil, err
	}
	var files []artifact.File
	for i, p := range paths {
		if contents[i] != nil {
			files = append(files, artifact.File{Root: artifact.GitOps, Path: p, Content: contents[i]})
		}
	}
	return files, nil
}
