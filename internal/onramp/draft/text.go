package draft

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/schema"
)

// Literal writes a value in CUE, of which JSON is a part.
func Literal(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return `""`
	}
	// JSON leaves DEL as it is; a spec may not hold it.
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\x7f", `\u007f`)
}

// Plain is text that can stand in a comment: on one line, of bounded length, and
// without anything that a terminal would obey.
func Plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 300 {
		s = string(r[:299]) + "…"
	}
	return s
}

// layOut formats a spec until it stands: a shorter line can bring the next nearer.
func layOut(text []byte) ([]byte, error) {
	for range 4 {
		next, err := schema.Format(text)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(next, text) {
			break
		}
		text = next
	}
	return text, nil
}
