package shell

import "strings"

// word reads one word, expands it, and adds it to the command.
func (r *reader) word() {
	if len(r.words) == 0 {
		r.first = r.line
	}
	var b strings.Builder
	start := r.pos
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		switch {
		case strings.IndexByte(" \t\r\n;|()", c) >= 0:
			r.add(b.String())
			return
		case c == '&' && r.pos > start && !r.redirected():
			r.add(b.String())
			return
		case c == '\'':
			r.single(&b)
		case c == '"':
			r.double(&b)
		case c == '\\' && r.pos+1 < len(r.src):
			if r.src[r.pos+1] == '\n' {
				r.line++
			} else {
				b.WriteByte(r.src[r.pos+1])
			}
			r.pos += 2
		case c == '$':
			r.dollar(&b)
		case c == '`':
			r.pos++
			for r.pos < len(r.src) && r.src[r.pos] != '`' {
				r.newline()
				r.pos++
			}
			r.pos = min(r.pos+1, len(r.src))
			b.WriteString(Unknown)
		default:
			b.WriteByte(c)
			r.pos++
		}
	}
	r.add(b.String())
}

func (r *reader) newline() {
	if r.src[r.pos] == '\n' {
		r.line++
	}
}

func (r *reader) single(b *strings.Builder) {
	r.pos++
	for r.pos < len(r.src) && r.src[r.pos] != '\'' {
		r.newline()
		b.WriteByte(r.src[r.pos])
		r.pos++
	}
	r.pos = min(r.pos+1, len(r.src))
}

func (r *reader) double(b *strings.Builder) {
	r.pos++
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; {
		case c == '"':
			r.pos++
			return
		case c == '\\' && r.pos+1 < len(r.src):
			b.WriteByte(r.src[r.pos+1])
			r.pos += 2
		case c == '$':
			r.dollar(b)
		default:
			r.newline()
			b.WriteByte(c)
			r.pos++
		}
	}
}
