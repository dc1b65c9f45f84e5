package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

func (r *reader) while(c *syntax.WhileClause, s *state) {
	if names, ok := lineReader(c); ok && r.input != "" && r.lines(c, names, s) {
		return
	}
	around := s.fork()
	r.unsettle(c, s)
	r.loops++
	defer func() { r.loops-- }()
	from := len(r.out)
	r.stmts(c.Cond, s)
	r.forgive(from, len(r.out))
	enters, endless := s.status != failure, s.status == success
	if c.Until {
		enters, endless = s.status != success, s.status == failure
	}
	if !enters || s.flow != onward {
		s.status = success
		return
	}
	if r.body(c.Do, s, endless); !endless {
		s.join(around, s.fork())
	}
}

// lineReader reports a loop that runs for each line of its input, and the variables that hold the words of a line.
func lineReader(c *syntax.WhileClause) (names []string, ok bool) {
	if c.Until || len(c.Cond) != 1 || c.Cond[0].Negated || len(c.Cond[0].Redirs) > 0 {
		return nil, false
	}
	call, isCall := c.Cond[0].Cmd.(*syntax.CallExpr)
	if !isCall || len(call.Args) < 2 || call.Args[0].Lit() != "read" {
		return nil, false
	}
	for _, w := range call.Args[1:] {
		if lit := w.Lit(); syntax.ValidName(lit) {
			names = append(names, lit)
		} else if lit != "-r" {
			return nil, false
		}
	}
	for _, a := range call.Assigns {
		if a.Name.Value != "IFS" || a.Value != nil && len(names) > 1 {
			return nil, false
		}
	}
	return names, len(names) > 0
}

// lines runs a loop for each line of its input; ok is false where there are too many to try.
func (r *reader) lines(c *syntax.WhileClause, names []string, s *state) (ok bool) {
	all := strings.Split(strings.TrimSuffix(r.input, "\n"), "\n")
	if len(all) > maxTurns {
		return false
	}
	input := r.input
	r.loops++
	defer func() { r.loops--; r.input = input }()
	from := len(r.out)
	for _, line := range all {
		turn := len(r.out)
		r.input = line
		r.stmts(c.Cond, s)
		r.forgive(turn, len(r.out))
		r.input = "" // what the body itself reads is not followed
		r.body(c.Do, s, false)
		r.once(from, turn)
		if s.flow != onward {
			return true
		}
	}
	for _, name := range names {
		s.set(name, "") // the read that found no more
	}
	s.status = success
	return true
}

// body runs what a loop repeats. One without an end goes on only where something breaks it.
func (r *reader) body(list []*syntax.Stmt, s *state, endless bool) {
	left := r.left
	r.left = nil
	r.stmts(list, s)
	if s.flow == leftLoop || s.flow == onward && endless {
		s.flow = exited
	}
	for _, out := range r.left {
		out.flow = onward
		s.join(s.fork(), out)
	}
	r.left = left
	s.status = maybe
}

// maxTurns bounds how many values of a loop are tried one by one.
const maxTurns = 32

// loop runs its body for each value, where these are known and the body names the variable.
func (r *reader) loop(c *syntax.ForClause, s *state) {
	r.loops++
	defer func() { r.loops-- }()
	around := s.fork()
	words, isList := c.Loop.(*syntax.WordIter)
	if !isList {
		r.unsettle(c, s)
		r.body(c.Do, s, false)
		s.join(around, s.fork())
		return
	}
	items, known := s.args, s.args != nil
	if words.InPos.IsValid() {
		items = r.fields(words.Items, s)
		known = !strings.Contains(strings.Join(items, " "), Unknown) && !globs(items)
	}
	name := words.Name.Value
	if !known || len(items) > maxTurns || c.Select || !names(c, name) {
		r.unsettle(c, s)
		s.set(name, Unknown)
		r.body(c.Do, s, false)
		if !known || len(items) == 0 {
			s.join(around, s.fork())
		}
		return
	}
	from := len(r.out)
	for _, item := range items {
		turn := len(r.out)
		s.set(name, item)
		r.body(c.Do, s, false)
		r.once(from, turn)
		if s.flow != onward {
			return
		}
	}
}

// same reports two commands that do the same, whoever reads what they write.
func same(a, b Command) bool {
	return a.Line == b.Line && a.Dir == b.Dir && a.output == b.output && slices.Equal(a.Words, b.Words)
}

func globs(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, "*?[") })
}

// once drops the commands of a loop's turn that did the same in a turn before.
func (r *reader) once(from, turn int) {
	moved := map[int]int{}
	out := r.out[:turn]
	for i, c := range r.out[turn:] {
		old := slices.IndexFunc(out[from:], func(o Command) bool {
			return same(o, c) && (o.Pipe < 0) == (c.Pipe < 0) && (c.Pipe < 0 || same(r.out[o.Pipe], r.out[c.Pipe]))
		})
		if old >= 0 && old < turn-from {
			moved[turn+i] = from + old
			continue
		}
		moved[turn+i] = len(out)
		out = append(out, c)
	}
	for i := turn; i < len(out); i++ {
		if out[i].Pipe >= 0 {
			out[i].Pipe = moved[out[i].Pipe]
		}
	}
	r.out = out
}

// names reports whether a loop expands its variable.
func names(c *syntax.ForClause, name string) bool {
	found := false
	for _, stmt := range c.Do {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && p.Param.Value == name {
				found = true
			}
			return !found
		})
	}
	return found
}

// unsettle forgets the variables that a part of the script sets: in a part that is repeated, they change from one time
// to the next.
func (r *reader) unsettle(part syntax.Node, s *state) {
	syntax.Walk(part, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.Assign); ok && a.Name != nil && !a.Naked {
			s.set(a.Name.Value, Unknown)
		}
		return true
	})
}
