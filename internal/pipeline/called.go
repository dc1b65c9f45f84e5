package pipeline

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
)

// maxCalls bounds how many calls are followed in all, and maxCallDepth how far they lead.
const (
	maxCalls     = 500
	maxCallDepth = 4
)

// follow puts what the workflows call into the place of the calls, as far as it is in the repository, and leaves out
// workflows that are only there to be called.
func (m *Model) follow() {
	calls, called := maxCalls, map[string]bool{}
	for _, w := range m.Workflows {
		for depth := 0; depth < maxCallDepth && m.followJobs(w, called, &calls); depth++ {
		}
		for _, j := range w.Jobs {
			for depth := 0; depth < maxCallDepth && m.followSteps(j, &calls); depth++ {
			}
		}
	}
	m.Workflows = slices.DeleteFunc(m.Workflows, func(w *Workflow) bool {
		return called[w.File.Path] && slices.Equal(w.Events(), []string{"workflow_call"})
	})
}

// followJobs puts the jobs of each workflow that a job of w calls into its place. It reports whether there was one.
func (m *Model) followJobs(w *Workflow, called map[string]bool, calls *int) bool {
	var out []*Job
	ends := map[string][]string{} // the last jobs of a call, by the id of the job that calls
	for _, j := range w.Jobs {
		name, local := strings.CutPrefix(j.Get("uses").Text(), "./")
		f := m.File(artifact.Code, path.Clean(name))
		if !local || f == nil || !f.Doc().Get("jobs").IsMap() || *calls <= 0 {
			out = append(out, j)
			continue
		}
		*calls--
		called[f.Path] = true
		inner := readWorkflow(f)
		given := m.given(f.Doc().Get("on", "workflow_call", "inputs"), j.Get("with"))
		waited := map[string]bool{}
		for _, c := range inner.Jobs {
			for _, id := range c.Needs {
				waited[id] = true
			}
		}
		for _, c := range inner.Jobs {
			n := *c
			n.Node, n.Workflow, n.ID = fill(c.Node, given), w, j.ID+"/"+c.ID
			if n.Needs = nil; len(c.Needs) == 0 {
				n.Needs = j.Needs
			}
			for _, id := range c.Needs {
				n.Needs = append(n.Needs, j.ID+"/"+id)
			}
			n.caller, n.called = j, inner.Node
			n.readSteps()
			if !waited[c.ID] {
				ends[j.ID] = append(ends[j.ID], n.ID)
			}
			out = append(out, &n)
		}
	}
	if len(ends) == 0 {
		return false
	}
	w.byID = map[string]*Job{}
	for _, j := range out {
		var needs []string
		for _, id := range j.Needs {
			if last, ok := ends[id]; ok {
				needs = append(needs, last...)
			} else {
				needs = append(needs, id)
			}
		}
		j.Needs, j.before = needs, nil
		w.byID[j.ID] = j
	}
	w.Jobs = out
	return true
}

// followSteps puts the steps of each action of the repository that a job uses into its place. It reports whether there
// was one.
func (m *Model) followSteps(j *Job, calls *int) bool {
	found := false
	var out []*Step
	for _, s := range j.Steps {
		f := m.actionOf(s)
		if f == nil || *calls <= 0 {
			out = append(out, s)
			continue
		}
		*calls--
		found = true
		out = append(out, m.stepsOf(f, s, j)...)
	}
	if found {
		j.Steps = out
	}
	return found
}

// actionOf is the file of the action of the repository that a step uses, nil for none.
func (m *Model) actionOf(s *Step) *File {
	name, local := strings.CutPrefix(s.Get("uses").Text(), "./")
	if !local {
		return nil
	}
	return m.action(path.Clean(name))
}

// stepsOf are the steps of an action with what the step that uses it gives, as steps of a job.
func (m *Model) stepsOf(action *File, s *Step, j *Job) []*Step {
	var out []*Step
	given := m.given(action.Doc().Get("inputs"), s.Get("with"))
	for _, n := range action.Doc().Get("runs", "steps").Items() {
		out = append(out, readStep(j, fill(n, given)))
	}
	return out
}

// StepsOfActions are the steps of the actions of the repository that the jobs use, once for each use. The job of such a step
// has the steps of the action alone.
func (m *Model) StepsOfActions() []*Step {
	calls := maxCalls
	var out []*Step
	var within func(j *Job, depth int)
	within = func(j *Job, depth int) {
		for _, s := range j.Steps {
			f := m.actionOf(s)
			if f == nil || calls <= 0 || depth == 0 {
				continue
			}
			calls--
			inner := *j
			inner.Steps = m.stepsOf(f, s, &inner)
			out = append(out, inner.Steps...)
			within(&inner, depth-1)
		}
	}
	for _, j := range m.Jobs() {
		within(j, maxCallDepth)
	}
	return out
}

// action is the file of a composite action in a folder, nil for none.
func (m *Model) action(dir string) *File {
	for _, name := range []string{"action.yml", "action.yaml"} {
		if f := m.File(artifact.Code, path.Join(dir, name)); f != nil && f.Doc().Get("runs", "steps").IsList() {
			return f
		}
	}
	return nil
}

// given are the inputs of what is called: what the caller gives, or else the default.
func (m *Model) given(inputs, with Node) map[string]string {
	out := map[string]string{}
	for name, n := range inputs.Pairs() {
		out[name] = n.Get("default").Text()
	}
	for name, n := range with.Pairs() {
		out[name] = n.Text()
	}
	return out
}

var inputRead = lazy.Regexp(`\$\{\{\s*(?:github\.event\.)?inputs\.([A-Za-z0-9_-]+)\s*\}\}`)

// fill is a value in which what reads an input alone is replaced by it. Its lines are those of the original.
func fill(n Node, given map[string]string) Node {
	if n.y == nil || len(given) == 0 || sizeOf(n.y, maxNesting) > maxNodes {
		return n
	}
	n.y = filled(n.y, given)
	return n
}

func filled(y *yaml.Node, given map[string]string) *yaml.Node {
	out := *y
	if y.Kind == yaml.AliasNode && y.Alias != nil {
		return filled(y.Alias, given)
	}
	if y.Kind == yaml.ScalarNode && strings.Contains(y.Value, "inputs.") {
		out.Value = inputRead().ReplaceAllStringFunc(y.Value, func(hole string) string {
			v, ok := given[inputRead().FindStringSubmatch(hole)[1]]
			if !ok || len(v) > maxValue {
				return hole
			}
			return v
		})
	}
	out.Content = nil
	for _, c := range y.Content {
		out.Content = append(out.Content, filled(c, given))
	}
	return &out
}

// When is the condition of the job, with that of the job in whose place it is, in the form of Expression.
func (j *Job) When() string {
	if j.caller == nil || j.caller.When() == "" {
		return j.Condition()
	}
	if j.Condition() == "" {
		return j.caller.When()
	}
	return "(" + j.caller.When() + ") && (" + j.Condition() + ")"
}

// Matrix is the matrix in whose legs the job runs, its own or that of the job in whose place it is.
func (j *Job) Matrix() Node {
	if own := j.Get("strategy", "matrix"); own.OK() || j.caller == nil {
		return own
	}
	return j.caller.Matrix()
}
