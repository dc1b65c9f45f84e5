package shell

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// fields expands words as the arguments of a command: each may become none or several.
func (r *reader) fields(words []*syntax.Word, s *state) []string {
	var out []string
	for _, w := range words {
		if w != nil {
			e := expansion{r: r, s: s, split: true}
			e.parts(w.Parts, false)
			e.end()
			out = append(out, e.out...)
		}
	}
	return out
}

// word expands a word that stays one, as in an assignment.
func (r *reader) word(w *syntax.Word, s *state) string {
	if w == nil {
		return ""
	}
	e := expansion{r: r, s: s}
	e.parts(w.Parts, false)
	return e.text.String()
}

// expansion is the expansion of one word.
type expansion struct {
	r     *reader
	s     *state
	split bool
	out   []string
	text  strings.Builder
	// begun is set where there is a word, though an empty one.
	begun bool
}

func (e *expansion) end() {
	if e.begun || e.text.Len() > 0 {
		e.out = append(e.out, e.text.String())
	}
	e.text.Reset()
	e.begun = false
}

func (e *expansion) parts(parts []syntax.WordPart, quoted bool) {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			e.text.WriteString(unescaped(p.Value, quoted))
		case *syntax.SglQuoted:
			e.begun = true
			text := p.Value
			if p.Dollar {
				text = ansi.Replace(text)
			}
			e.text.WriteString(strings.ReplaceAll(text, hole, Unknown))
		case *syntax.DblQuoted:
			e.begun = e.begun || len(p.Parts) == 0
			e.parts(p.Parts, true)
		case *syntax.ParamExp:
			e.variable(p, quoted)
		default:
			// The text of other parts is known only in a run, but the commands in them are recorded.
			e.r.substitutions(p, e.s)
			e.text.WriteString(Unknown)
		}
	}
}

// ansi reads the usual escapes of $'...'.
var ansi = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\r", `\'`, "'", `\"`, `"`, `\\`, `\`)

// unescaped is plain text without the backslashes that bash takes away.
func unescaped(text string, quoted bool) string {
	if strings.Contains(text, hole) {
		text = strings.ReplaceAll(text, hole, Unknown)
	}
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; c == '\\' && i+1 < len(text) && (!quoted || strings.IndexByte("$`\"\\", text[i+1]) >= 0) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// substitutions runs the commands within a part of a word.
func (r *reader) substitutions(part syntax.Node, s *state) {
	syntax.Walk(part, func(n syntax.Node) bool {
		var list []*syntax.Stmt
		switch n := n.(type) {
		case *syntax.CmdSubst:
			list = n.Stmts
		case *syntax.ProcSubst:
			list = n.Stmts
		default:
			return true
		}
		from, output, input := len(r.out), r.output, r.input
		r.output, r.input = "", ""
		r.subshell(list, s)
		r.output, r.input = output, input
		for i := from; i < len(r.out); i++ {
			r.out[i].substituted = true
		}
		return false
	})
}

// worksOut walks arithmetic. The values that it sets are not known.
func (r *reader) worksOut(c syntax.Node, s *state) {
	r.substitutions(c, s)
	syntax.Walk(c, func(n syntax.Node) bool {
		if lit, ok := n.(*syntax.Lit); ok && s.vars.get(lit.Value) != nil {
			s.set(lit.Value, Unknown)
		}
		return true
	})
}

// bounded is a value, unless too much came out of variables already.
func (r *reader) bounded(text string) string {
	if r.grown += len(text); r.grown > maxGrown {
		return Unknown
	}
	return text
}

// variable expands $NAME and its longer forms.
func (e *expansion) variable(p *syntax.ParamExp, quoted bool) {
	list := e.values(p)
	if quoted && every(p) {
		for i, text := range list {
			if e.begun = true; i > 0 && e.split {
				e.end()
				e.begun = true
			} else if i > 0 {
				e.text.WriteByte(' ')
			}
			e.text.WriteString(e.r.bounded(text))
		}
		return
	}
	text := e.r.bounded(strings.Join(list, " "))
	if quoted || !e.split {
		e.begun = e.begun || quoted
		e.text.WriteString(text)
		return
	}
	for i, field := range strings.Fields(text) {
		if i > 0 || text[0] == ' ' || text[0] == '\n' || text[0] == '\t' {
			e.end()
		}
		e.text.WriteString(field)
	}
	if text != "" && strings.IndexByte(" \t\n", text[len(text)-1]) >= 0 {
		e.end()
	}
}

// every reports "$@" and "${NAME[@]}", which stay as many words as there are.
func every(p *syntax.ParamExp) bool {
	return p.Param != nil && p.Param.Value == "@" || index(p) == "@"
}

// index is the text in the brackets behind a name, if it is a plain word.
func index(p *syntax.ParamExp) string {
	if w, ok := p.Index.(*syntax.Word); ok {
		return w.Lit()
	}
	return ""
}

// values are the values of a parameter, one for each word of an array.
func (e *expansion) values(p *syntax.ParamExp) []string {
	unknown := []string{Unknown}
	if p.Param == nil || p.Excl || p.Length || p.Slice != nil || p.Repl != nil || p.Names != 0 {
		e.r.substitutions(p, e.s)
		return unknown
	}
	list, known := e.lookUp(p)
	if p.Exp == nil {
		if !known {
			return unknown
		}
		return list
	}
	full := known && strings.Join(list, "") != ""
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull:
		if !full {
			return []string{e.r.word(p.Exp.Word, e.s)}
		}
	case syntax.AssignUnset, syntax.AssignUnsetOrNull:
		if !full {
			text := e.r.word(p.Exp.Word, e.s)
			e.s.set(p.Param.Value, text)
			return []string{text}
		}
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		text := e.r.word(p.Exp.Word, e.s)
		switch {
		case slices.Contains(list, Unknown):
			return unknown
		case full:
			return []string{text}
		}
		return nil
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		if !known {
			return unknown
		}
	case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		text := ""
		if p.Exp.Word != nil && known {
			text = p.Exp.Word.Lit()
		}
		if text != "" && len(text) <= maxPattern && !strings.Contains(e.r.bounded(strings.Join(list, " ")), Unknown) {
			return without(list, p.Exp.Op, text)
		}
		e.r.substitutions(p, e.s)
		return unknown
	default:
		e.r.substitutions(p, e.s)
		return unknown
	}
	return list
}

