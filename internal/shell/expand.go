package shell

import "strings"

const (
	// maxGrown bounds what variables expand to: each line may double what the one
	// before has set.
	maxGrown = 1 << 20
	// maxDepth bounds nested command substitutions, and so the stack.
	maxDepth = 16
)

// known is a variable's value, unless too much came out of variables already.
func (r *reader) known(value string) string {
	if r.grown += len(value); r.grown > maxGrown {
		return Unknown
	}
	return value
}

// dollar expands what begins with a dollar sign. Only plain variables and
// defaults are known; all else is a run's business.
func (r *reader) dollar(b *strings.Builder) {
	r.pos++
	rest := r.src[r.pos:]
	switch {
	case strings.HasPrefix(rest, "(("):
		r.skip('(', ')')
		b.WriteString(Unknown)
	case strings.HasPrefix(rest, "("):
		r.substitution()
		b.WriteString(Unknown)
	case strings.HasPrefix(rest, "{"):
		inner := r.skip('{', '}')
		name := identifier(inner)
		value, set := r.vars[name]
		switch op := inner[len(name):]; {
		case name != "" && op == "" && set:
			b.WriteString(r.known(value))
		case name != "" && strings.HasPrefix(op, ":-") && !strings.ContainsAny(op, "$`"):
			if !set || value == "" {
				value = op[2:]
			}
			b.WriteString(r.known(value))
		default:
			b.WriteString(Unknown)
		}
	case strings.HasPrefix(rest, "'"):
		r.single(b)
	default:
		name := identifier(rest)
		if name == "" {
			b.WriteString("$")
			return
		}
		r.pos += len(name)
		if value, ok := r.vars[name]; ok {
			b.WriteString(r.known(value))
		} else {
			b.WriteString(Unknown)
		}
	}
}

// skip passes over a bracketed part and returns what stands in it.
func (r *reader) skip(open, end byte) string {
	depth, start := 0, r.pos+1
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		r.newline()
		r.pos++
		switch c {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return r.src[start : r.pos-1]
			}
		}
	}
	return r.src[min(start, len(r.src)):]
}

// substitution reads the commands of $(...) too: they run like any other.
func (r *reader) substitution() {
	line := r.line
	inner := r.skip('(', ')')
	if r.depth >= maxDepth {
		return
	}
	sub := &reader{src: inner, vars: r.vars, dir: r.dir, piped: -1, depth: r.depth + 1, line: line, grown: r.grown}
	sub.run()
	r.grown = sub.grown
	for _, c := range sub.out {
		if c.Pipe >= 0 {
			c.Pipe += len(r.out)
		}
		r.out = append(r.out, c)
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
