package pins

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
)

// ParseLock reads a lock. It comes from a commit, which anybody may have written, so nothing in it is trusted: a lock
// with a fault must not be used.
func ParseLock(src []byte) (Lock, []LockFault) {
	if len(src) > MaxLock {
		return nil, []LockFault{{1, Fault{"", fmt.Sprintf("it has more than %d bytes", MaxLock), "run 'pipegen pins take' for a new one, once it is deleted"}}}
	}
	p := parser{src: src, d: json.NewDecoder(bytes.NewReader(src))}
	p.document()
	sort.SliceStable(p.faults, func(i, j int) bool { return p.faults[i].Line < p.faults[j].Line })
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	sort.SliceStable(p.lock, func(i, j int) bool { return p.lock[i].Action < p.lock[j].Action })
	return p.lock, nil
}

// parser walks the tokens of a lock: this way it knows the lines, and refuses the second of two equal names, which a
// decoder would accept silently.
type parser struct {
	src    []byte
	d      *json.Decoder
	lock   Lock
	faults []LockFault
	// broken is set when the rest cannot be read.
	broken bool
}

func (p *parser) fault(line int, format string, args ...any) {
	p.faults = append(p.faults, LockFault{line, Fault{Message: fmt.Sprintf(format, args...), Help: "repair the line, or take the pins anew with 'pipegen pins take'"}})
}

// stop ends the walk with a fault.
func (p *parser) stop(format string, args ...any) {
	if !p.broken {
		p.broken = true
		p.fault(p.line(), format, args...)
	}
}

// line returns the line of the last token.
func (p *parser) line() int {
	return bytes.Count(p.src[:p.d.InputOffset()], []byte("\n")) + 1
}

func (p *parser) next() json.Token {
	if p.broken {
		return nil
	}
	t, err := p.d.Token()
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return t
	case errors.As(err, &syntax):
		p.broken = true
		// The unreadable part begins after the blanks that follow the last token.
		rest := p.src[p.d.InputOffset():]
		blanks := len(rest) - len(bytes.TrimLeft(rest, " \t\r\n"))
		p.fault(p.line()+bytes.Count(rest[:blanks], []byte("\n")), "it is no valid JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
	default:
		p.stop("it ends too early")
	}
	return nil
}

func (p *parser) document() {
	seen := p.object(func(key string) {
		switch key {
		case "format":
			if n := p.next(); n != float64(lockFormat) && !p.broken {
				p.stop("its format is %v, and this pipegen knows %d", n, lockFormat)
			}
		case "actions":
			p.entries()
		default:
			p.stop("it has a field %q; it may have format and actions", key)
		}
	})
	for _, field := range []string{"format", "actions"} {
		if !p.broken && !seen[field] {
			p.fault(1, "it has no field %q", field)
		}
	}
	if _, err := p.d.Token(); !p.broken && !errors.Is(err, io.EOF) {
		p.stop("something follows the end of the list")
	}
}

// object reads an object; the caller reads its values.
func (p *parser) object(value func(key string)) (seen map[string]bool) {
	seen = map[string]bool{}
	if t := p.next(); t != json.Delim('{') {
		p.stop("an object is missing here: { … }")
	}
	for !p.broken && p.d.More() {
		key, _ := p.next().(string)
		if seen[key] {
			p.stop("%q appears here twice", key)
		}
		seen[key] = true
		if !p.broken {
			value(key)
		}
	}
	p.next()
	return seen
}

func (p *parser) entries() {
	if t := p.next(); t != json.Delim('[') {
		p.stop("actions must be a list: [ … ]")
	}
	at := map[string]int{}
	for !p.broken && p.d.More() {
		e := p.entry()
		if p.broken {
			return
		}
		if f := e.wrong(); f != nil {
			p.faults = append(p.faults, LockFault{e.Line, *f})
		} else if first, twice := at[e.Action]; twice {
			p.fault(e.Line, "%s is already in line %d", e.Action, first)
		}
		at[e.Action] = e.Line
		p.lock = append(p.lock, e)
	}
	p.next()
}

func (p *parser) entry() Entry {
	var e Entry
	p.object(func(key string) {
		// The line of the first name: the token before the object may be in another line.
		if e.Line == 0 {
			e.Line = p.line()
		}
		field := map[string]*string{"action": &e.Action, "version": &e.Version, "sha": &e.SHA}[key]
		if field == nil {
			p.stop("an action has a field %q; it may have action, version and sha", key)
			return
		}
		v, ok := p.next().(string)
		if !ok || v == "" {
			p.stop("%q must be a text that is not empty", key)
		}
		*field = v
	})
	if e.Line == 0 {
		e.Line = p.line()
	}
	return e
}
