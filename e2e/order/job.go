package order

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Call is a job that is to be run, with what GitHub knows of its run.
type Call struct {
	Job      *Job
	Workflow *Workflow
	// Together says that all environments are on one branch, as they are in truth.
	Together     bool
	GitHub       map[string]any
	Inputs, Need map[string]any
	// Pulls are the pull requests of the environment, and Run is the number of the run.
	Pulls []Pull
	Run   int
	// Registry has the files of the registry, nil for a job that does not ask it, and Build is what the run builds.
	Registry map[string]string
	Build    Build
}

// Outcome is how a job ended.
type Outcome struct {
	Failed  bool
	Outputs map[string]any
	// Said are the notices, warnings and errors on the page of the run.
	Said []string
	// Tip is the state in which the job left its environment, with its pull requests.
	Tip   string
	Pulls []Pull
	// Registry are the files of the registry after the job.
	Registry map[string]string
	// Copied are the digests that the job has copied to another registry.
	Copied []string
}

// run runs a job in a state of the environments, or remembers how that ended.
func (w *World) run(call Call, tips map[string]string) (Outcome, error) {
	if call.Job.makes() {
		return Outcome{Outputs: map[string]any{}}, nil
	}
	own, head, err := w.found(call, tips)
	if err != nil {
		return Outcome{}, err
	}
	if len(call.Pulls) == 0 {
		call.Pulls = nil
	}
	return remembered(w, fmt.Sprintf("run %s %v %v %v %v %v %v %v %s %s", call.Job.sum, call.GitHub, call.Inputs, call.Need, call.Pulls, call.Run, call.Registry, call.Build, tips[own], head), func() (Outcome, error) {
		w.jobs.Add(1)
		return w.execute(call, head, func(after string) (string, error) {
			if call.Together {
				return after, nil
			}
			return w.alone(own, tips[own], head, after)
		})
	})
}

// found is the branch that a job finds: that of the environment that it writes to, with
// what the others run now, of which it names a folder.
func (w *World) found(call Call, tips map[string]string) (own, head string, err error) {
	var seen []string
	for environment, folder := range w.live {
		if call.Job.live() == folder {
			own = environment
		} else if slices.ContainsFunc(call.Job.Steps, func(s Step) bool { return names(s, folder) }) {
			seen = append(seen, environment)
		}
	}
	slices.Sort(seen)
	head = w.start
	if own != "" {
		head = tips[own]
	}
	if call.Together {
		return own, head, nil
	}
	if call.Job.finds() && len(seen) == 1 {
		// It asks for the history of that environment.
		return own, tips[seen[0]], nil
	}
	for _, environment := range seen {
		if head, err = w.with(head, environment, tips[environment]); err != nil {
			break
		}
	}
	return own, head, err
}

func names(s Step, folder string) bool {
	for _, v := range s.Env {
		if v == folder {
			return true
		}
	}
	return false
}

// with returns a state in which an environment runs what it runs in another state.
func (w *World) with(head, environment, tip string) (string, error) {
	is, err := w.folder(head, environment)
	if err != nil {
		return "", err
	}
	wanted, err := w.folder(tip, environment)
	if err != nil || is == wanted {
		return head, err
	}
	return remembered(w, "with "+head+wanted+environment, func() (string, error) {
		return w.commit(w.store, w.state(), head, "deploy to "+environment, "M 040000 "+wanted+" "+w.live[environment]+"\n")
	})
}

// alone is a state of an environment after a job, with nothing of the others in it.
func (w *World) alone(own, tip, before, after string) (string, error) {
	switch before {
	case after:
		return tip, nil
	case tip:
		return after, nil
	}
	made, err := w.git(w.store, "rev-list", "--reverse", "--first-parent", before+".."+after)
	if err != nil {
		return "", err
	}
	folder := w.live[own]
	for _, commit := range strings.Fields(made) {
		if outside, err := w.git(w.store, "diff", "--name-only", commit+"^", commit, "--", ".", ":(exclude)"+folder); err != nil || outside != "" {
			return "", fmt.Errorf("a job of %s writes to %q: %w", own, outside, err)
		}
		tree, err := w.folder(commit, own)
		if err != nil {
			return "", err
		}
		text, err := w.git(w.store, "cat-file", "commit", commit)
		if err != nil {
			return "", err
		}
		header, message, _ := strings.Cut(text, "\n\n")
		people := header[strings.Index(header, "author "):]
		if tip, err = w.commitBy(w.store, w.state(), tip, people, message+"\n", "M 040000 "+tree+" "+folder+"\n"); err != nil {
			return "", err
		}
	}
	return tip, nil
}

// place is where a job runs: its folder, and the branch of the GitOps repository.
type place struct {
	*World
	folder, head string
	// workspace is where scripts begin, with the checkout that has no path of its own.
	workspace string
	env       []string
}

