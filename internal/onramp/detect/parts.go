package detect

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Part is a program of which a repository has several, each with an image of its own.
type Part struct {
	// Name is that of its folder, or of the service of a compose file.
	Name string
	// Project is what the folder says in which it is built.
	Project Project
	// Dockerfile is from the top of the git repository, and Target the stage to build, or "". Context is the folder that the
	// build sees, "" for that of the program.
	Dockerfile, Target, Context string
}

// mostParts bounds how many Dockerfiles are looked at, and deepest how far down.
const (
	mostParts = 20
	deepest   = 3
)

// aside are folders whose Dockerfiles build nothing that is deployed.
var aside = strings.Fields("node_modules vendor third_party testdata test tests e2e example examples samples docs doc hack tools scripts dev local ci dist target")

// dockerfiles returns the first Dockerfile of each folder below one, which it does not look below.
func dockerfiles(t tree, dir string, depth int) []string {
	_, dirs := t.list(dir)
	var out []string
	for _, d := range dirs {
		at := path.Join(dir, d)
		switch name := t.first(path.Join(at, "Dockerfile"), path.Join(at, "Containerfile")); {
		case slices.Contains(aside, d), len(out) >= mostParts:
		case name != "":
			out = append(out, name)
		case depth > 1:
			out = append(out, dockerfiles(t, at, depth-1)...)
		}
	}
	return out[:min(len(out), mostParts)]
}

// part reads the program that is built in a folder with a Dockerfile. Where the build sees all, the program is in the folder
// of the Dockerfile, if that has one.
func (f Project) part(t tree, name, context, file, target string) (Part, bool) {
	p := Part{Name: name, Project: f, Dockerfile: path.Join(f.Subfolder, file), Target: target}
	p.Project.Parts, p.Project.Processes = nil, nil
	folder := context
	if context == "." {
		folder = path.Dir(file)
	}
	if folder != "." {
		root, err := t.root.OpenRoot(folder)
		if err != nil {
			return p, false
		}
		defer root.Close()
		of := Project{Remote: f.Remote, Composed: f.Composed, Branch: f.Branch, BranchSure: f.BranchSure, Folder: path.Base(folder), Subfolder: path.Join(f.Subfolder, folder)}
		of.languages(tree{root})
		if context != "." || of.speaks() {
			p.Project = of
		}
	}
	if py := p.Project.Python; py != nil && py.Manager == "uv" && !py.Locked && at(parseTOML(t.text("pyproject.toml")), "tool", "uv", "workspace") != nil {
		// The folders of a workspace have one lock file, at its root.
		py.Locked = t.has("uv.lock")
	}
	d := pipeline.ParseDockerfile(file, t.text(file))
	p.Project.Docker = &d
	if p.Project.Subfolder != f.Subfolder && (context == "." || !copiesFrom(t, d, context) && copiesFrom(t, d, ".")) {
		p.Context = f.Subfolder
	}
	return p, t.has(file)
}

// speaks reports whether a language was found.
func (f Project) speaks() bool {
	return f.Python != nil || f.Go != nil || f.Node != nil || f.Java != nil || f.Rust != nil || f.DotNet != nil || f.PHP != nil || f.Ruby != nil
}

// copiesFrom reports whether all that a Dockerfile copies is in a folder.
func copiesFrom(t tree, d pipeline.Dockerfile, context string) bool {
	return !slices.ContainsFunc(d.Copies, func(c pipeline.DockerCopy) bool {
		found, err := fs.Glob(t.root.FS(), path.Join(context, c.Source))
		return err == nil && len(found) == 0
	})
}

// seesTop reports whether a Dockerfile in a folder without a program is built with the top as what it sees: it copies all,
// or what the folder does not have.
func seesTop(t tree, d pipeline.Dockerfile, folder string) bool {
	named := slices.ContainsFunc(d.Copies, func(c pipeline.DockerCopy) bool { return path.Clean(c.Source) != "." })
	return copiesFrom(t, d, ".") && (!named || !copiesFrom(t, d, folder))
}

// named is the Dockerfile that a workflow builds, under any name, with its stage.
func named(t tree, m *pipeline.Model) (found []string, target string) {
	for _, j := range m.Jobs() {
		for _, s := range j.Steps {
			if file := s.With("file").Text(); s.Builds() && file != "" && t.has(path.Clean(file)) {
				return []string{path.Clean(file)}, s.With("target").Text()
			}
		}
	}
	return nil, ""
}

// parts finds the programs of a repository that has several, or none at its top, and what runs. A compose file knows
// best, and then a Procfile.
func (f *Project) parts(t tree, m *pipeline.Model) {
	found := dockerfiles(t, ".", deepest)
	services, procfile := f.compose(t), processes(t)
	composed, target := f.Parts, ""
	if f.Docker == nil && len(found) == 0 && f.Subfolder == "." {
		found, target = named(t, m)
	}
	switch {
	case len(f.Parts) > 1, len(f.Parts) == 1 && len(services) > 1 && len(procfile) < 2:
		f.Processes = services
	case f.Docker == nil && len(found) > 0:
		f.Parts = nil
		for _, file := range found {
			dir := path.Dir(file)
			p, ok := f.part(t, path.Base(dir), dir, file, target)
			if ok && f.speaks() && !p.Project.speaks() && seesTop(t, *p.Project.Docker, dir) {
				p, ok = f.part(t, path.Base(dir), ".", file, target)
			}
			for i := range composed {
				if composed[i].Dockerfile == p.Dockerfile {
					p = composed[i]
				}
			}
			if ok {
				f.Processes = append(f.Processes, Process{Name: p.Name, Part: len(f.Parts)})
				f.Parts = append(f.Parts, p)
			}
		}
		if len(f.Parts) == 1 && len(procfile) > 1 {
			f.Processes = procfile
		}
	case len(procfile) > 1:
		f.Parts, f.Processes = nil, procfile
		for i, p := range procfile {
			if p.Name == "web" && f.Docker != nil && f.Docker.Starts {
				// The image has been made to start it.
				procfile[i].Command = nil
			}
		}
	default:
		f.Parts = nil
	}
	for _, file := range found {
		builds := func(p Part) bool { return p.Dockerfile == path.Join(f.Subfolder, file) }
		if (f.Docker == nil || f.Docker.Path != file) && !slices.ContainsFunc(f.Parts, builds) {
			f.Dockerfiles = append(f.Dockerfiles, file)
		}
	}
}
