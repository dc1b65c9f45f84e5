package generate

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// place is where the files of a pipeline are in the code repository. A repository may have a spec at its root, whose
// files have the usual names, and one in each of many folders, whose files have the name of the pipeline or are in
// that folder, so that no two of them are one.
func (s input) place() (workflow, rollback, readme, page string) {
	if s.folder == "." {
		return plan.UsualWorkflow, plan.UsualRollback, plan.UsualReadme, "PIPELINE.md"
	}
	return plan.WorkflowsFolder + s.Name + ".yaml", plan.WorkflowsFolder + s.Name + "-rollback.yaml", path.Join(s.folder, "WORKFLOW.md"), path.Join(s.folder, "PIPELINE.md")
}

// gateTitle is the name of the check that the branch rule requires. GitHub knows a required check by the name of its job
// alone, whatever the workflow is called.
func (s input) gateTitle() string {
	if s.folder == "." {
		return "Gate"
	}
	return "Gate of " + s.Name
}

var plainFolder = lazy.Regexp(`^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$`)

// folderFits refuses folders whose names mean something else in the path filter of a workflow, or that the manifest
// could not tell from those of other specs.
func folderFits(s input) diag.List {
	if plainFolder().MatchString(s.folder) {
		return nil
	}
	return diag.List{{Code: diag.BadName, Path: "name",
		Message: fmt.Sprintf("this spec is in the folder %q, and the workflow has to name the folder in a pattern", s.folder),
		Help:    "let the names of its folders have only letters, digits, '.', '_' and '-', or move the spec to another folder"}}
}

// filtered reports whether the spec says which files the pipeline is made of.
func (s input) filtered() bool { return len(s.Source.Paths) > 0 }

// pathsFit refuses a path that is all of the repository.
func pathsFit(s input) diag.List {
	var out diag.List
	for n, p := range s.Source.Paths {
		if strings.Trim(p, "*./") == "" {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: schema.Item("source.paths", n),
				Message: fmt.Sprintf("source.paths names %q: that is the whole repository, and every push changes it", p),
				Help:    "leave source.paths out: every push then starts the pipeline"})
		}
	}
	return out
}

// madeOf are the folders and files that a pipeline is made of, other than source.paths and the paths of its images. Where
// it has source.paths, they say what of the root of the repository counts.
func madeOf(s input) (folders, files []string) {
	folders = []string{s.folder}
	for _, i := range s.Images {
		folders, files = append(folders, i.Value.Context), append(files, i.Value.Dockerfile)
	}
	for _, t := range s.Tests {
		if _, of := t.Value.Toolchain(); of != nil {
			folders = append(folders, of.Directory)
		}
		if t.Value.Directory != "" {
			folders = append(folders, t.Value.Directory)
		}
		for _, step := range t.Value.Steps {
			if locks, ok := step.With["cache-dependency-path"].(string); ok {
				files = append(files, strings.Fields(locks)...)
			}
		}
	}
	return s.below(folders), files
}

// below are the folders without the root of the repository, where source.paths say what of that counts.
func (s input) below(folders []string) []string {
	return slices.DeleteFunc(folders, func(f string) bool { return f == "." && s.filtered() })
}

// startedBy are the patterns of the files whose push starts the pipeline, nil where every push does. A spec with
// source.paths has them, and one in a folder: the others of the repository would otherwise be started for what is not
// theirs. Pull requests and merge queues start every pipeline, since a required check must always report (W26).
func startedBy(s input) []string {
	workflow, _, _, _ := s.place()
	folders, files := madeOf(s)
	if !s.filtered() && (s.folder == "." || slices.Contains(folders, ".")) {
		return nil
	}
	files = append(files, workflow)
	globs := slices.Clone(s.Source.Paths)
	for _, i := range s.Images {
		globs = append(globs, i.Value.Paths...)
		if s.filtered() {
			files = append(files, path.Join(i.Value.Context, ".dockerignore"))
		}
	}
	for _, p := range globs {
		// git finds with * what is in deeper folders too, and takes a folder for all that is in it.
		p = strings.ReplaceAll(p, "*", "**")
		files = append(files, p, p+"/**")
	}
	within := func(p string) bool {
		return slices.ContainsFunc(folders, func(f string) bool { return p != f && inside(p, f) })
	}
	patterns := map[string]bool{}
	for _, f := range folders {
		patterns[f+"/**"] = !within(f)
	}
	for _, f := range files {
		patterns[f] = patterns[f] || !within(f)
	}
	maps.DeleteFunc(patterns, func(_ string, starts bool) bool { return !starts })
	out := slices.Sorted(maps.Keys(patterns))
	if g := gitopsOf(s); g.SameRepository && (s.filtered() || within(g.Folder)) {
		// X24: with an App's token the push of the bump would start the pipeline again.
		out = append(out, "!"+path.Join(g.Folder, liveFiles))
	}
	return out
}

// liveFiles is the pattern of the files that CI writes, below the folder of the pipeline in the GitOps repository.
const liveFiles = "overlays/*/live/**"
