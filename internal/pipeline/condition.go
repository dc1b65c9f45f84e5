package pipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// Event is one way in which a workflow starts: the name of the event and the ref that the run is for.
type Event struct{ Name, Ref string }

// Truth is what a condition comes to.
type Truth int

// What is not known depends on the run.
const (
	Unsure Truth = iota
	Yes
	No
)

// May reports whether a condition lets an event through as far as is known before the run; an empty condition does.
func May(condition string, e Event) Truth {
	if strings.TrimSpace(condition) == "" {
		return Yes
	}
	return evaluate(condition, e, nil).truth()
}

// evaluate is the value of an expression, with or without its brackets. at knows what became of the jobs before; nil
// where nothing is known of that.
func evaluate(expression string, e Event, at *station) operand {
	expression = strings.TrimSpace(expression)
	if found := Expressions(expression); len(found) == 1 && found[0] == expression {
		expression = expression[len("${{") : len(expression)-len("}}")]
	}
	p := parser{tokens: conditionToken().FindAllString(expression, maxTokens), event: e, at: at}
	v := p.or(0)
	if p.failed || len(p.tokens) > 0 {
		return operand{}
	}
	return v
}

// Conjuncts are the parts of a job's condition that must all be true, in the form of Expression.
func (j *Job) Conjuncts() []string {
	var out []string
	text, depth, begun, quoted := j.Condition(), 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && strings.HasPrefix(text[i:], "||"):
			return []string{text}
		case depth == 0 && strings.HasPrefix(text[i:], "&&"):
			out = append(out, strings.TrimSpace(text[begun:i]))
			begun, i = i+2, i+1
		}
	}
	if rest := strings.TrimSpace(text[begun:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

// Runs is the part of a job's condition that says for which runs it is, without what it asks of the jobs before it.
func (j *Job) Runs() string {
	ofJobs := func(part string) bool {
		return strings.Contains(part, "needs.") || slices.ContainsFunc(statusFunctions, func(name string) bool { return strings.Contains(part, name+"(") })
	}
	runs := slices.DeleteFunc(j.Conjuncts(), ofJobs)
	if inner, ok := strings.CutPrefix(strings.Join(runs, " "), "("); len(runs) == 1 && ok && strings.Count(inner, "(") == strings.Count(inner, ")")-1 {
		return strings.TrimSuffix(inner, ")")
	}
	return strings.Join(runs, " && ")
}

const maxTokens = 400

var conditionToken = lazy.Regexp(`'(?:[^']|'')*'|\|\||&&|==|!=|<=|>=|[!(),<>\[\]]|[A-Za-z0-9_.*-]+|\S`)

// operand is a text, a truth, or neither when nobody can know.
type operand struct {
	text   string
	isText bool
	is     Truth
}

func (o operand) truth() Truth {
	switch {
	case o.isText && o.text == "":
		return No
	case o.isText:
		return Yes
	}
	return o.is
}

func truthOf(b bool) operand {
	if b {
		return operand{is: Yes}
	}
	return operand{is: No}
}

type parser struct {
	tokens []string
	event  Event
	at     *station
	failed bool
}

func (p *parser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *parser) take() string {
	t := p.peek()
	if t != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) or(depth int) operand {
	left := p.and(depth)
	for p.peek() == "||" {
		p.take()
		right := p.and(depth)
		switch a, b := left.truth(), right.truth(); {
		case a == Yes:
		case a == No:
			left = right
		case b == Yes:
			left = operand{is: Yes}
		default:
			left = operand{}
		}
	}
	return left
}

func (p *parser) and(depth int) operand {
	left := p.compare(depth)
	for p.peek() == "&&" {
		p.take()
		right := p.compare(depth)
		switch a, b := left.truth(), right.truth(); {
		case a == No:
		case a == Yes:
			left = right
		case b == No:
			left = operand{is: No}
		default:
			left = operand{}
		}
	}
	return left
}

func (p *parser) compare(depth int) operand {
	left := p.unary(depth)
	switch op := p.peek(); op {
	case "==", "!=":
		p.take()
		right := p.unary(depth)
		if !left.isText || !right.isText {
			return operand{}
		}
		// GitHub compares texts without regard to case.
		return truthOf(strings.EqualFold(left.text, right.text) == (op == "=="))
	case "<", ">", "<=", ">=":
		p.take()
		p.unary(depth)
		return operand{}
	}
	return left
}

func (p *parser) unary(depth int) operand {
	if depth > maxNesting {
		p.failed, p.tokens = true, nil
		return operand{}
	}
	switch t := p.take(); {
	case t == "!":
		switch p.unary(depth + 1).truth() {
		case Yes:
			return operand{is: No}
		case No:
			return operand{is: Yes}
		}
		return operand{}
	case t == "(":
		v := p.or(depth + 1)
		p.failed = p.failed || p.take() != ")"
		return v
	case strings.HasPrefix(t, "'"):
		return operand{text: strings.ReplaceAll(strings.Trim(t, "'"), "''", "'"), isText: true}
	case p.peek() == "(":
		return p.call(t, depth)
	case p.peek() == "[":
		for p.peek() != "" && p.take() != "]" {
		}
		return operand{}
	default:
		return p.name(t)
	}
}

func (p *parser) call(name string, depth int) operand {
	p.take()
	var args []operand
	for p.peek() != ")" && p.peek() != "" {
		args = append(args, p.or(depth+1))
		if p.peek() == "," {
			p.take()
		} else if p.peek() != ")" {
			p.failed, p.tokens = true, nil
			return operand{}
		}
	}
	p.failed = p.failed || p.take() != ")"
	known := len(args) == 2 && args[0].isText && args[1].isText
	switch {
	case p.at != nil && slices.Contains(statusFunctions, name):
		return truthOf(p.at.status(name))
	case name == "always" || name == "success":
		return operand{is: Yes}
	case name == "startsWith" && known:
		return truthOf(strings.HasPrefix(strings.ToLower(args[0].text), strings.ToLower(args[1].text)))
	case name == "endsWith" && known:
		return truthOf(strings.HasSuffix(strings.ToLower(args[0].text), strings.ToLower(args[1].text)))
	case name == "contains" && known:
		return truthOf(strings.Contains(strings.ToLower(args[0].text), strings.ToLower(args[1].text)))
	}
	return operand{}
}

func (p *parser) name(t string) operand {
	text := func(s string) operand { return operand{text: s, isText: true} }
	kind, short := "branch", strings.TrimPrefix(p.event.Ref, "refs/heads/")
	if tag, ok := strings.CutPrefix(p.event.Ref, "refs/tags/"); ok {
		kind, short = "tag", tag
	}
	switch t {
	case "true":
		return operand{is: Yes}
	case "false":
		return operand{is: No}
	case "github.event_name":
		return text(p.event.Name)
	case "github.ref":
		return text(p.event.Ref)
	case "github.ref_name":
		return text(strings.TrimPrefix(short, "refs/pull/"))
	case "github.ref_type":
		return text(kind)
	case "github.base_ref", "github.head_ref":
		if p.event.Name != "pull_request" {
			return text("")
		}
	case "":
		p.failed = true
	}
	if p.at != nil {
		return p.at.name(t)
	}
	return operand{}
}
