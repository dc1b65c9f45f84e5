package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/shell"
)

// Expressions are the expressions in a text, with their brackets.
func Expressions(text string) []string {
	var out []string
	replaceExpressions(text, func(e string) string {
		out = append(out, e)
		return ""
	})
	return out
}

// replaceExpressions puts what f makes of each expression of a text, with its brackets, in its place. An expression ends
// with the first brackets that close.
func replaceExpressions(text string, f func(expression string) string) string {
	var out strings.Builder
	for {
		begin := strings.Index(text, "${{")
		if begin < 0 {
			break
		}
		end := strings.Index(text[begin:], "}}")
		if end < 0 {
			break
		}
		end += begin + len("}}")
		out.WriteString(text[:begin])
		out.WriteString(f(text[begin:end]))
		text = text[end:]
	}
	if out.Len() == 0 {
		return text
	}
	out.WriteString(text)
	return out.String()
}

// Expression is an expression in one form: without ${{ }} around it and with single blanks.
func Expression(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "${{") && strings.HasSuffix(text, "}}") && strings.Count(text, "${{") == 1 {
		text = text[3 : len(text)-2]
	}
	return strings.Join(strings.Fields(text), " ")
}

// RunToken reports an expression that is the run's own token and nothing else.
func RunToken(text string) bool {
	e := Expression(text)
	return e == "github.token" || e == "secrets.GITHUB_TOKEN"
}

// ReadsSecret reports a text in which GitHub fills in a secret.
func ReadsSecret(text string) bool {
	for _, e := range Expressions(text) {
		if strings.Contains(e, "secrets.") || strings.Contains(e, "secrets[") || strings.Contains(e, "toJSON(secrets") {
			return true
		}
	}
	return false
}

// marked writes expressions as words that a shell takes for plain text.
func marked(text string) string {
	return replaceExpressions(text, func(e string) string {
		inner := strings.Join(strings.Fields(e[3:len(e)-2]), "")
		if strings.ContainsAny(inner, "'\"`$\\;&|()<>") {
			return "‹…›"
		}
		return "‹" + inner + "›"
	})
}

var envMark = lazy.Regexp(`‹env\.([A-Za-z_][A-Za-z0-9_]*)›`)

// maxResolved bounds how many variables of one value are looked up, and maxValue how long it may become: a variable may
// name itself.
const (
	maxResolved = 100
	maxValue    = 1 << 14
)

// resolve replaces marks that read a variable of job or workflow.
func (j *Job) resolve(text string) string {
	if !strings.Contains(text, "‹env.") {
		return text
	}
	left := maxResolved
	return j.resolveUpTo(text, &left)
}

func (j *Job) resolveUpTo(text string, left *int) string {
	if len(text) > maxValue {
		return text
	}
	return envMark().ReplaceAllStringFunc(text, func(m string) string {
		v := j.variable(envMark().FindStringSubmatch(m)[1])
		if !v.OK() {
			return m
		}
		if *left--; *left < 0 || len(v.Text()) > maxValue {
			return m
		}
		return j.resolveUpTo(marked(v.Text()), left)
	})
}

// variable is one of the job's environment, or of the workflow's.
func (j *Job) variable(name string) Node {
	if v := j.Get("env", name); v.OK() {
		return v
	}
	if j.caller != nil { // a workflow that is called does not have the variables of its caller
		return j.called.Get("env", name)
	}
	return j.Workflow.Get("env", name)
}

// Filled is a value of the job with its expressions in the form of Command, and those that read a variable replaced by
// it.
func (j *Job) Filled(n Node) string { return j.resolve(marked(n.Text())) }

// Run has the values with which a run would fill expressions. No file has these values, so that one that is found shows
// where it came from. An expression that is not known becomes shell.Unknown.
type Run struct {
	// SHA is the commit.
	SHA string
	// Inputs are what a person gave the workflow.
	Inputs map[string]string
	// number tells runs apart.
	number int
}

// Named is what a run calls an image that it has made.
type Named struct{ Tag, Digest string }

