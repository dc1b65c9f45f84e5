package pipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/shell"
)

// Writer is what a job commits to the repository that Argo CD renders, in one of the ways in which it may run.
type Writer struct {
	*Job
	// Step is the one that edits, or else goes back, or else pushes.
	Step *Step
	// Run is what the job's expressions are filled with, nil where nothing is known.
	Run *Run
	// Commands are the commands of its steps; with a Run, only of the steps that may write.
	Commands []Command
	// Checkout is the step that fetches that repository, or nil.
	Checkout *Step
	// Secret is the secret in the address of a clone, which lets it in, "" for none.
	Secret   string
	SecretAt Place
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
	// Reverts is set when the job takes a commit back, or restores files of an older one.
	Reverts bool
	// Target is the one that it writes to, nil where that is not known.
	Target *Target
}

// Edit is one change of an image in the manifests.
type Edit struct {
	Command
	// Kustomize reports whether "kustomize edit set image" makes the change, with Image as its argument. Otherwise the
	// text of a file is changed, and Image is empty.
	Kustomize bool
	Image
	// Folder is where it is made, from the root of the repository.
	Folder string
}

func (m *Model) readWriters() {
	for _, w := range m.Workflows {
		ways := m.ways(w)
		for _, j := range w.Jobs {
			if !slices.ContainsFunc(j.Steps, (*Step).mayWrite) {
				continue
			}
			for i, inputs := range ways {
				if i == 0 || j.asksInputs() { // otherwise it does the same in each of them
					m.readWriter(j, inputs)
				}
			}
		}
	}
}

// mayWrite reports whether the script may have a command that writes. Reading the script takes a hundred times as long.
func (s *Step) mayWrite() bool {
	text := s.Run()
	return slices.ContainsFunc([]string{"push", "revert", "restore", "kustomize", "sed", "yq"}, func(word string) bool { return strings.Contains(text, word) })
}

// writes reports a command of those that make a job a Writer.
func (c Command) writes() bool {
	return c.Git("push") || c.goesBack() || c.Is("kustomize", "edit") || c.editsText()
}

// goesBack reports whether a command undoes a commit, or restores files of an older one.
func (c Command) goesBack() bool {
	_, older := c.Option("--source")
	return c.Git("revert") || c.Git("restore") && older
}

// editsText reports a command that changes a file of YAML without reading it as such, or without asking for an image.
func (c Command) editsText() bool {
	inPlace := c.Is("sed") && c.Has("-i", "--in-place", "-i.bak", "-ri", "-Ei") || c.Is("yq") && c.Has("-i", "--inplace", "-yi", "w")
	return inPlace && isYAML(c.Words[len(c.Words)-1])
}

// asksInputs reports whether what a job does depends on what a person gave the workflow. A condition that does so
// without ${{ }} decides only whether it runs.
func (j *Job) asksInputs() bool {
	if j.asks == nil {
		found := false
		look := func(n Node) {
			found = found || strings.Contains(n.Text(), "${{") && strings.Contains(n.Text(), "inputs.environment")
		}
		j.Scalars(look)
		for _, field := range []string{"env", "defaults", "concurrency"} {
			j.Workflow.Get(field).Scalars(look)
		}
		j.asks = &found
	}
	return *j.asks
}

// maxWays bounds in how many ways a workflow is read.
const maxWays = 16

// ways are those in which a workflow of a known pipeline may run: one for each environment that a person may choose, if
// a person chooses.
func (m *Model) ways(w *Workflow) []map[string]string {
	dispatch, _ := w.Trigger("workflow_dispatch")
	options := dispatch.Get("inputs", "environment", "options").List()
	if len(options) == 0 || m.known == nil {
		return []map[string]string{nil}
	}
	var out []map[string]string
	for _, option := range options[:min(len(options), maxWays)] {
		out = append(out, map[string]string{"environment": option})
	}
	return out
}

// sentinelSHA is the commit of every Run: one that no repository has.
const sentinelSHA = "5e0714e150c0ffee5e0714e150c0ffee5e0714e1"

