package order

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/plan"
)

//go:embed tools
var tools embed.FS

// Commit is one of the source repository, by the name that stories call it, with the
// name of the one before it. One that is a release has its name as its tag as well. Files
// are what the images are built of, by their names, where each has files of its own.
type Commit struct {
	Name, Parent string
	Tag          bool
	Files        map[string]string
}

// World has the repositories of one spec and runs the scripts of its workflows.
//
// Every commit is made at the same moment by the same clock, so that the same change of
// the same state is the same commit. What a job does can therefore be remembered: it is
// run once for each state that it can find.
//
// The state of an environment is a branch on which no other one has a commit. A job finds
// the branch of the environment that it writes to, and on top of it what the others run
// now, where it looks at them. That this is enough is held against whole repositories, in
// which all write to one branch, by TestStoriesAreTrue.
type World struct {
	root, application string
	// store has the objects of all states of the GitOps repository, source is the source repository.
	store, source string
	// gitops and code are what the two are called on GitHub.
	gitops, code string
	// start is the GitOps repository before any deploy.
	start string
	// live is the folder of each environment, and follows the environment that it comes after.
	live, follows map[string]string
	// environments are in the order in which one comes after the other.
	environments []string
	// images are those that are built where their files have changed, and built is what a digest was built of.
	images []string
	built  sync.Map
	// lower are those that take a lower release in the place of a higher one.
	lower map[string]bool
	// promotes are the workflows that promote to environments, by these, and byTag are those that a tag starts.
	promotes map[string]string
	byTag    map[string]bool
	// copies are the environments that pull from a registry of their own, and soaks those whose images have to have run ahead.
	copies, soaks map[string]bool
	// proposals are the branches from which deploys are proposed, "" where each is a commit.
	proposals map[string]string
	// names and shas are the commits of the source.
	names, shas map[string]string
	commits     []Commit
	generated   map[string]string
	environ     []string
	memory      sync.Map
	jobs, refs  atomic.Int64
}

// Open makes the repositories of a spec below a folder.
func Open(root, spec, kustomize string, commits []Commit) (*World, error) {
	w := &World{
		root: root, store: filepath.Join(root, "store.git"), source: filepath.Join(root, "source.git"), commits: commits,
		live: map[string]string{}, follows: map[string]string{}, lower: map[string]bool{}, promotes: map[string]string{}, byTag: map[string]bool{}, copies: map[string]bool{}, soaks: map[string]bool{}, proposals: map[string]string{}, names: map[string]string{}, shas: map[string]string{}, generated: map[string]string{},
	}
	if err := w.configure(kustomize); err != nil {
		return nil, err
	}
	files, err := w.generate(spec)
	if err != nil {
		return nil, err
	}
	if err := w.commitSource(); err != nil {
		return nil, err
	}
	return w, w.commitStart(files)
}

// configure writes what git and the scripts are started with.
func (w *World) configure(kustomize string) error {
	bin, built := filepath.Join(w.root, "bin"), filepath.Join(w.root, "built")
	for _, folder := range []string{bin, built, filepath.Join(w.root, "jobs")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	for _, name := range []string{"date", "docker", "gh", "kustomize", "oras"} {
		text, err := tools.ReadFile("tools/" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(bin, name), text, 0o755)
		}
		if err != nil {
			return err
		}
	}
	nothing, err := exec.LookPath("true")
	if err != nil {
		return err
	}
	w.environ = []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "LANG=C.UTF-8", "REAL_KUSTOMIZE=" + kustomize, "BUILT=" + built,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + filepath.Join(w.root, "gitconfig"),
		"GIT_AUTHOR_DATE=" + moment, "GIT_COMMITTER_DATE=" + moment,
	}
	if err := os.WriteFile(filepath.Join(w.root, "gitconfig"), []byte(gitconfig), 0o644); err != nil {
		return err
	}
	// No script needs to wait for anybody here.
	return os.Symlink(nothing, filepath.Join(bin, "sleep"))
}

// moment is when everything happens.
const moment = "1790000000 +0000"

const gitconfig = `[user]
	name = Ann
	email = ann@example.org
[init]
	defaultBranch = main
[core]
	fsync = none
	alternateRefsCommand = true
[gc]
	auto = 0
[maintenance]
	auto = false
[protocol "file"]
	allow = always
[receive]
	autoGC = false
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
`

// generate compiles the spec, and keeps the workflows. The files are those of the GitOps
// repository.
func (w *World) generate(spec string) (map[string]string, error) {
	built, found, err := build.Text("pipeline.cue", []byte(spec), generate.Options{})
	if err != nil {
		return nil, err
	}
	if built == nil {
		return nil, fmt.Errorf("the spec is refused: %v", found)
	}
	p := built.Plan
	w.application, w.gitops, w.code = p.Name, p.GitOps.Repository, p.Source.Repository
	for _, e := range p.Environments {
		w.live[e.Name], w.follows[e.Name] = e.Live, e.After
		w.proposals[e.Name], w.copies[e.Name] = e.Proposal, len(e.Copies) > 0
		w.environments, w.lower[e.Name] = append(w.environments, e.Name), e.LowerReleases
	}
	for _, one := range p.Promotions {
		w.promotes[one.To], w.byTag[one.To], w.soaks[one.To] = one.Workflow, one.Start == plan.AtTag, one.Soak > 0
	}
	for _, i := range p.Images {
		if len(i.Paths) > 0 {
			w.images = append(w.images, i.Name)
		}
	}
	files := map[string]string{}
	for _, f := range built.Set.Files() {
		switch f.Root {
		case artifact.Code:
			w.generated[f.Path] = string(f.Content)
		case artifact.GitOps:
			files[f.Path] = string(f.Content)
		}
	}
	return files, nil
}