// Named is what the run calls the image that a job makes: no other job, and no other run, has one of the two.
func (r *Run) Named(j *Job) Named {
	at := slices.Index(j.Workflow.Jobs, j)
	return Named{fmt.Sprintf(sentinel+"%d-%d", r.number, at), fmt.Sprintf("sha256:%064x", 0x5e0714e1<<24+r.number<<12+at)}
}

// RunnerTemp takes the place of the runner's folder for temporary files.
const RunnerTemp = "‹runner.temp›"

// maxFollowed bounds how far expressions lead to one another.
const maxFollowed = 16

// Fill replaces the expressions in a text of a job by the values of the run; without a run they are marked, as Filled
// does.
func (r *Run) Fill(j *Job, text string) string {
	if r == nil {
		return j.resolve(marked(text))
	}
	return r.fill(j, text, 0)
}

func (r *Run) fill(j *Job, text string, depth int) string {
	if len(text) > maxValue {
		return text
	}
	return replaceExpressions(text, func(e string) string {
		value, ok := r.value(j, strings.TrimSpace(e[3:len(e)-2]), depth)
		if !ok {
			return shell.Unknown
		}
		return value
	})
}

func (r *Run) value(j *Job, e string, depth int) (string, bool) {
	p := strings.Split(e, ".")
	switch {
	case depth > maxFollowed:
		return "", false
	case e == "github.sha":
		return r.SHA, true
	case e == "runner.temp":
		return RunnerTemp, true
	case len(p) == 2 && p[0] == "inputs", len(p) == 4 && p[0] == "github" && p[2] == "inputs":
		v, ok := r.Inputs[p[len(p)-1]]
		return v, ok
	case len(p) == 2 && p[0] == "env":
		v := j.variable(p[1])
		return r.fill(j, v.Text(), depth+1), v.OK()
	case len(p) == 4 && p[0] == "needs" && p[2] == "outputs":
		return r.output(j, p[1], p[3], depth)
	case len(p) == 4 && p[0] == "steps" && p[2] == "outputs":
		s := j.Step(p[1])
		switch {
		case s != nil && s.FindsImages():
			return r.found(j, p[3])
		case s == nil || !s.NamesImage():
			return "", false
		}
		switch p[3] {
		case "digest":
			return r.Named(j).Digest, true
		case "tag":
			return r.Named(j).Tag, true
		}
	}
	return "", false
}

// output is what a job before puts out. Unless the job needs the other one, the expression is empty.
func (r *Run) output(j *Job, id, name string, depth int) (string, bool) {
	before := j.Workflow.Job(id)
	for _, n := range j.Needs {
		if n == id && before != nil {
			v := before.Get("outputs", name)
			filled := r.fill(before, v.Text(), depth+1)
			return filled, v.OK() && filled != shell.Unknown
		}
	}
	return "", false
}

// NamingJobs are the jobs with a step whose outputs are an image's.
func (w *Workflow) NamingJobs() []*Job {
	if w.naming == nil {
		named := slices.DeleteFunc(slices.Clone(w.Jobs), func(j *Job) bool { return !slices.ContainsFunc(j.Steps, (*Step).NamesImage) })
		w.naming = &named
	}
	return *w.naming
}

// NamesImage reports a step whose outputs are the image's: it joins the platforms, or pushes the one there is. What a
// leg of a matrix pushes is the image of one platform only, and a tag for the files of an image is for later runs.
func (s *Step) NamesImage() bool {
	return s.Builds() && !s.Job.Get("strategy", "matrix").OK() || s.Joins()
}

// Joins reports a script that gives an image its name.
func (s *Step) Joins() bool {
	return strings.Contains(s.Run(), "imagetools create") && !s.Keeps() && !s.Moves()
}

// Moves reports a script that gives moving tags to an image that has its name.
func (s *Step) Moves() bool {
	return strings.Contains(s.Run(), "imagetools create") && strings.Contains(s.Run(), "${MOVING_TAGS}")
}

// Keeps reports a script that gives an image that has its name another one, by which later runs find it by its files.
func (s *Step) Keeps() bool {
	return strings.Contains(s.Run(), `imagetools create --tag "${IMAGE}:content-${`)
}

const sentinel = "pipegen-sentinel-"

// IsDeployed reports an image that a deploy has brought here, where it was followed.
func IsDeployed(image string) bool { return strings.Contains(image, ":"+sentinel) }