// readWriter records a job as a writer if it edits an image, or pushes a commit that takes another one back. In a known
// pipeline, every job that pushes to the GitOps repository is a writer.
func (m *Model) readWriter(j *Job, inputs map[string]string) {
	w := &Writer{Job: j}
	if m.known != nil {
		w.Run = &Run{SHA: sentinelSHA, Inputs: inputs, number: len(m.Writers) + 1}
	}
	w.readCommands()
	here := w.findRepository(m.known)
	w.readEdits(m.known == nil || here)
	switch {
	case len(w.Edits) > 0:
		w.Step = w.Edits[0].Step
	case w.Reverts && (len(w.Pushes) > 0 || m.known != nil):
		w.Step = w.Commands[slices.IndexFunc(w.Commands, Command.goesBack)].Step
	case here && slices.ContainsFunc(w.Commands, Command.writes):
		w.Step = w.Commands[slices.IndexFunc(w.Commands, Command.writes)].Step
	default:
		return
	}
	w.findProposal()
	if w.Branch == "" {
		w.findBranch()
	}
	w.Target = m.writtenBy(w)
	m.Writers = append(m.Writers, w)
	if w.Run == nil || len(w.Edits) == 0 {
		return
	}
	for _, j := range j.Workflow.NamingJobs() {
		m.byDigest[w.Run.Named(j).Digest] = w
	}
	if s := j.Workflow.FindingStep(); s != nil {
		for _, e := range w.Edits {
			m.byDigest[w.Run.Found(s.Job, e.Name).Digest] = w
		}
	}
}

// readCommands reads the steps as the run would see them.
func (w *Writer) readCommands() {
	if w.Run == nil {
		w.Commands = w.Job.Commands()
		return
	}
	for _, s := range w.Steps {
		if s.mayWrite() {
			w.Commands = append(w.Commands, s.CommandsIn(w.Run)...)
		}
	}
}

func (w *Writer) readEdits(texts bool) {
	for _, s := range w.Steps {
		if slices.Contains(committing, s.Uses) {
			w.Pushes = append(w.Pushes, Command{Command: shell.Command{Words: []string{"git", "push"}}, Step: s})
		}
	}
	for _, c := range w.Commands {
		w.Reverts = w.Reverts || c.goesBack()
		switch {
		case c.Git("commit"):
			w.Commits = append(w.Commits, c)
		case c.Git("push"):
			w.Pushes = append(w.Pushes, c)
		case c.Is("kustomize", "edit", "set", "image"):
			for _, arg := range c.Args(4) {
				w.Edits = append(w.Edits, Edit{Command: c, Image: ParseImage(arg), Kustomize: true, Folder: w.InRepository(c.Dir)})
			}
		case texts && c.editsText():
			w.Edits = append(w.Edits, Edit{Command: c, Folder: w.InRepository(path.Join(c.Dir, path.Dir(c.Words[len(c.Words)-1])))})
		}
	}
}

// committing are actions that commit what the steps before them have changed, and push it.
var committing = []string{"stefanzweifel/git-auto-commit-action", "EndBug/add-and-commit"}

// writtenBy is the target that a writer edits, or whose folder it names in a variable.
func (m *Model) writtenBy(w *Writer) *Target {
	var out *Target
	for _, e := range w.Edits {
		if owners := m.Owners(e.Folder); len(owners) > 0 {
			if at := slices.IndexFunc(owners, func(t *Target) bool { return t.Holds(e.Folder) }); at >= 0 {
				out = owners[at]
			}
		}
	}
	if out != nil || !w.Reverts || w.Run == nil {
		return out
	}
	vars := w.Step.Environ(w.Run)
	for _, name := range []string{"OVERLAY", "LIVE"} {
		for _, t := range slices.Backward(m.Owners(vars[name])) {
			if vars[name] == t.Dir || t.Holds(vars[name]) {
				return t
			}
		}
	}
	return nil
}