// maxPattern bounds what is compiled anew each time.
const maxPattern = 100

// without takes from the values what a pattern finds at their beginning or their end.
func without(list []string, op syntax.ParExpOperator, text string) []string {
	var mode pattern.Mode
	if op == syntax.RemSmallPrefix || op == syntax.RemSmallSuffix {
		mode = pattern.Shortest
	}
	found, err := pattern.Regexp(text, mode)
	if err != nil {
		return []string{Unknown}
	}
	switch op {
	case syntax.RemSmallSuffix:
		found = "(?s)^(.*)(?:" + found + ")$"
	case syntax.RemLargeSuffix:
		found = "(?s)^(.*?)(?:" + found + ")$"
	default:
		found = "^(?:" + found + ")()"
	}
	expr, err := regexp.Compile(found)
	if err != nil {
		return []string{Unknown} // one with more repetitions than can be compiled
	}
	out := make([]string, len(list))
	for i, value := range list {
		out[i] = value
		if at := expr.FindStringSubmatchIndex(value); at != nil {
			out[i] = value[at[2]:at[3]] + value[at[1]:]
		}
	}
	return out
}

// lookUp finds the values of a parameter. The environment of a runner has more variables than the workflow sets, so
// that one which nobody has set is not known.
func (e *expansion) lookUp(p *syntax.ParamExp) (list []string, known bool) {
	name := p.Param.Value
	if name == "@" || name == "*" {
		return e.s.args, e.s.args != nil
	}
	if name == "#" && e.s.args != nil {
		return []string{strconv.Itoa(len(e.s.args))}, true
	}
	if !syntax.ValidName(name) {
		if n, err := strconv.Atoi(name); err == nil && n > 0 && n <= len(e.s.args) {
			return e.s.args[n-1 : n], true
		} else if err == nil {
			return nil, n > 0 && e.s.args != nil
		}
	}
	v := e.s.vars.get(name)
	if v == nil {
		return nil, false
	}
	at := index(p)
	switch {
	case at == "@" || at == "*":
		return v.list, true
	case p.Index == nil && len(v.list) < 2:
		return v.list, true
	case p.Index == nil:
		return v.list[:1], true
	}
	if n, err := strconv.Atoi(at); err == nil && n >= 0 && n < len(v.list) && !slices.Contains(v.list[:n], Unknown) {
		return v.list[n : n+1], true
	}
	return nil, false
}
