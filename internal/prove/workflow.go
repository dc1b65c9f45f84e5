package prove

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/shell"
	"github.com/pipegen/pipegen/internal/yamlnode"
)

// workflow is a workflow file as GitHub reads it.
type workflow struct {
	node
	on   node
	jobs []*job
	byID map[string]*job
	// first are what tests found, once it was asked.
	first []*job
	// scripts remembers those of all steps.
	scripts shell.Scripts
}

type job struct {
	node
	in    *workflow
	id    string
	needs []string
	steps []*step
	// extra is what the spec says of a job that it adds, nil for one of the pipeline's.
	extra *ExtraJob
	// power is what privileged found, once it was asked, and inputs what asksInputs did.
	power  *power
	inputs *bool
}

type step struct {
	node
	job *job
	id  string
	// uses is the action without its commit.
	uses string
	// read is the script once it has been read.
	read []shell.Command
}

func readWorkflow(s *source, extra []ExtraJob) *workflow {
	w := &workflow{node: s.doc(), byID: map[string]*job{}}
	w.on = w.get("on")
	for id, n := range w.get("jobs").pairs() {
		j := &job{node: n, in: w, id: id, needs: n.get("needs").list()}
		if i := slices.IndexFunc(extra, func(e ExtraJob) bool { return e.ID == id }); i >= 0 {
			j.extra = &extra[i]
		}
		for _, n := range n.get("steps").items() {
			action, _, _ := strings.Cut(n.get("uses").text(), "@")
			j.steps = append(j.steps, &step{node: n, job: j, id: n.get("id").text(), uses: action})
		}
		w.jobs = append(w.jobs, j)
		if w.byID[id] == nil {
			w.byID[id] = j
		}
	}
	return w
}

func (w *workflow) job(id string) *job { return w.byID[id] }

// trigger is what stands under on: for an event; ok reports whether it is there at
// all, with settings or without.
func (w *workflow) trigger(event string) (settings node, ok bool) {
	if !w.on.isMap() {
		for _, e := range w.on.list() {
			if e == event {
				return node{src: w.src, line: w.on.line}, true
			}
		}
		return node{}, false
	}
	for name, n := range w.on.pairs() {
		if name == event {
			return n, true
		}
	}
	return node{}, false
}

// label names a job as the summary of a run does.
func (j *job) label() string { return "job " + j.id }

func (j *job) name() string {
	if n := j.get("name").text(); n != "" {
		return n
	}
	return j.id
}

// isAuthors reports whether the job's steps are the author's own: they may use the
// names of variables in any sense.
func (j *job) isAuthors() bool { return j.extra != nil || slices.Contains(j.in.tests(), j) }

// condition is the job's if, without the brackets that it may have.
func (j *job) condition() string { return expression(j.get("if").text()) }

// expression is an expression in one form: without ${{ }} around it and with single
// blanks.
func expression(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "${{") && strings.HasSuffix(s, "}}") && strings.Count(s, "${{") == 1 {
		s = s[3 : len(s)-2]
	}
	return strings.Join(strings.Fields(s), " ")
}

// after reports whether j waits for the job of this id, directly or through others.
func (j *job) after(id string) bool { return j.waits(id, map[string]bool{}) }

func (j *job) waits(id string, seen map[string]bool) bool {
	for _, n := range j.needs {
		if n == id {
			return true
		}
		if seen[n] {
			continue
		}
		seen[n] = true
		if before := j.in.job(n); before != nil && before.waits(id, seen) {
			return true
		}
	}
	return false
}

func (j *job) step(id string) *step {
	for _, s := range j.steps {
		if s.id == id && id != "" {
			return s
		}
	}
	return nil
}

// with is an input of the step's action.
func (s *step) with(name string) node { return s.get("with", name) }

func (s *step) run() string { return s.get("run").text() }

// runLine is the place of a line of the script, from 0.
func (s *step) runLine(n int) place {
	run := s.get("run")
	if strings.Contains(run.text(), "\n") {
		n++ // a block scalar begins below its key
	}
	p := run.at()
	p.line = yamlnode.TextLine(run.y, p.line) + n
	return p
}

// env is the variable as the step sees it, and where it is set.
func (s *step) env(name string) node {
	for _, n := range []node{s.node, s.job.node, s.job.in.node} {
		if v := n.get("env", name); v.ok() {
			return v
		}
	}
	return s.get("env", name)
}

