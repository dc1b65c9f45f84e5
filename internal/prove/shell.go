package prove

import (
	"path"
	"strings"
)

// unknown stands in an expanded word for what only a run can tell.
const unknown = "\x00"

// command is one simple command of a script, with its variables filled in.
type command struct {
	words []string
	// dir is the folder it runs in, from where the script began.
	dir string
	// line is its line in the script, from 0.
	line int
	// pipe is the command that reads its output, -1 if there is none.
	pipe int
}

// is reports whether the command begins with these words.
func (c command) is(words ...string) bool {
	if len(c.words) < len(words) {
		return false
	}
	for i, w := range words {
		if c.words[i] != w {
			return false
		}
	}
	return true
}

// git reports whether the command is the git subcommand of this name, whatever
// options stand before it.
func (c command) git(name string) bool {
	if !c.is("git") {
		return false
	}
	for i := 1; i < len(c.words); i++ {
		switch w := c.words[i]; {
		case w == "-C" || w == "-c":
			i++
		case strings.HasPrefix(w, "-"):
		default:
			return w == name
		}
	}
	return false
}

// args are the words that are no options, behind the first n.
func (c command) args(n int) []string {
	var out []string
	for i := n; i < len(c.words); i++ {
		if w := c.words[i]; !strings.HasPrefix(w, "-") || w == "-" {
			out = append(out, w)
		}
	}
	return out
}

func (c command) has(words ...string) bool {
	for _, have := range c.words {
		for _, w := range words {
			if have == w {
				return true
			}
		}
	}
	return false
}

// output is the file that the command writes, "" for none.
func (c command) output() string {
	for i, word := range c.words {
		if rest, ok := strings.CutPrefix(word, ">"); ok && !strings.HasPrefix(rest, ">") && !strings.HasPrefix(rest, "&") {
			if rest == "" && i+1 < len(c.words) {
				rest = c.words[i+1]
			}
			return join(c.dir, rest)
		}
	}
	return ""
}

// shell reads as much of bash as pipegen's scripts use: words and quotes,
// variables, cd, subshells, pipes and command substitutions. Loops and conditions
// are read as if each command ran once: what a proof asks is what a command would
// do, not whether it does.
type shell struct {
	src  string
	pos  int
	line int
	vars map[string]string
	out  []command

	dirs  []string // of the subshells around
	dir   string
	words []string
	first int // line of the first word
	piped int // index of the command whose output comes in, -1
	depth int
	grown int // bytes that came out of variables so far
}

// maxGrown bounds what variables expand to: each line may double what the one
// before has set.
const maxGrown = 1 << 20

// known is a variable's value, unless too much came out of variables already.
func (s *shell) known(value string) string {
	if s.grown += len(value); s.grown > maxGrown {
		return unknown
	}
	return value
}

// maxDepth bounds nested command substitutions, and so the stack.
const maxDepth = 16

// commands reads a script that starts in dir with these variables.
func commands(script, dir string, vars map[string]string) []command {
	s := &shell{src: script, vars: map[string]string{}, dir: dir, piped: -1}
	for k, v := range vars {
		s.vars[k] = v
	}
	s.run()
	return s.out
}

func (s *shell) run() {
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '\n':
			s.end()
			s.line++
			s.pos++
		case c == ' ' || c == '\t' || c == '\r':
			s.pos++
		case c == '\\' && strings.HasPrefix(s.src[s.pos:], "\\\n"):
			s.line++
			s.pos += 2
		case c == '#':
			for s.pos < len(s.src) && s.src[s.pos] != '\n' {
				s.pos++
			}
		case c == '|' && !strings.HasPrefix(s.src[s.pos:], "||"):
			s.pos++
			before := len(s.out)
			s.end()
			if len(s.out) > before {
				s.piped = len(s.out) - 1
			}
			s.blankLines()
		case c == ';' || c == '&' || c == '|':
			if c == '&' && s.redirected() {
				s.word()
				continue
			}
			s.end()
			s.pos++
		case c == '(':
			s.end()
			s.dirs = append(s.dirs, s.dir)
			s.pos++
		case c == ')':
			s.end()
			if n := len(s.dirs); n > 0 {
				s.dir, s.dirs = s.dirs[n-1], s.dirs[:n-1]
			}
			s.pos++
		default:
			s.word()
		}
	}
	s.end()
}

// redirected reports whether the & belongs to a redirection such as >&2.
func (s *shell) redirected() bool {
	return s.pos > 0 && s.src[s.pos-1] == '>' || strings.HasPrefix(s.src[s.pos:], "&>")
}

// blankLines skips to where a pipe goes on, which may be the next line.
func (s *shell) blankLines() {
	for s.pos < len(s.src) && strings.IndexByte(" \t\r\n", s.src[s.pos]) >= 0 {
		if s.src[s.pos] == '\n' {
			s.line++
		}
		s.pos++
	}
}

