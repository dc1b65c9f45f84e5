package shell

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// simple runs a command of words, or sets variables.
func (r *reader) simple(c *syntax.CallExpr, s *state) {
	words := r.fields(c.Args, s)
	if len(words) == 0 {
		s.status = success
		for _, a := range c.Assigns {
			r.assign(a, s)
		}
		return
	}
	at, line := c.Args[0].Pos(), r.at(c.Args[0].Pos())
	for _, a := range c.Assigns {
		// Before a command, an assignment is for that command only, but the script runs the commands in its value.
		r.assign(a, s.fork())
	}
	words, replaces := bare(words)
	switch {
	case r.functions[words[0]] != nil:
		run := s
		if len(c.Assigns) > 0 {
			run = s.fork()
			for _, a := range c.Assigns {
				r.assign(a, run)
			}
		}
		r.call(words[0], words[1:], run)
		s.flow, s.status = run.flow, run.status
		return
	case changesFolder[words[0]]:
		s.enter(words)
		return
	}
	r.note(words, at, s)
	if s.flow != onward {
		return
	}
	input := r.input
	if slices.ContainsFunc(c.Assigns, func(a *syntax.Assign) bool { return a.Name.Value == "IFS" && a.Value != nil }) {
		r.input = "" // what is read is not split at blanks
	}
	r.builtin(words, line, s)
	r.input = input
	if script, ok := r.givenScript(words); ok {
		r.inside(inner{script, line}, s.fork())
	}
	if replaces {
		s.flow = exited
	}
}

var changesFolder = map[string]bool{"cd": true, "pushd": true, "popd": true}

// enter changes the folder.
func (s *state) enter(words []string) {
	to := Command{Words: words}.Args(1)
	switch {
	case words[0] == "popd" && len(s.dirs) > 0:
		s.dir, s.dirs = s.dirs[len(s.dirs)-1], s.dirs[:len(s.dirs)-1]
		return
	case words[0] == "popd":
		s.dir = Unknown
		return
	case words[0] == "pushd":
		s.dirs = append(slices.Clone(s.dirs), s.dir)
	}
	if len(to) != 1 || to[0] == "-" || strings.HasPrefix(to[0], "~") {
		s.dir = Unknown
		return
	}
	s.dir = Join(s.dir, to[0])
}

// carriers are commands that run the one behind them, with the letters of their options that take a word of their own.
var carriers = map[string]string{
	"builtin": "", "command": "", "env": "uCS", "exec": "a", "nice": "n", "nohup": "", "stdbuf": "ioe",
	"sudo": "CDghpRTtUu", "timeout": "ks", "xargs": "adEILnPs",
}

// bare takes from a command what only carries it; replaces reports an exec, behind which the script does not go on.
func bare(words []string) (command []string, replaces bool) {
	for {
		letters, carries := carriers[words[0]]
		i := 1
		for ; carries && i < len(words) && strings.HasPrefix(words[i], "-") && words[i] != "--"; i++ {
			if words[0] == "command" && strings.ContainsAny(words[i], "vV") {
				return words, replaces
			}
			if len(words[i]) == 2 && strings.Contains(letters, words[i][1:]) {
				i++
			}
		}
		if i < len(words) && words[i] == "--" {
			i++
		}
		for words[0] == "env" && i < len(words) && strings.Contains(words[i], "=") {
			i++
		}
		if words[0] == "timeout" {
			i++
		}
		if !carries || i >= len(words) {
			return words, replaces
		}
		replaces = replaces || words[0] == "exec"
		if words[0] == "xargs" {
			words = append(slices.Clone(words), Unknown)
		}
		words = words[i:]
	}
}

// builtin does what bash itself does for a command.
func (r *reader) builtin(words []string, line int, s *state) {
	args := func() []string { return Command{Words: words}.Args(1) }
	switch words[0] {
	case "true", ":":
		s.status = success
	case "false":
		s.status = failure
	case "exit", "return":
		s.leave(words)
	case "break", "continue":
		s.flow = leftLoop
		r.left = append(r.left, s.fork())
	case "set":
		s.options(words[1:])
	case "shift":
		s.shift(args())
	case "read":
		r.readLine(words, s)
	case "mapfile", "readarray":
		r.readLines(words, s)
	case "getopts":
		for _, name := range args() {
			s.set(name, Unknown)
		}
	case "printf":
		if len(words) > 2 && words[1] == "-v" {
			s.set(words[2], Unknown)
		}
	case "unset":
		for _, name := range args() {
			s.vars.put(name, &value{})
		}
	case "trap":
		if given := args(); len(given) > 1 && given[0] != "-" {
			r.traps = append(r.traps, inner{given[0], line})
		}
	case "eval":
		r.inside(inner{strings.Join(words[1:], " "), line}, s)
	}
}

