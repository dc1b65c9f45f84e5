// Package detect looks at a repository on disk and says what it found. It decides
// nothing and writes nothing. All it reads is untrusted: its values may be any
// text, and whoever writes them down must check them.
package detect

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/internal/gitrepo"
)

// Facts is what a folder says about the program in it. A part that is nil was not
// found.
type Facts struct {
	// Folder is the name of the folder itself.
	Folder string
	// Subfolder is where the folder lies in its git repository, with slashes; "."
	// at its top or outside of any.
	Subfolder string
	// Remote is where the remote origin points.
	Remote *Remote
	// Branch is the default branch, or "". BranchSure is false for a mere guess.
	Branch     string
	BranchSure bool

	Python *Python
	Go     *Go
	Node   *Node
	Java   *Java
	Rust   *Rust
	// MakeTest reports a Makefile with a target named test.
	MakeTest bool

	Docker *Docker
	// Workflows are the files in .github/workflows of the git repository.
	Workflows []Workflow
}

// Look reads the facts of a folder. An error means that there is no such folder
// or that it cannot be read.
func Look(dir string) (Facts, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Facts{}, err
	}
	switch info, err := os.Stat(abs); {
	case err != nil:
		return Facts{}, err
	case !info.IsDir():
		return Facts{}, fmt.Errorf("%s is a file, not a folder", dir)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return Facts{}, err
	}
	defer root.Close()
	t := tree{root}

	f := Facts{Folder: filepath.Base(abs), Subfolder: "."}
	top := gitrepo.Root(abs)
	if top != "" {
		if rel, err := filepath.Rel(top, abs); err == nil {
			f.Subfolder = filepath.ToSlash(rel)
		}
		if r, ok := ParseRemote(gitrepo.Remote(abs)); ok {
			f.Remote = &r
		}
		f.Branch, f.BranchSure = gitrepo.DefaultBranch(abs)
	}
	f.Workflows = workflowsAt(top, t)
	f.Docker = findDocker(t)
	f.Python = findPython(t)
	f.Go = findGo(t)
	f.Node = findNode(t)
	f.Java = findJava(t)
	f.Rust = findRust(t)
	f.MakeTest = hasTestTarget(t)
	return f, nil
}

func hasTestTarget(t tree) bool {
	for line := range strings.Lines(t.text(t.first("Makefile", "makefile", "GNUmakefile"))) {
		if target, _, ok := strings.Cut(line, ":"); ok && target == "test" {
			return true
		}
	}
	return false
}