// environ is all that the step's script sees, with expressions filled in.
func (s *step) environ(x context) map[string]string {
	vars := map[string]string{"GITHUB_SHA": x.sha, "RUNNER_TEMP": runnerTemp}
	for _, n := range []node{s.job.in.node, s.job.node, s.node} {
		for name, v := range n.get("env").pairs() {
			vars[name] = x.fill(s.job, v.text())
		}
	}
	return vars
}

// workdir is where the step's script starts.
func (s *step) workdir() string {
	for _, n := range []node{s.get("working-directory"), s.job.get("defaults", "run", "working-directory"), s.job.in.get("defaults", "run", "working-directory")} {
		if n.ok() {
			return n.text()
		}
	}
	return ""
}

// runnerTemp stands for the folder of the runner's own.
const runnerTemp = "/runner-temp"

// writes reports whether the step commits to a repository.
func (s *step) writes() bool {
	text := s.run()
	return strings.Contains(text, "kustomize edit") || strings.Contains(text, "git push") || strings.Contains(text, "git revert") || strings.Contains(text, "git restore")
}

// commands is the step's script, read with the values that a run would have.
func (s *step) commands(x context) []shell.Command {
	return s.job.in.scripts.Read(s.run(), s.workdir(), s.environ(x))
}

// script is the step's script as it would run in any job that commits nothing.
func (s *step) script() []shell.Command {
	if s.read == nil {
		s.read = s.commands(plain)
	}
	return s.read
}

// plain fills what every run knows; arch stands for a leg of the matrix.
var plain = context{sha: sentinelSHA, arch: "leg"}

// context is what a run would fill expressions with: sentinels, which no file
// holds, so that finding one says where it came from.
type context struct {
	sha, digest, tag string
	// arch stands for the leg of a matrix.
	arch   string
	inputs map[string]string
}

// maxDepth bounds how far expressions lead to one another, and in how many ways a
// workflow is read.
const maxDepth = 16

var hole = lazy.Regexp(`\$\{\{(.*?)\}\}`)

// fill replaces expressions by their values, and by unknown where only a run knows.
func (x context) fill(j *job, s string) string {
	return x.fillDeep(j, s, 0)
}

func (x context) fillDeep(j *job, s string, depth int) string {
	if !strings.Contains(s, "${{") {
		return s
	}
	return hole().ReplaceAllStringFunc(s, func(e string) string {
		value, ok := x.resolve(j, strings.TrimSpace(e[3:len(e)-2]), depth)
		if !ok {
			return shell.Unknown
		}
		return value
	})
}

func (x context) resolve(j *job, e string, depth int) (string, bool) {
	p := strings.Split(e, ".")
	switch {
	case depth > maxDepth:
		return "", false
	case e == "github.sha":
		return x.sha, true
	case e == "runner.temp":
		return runnerTemp, true
	case e == "matrix.arch":
		return x.arch, x.arch != ""
	case len(p) == 2 && p[0] == "inputs", len(p) == 4 && p[0] == "github" && p[2] == "inputs":
		v, ok := x.inputs[p[len(p)-1]]
		return v, ok
	case len(p) == 4 && p[0] == "needs" && p[2] == "outputs":
		// Without the need the expression is empty, whatever the other job puts out.
		for _, n := range j.needs {
			if before := j.in.job(p[1]); n == p[1] && before != nil {
				v := before.get("outputs", p[3])
				filled := x.fillDeep(before, v.text(), depth+1)
				return filled, v.ok() && filled != shell.Unknown
			}
		}
		return "", false
	case len(p) == 4 && p[0] == "steps" && p[2] == "outputs":
		s := j.step(p[1])
		if s == nil || !s.names() {
			return "", false
		}
		switch p[3] {
		case "digest":
			return x.digest, true
		case "tag":
			return x.tag, true
		}
	}
	return "", false
}

// names reports whether the step is one whose outputs are the image's: it joins
// the platforms, or pushes the one there is. What a leg of a matrix pushes is the
// image of one platform only.
func (s *step) names() bool {
	return s.uses == "docker/build-push-action" && !s.job.get("strategy", "matrix").ok() ||
		strings.Contains(s.run(), "imagetools create")
}
