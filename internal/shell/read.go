package shell

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/pipegen/pipegen/internal/lazy"
)

// The limits bound what a hostile script can cost: the parser recurses for each bracket, and functions and loops repeat
// their bodies.
const (
	maxScript   = 64 << 10
	maxNested   = 200
	maxCommands = 4000
	maxSteps    = 40000
	// maxDepth bounds how far scripts within scripts are followed.
	maxDepth = 16
	// maxGrown bounds the bytes that variables expand to: each line may double what the one before has set.
	maxGrown = 1 << 20
)

// reader walks the syntax of a script and records its commands. It takes both of two branches, and the body of a loop
// once for each known value of its variable: callers ask what a command would do, and not whether it runs.
type reader struct {
	scripts   *Scripts
	out       []Command
	functions map[string]*syntax.Stmt
	// called are the functions that ran, active those that are running, and named those whose names are arguments of
	// another command.
	called, active map[string]bool
	named          []string
	traps          []inner

	// output is the file that the commands of a block write, and input the text that one reads.
	output, input string
	// within is set while a script within the script is read, whose lines count as line.
	within bool
	line   int
	depth  int
	// left are the states in which the current loop is left.
	left []*state
	// frame holds the outer values of the variables that are local to the current function.
	frame       map[string]*value
	grown, step int
	// loops counts those around.
	loops int
	spent bool
}

// inner is a script that a word of another one holds.
type inner struct {
	text string
	line int
}

// hole replaces an expression of GitHub's, which is text by the time that bash reads it.
const hole = "\ue000"

var expression = lazy.Regexp(`(?s)\$\{\{.*?\}\}`)

// Scripts remembers the syntax of scripts, and their commands: a workflow has the same one in many jobs, often with the
// same variables. The zero value remembers none yet, and one goroutine uses it at a time.
type Scripts struct{ known map[string]*program }

// program is a script that was parsed. Nobody changes its statements.
type program struct {
	stmts []*syntax.Stmt
	// failed is why there are no further statements.
	failed error
	// read are its commands, by the folder and the variables with which it starts.
	read map[string][]Command
}

func (k *Scripts) parse(text string) *program {
	p, ok := k.known[text]
	if ok {
		return p
	}
	p = &program{read: map[string][]Command{}}
	if len(text) > maxScript || nested(text) > maxNested {
		p.failed = errors.New("it is too long or nested too deep")
		return p
	}
	for stmt, err := range syntax.NewParser().StmtsSeq(strings.NewReader(text)) {
		if err != nil {
			p.failed = err // no break: the parser may come once more
		} else if p.failed == nil {
			p.stmts = append(p.stmts, stmt)
		}
	}
	if k.known == nil {
		k.known = map[string]*program{}
	}
	k.known[text] = p
	return p
}

// Read returns the commands of a script that starts in the folder dir with these variables, in the order in which they
// run. Where the script cannot be read, as bash could not, its last command has a Fault. Nobody may change the commands:
// who reads the same script with the same variables has the same ones.
func (k *Scripts) Read(script, dir string, vars map[string]string) []Command {
	script = plain(script)
	p, start := k.parse(script), started(dir, vars)
	read, ok := p.read[start]
	if !ok {
		read = k.run(script, dir, vars)
		p.read[start] = read
	}
	return read
}

// started is a text for the folder and the variables with which a script starts.
func started(dir string, vars map[string]string) string {
	var b strings.Builder
	b.WriteString(dir)
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		b.WriteString("\x00" + name + "\x00" + strconv.Itoa(len(vars[name])) + "\x00" + vars[name])
	}
	return b.String()
}

func (k *Scripts) run(script, dir string, vars map[string]string) []Command {
	r := &reader{scripts: k, functions: map[string]*syntax.Stmt{}, called: map[string]bool{}, active: map[string]bool{}}
	s := &state{dir: dir, vars: newVariables(), strict: true}
	for name, text := range vars {
		s.vars.put(name, &value{list: []string{text}})
	}
	r.script(script, s)
	r.later(s)
	return r.out
}

// plain is a script with holes for GitHub's expressions.
func plain(script string) string {
	if strings.Contains(script, "${{") {
		script = expression().ReplaceAllLiteralString(script, hole)
	}
	return strings.ReplaceAll(script, "\r\n", "\n")
}

// Fault says why bash cannot read a script, and from which line on, from 0; "" where it can.
func Fault(script string) (line int, why string) { return new(Scripts).parse(plain(script)).fault() }

// Arguments reads a text that some program splits as a shell does, such as the options of a container.
func Arguments(text string) Command {
	commands := new(Scripts).Read("arguments "+strings.ReplaceAll(text, "\n", " "), "", nil)
	return commands[len(commands)-1]
}

// script runs a text in a state.
func (r *reader) script(text string, s *state) {
	p := r.scripts.parse(text)
	r.stmts(p.stmts, s)
	if line, why := p.fault(); why != "" && s.flow == onward {
		r.fault(s, line, why)
	}
}

