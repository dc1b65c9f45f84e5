package generate

import (
	"path"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// lock is a file that a preset reads, under one of its names, and the command that writes it.
type lock struct {
	names  []string
	writes string
}

// needs are the author's files without which the first run fails: the Dockerfiles, and what the presets of tests read.
func needs(s input) []plan.Need {
	var out []plan.Need
	for _, i := range s.Images {
		out = append(out, plan.Need{Paths: []string{i.Value.Dockerfile}, Is: "the Dockerfile of the image " + i.ID,
			Remedy: "write it, or name another with dockerfile", Path: i.Value.At + ".dockerfile"})
	}
	for _, t := range s.Tests {
		out = append(out, needsOf(s, t)...)
	}
	return out
}

// needsOf are the files that the tests of a language read. Their folder may be part of a workspace whose lock file is at
// the root. A step of the author's own before the tests may write what is missing.
func needsOf(s input, t schema.Named[schema.Test]) []plan.Need {
	preset, p := presetOf(s, t)
	if preset == nil || p.Run != "" || len(s.Workflow.Jobs["test"].Before) > 0 {
		return nil
	}
	var out []plan.Need
	if l, ok := preset.locks[p.PackageManager]; ok {
		var at []string
		for _, name := range l.names {
			at = append(at, p.in(name))
		}
		if p.Directory != "." {
			at = append(at, l.names...)
		}
		is := "the lock file of " + p.PackageManager
		if p.PackageManager == "" {
			is = "the lock file of " + preset.title
		}
		out = append(out, plan.Need{Paths: at, Is: is, Remedy: "run '" + l.writes + "' and commit it", Path: p.at})
	}
	for _, name := range p.Requirements {
		out = append(out, plan.Need{Paths: []string{p.in(name)}, Is: "the requirements of the tests", Hashed: true, Remedy: "write it with 'pip-compile --generate-hashes'", Path: p.at + ".requirements"})
	}
	if preset.title == node.title {
		out = append(out, plan.Need{Paths: []string{p.in("package.json")}, Is: "the package of the tests", Scripted: true, Remedy: "name the folder that has it with directory", Path: p.at})
	}
	if p.Tests != "" {
		out = append(out, plan.Need{Paths: []string{p.in(p.Tests)}, Is: "the folder of the tests", Remedy: "name theirs with tests", Path: p.at + ".tests"})
	}
	if p.Package != "" {
		file := path.Join(p.Directory, p.Package)
		out = append(out, plan.Need{Paths: []string{file, path.Join(p.Directory, "src", p.Package), file + ".py"}, Is: "the package whose coverage counts", Remedy: "name it with package", Path: p.at + ".package"})
	}
	return out
}
