package shell

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

func (r *reader) stmts(list []*syntax.Stmt, s *state) {
	s.status = success
	for _, stmt := range list {
		r.stmt(stmt, s)
	}
}

func (r *reader) stmt(stmt *syntax.Stmt, s *state) {
	if s.flow != onward {
		return
	}
	if r.step++; r.step > maxSteps {
		r.stop(s, stmt.Pos())
		return
	}
	from, output, input := len(r.out), r.output, r.input
	run := s
	if stmt.Background {
		run = s.fork()
	}
	for _, to := range stmt.Redirs {
		r.redirect(to, run)
	}
	run.status = maybe
	r.command(stmt.Cmd, run)
	r.output, r.input = output, input
	if stmt.Background {
		r.forgive(from, len(r.out))
		s.status = success
	}
	if stmt.Negated {
		r.forgive(from, len(r.out))
		s.status = map[status]status{success: failure, failure: success}[s.status]
	}
}

// forgive notes that the script does not fail where these commands do.
func (r *reader) forgive(from, to int) {
	for i := from; i < to; i++ {
		r.out[i].Forgiven = r.out[i].Fault == ""
	}
}

func (r *reader) redirect(to *syntax.Redirect, s *state) {
	word := ""
	if to.Word != nil {
		word = r.word(to.Word, s)
	}
	switch to.Op {
	case syntax.RdrOut, syntax.RdrClob, syntax.RdrAll, syntax.RdrAllClob:
		if to.N == nil || to.N.Value == "1" {
			r.output = Join(s.dir, word)
		}
	case syntax.AppOut, syntax.AppAll, syntax.DplOut:
		if to.N == nil || to.N.Value == "1" {
			r.output = ""
		}
	case syntax.Hdoc, syntax.DashHdoc:
		if to.Hdoc != nil {
			r.input = r.word(to.Hdoc, s)
		}
	case syntax.WordHdoc:
		r.input = word
	}
}

func (r *reader) command(cmd syntax.Command, s *state) {
	switch c := cmd.(type) {
	case *syntax.CallExpr:
		r.simple(c, s)
	case *syntax.DeclClause:
		r.declare(c, s)
	case *syntax.TestClause:
		r.note(append(append([]string{"[["}, r.test(c.X, s)...), "]]"), c.Pos(), s)
	case *syntax.ArithmCmd:
		r.worksOut(c, s)
	case *syntax.LetClause:
		r.worksOut(c, s)
	case *syntax.Block:
		r.stmts(c.Stmts, s)
	case *syntax.Subshell:
		s.status = r.subshell(c.Stmts, s)
	case *syntax.BinaryCmd:
		r.binary(c, s)
	case *syntax.IfClause:
		r.branch(c, s)
	case *syntax.WhileClause:
		r.while(c, s)
	case *syntax.ForClause:
		r.loop(c, s)
	case *syntax.CaseClause:
		r.cases(c, s)
	case *syntax.FuncDecl:
		if c.Name != nil {
			r.functions[c.Name.Value] = c.Body
		}
		s.status = success
	case *syntax.TimeClause:
		if c.Stmt != nil {
			r.stmt(c.Stmt, s)
		}
	case *syntax.CoprocClause:
		r.stmt(c.Stmt, s.fork())
	}
}

// subshell runs commands that change nothing of the state around them.
func (r *reader) subshell(list []*syntax.Stmt, s *state) status {
	f := s.fork()
	r.stmts(list, f)
	return f.status
}

// test is a condition in [[ ]] as words.
func (r *reader) test(x syntax.TestExpr, s *state) []string {
	switch x := x.(type) {
	case *syntax.BinaryTest:
		return slices.Concat(r.test(x.X, s), []string{x.Op.String()}, r.test(x.Y, s))
	case *syntax.UnaryTest:
		return append([]string{x.Op.String()}, r.test(x.X, s)...)
	case *syntax.ParenTest:
		return slices.Concat([]string{"("}, r.test(x.X, s), []string{")"})
	case *syntax.Word:
		return []string{r.word(x, s)}
	}
	return nil
}

func (r *reader) binary(c *syntax.BinaryCmd, s *state) {
	if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
		r.pipe(c, s)
		return
	}
	from, before := len(r.out), s.dir
	r.stmt(c.X, s)
	to := len(r.out)
	if s.flow != onward {
		return
	}
	runs, skips := success, failure
	if c.Op == syntax.OrStmt {
		runs, skips = failure, success
	}
	if s.status == skips {
		return
	}
	known := s.status == runs
	other := s.fork()
	if c.Op == syntax.OrStmt {
		// A cd that failed has not changed the folder.
		other.dir = before
	}
	r.stmt(c.Y, other)
	if c.Op == syntax.OrStmt && (other.flow == onward && other.status != failure || other.flow == leftLoop || other.status == success) {
		r.forgive(from, to)
	}
	if known {
		*s = *other
		return
	}
	if s.join(s.fork(), other); c.Op == syntax.OrStmt && other.status == success {
		s.status = success
	}
}

// pipe joins two commands, each in a shell of its own: what one side writes, the first command of the other reads.
func (r *reader) pipe(c *syntax.BinaryCmd, s *state) {
	from := len(r.out)
	output, input := r.output, r.input
	r.output = ""
	r.stmt(c.X, s.fork())
	r.output, r.input = output, ""
	to := len(r.out)
	right := s.fork()
	r.stmt(c.Y, right)
	r.input = input
	s.status = right.status
	reads := slices.IndexFunc(r.out[to:], func(c Command) bool { return !c.substituted })
	if reads < 0 {
		return
	}
	for i := from; i < to; i++ {
		if r.out[i].Pipe < 0 && !r.out[i].substituted {
			r.out[i].Pipe = to + reads
		}
	}
}

// branch runs both ways of a condition, unless it is one that always ends the same.
func (r *reader) branch(c *syntax.IfClause, s *state) {
	if len(c.Cond) > 0 {
		from := len(r.out)
		r.stmts(c.Cond, s)
		r.forgive(from, len(r.out))
	} else {
		s.status = success
	}
	if s.flow != onward {
		return
	}
	taken, other := s.fork(), s.fork()
	if s.status != failure {
		r.stmts(c.Then, taken)
	}
	other.status = success
	if s.status != success && c.Else != nil {
		r.branch(c.Else, other)
	}
	switch s.status {
	case success:
		*s = *taken
	case failure:
		*s = *other
	default:
		s.join(taken, other)
	}
}

func (r *reader) cases(c *syntax.CaseClause, s *state) {
	r.word(c.Word, s)
	var all *state
	open := true
	for _, item := range c.Items {
		way := s.fork()
		for _, p := range item.Patterns {
			open = open && r.word(p, way) != "*"
		}
		r.stmts(item.Stmts, way)
		if all == nil {
			all = way
		} else {
			all.join(all.fork(), way)
		}
	}
	switch {
	case all == nil:
	case open:
		s.join(s.fork(), all)
	default:
		*s = *all
	}
}

// call runs a function with its arguments, nil where nobody knows them.
func (r *reader) call(name string, args []string, s *state) {
	if r.active[name] {
		return // it would do the same again
	}
	r.called[name], r.active[name] = true, true
	before, frame := s.args, r.frame
	s.args, r.frame = args, map[string]*value{}
	r.stmt(r.functions[name], s)
	r.active[name] = false
	for name, old := range r.frame {
		s.vars.put(name, old)
	}
	s.args, r.frame = before, frame
	if s.flow == returned {
		s.flow = onward
	}
}