func (p *program) fault() (line int, why string) {
	at := syntax.ParseError{}
	switch {
	case p.failed == nil:
		return 0, ""
	case errors.As(p.failed, &at) && at.Pos.IsValid():
		return int(at.Pos.Line()) - 1, at.Text
	}
	return 0, p.failed.Error()
}

// nested is how deep the brackets of a text may lie in one another.
func nested(text string) (deepest int) {
	depth := 0
	for _, c := range []byte(text) {
		switch c {
		case '(', '{', '[':
			depth++
			deepest = max(deepest, depth)
		case ')', '}', ']':
			depth = max(depth-1, 0)
		}
	}
	return deepest
}

// inside runs the script that a word holds. Its commands have the line of the word.
func (r *reader) inside(in inner, s *state) {
	if r.depth >= maxDepth {
		r.fault(s, in.line, "scripts within it are nested too deep")
		return
	}
	within, line := r.within, r.line
	if !within {
		r.within, r.line = true, in.line
	}
	r.depth++
	r.script(strings.ReplaceAll(in.text, Unknown, hole), s)
	r.depth--
	r.within, r.line = within, line
}

// later runs what waits for the end: traps, and functions that only another command may have called.
func (r *reader) later(s *state) {
	s.flow = onward
	for _, t := range r.traps {
		r.inside(t, s.fork())
	}
	for _, name := range r.named {
		if !r.called[name] {
			r.call(name, nil, s.fork())
		}
	}
}

func (r *reader) fault(s *state, line int, text string) {
	if r.within {
		line = r.line
	}
	r.out = append(r.out, Command{Words: []string{Unknown}, Dir: s.dir, Line: max(line, 0), Pipe: -1, Fault: text})
	s.flow = exited
}

// note adds a command.
func (r *reader) note(words []string, at syntax.Pos, s *state) {
	if len(r.out) >= maxCommands {
		r.stop(s, at)
		return
	}
	r.out = append(r.out, Command{Words: words, Dir: s.dir, Line: r.at(at), Pipe: -1, Forgiven: !s.strict, Repeated: r.loops > 0, output: r.output})
	for _, w := range words[1:] {
		if r.functions[w] != nil {
			r.named = append(r.named, w)
		}
	}
}

// stop gives up: more of the script would take too long.
func (r *reader) stop(s *state, at syntax.Pos) {
	if !r.spent {
		r.spent = true
		r.fault(s, r.at(at), "it runs too many commands to follow them all")
	}
	s.flow = exited
}

func (r *reader) at(p syntax.Pos) int {
	if r.within {
		return r.line
	}
	return int(p.Line()) - 1
}

// state is what commands change.
type state struct {
	vars variables
	dir  string
	// dirs are the folders below, of pushd.
	dirs []string
	// args are the positional parameters, nil where they are not known.
	args []string
	// strict is set while a command that fails ends the script, as GitHub starts bash.
	strict bool
	flow   flow
	// status is how the last command ended, as far as that is known.
	status status
}

// value is the value of a variable: more than one in an array. A value that is known only in a run is Unknown.
type value struct {
	list  []string
	array bool
}

// flow says what the script goes on with. The later one goes further.
type flow int

const (
	onward flow = iota
	leftLoop
	returned
	exited
)

type status int

const (
	maybe status = iota
	success
	failure
)

func (s *state) fork() *state {
	f := *s
	f.vars = s.vars.fork()
	return &f
}

// join takes the states of two branches, one of which ran.
func (s *state) join(a, b *state) {
	switch {
	case a.flow != onward && b.flow != onward:
		*s = *a
		s.flow = min(a.flow, b.flow)
		if a.status != b.status {
			s.status = maybe
		}
		return
	case a.flow != onward:
		*s = *b
	case b.flow != onward:
		*s = *a
	default:
		s.mix(a, b)
	}
}

// mix keeps what is the same in two states.
func (s *state) mix(a, b *state) {
	args := a.args
	if strings.Join(a.args, "\n") != strings.Join(b.args, "\n") {
		args = nil
	}
	dir := a.dir
	if a.dir != b.dir {
		dir = Unknown
	}
	*s = state{vars: a.vars.mix(&b.vars), dir: dir, dirs: a.dirs, args: args, strict: a.strict || b.strict}
}

func (v *value) mix(w *value) *value {
	if v == w {
		return v
	}
	if w == nil {
		w = &value{}
	}
	same := 0
	for same < min(len(v.list), len(w.list)) && v.list[same] == w.list[same] {
		same++
	}
	if same == len(v.list) && same == len(w.list) {
		return v
	}
	if !v.array || !w.array {
		return &value{list: []string{Unknown}}
	}
	return &value{list: append(append([]string{}, v.list[:same]...), Unknown), array: true}
}