// Deployer is the writer whose edit puts a digest into the manifests, or nil. It is a digest of the writer's Run,
// which no other writer has.
func (m *Model) Deployer(digest string) *Writer { return m.byDigest[digest] }

// findRepository looks for the checkout of the repository that is known, or else for one that names another repository,
// for a clone, and else for the plain one. It reports whether it is the one that is known.
func (w *Writer) findRepository(known *Known) (here bool) {
	for _, s := range w.Steps {
		if s.Uses != "actions/checkout" {
			continue
		}
		named := s.With("repository")
		if w.Checkout == nil || named.OK() {
			w.Checkout = s
			w.Repository = Repository(w.Filled(named))
			w.Root = s.With("path").Text()
		}
		here = known != nil && strings.EqualFold(named.Text(), known.GitOps)
		if here || known == nil && named.OK() {
			return here
		}
	}
	if known == nil {
		w.findClone()
	}
	return false
}

// BelongsTo says which repository on GitHub the code is, whose owner jobs may name as that of another one.
func (m *Model) BelongsTo(source string) {
	m.Source = source
	owner, _, _ := strings.Cut(source, "/")
	for _, w := range m.Writers {
		if w.Repository == "" && w.Checkout != nil && owner != "" {
			w.Repository = Repository(strings.Replace(w.Filled(w.Checkout.With("repository")), "‹github.repository_owner›", owner, 1))
		}
	}
}

// secretMark is a secret that ends what is before the host of an address.
var secretMark = lazy.Regexp(`‹secrets\.([A-Za-z][A-Za-z0-9_]*)›$`)

func (w *Writer) findClone() {
	for _, c := range w.Commands {
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
				if m := secretMark().FindStringSubmatch(arg[:at]); m != nil {
					w.Secret, w.SecretAt = m[1], c.At()
				}
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

// PushesTo is the branch that a push names, or HEAD; "" where it names none, and that of the checkout is pushed.
func PushesTo(push Command) string {
	args := push.GitArgs()
	if len(args) < 2 {
		return ""
	}
	from, to, renamed := strings.Cut(strings.TrimPrefix(args[1], "+"), ":")
	if !renamed {
		to = from
	}
	return strings.TrimPrefix(to, "refs/heads/")
}

// InRepository is a folder of the workspace as the repository names it.
func (w *Writer) InRepository(dir string) string {
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
func (w *Writer) findProposal() {
	for _, c := range w.Commands {
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

// Merges reports whether a job merges the pull request that it opens, or has GitHub do so.
func (w *Writer) Merges() bool {
	return slices.ContainsFunc(w.Job.Commands(), Command.MergesPull) ||
		slices.ContainsFunc(w.Steps, func(s *Step) bool { return s.Uses == "peter-evans/enable-pull-request-automerge" })
}

// MergesPull reports a command that merges a pull request, or has GitHub do so.
func (c Command) MergesPull() bool {
	return c.Is("gh", "pr", "merge") || c.Is("gh", "api") && slices.ContainsFunc(c.Words, func(word string) bool {
		return strings.HasSuffix(word, "/merge") || strings.Contains(word, "enablePullRequestAutoMerge") || strings.Contains(word, "mergePullRequest")
	})
}

// findBranch takes the branch that a push names, else the one checked out. A push for a pull request does not say which
// branch the change will reach.
func (w *Writer) findBranch() {
	for _, c := range w.Pushes {
		if w.Proposes {
			break
		}
		if to := PushesTo(c); to != "" && to != "HEAD" && c.GitArgs()[0] != shell.Unknown && !strings.ContainsAny(to, "‹"+shell.Unknown) {
			w.Branch, w.BranchAt = to, c.At()
		}
	}
	if w.Branch == "" && w.Checkout != nil {
		if ref := w.Checkout.With("ref"); ref.OK() && !strings.Contains(ref.Text(), "${{") {
			w.Branch, w.BranchAt = strings.TrimPrefix(ref.Text(), "refs/heads/"), ref.At()
		}
	}
}