// word reads one word, expands it, and adds it to the command.
func (s *shell) word() {
	if len(s.words) == 0 {
		s.first = s.line
	}
	var b strings.Builder
	start := s.pos
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		switch {
		case strings.IndexByte(" \t\r\n;|()", c) >= 0:
			s.add(b.String())
			return
		case c == '&' && s.pos > start && !s.redirected():
			s.add(b.String())
			return
		case c == '\'':
			s.single(&b)
		case c == '"':
			s.double(&b)
		case c == '\\' && s.pos+1 < len(s.src):
			if s.src[s.pos+1] == '\n' {
				s.line++
			} else {
				b.WriteByte(s.src[s.pos+1])
			}
			s.pos += 2
		case c == '$':
			s.dollar(&b)
		case c == '`':
			s.pos++
			for s.pos < len(s.src) && s.src[s.pos] != '`' {
				s.newline()
				s.pos++
			}
			s.pos = min(s.pos+1, len(s.src))
			b.WriteString(unknown)
		default:
			b.WriteByte(c)
			s.pos++
		}
	}
	s.add(b.String())
}

func (s *shell) newline() {
	if s.src[s.pos] == '\n' {
		s.line++
	}
}

func (s *shell) single(b *strings.Builder) {
	s.pos++
	for s.pos < len(s.src) && s.src[s.pos] != '\'' {
		s.newline()
		b.WriteByte(s.src[s.pos])
		s.pos++
	}
	s.pos = min(s.pos+1, len(s.src))
}

func (s *shell) double(b *strings.Builder) {
	s.pos++
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '"':
			s.pos++
			return
		case c == '\\' && s.pos+1 < len(s.src):
			b.WriteByte(s.src[s.pos+1])
			s.pos += 2
		case c == '$':
			s.dollar(b)
		default:
			s.newline()
			b.WriteByte(c)
			s.pos++
		}
	}
}

// dollar expands what begins with a dollar sign. Only plain variables and
// defaults are known; all else is a run's business.
func (s *shell) dollar(b *strings.Builder) {
	s.pos++
	rest := s.src[s.pos:]
	switch {
	case strings.HasPrefix(rest, "(("):
		s.skip('(', ')')
		b.WriteString(unknown)
	case strings.HasPrefix(rest, "("):
		s.substitution()
		b.WriteString(unknown)
	case strings.HasPrefix(rest, "{"):
		inner := s.skip('{', '}')
		name := identifier(inner)
		value, set := s.vars[name]
		switch op := inner[len(name):]; {
		case name != "" && op == "" && set:
			b.WriteString(s.known(value))
		case name != "" && strings.HasPrefix(op, ":-") && !strings.ContainsAny(op, "$`"):
			if !set || value == "" {
				value = op[2:]
			}
			b.WriteString(s.known(value))
		default:
			b.WriteString(unknown)
		}
	case strings.HasPrefix(rest, "'"):
		s.single(b)
	default:
		name := identifier(rest)
		if name == "" {
			b.WriteString("$")
			return
		}
		s.pos += len(name)
		if value, ok := s.vars[name]; ok {
			b.WriteString(s.known(value))
		} else {
			b.WriteString(unknown)
		}
	}
}

// skip passes over a bracketed part and returns what stands in it.
func (s *shell) skip(open, end byte) string {
	depth, start := 0, s.pos+1
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		s.newline()
		s.pos++
		switch c {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return s.src[start : s.pos-1]
			}
		}
	}
	return s.src[min(start, len(s.src)):]
}

// substitution reads the commands of $(...) too: they run like any other.
func (s *shell) substitution() {
	line := s.line
	inner := s.skip('(', ')')
	if s.depth >= maxDepth {
		return
	}
	sub := &shell{src: inner, vars: s.vars, dir: s.dir, piped: -1, depth: s.depth + 1, line: line, grown: s.grown}
	sub.run()
	s.grown = sub.grown
	for _, c := range sub.out {
		if c.pipe >= 0 {
			c.pipe += len(s.out)
		}
		s.out = append(s.out, c)
	}
}

func identifier(s string) string {
	for i, c := range s {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return s[:i]
		}
	}
	return s
}

// keywords stand before a command without being it.
var keywords = map[string]bool{"if": true, "then": true, "else": true, "elif": true, "do": true, "while": true, "until": true, "!": true, "{": true, "}": true, "fi": true, "done": true}

func (s *shell) add(w string) {
	if len(s.words) == 0 && keywords[w] {
		return
	}
	if len(s.words) == 0 {
		// VAR=value alone sets it; before a command it is that command's business.
		if name := identifier(w); name != "" && strings.HasPrefix(w[len(name):], "=") {
			s.vars[name] = w[len(name)+1:]
			return
		}
	}
	s.words = append(s.words, w)
}

// end closes the command that has been read.
func (s *shell) end() {
	if len(s.words) == 0 {
		return
	}
	c := command{words: s.words, dir: s.dir, line: s.first, pipe: -1}
	s.words = nil
	if c.is("cd") && len(c.words) > 1 {
		to := c.args(1)
		if len(to) == 1 {
			s.dir = join(s.dir, to[0])
		}
		return
	}
	if s.piped >= 0 && s.piped < len(s.out) {
		s.out[s.piped].pipe = len(s.out)
	}
	s.piped = -1
	s.out = append(s.out, c)
}

func join(dir, to string) string {
	if path.IsAbs(to) || strings.HasPrefix(to, unknown) {
		return to
	}
	return path.Join(dir, to)
}
