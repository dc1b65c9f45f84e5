package shell

import "strings"

// reader reads as much of bash as the scripts of pipelines use: words and quotes,
// variables, cd, subshells, pipes and command substitutions. Loops and conditions
// are read as if each command ran once: what one asks is what a command would do, not
// whether it does.
type reader struct {
	src  string
	pos  int
	line int
	vars map[string]string
	out  []Command

	dirs  []string // of the subshells around
	dir   string
	words []string
	first int // line of the first word
	piped int // index of the command whose output comes in, -1
	depth int
	grown int // bytes that came out of variables so far
}

// Read returns the commands of a script that starts in the folder dir with these
// variables.
func Read(script, dir string, vars map[string]string) []Command {
	r := &reader{src: script, vars: map[string]string{}, dir: dir, piped: -1}
	for k, v := range vars {
		r.vars[k] = v
	}
	r.run()
	return r.out
}

func (r *reader) run() {
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; {
		case c == '\n':
			r.end()
			r.line++
			r.pos++
		case c == ' ' || c == '\t' || c == '\r':
			r.pos++
		case c == '\\' && strings.HasPrefix(r.src[r.pos:], "\\\n"):
			r.line++
			r.pos += 2
		case c == '#':
			for r.pos < len(r.src) && r.src[r.pos] != '\n' {
				r.pos++
			}
		case c == '|' && !strings.HasPrefix(r.src[r.pos:], "||"):
			r.pos++
			before := len(r.out)
			r.end()
			if len(r.out) > before {
				r.piped = len(r.out) - 1
			}
			r.blankLines()
		case c == ';' || c == '&' || c == '|':
			if c == '&' && r.redirected() {
				r.word()
				continue
			}
			r.end()
			r.pos++
		case c == '(':
			r.end()
			r.dirs = append(r.dirs, r.dir)
			r.pos++
		case c == ')':
			r.end()
			if n := len(r.dirs); n > 0 {
				r.dir, r.dirs = r.dirs[n-1], r.dirs[:n-1]
			}
			r.pos++
		default:
			r.word()
		}
	}
	r.end()
}

// redirected reports whether the & belongs to a redirection such as >&2.
func (r *reader) redirected() bool {
	return r.pos > 0 && r.src[r.pos-1] == '>' || strings.HasPrefix(r.src[r.pos:], "&>")
}

// blankLines skips to where a pipe goes on, which may be the next line.
func (r *reader) blankLines() {
	for r.pos < len(r.src) && strings.IndexByte(" \t\r\n", r.src[r.pos]) >= 0 {
		if r.src[r.pos] == '\n' {
			r.line++
		}
		r.pos++
	}
}

// keywords stand before a command without being it.
var keywords = map[string]bool{"if": true, "then": true, "else": true, "elif": true, "do": true, "while": true, "until": true, "!": true, "{": true, "}": true, "fi": true, "done": true}

func (r *reader) add(w string) {
	if len(r.words) == 0 && keywords[w] {
		return
	}
	if len(r.words) == 0 {
		// VAR=value alone sets it; before a command it is that command's business.
		if name := identifier(w); name != "" && strings.HasPrefix(w[len(name):], "=") {
			r.vars[name] = w[len(name)+1:]
			return
		}
	}
	r.words = append(r.words, w)
}

// end closes the command that has been read.
func (r *reader) end() {
	if len(r.words) == 0 {
		return
	}
	c := Command{Words: r.words, Dir: r.dir, Line: r.first, Pipe: -1}
	r.words = nil
	if c.Is("cd") && len(c.Words) > 1 {
		to := c.Args(1)
		if len(to) == 1 {
			r.dir = Join(r.dir, to[0])
		}
		return
	}
	if r.piped >= 0 && r.piped < len(r.out) {
		r.out[r.piped].Pipe = len(r.out)
	}
	r.piped = -1
	r.out = append(r.out, c)
}
