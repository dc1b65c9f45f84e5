// Package detect reads a repository on disk and says what it found. It decides nothing and writes nothing. Everything
// that it reads is untrusted: values may be any text, and code that writes them must check them.
package detect

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Project is what a folder says about the program in it. A nil field was not found.
type Project struct {
	// Folder is the name of the folder.
	Folder string
	// Subfolder is the path of the folder in its git repository, with slashes; "." at its top or outside of any.
	Subfolder string
	// Remote is the repository of the remote origin.
	Remote *gitrepo.Remote
	// GitOps is the GitOps repository of another spec in the same repository, and GitOpsPath the folder there; "" without
	// one.
	GitOps, GitOpsPath string
	// Branch is the default branch, or "". BranchSure is false for a mere guess.
	Branch     string
	BranchSure bool

	Python *Python
	Go     *Go
	Node   *Node
	Java   *Java
	Rust   *Rust
	DotNet *DotNet
	PHP    *PHP
	Ruby   *Ruby
	// Ready and Live are the routes that say whether the program can take requests, and whether it lives; nil where its
	// source shows none.
	Ready, Live *Route
	// MakeTest reports a Makefile with a target named test.
	MakeTest bool

	// Docker is what the Dockerfile says.
	Docker *pipeline.Dockerfile
	// Parts are the programs of a repository that has several, or has one in a folder of its own, and Processes what
	// runs. Without any, the project is the one program.
	Parts     []Part
	Processes []Process
	// Composed is what a compose file says of the program, where it runs just one of this repository.
	Composed *Composed
	// Dockerfiles are those that build none of them, and Beside what else a compose file runs.
	Dockerfiles []string
	Beside      []Beside
	// Workflows are the files in .github/workflows of the git repository.
	Workflows []Workflow
	// Registry is where they push an image, nil where none of them does.
	Registry *Registry
}

// source is the repository on GitHub, "" for none.
func (f *Project) source() string {
	if f.Remote == nil || !f.Remote.OnGitHub() {
		return ""
	}
	return f.Remote.Repository
}

// Look reads the project in a folder. An error means that there is no such folder or that it cannot be read.
func Look(dir string) (Project, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	switch info, err := os.Stat(abs); {
	case err != nil:
		return Project{}, err
	case !info.IsDir():
		return Project{}, fmt.Errorf("%s is a file, not a folder", dir)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return Project{}, err
	}
	defer root.Close()
	t := tree{root}

	f := Project{Folder: filepath.Base(abs), Subfolder: "."}
	top := gitrepo.Root(abs)
	if top != "" {
		if rel, err := filepath.Rel(top, abs); err == nil {
			f.Subfolder = filepath.ToSlash(rel)
		}
		if r, ok := gitrepo.ParseRemote(gitrepo.Origin(abs)); ok {
			f.Remote = &r
		}
		f.Branch, f.BranchSure = gitrepo.DefaultBranch(abs)
	}
	var theirs []*pipeline.File
	f.Workflows, theirs = workflowsAt(top, t)
	m := pipeline.New(theirs, &pipeline.Known{})
	rich(f.Workflows, m)
	f.Registry = findRegistry(m, f.source())
	f.Docker = findDocker(t)
	f.languages(t)
	f.parts(t, m)
	return f, nil
}

// languages reads what the files of a folder say about the program.
func (f *Project) languages(t tree) {
	f.Python = findPython(t)
	f.Go = findGo(t)
	f.Node = findNode(t)
	f.Java = findJava(t)
	f.Rust = findRust(t)
	f.DotNet = findDotNet(t)
	f.PHP = findPHP(t)
	f.Ruby = findRuby(t)
	f.MakeTest = hasTestTarget(t)
	f.Ready, f.Live = findRoutes(t, f.Java)
	for _, r := range []*Route{f.Ready, f.Live} {
		if r != nil && f.Subfolder != "." {
			r.File = path.Join(f.Subfolder, r.File)
		}
	}
}

func findDocker(t tree) *pipeline.Dockerfile {
	name := t.first("Dockerfile", "Containerfile", "docker/Dockerfile", "build/Dockerfile", "deploy/Dockerfile", "Dockerfile.prod", "Dockerfile.production")
	if name == "" {
		return nil
	}
	d := pipeline.ParseDockerfile(name, t.text(name))
	return &d
}

func hasTestTarget(t tree) bool {
	for line := range strings.Lines(t.text(t.first("Makefile", "makefile", "GNUmakefile"))) {
		if target, _, ok := strings.Cut(line, ":"); ok && target == "test" {
			return true
		}
	}
	return false
}