// execute runs a job's steps in a folder of its own, with the GitOps repository in a state.
// Of a commit that it pushes, move gives the state of its environment.
func (w *World) execute(call Call, head string, move func(after string) (string, error)) (Outcome, error) {
	folder, err := os.MkdirTemp(filepath.Join(w.root, "jobs"), "job-")
	if err != nil {
		return Outcome{}, err
	}
	defer os.RemoveAll(folder)
	p := place{World: w, folder: folder, workspace: folder, head: head}
	if err := errors.Join(p.prepare(), p.show(call.Pulls), p.fillRegistry(call.Registry)); err != nil {
		return Outcome{}, err
	}
	out, err := p.steps(call)
	if err != nil {
		return out, err
	}
	after, err := os.ReadFile(filepath.Join(p.bare(), "refs/heads/main"))
	if err == nil {
		out.Copied, err = p.wasCopied()
	}
	if err != nil {
		return out, err
	}
	if out.Tip, err = move(strings.TrimSpace(string(after))); err != nil {
		return out, err
	}
	if out.Pulls, err = p.proposed(call.Pulls, call.Run, move); err != nil || call.Registry == nil {
		return out, err
	}
	out.Registry, err = p.readRegistry()
	return out, err
}

func (p *place) bare() string { return filepath.Join(p.folder, "github", p.gitops) }

// temp is the folder that a job has for itself.
func (p *place) temp() string { return filepath.Join(p.folder, "temp") }

// prepare makes the repositories that the job knows by their names on GitHub. Both share
// their objects with those of the world.
func (p *place) prepare() error {
	config := "[include]\n\tpath = " + filepath.Join(p.root, "gitconfig") + "\n[url \"file://" + p.folder + "/github/\"]\n\tinsteadOf = https://github.com/\n"
	p.env = append(slices.Clone(p.environ), "HOME="+p.folder, "GIT_CONFIG_GLOBAL="+filepath.Join(p.folder, "gitconfig"), "PULLS="+filepath.Join(p.folder, "pulls"), "REGISTRY="+p.registry(), "COPIED="+p.copied(), "NOW="+now, "RUNNER_TEMP="+p.temp())
	for path, text := range map[string]string{
		filepath.Join(p.folder, "gitconfig"):       config,
		filepath.Join(p.bare(), "HEAD"):            "ref: refs/heads/main\n",
		filepath.Join(p.bare(), "config"):          "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
		filepath.Join(p.bare(), "refs/heads/main"): p.head + "\n",
	} {
		if err := write(path, text); err != nil {
			return err
		}
	}
	source := filepath.Join(p.folder, "github", p.code)
	for _, folder := range []string{filepath.Dir(source), p.temp()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	return errors.Join(os.Symlink(filepath.Join(p.store, "objects"), filepath.Join(p.bare(), "objects")), os.Symlink(p.source, source))
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// steps runs a job's steps, one after the other.
func (p *place) steps(call Call) (Outcome, error) {
	out := Outcome{Outputs: map[string]any{}}
	done := map[string]any{}
	anything := func(name string) any { return "the value of " + name }
	c := contexts{"github": call.GitHub, "inputs": call.Inputs, "needs": call.Need, "steps": done, "secrets": anything, "vars": anything, "runner": map[string]any{"temp": p.temp()}}
	for _, step := range call.Job.Steps {
		run, err := c.holds(step.If, func(name string) bool {
			return name == "always" || name == "failure" && out.Failed || name == "success" && !out.Failed
		})
		if err != nil {
			return out, err
		}
		if !run {
			continue
		}
		ended, err := p.step(call, step, c)
		if err != nil {
			return out, fmt.Errorf("job %s, step %q: %w", call.Job.ID, step.Name, err)
		}
		done[step.ID] = map[string]any{"outputs": ended.outputs}
		out.Failed, out.Said = out.Failed || ended.failed, append(out.Said, ended.said...)
	}
	for name, from := range call.Job.Outputs {
		text, err := c.fill(from)
		if err != nil {
			return out, err
		}
		out.Outputs[name] = text
	}
	return out, nil
}

// end says how a step ended.
type end struct {
	outputs map[string]any
	said    []string
	failed  bool
}

func (p *place) step(call Call, step Step, c contexts) (end, error) {
	name, _, _ := strings.Cut(step.Uses, "@")
	switch name {
	case "":
		return p.script(call, step, c)
	case "actions/checkout":
		return end{}, p.checkout(call, c, step.With)
	case "actions/create-github-app-token":
		return end{outputs: map[string]any{"token": "a token", "app-slug": "deployer"}}, nil
	case "docker/login-action":
		return end{}, nil
	case "actions/download-artifact":
		return end{}, p.download(call, c, step.With)
	case "actions/attest":
		return end{}, p.attest(c, step.With)
	}
	return end{}, fmt.Errorf("the action %s is not imitated", name)
}

func filled(c contexts, from ...map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for _, values := range from {
		for name, text := range values {
			v, err := c.fill(text)
			if err != nil {
				return nil, err
			}
			out[name] = v
		}
	}
	return out, nil
}

// script runs the words of a step in bash, as the runner does with defaults.run.shell. One
// that is given no branch does nothing in a repository, and is run once for each environment
// that it is given.
func (p *place) script(call Call, step Step, c contexts) (end, error) {
	env, err := filled(c, call.Workflow.Env, call.Job.Env, step.Env)
	if err != nil {
		return end{}, err
	}
	if env["SECONDS_TO_MERGE"] != "" {
		// What waits is decided before the job is run.
		env["SECONDS_TO_MERGE"] = "20"
	}
	if env["SECONDS_TO_WAIT"] != "" {
		env["SECONDS_TO_WAIT"] = "0"
	}
	for name, v := range call.GitHub {
		// No runner gives a script the token by itself.
		if name != "token" {
			env["GITHUB_"+strings.ToUpper(name)] = asText(v)
		}
	}
	run := func() (end, error) { return p.bash(step.Run, env) }
	if env["BRANCH"] != "" || call.Registry != nil {
		return run()
	}
	return remembered(p.World, fmt.Sprint("step ", step.Run, env), run)
}

func (p *place) bash(script string, env map[string]string) (end, error) {
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	command.Dir, command.Env = p.workspace, slices.Clone(p.env)
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	results := filepath.Join(p.folder, "results")
	for _, name := range []string{"OUTPUT", "STEP_SUMMARY", "ENV", "PATH"} {
		command.Env = append(command.Env, "GITHUB_"+name+"="+filepath.Join(results, name))
	}
	if err := errors.Join(os.RemoveAll(results), os.Mkdir(results, 0o755)); err != nil {
		return end{}, err
	}
	text, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return end{}, err
	}
	outputs, unread := read(filepath.Join(results, "OUTPUT"))
	return end{outputs, p.said(string(text), err != nil), err != nil}, unread
}

// said are the lines of a log that the page of the run shows, with the names of commits,
// and the last one of a script that fails without a word there.
func (w *World) said(log string, failed bool) (out []string) {
	defer func() {
		if lines := strings.Split(strings.TrimSpace(log), "\n"); failed && len(out) == 0 {
			out = []string{"log: " + lines[len(lines)-1]}
		}
	}()
	for line := range strings.Lines(log) {
		for _, kind := range []string{"notice", "warning", "error"} {
			if text, ok := strings.CutPrefix(line, "::"+kind); ok {
				_, text, _ = strings.Cut(text, "::")
				for sha, name := range w.names {
					text = strings.ReplaceAll(text, sha, name)
				}
				out = append(out, kind+": "+strings.TrimSpace(text))
			}
		}
	}
	return out
}

// read reads the outputs that a step has written, of one line each.
func read(path string) (map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out := map[string]any{}
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			return nil, fmt.Errorf("the output %q is not imitated", line)
		}
		out[name] = value
	}
	return out, nil
}

