package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/onramp/frompipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// wholeCheck judges a draft, with the files that it keeps, by everything that 'pipegen check' does.
func wholeCheck(text []byte, own []frompipeline.Own) (diag.List, error) {
	if len(own) == 0 {
		refused, err := judge.Check(text)
		return refused, failed(err)
	}
	refused, err := judge.With(text, func(p plan.Plan) []artifact.File { return kept(p, own) })
	return refused, failed(err)
}

// kept are the files that a draft keeps, in the folders that its plan has for them.
func kept(p plan.Plan, own []frompipeline.Own) []artifact.File {
	var out []artifact.File
	for _, f := range own {
		if f.There != "" {
			out = append(out, artifact.File{Root: artifact.GitOps, Path: f.There, Content: f.Content, Owner: artifact.Seeded})
		} else if folder := p.Custom(f.Environment, f.Workload); folder != "" {
			out = append(out, artifact.File{Root: artifact.GitOps, Path: path.Join(folder, f.Name), Content: f.Content, Owner: artifact.Seeded})
		}
	}
	return out
}

// keptFile is a file that keeps what a spec cannot say, and the folder that it is in. What it keeps is "" for a kustomization.
type keptFile struct {
	artifact.File
	folder, keeps string
}

// keptFiles are the files that keep what a spec cannot say. None of them may be there with another content.
func (o importOptions) keptFiles(d frompipeline.Drafted) ([]keptFile, error) {
	built, found, err := build.Text("pipeline.cue", d.Text, generate.Options{SpecFile: "pipeline.cue"})
	if err != nil || built == nil {
		return nil, bug(fmt.Errorf("the draft cannot be built: %v %v", err, found))
	}
	var files []keptFile
	for _, own := range d.Own {
		for _, f := range kept(built.Plan, []frompipeline.Own{own}) {
			if own.There == "" {
				files = append(files, keptFile{f, strings.TrimSuffix(f.Path, "/"+own.Name), own.Keeps})
			}
		}
	}
	for _, f := range files {
		if at := filepath.Join(o.gitops, f.Path); !o.dryRun {
			if have, err := os.ReadFile(at); (err == nil || !errors.Is(err, fs.ErrNotExist)) && !bytes.Equal(have, f.Content) {
				return nil, alreadyThere(at, "import never overwrites: move it away")
			}
		}
	}
	return files, nil
}

func writeKept(gitops string, files []keptFile) error {
	root, err := os.OpenRoot(gitops)
	if err != nil {
		return failed(err)
	}
	defer root.Close()
	for _, f := range files {
		// A link out of the repository is not followed.
		if err := root.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
			return failed(fmt.Errorf("cannot write %s: %w", f.Path, cause(err)))
		}
		if err := writeNew(filepath.Join(gitops, f.Path), f.Content); err != nil && !errors.Is(err, fs.ErrExist) {
			return failed(fmt.Errorf("cannot write %s: %w", f.Path, cause(err)))
		}
	}
	return nil
}

// keeps says of each folder what is kept in it.
func keeps(gitops string, files []keptFile) []string {
	var folders []string
	in := map[string][]string{}
	for _, f := range files {
		if f.keeps != "" && !slices.Contains(in[f.folder], f.keeps) {
			if in[f.folder] == nil {
				folders = append(folders, f.folder)
			}
			in[f.folder] = append(in[f.folder], f.keeps)
		}
	}
	var out []string
	for _, folder := range folders {
		out = append(out, fmt.Sprintf("%s keeps what a spec cannot say: %s", filepath.ToSlash(filepath.Join(gitops, folder)), strings.Join(in[folder], ", ")))
	}
	return out
}