// commitSource makes the commits of the source, which have no files but those of the images.
func (w *World) commitSource() error {
	if _, err := w.git(w.root, "init", "--quiet", "--template=", "--bare", w.source); err != nil {
		return err
	}
	for _, c := range w.commits {
		made, err := w.commit(w.source, "refs/heads/"+cmp.Or(map[bool]string{true: "released-" + c.Name}[c.Tag], "main"), w.shas[c.Parent], c.Name, c.changes())
		if err != nil {
			return err
		}
		w.shas[c.Name], w.names[made] = made, c.Name
		// A commit of the branch has a tag as well, with which it may be promoted.
		if _, err := w.git(w.source, "tag", "promote-"+c.Name, made); err != nil {
			return err
		}
		if c.Tag {
			if _, err := w.git(w.source, "tag", c.Name, made); err != nil {
				return err
			}
		}
	}
	return nil
}

// commitStart makes the GitOps repository as generate writes it.
func (w *World) commitStart(files map[string]string) error {
	if _, err := w.git(w.root, "init", "--quiet", "--template=", "--bare", w.store); err != nil {
		return err
	}
	var changes strings.Builder
	for path, text := range files {
		changes.WriteString(written(path, text))
	}
	made, err := w.commit(w.store, "refs/heads/start", "", "start", changes.String())
	w.start = made
	return err
}

// commit makes a commit on a branch from the changes to its parent, in the words of git
// fast-import.
func (w *World) commit(repository, branch, parent, message, changes string) (string, error) {
	return w.commitBy(repository, branch, parent, "author Ann <ann@example.org> "+moment+"\ncommitter Ann <ann@example.org> "+moment, message, changes)
}

func (w *World) commitBy(repository, branch, parent, people, message, changes string) (string, error) {
	stream := "commit " + branch + "\nmark :1\n" + people + fmt.Sprintf("\ndata %d\n%s\n", len(message), message)
	if parent != "" {
		stream += "from " + parent + "\n"
	}
	stream += changes + "\nget-mark :1\ndone\n"
	command := w.command(repository, "git", "fast-import", "--quiet", "--done")
	command.Stdin = strings.NewReader(stream)
	return output(command)
}

// written is the change that writes a file.
func written(path, text string) string {
	return fmt.Sprintf("M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
}

// state is a new branch in the store, so that nothing that was made is lost.
func (w *World) state() string { return fmt.Sprintf("refs/heads/state-%d", w.refs.Add(1)) }

// git runs git and returns what it prints.
func (w *World) git(folder string, args ...string) (string, error) {
	return output(w.command(folder, "git", args...))
}

func (w *World) command(folder, name string, args ...string) *exec.Cmd {
	command := exec.Command(name, args...)
	command.Dir, command.Env = folder, w.environ
	return command
}

func output(command *exec.Cmd) (string, error) {
	var said strings.Builder
	command.Stderr = &said
	out, err := command.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(command.Args, " "), err, said.String())
	}
	return strings.TrimSpace(string(out)), err
}

// remembered does something once and gives everybody who asks for it the same answer.
func remembered[T any](w *World, key string, do func() (T, error)) (T, error) {
	f, _ := w.memory.LoadOrStore(key, sync.OnceValues(do))
	return f.(func() (T, error))()
}

// Live is what the live folder of an environment says.
type Live struct {
	// Source is the commit in source-commit by its name, "none" before the first deploy. If
	// it is no commit of the source, the text stands there as it is.
	Source string
	// Image is the commit from which the image was built; of several, it is what runs of each (images.go).
	Image string
}

// folder is the tree of an environment's live folder in a state.
func (w *World) folder(tip, environment string) (string, error) {
	read, err := w.read(tip, environment)
	return read.tree, err
}

// look reads what an environment runs in a state.
func (w *World) look(tip, environment string) (Live, error) {
	read, err := w.read(tip, environment)
	return read.live, err
}

// content is what the live folder of an environment holds.
type content struct {
	tree string
	live Live
}

// read asks git for it once for each state.
func (w *World) read(tip, environment string) (content, error) {
	return remembered(w, "read "+tip+environment, func() (content, error) {
		folder := tip + ":" + w.live[environment]
		command := w.command(w.store, "git", "cat-file", "--batch-command")
		command.Stdin = strings.NewReader(fmt.Sprintf("info %[1]s\ncontents %[1]s/kustomization.yaml\ncontents %[1]s/source-commit\n", folder))
		out, err := output(command)
		tree, files, ok := strings.Cut(out, " tree ")
		if err != nil || !ok {
			return content{}, fmt.Errorf("%s cannot be read: %q %w", folder, out, err)
		}
		source := files[strings.LastIndex(files, " blob ")+1:]
		_, source, _ = strings.Cut(source, "\n")
		live := Live{Source: cmp.Or(w.names[source], source), Image: "none"}
		if len(w.images) > 0 {
			live.Image = w.running(files)
		}
		for _, c := range w.commits {
			if strings.Contains(files, digestOf(c.Name)) {
				live.Image = c.Name
			}
		}
		return content{tree, live}, nil
	})
}

func digestOf(commit string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(commit))) }

// contains says whether a commit is another one, or comes after it.
func (w *World) contains(commit, older string) bool {
	for name := commit; name != ""; {
		if name == older {
			return true
		}
		parent := ""
		for _, c := range w.commits {
			if c.Name == name {
				parent = c.Parent
			}
		}
		name = parent
	}
	return false
}