// checkout does what actions/checkout does with fetch-depth, which is 1 unless it is given;
// 0 is all of the history. A clone of the source is shared by all jobs, which only read it.
func (p *place) checkout(call Call, c contexts, inputs map[string]string) error {
	with, err := filled(c, inputs)
	if err != nil {
		return err
	}
	folder, shallow := filepath.Join(p.folder, with["path"]), with["fetch-depth"] != "0"
	if with["repository"] == "" || with["repository"] == p.code {
		sha := asText(call.GitHub["sha"])
		clone, err := remembered(p.World, fmt.Sprint("source ", shallow, sha), func() (string, error) { return p.clone(sha, shallow) })
		if err != nil || with["path"] == "" {
			p.workspace = clone
			return err
		}
		return os.Symlink(clone, folder)
	}
	files := map[string]string{
		"HEAD": "ref: refs/heads/main\n", "refs/heads/main": p.head + "\n", "refs/remotes/origin/main": p.head + "\n",
		"config":                  "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = https://github.com/" + with["repository"] + "\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n",
		"objects/info/alternates": filepath.Join(p.store, "objects") + "\n",
	}
	if shallow {
		files["shallow"] = p.head + "\n"
	}
	for path, text := range files {
		if err := write(filepath.Join(folder, ".git", path), text); err != nil {
			return err
		}
	}
	_, err = p.git(folder, "read-tree", "-u", "--reset", "HEAD")
	return err
}

// clone makes the clone of the source that jobs of a commit find.
func (w *World) clone(sha string, shallow bool) (string, error) {
	folder, err := os.MkdirTemp(w.root, "source-")
	if err != nil {
		return "", err
	}
	if !shallow {
		_, err := w.git(w.root, "clone", "--quiet", "file://"+w.source, folder)
		return folder, err
	}
	for _, args := range [][]string{{"init", "--quiet"}, {"fetch", "--quiet", "--depth=1", "file://" + w.source, sha}, {"checkout", "--quiet", sha}} {
		if _, err := w.git(folder, args...); err != nil {
			return "", err
		}
	}
	return folder, nil
}
