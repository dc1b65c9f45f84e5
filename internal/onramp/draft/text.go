package draft

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/schema"
)

// Literal writes a value in CUE, which includes JSON.
func Literal(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return `""`
	}
	// JSON does not escape DEL, which a spec must not contain.
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\x7f", `\u007f`)
}

// Plain returns text for a comment: on one line, of bounded length, and without control characters.
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

// layOut formats a spec until nothing changes: formatting one line can affect the alignment of the next.
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
