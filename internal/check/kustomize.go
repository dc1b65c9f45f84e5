package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
)

// buildOverlays renders every overlay as Argo CD would. kustomize keeps what it
// knows of Kubernetes in a global variable, so one is rendered after the other.
func (c checker) buildOverlays() diag.List {
	if out := c.beyond(true); len(out) > 0 {
		return out
	}
	now, next := c.renderer.read(c.files), c.renderer.read(c.next)
	var out diag.List
	for _, f := range c.files {
		if !isOverlay(f) {
			continue
		}
		dir := path.Dir(f.Path)
		if slices.EqualFunc(now.reached(dir), next.reached(dir), c.renderer.deploysApart) {
			if _, err := next.render(dir); err == nil {
				continue
			}
		}
		if _, err := now.render(dir); err != nil {
			out = append(out, c.unrendered(f, err))
		}
	}
	return out
}

// unrendered reports that an overlay cannot be rendered. Generated files always can, so a file of the author's own is
// at fault, or a live file from the disk.
func (c checker) unrendered(overlay artifact.File, err error) diag.Diagnostic {
	dir := path.Dir(overlay.Path)
	if d, ok := c.grows(dir, err); ok {
		return d
	}
	if d, ok := c.malformed(dir); ok {
		return d
	}
	if d, ok := c.authorsFault(dir); ok {
		return d
	}
	if d, ok := c.patchedFault(dir, err); ok {
		return d
	}
	d := diag.Diagnostic{Code: diag.Internal, Message: "kustomize cannot render " + dir + ": " + oneLine(err)}
	for _, f := range c.files {
		if f.Owner == artifact.Live && f.Origins == nil && path.Dir(f.Path) == path.Join(dir, "live") && path.Base(f.Path) == "kustomization.yaml" {
			d.Code, d.Pos.File = diag.Overlay, c.place(f)
			d.Message = dir + " cannot be rendered with the live image as it is written here: " + reason(err)
			d.Help = "restore the file from git: CI writes it, and nothing else does"
		}
	}
	return d
}

func isOverlay(f artifact.File) bool {
	return f.Root == artifact.GitOps && f.Owner != artifact.Seeded && path.Base(f.Path) == "kustomization.yaml" && path.Base(path.Dir(path.Dir(f.Path))) == "overlays"
}

// repository is inMemory, once kustomize knows the merge keys.
func repository(files []artifact.File) (filesys.FileSystem, error) {
	if err := useMergeKeys(); err != nil {
		return nil, err
	}
	return inMemory(files)
}

// inMemory is the GitOps repository as a file system.
func inMemory(files []artifact.File) (filesys.FileSystem, error) {
	fs := filesys.MakeFsInMemory()
	for _, f := range files {
		if f.Root != artifact.GitOps {
			continue
		}
		if err := fs.WriteFile("/"+f.Path, f.Content); err != nil {
			return nil, err
		}
	}
	return fs, nil
}

// Build renders one folder of a file system.
func Build(fs filesys.FileSystem, dir string) (objects resmap.ResMap, err error) {
	defer func() {
		// At some names, such as one with a comma, kustomize panics.
		if fault := recover(); fault != nil {
			objects, err = nil, fmt.Errorf("kustomize cannot read it: %v", fault)
		}
	}()
	return krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, "/"+dir)
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// reason is what kustomize says, without the Go types that its YAML library adds.
func reason(err error) string {
	s, _, isType := strings.Cut(oneLine(err), "json: cannot unmarshal")
	if isType {
		return "it is no valid Kustomization"
	}
	return s
}