// readLine sets variables to the words of the first line of the input, the last one to all that is left.
func (r *reader) readLine(words []string, s *state) {
	var names []string
	array, known := "", r.input != "" && s.vars.get("IFS") == nil
	for i := 1; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-a" && i+1 < len(words):
			i++
			array = words[i]
		case !strings.HasPrefix(w, "-"):
			names = append(names, w)
		default:
			known = known && w == "-r"
		}
	}
	line, _, _ := strings.Cut(r.input, "\n")
	if s.set(array, Unknown); known {
		s.assign(array, &value{list: strings.Fields(line), array: true})
	}
	for i, name := range names {
		line = strings.TrimSpace(line)
		word, rest := line, ""
		if at := strings.IndexAny(line, " \t"); at >= 0 && i < len(names)-1 {
			word, rest = line[:at], line[at:]
		}
		if line = rest; !known {
			word = Unknown
		}
		s.set(name, word)
	}
}

// readLines sets an array to the lines of the input.
func (r *reader) readLines(words []string, s *state) {
	for _, name := range (Command{Words: words}).Args(1) {
		s.set(name, Unknown)
		if r.input != "" && slices.Contains(words, "-t") {
			s.assign(name, &value{list: strings.Split(strings.TrimSuffix(r.input, "\n"), "\n"), array: true})
		}
	}
}

// leave ends the script or the function. Without a number it ends as the last command did.
func (s *state) leave(words []string) {
	s.flow, s.status = exited, maybe
	if words[0] == "return" {
		s.flow = returned
	}
	if len(words) > 1 {
		if n, err := strconv.Atoi(words[1]); err == nil {
			s.status = success
			if n != 0 {
				s.status = failure
			}
		}
	}
}

// options reads the words behind set.
func (s *state) options(words []string) {
	for i, w := range words {
		switch {
		case w == "--":
			s.args = words[i+1:]
			return
		case w == "errexit" && i > 0:
			s.strict = strings.HasPrefix(words[i-1], "-")
		case strings.HasPrefix(w, "-") && strings.Contains(w, "e"):
			s.strict = true
		case strings.HasPrefix(w, "+") && strings.Contains(w, "e"):
			s.strict = false
		}
	}
}

func (s *state) shift(by []string) {
	n := 1
	if len(by) > 0 {
		n, _ = strconv.Atoi(by[0])
	}
	if n < 0 || n > len(s.args) {
		s.args = nil
		return
	}
	s.args = s.args[n:]
}

// givenScript is the script that a shell is started with, as an argument or on its input.
func (r *reader) givenScript(words []string) (string, bool) {
	if !slices.Contains([]string{"bash", "sh", "dash"}, path.Base(words[0])) {
		return "", false
	}
	for i, w := range words[1:] {
		switch {
		case !strings.HasPrefix(w, "-"):
			return "", false
		case strings.HasSuffix(w, "c") && !strings.HasPrefix(w, "--") && i+2 < len(words):
			return words[i+2], true
		case w == "-s" || w == "-":
			return r.input, r.input != ""
		}
	}
	return r.input, r.input != ""
}

// declare sets variables as declare, export, local and their like do.
func (r *reader) declare(c *syntax.DeclClause, s *state) {
	words := []string{c.Variant.Value}
	for _, a := range c.Args {
		switch {
		case a.Name == nil:
			words = append(words, r.word(a.Value, s))
			continue
		case r.frame != nil && c.Variant.Value != "export" && c.Variant.Value != "readonly":
			if _, own := r.frame[a.Name.Value]; !own {
				r.frame[a.Name.Value] = s.vars.get(a.Name.Value)
			}
			if a.Naked {
				s.vars.put(a.Name.Value, &value{})
			}
		}
		word := a.Name.Value
		if !a.Naked {
			r.assign(a, s)
			word += "=" + strings.Join(s.vars.get(a.Name.Value).list, " ")
		}
		words = append(words, word)
	}
	r.note(words, c.Pos(), s)
}

func (r *reader) assign(a *syntax.Assign, s *state) {
	v := &value{list: []string{Unknown}}
	old := s.vars.get(a.Name.Value)
	switch {
	case a.Index != nil:
		r.word(a.Value, s)
	case a.Array != nil:
		var words []*syntax.Word
		indexed := false
		for _, e := range a.Array.Elems {
			indexed = indexed || e.Index != nil
			words = append(words, e.Value)
		}
		if list := r.fields(words, s); !indexed {
			v = &value{list: list, array: true}
		}
	default:
		v = &value{list: []string{r.word(a.Value, s)}}
	}
	if a.Append {
		v = r.appended(old, v)
	}
	s.vars.put(a.Name.Value, v)
}

// appended is what += makes of a value: a longer text, or an array of more words.
func (r *reader) appended(old, more *value) *value {
	switch {
	case old == nil:
		return &value{list: append([]string{Unknown}, more.list...), array: more.array}
	case more.array:
		return &value{list: slices.Concat(old.list, more.list), array: true}
	}
	return &value{list: []string{r.bounded(strings.Join(slices.Concat(old.list, more.list), ""))}}
}
