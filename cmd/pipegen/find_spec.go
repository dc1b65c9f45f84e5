package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/workspace"
	"github.com/pipegen/pipegen/schema"
)

// usualSpec is what a spec is called.
const usualSpec = "pipeline.cue"

// find finds the spec where none is named: in this folder or in the nearest one above it in the same repository. It says
// which one it takes if that is not the one of this folder.
func (o *specOptions) find() {
	if o.spec != "" {
		return
	}
	o.spec, o.found = usualSpec, true
	top := gitrepo.Root(".")
	for dir := "."; ; dir = filepath.Join(dir, "..") {
		place := filepath.Join(dir, usualSpec)
		if _, err := os.Lstat(place); err == nil {
			if o.spec = place; dir != "." && o.progress != nil {
				fmt.Fprintf(o.progress, "pipegen: using %s\n", place)
			}
			return
		}
		if at, err := filepath.Abs(dir); err != nil || top == "" || at == top {
			return
		}
	}
}

// absent is the error for a spec that is not there. It names those that are.
func (o *specOptions) absent() error {
	if other := misnamed(); other != "" && o.found {
		return fmt.Errorf("there is no %s, and %s is here: a spec is CUE, not YAML or JSON, and 'pipegen init' writes one; a spec of another name is named with -f", o.spec, other)
	}
	top := gitrepo.Root(".")
	if top == "" {
		return fmt.Errorf("there is no %s: run 'pipegen init' to write one, or name it with -f", o.spec)
	}
	r, err := inRepository(top)
	if err != nil {
		return err
	}
	where := ""
	if o.found {
		where = ", neither here nor in a folder above"
	}
	for _, g := range r.gone {
		if file, err := filepath.Abs(o.spec); err == nil && file == filepath.Join(top, filepath.FromSlash(g.Spec)) {
			return fmt.Errorf("there is no %s, and its files are still here: 'pipegen generate --all' removes them", o.spec)
		}
	}
	if len(r.specs) == 0 {
		return fmt.Errorf("there is no %s%s: run 'pipegen init' to write one, or name it with -f", o.spec, where)
	}
	return fmt.Errorf("there is no %s%s: name one of this repository with -f: %s; check and generate take all of them with --all", o.spec, where, strings.Join(r.specs, ", "))
}

// misnamed is a file of this folder that seems to be meant for a spec, "" for none.
func misnamed() string {
	for _, name := range []string{"pipeline.yaml", "pipeline.yml", "pipeline.json", "pipegen.cue", "pipegen.yaml", "pipegen.yml"} {
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	return ""
}

// repositorySpecs are the specs of a repository.
type repositorySpecs struct {
	// specs are the paths of those that are there, seen from the working directory.
	specs []string
	// gone are those whose files are still there.
	gone []workspace.Recorded
	// skipped says which others were left out, and why.
	skipped []string
}

// inRepository finds the specs of a repository: those that have files in it, and those with the usual name that git
// knows. One that is new counts unless it is for another repository, as examples and the input of tests are.
func inRepository(top string) (repositorySpecs, error) {
	var out repositorySpecs
	recorded, err := workspace.Specs(workspace.Roots{artifact.Code: top})
	if err != nil {
		return out, failed(err)
	}
	var files, sources []string
	for _, r := range recorded {
		if r.Gone {
			out.gone = append(out.gone, r)
			continue
		}
		files, sources = append(files, r.Spec), append(sources, strings.ToLower(r.Source))
	}
	if remote, ok := gitrepo.ParseRemote(gitrepo.Origin(top)); ok && remote.OnGitHub() {
		sources = append(sources, strings.ToLower(remote.Repository))
	}
	named := gitrepo.Named(top, usualSpec)
	if len(named) == 0 {
		// A checkout may have come without git.
		named = []string{usualSpec}
	}
	for _, name := range named {
		if slices.Contains(files, name) {
			continue
		}
		src, err := readSpec(filepath.Join(top, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if loaded, found := schema.Load(name, src); err == nil && !found.Failed() && len(sources) > 0 && !slices.Contains(sources, strings.ToLower(loaded.Spec.Source.Repository)) {
			out.skipped = append(out.skipped, fmt.Sprintf("%s is for another repository, %s: it was left out", name, loaded.Spec.Source.Repository))
			continue
		}
		files = append(files, name)
	}
	slices.Sort(files)
	for _, f := range files {
		out.specs = append(out.specs, fromHere(filepath.Join(top, filepath.FromSlash(f))))
	}
	return out, nil
}

// fromHere is a path as it is seen from the working directory.
func fromHere(file string) string {
	here, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(here, file); err == nil {
		return rel
	}
	return file
}
