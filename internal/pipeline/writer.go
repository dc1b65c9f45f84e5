package pipeline

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/shell"
)

// Writer is a job that commits to the repository that Argo CD renders.
type Writer struct {
	*Job
	// Checkout is the step that fetches that repository, or nil.
	Checkout *Step
	// Repository is its OWNER/NAME as far as the job says, else "".
	Repository string
	// Root is the folder of the workspace that it lies in, "" for the workspace.
	Root string
	// Branch is the one that its changes reach, or "" when the job does not say.
	Branch   string
	BranchAt Place
	// Proposes is set when they reach it by a pull request.
	Proposes bool
	Edits    []Edit
	// Commits and Pushes are git's commands.
	Commits, Pushes []Command
	// Reverts is set when the job takes a commit back.
	Reverts bool
}

// Edit is one change of an image in the manifests.
type Edit struct {
	Command
	// Kustomize reports "kustomize edit set image", which is told the Image; otherwise
	// the text of a file is changed, and there is none.
	Kustomize bool
	Image
	// Folder is where it is made, from the root of the repository.
	Folder string
}

func (m *Model) readWriters() {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			if wr := readWriter(j); wr != nil {
				m.Writers = append(m.Writers, wr)
			}
		}
	}
}

// readWriter is the writer that a job is, or nil: one that edits an image, or that
// pushes what it reverted.
func readWriter(j *Job) *Writer {
	w := &Writer{Job: j}
	commands := j.Commands()
	w.findRepository(commands)
	for _, c := range commands {
		switch {
		case c.Git("commit"):
			w.Commits = append(w.Commits, c)
		case c.Git("push"):
			w.Pushes = append(w.Pushes, c)
		case c.Git("revert"):
			w.Reverts = true
		case c.Is("kustomize", "edit", "set", "image"):
			for _, arg := range c.Args(4) {
				w.Edits = append(w.Edits, Edit{Command: c, Image: ParseImage(arg), Kustomize: true, Folder: w.inRepository(c.Dir)})
			}
		case c.Is("sed") && c.Has("-i", "--in-place", "-i.bak", "-ri", "-Ei"), c.Is("yq") && c.Has("-i", "--inplace", "-yi", "w"):
			if last := c.Words[len(c.Words)-1]; isYAML(last) {
				w.Edits = append(w.Edits, Edit{Command: c, Folder: w.inRepository(path.Join(c.Dir, path.Dir(last)))})
			}
		}
	}
	if len(w.Edits) == 0 && !w.Reverts || len(w.Pushes) == 0 && len(w.Edits) == 0 {
		return nil
	}
	w.findProposal(commands)
	if w.Branch == "" {
		w.findBranch()
	}
	return w
}

// findRepository looks for a checkout that names another repository, for a clone,
// and else for the last plain checkout.
func (w *Writer) findRepository(commands []Command) {
	for _, s := range w.Steps {
		if s.Uses != "actions/checkout" {
			continue
		}
		named := s.With("repository").OK()
		if w.Checkout == nil || named {
			w.Checkout = s
			w.Repository = Repository(w.Filled(s.With("repository")))
			w.Root = s.With("path").Text()
		}
		if named {
			return
		}
	}
	for _, c := range commands {
		if !c.Git("clone") && !c.Is("gh", "repo", "clone") {
			continue
		}
		args := c.GitArgs()
		if c.Is("gh") {
			args = c.Args(3)
		}
		for i, arg := range args {
			if !strings.Contains(arg, "github.com") && !c.Is("gh") {
				continue
			}
			address := arg
			if at := strings.LastIndex(arg, "@github.com"); at >= 0 {
				address = "https://" + arg[at+1:]
			}
			w.Checkout, w.Repository = c.Step, Repository(address)
			w.Root = path.Join(c.Dir, strings.TrimSuffix(path.Base(arg), ".git"))
			if rest := args[i+1:]; len(rest) > 0 {
				w.Root = path.Join(c.Dir, rest[0])
			}
			return
		}
	}
}

// inRepository is a folder of the workspace as the repository names it.
func (w *Writer) inRepository(dir string) string {
	root := path.Clean(w.Root)
	dir = path.Clean(strings.TrimPrefix(dir, "/"))
	if root == "." {
		return dir
	}
	if dir == root {
		return "."
	}
	if rest, ok := strings.CutPrefix(dir, root+"/"); ok {
		return rest
	}
	return path.Join("..", dir)
}

// findProposal takes the branch that a pull request is for, where the job opens one.
func (w *Writer) findProposal(commands []Command) {
	for _, c := range commands {
		if !c.Is("gh", "pr", "create") {
			continue
		}
		w.Proposes = true
		for _, option := range []string{"--base", "-B"} {
			if base, ok := c.Option(option); ok && !strings.ContainsAny(base, "‹"+shell.Unknown) {
				w.Branch, w.BranchAt = base, c.At()
			}
		}
	}
	for _, s := range w.Steps {
		if s.Uses != "peter-evans/create-pull-request" {
			continue
		}
		w.Proposes = true
		if base := s.With("base"); base.OK() && !strings.Contains(base.Text(), "${{") {
			w.Branch, w.BranchAt = base.Text(), base.At()
		}
	}
}

// findBranch takes the branch that a push names, else the one checked out. What is
// pushed for a pull request says nothing of where it leads.
func (w *Writer) findBranch() {
	for _, c := range w.Pushes {
		if w.Proposes {
			break
		}
		args := c.GitArgs()
		if len(args) < 2 || args[0] == shell.Unknown {
			continue
		}
		_, to, renamed := strings.Cut(args[1], ":")
		if !renamed {
			to = args[1]
		}
		to = strings.TrimPrefix(to, "refs/heads/")
		if to != "HEAD" && !strings.ContainsAny(to, "‹"+shell.Unknown) {
			w.Branch, w.BranchAt = to, c.At()
		}
	}
	if w.Branch == "" && w.Checkout != nil {
		if ref := w.Checkout.With("ref"); ref.OK() && !strings.Contains(ref.Text(), "${{") {
			w.Branch, w.BranchAt = strings.TrimPrefix(ref.Text(), "refs/heads/"), ref.At()
		}
	}
}
