package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/templates"
)

// checkMark begins the comment on a line whose value is a guess.
const checkMark = " // CHECK: "

// setting is what stands at one hole of the starter.
type setting struct {
	// value is a string, a number or a list of strings. Without one the line of the
	// hole is left out.
	value any
	// check is what the reader must look at, or "" where the value is known.
	check string
	// flag is the name of the flag that gave the value, or "".
	flag string
	// spare stands instead when the schema refuses the value, and is marked with why.
	spare any
	why   string
}

type settings map[string]setting

// hole is a hidden identifier of CUE: a fragment of the starter is CUE by itself.
var hole = regexp.MustCompile(`(?:^|[^A-Za-z0-9_"])(_[a-z][A-Za-z]*)`)

// compose joins fragments of templates/starter and fills their holes, at most one
// a line. A line whose hole has no value is left out, and so is a block that has
// nothing left. It says which setting stands in which line, from 1.
func compose(fragments []string, s settings) (text []byte, lines map[int]string, err error) {
	type line struct{ text, setting string }
	var out []line
	for i, name := range fragments {
		src, err := templates.Files.ReadFile("starter/" + name + ".cue")
		if err != nil {
			return nil, nil, err
		}
		if i > 0 {
			out = append(out, line{})
		}
		for t := range strings.Lines(string(src)) {
			t = strings.TrimSuffix(t, "\n")
			at := hole.FindStringSubmatchIndex(t)
			if at == nil {
				if n := len(out) - 1; n >= 0 && strings.TrimSpace(t) == "}" && strings.HasSuffix(out[n].text, "{") {
					out = out[:n]
					continue
				}
				out = append(out, line{text: t})
				continue
			}
			key := t[at[2]+1 : at[3]]
			v := s[key]
			if v.value == nil {
				continue
			}
			filled := literal(v.value)
			if strings.HasPrefix(t, "//") {
				filled = plainText(fmt.Sprint(v.value))
			}
			t = t[:at[2]] + filled + t[at[3]:]
			if v.check != "" {
				t += checkMark + plainText(v.check)
			}
			out = append(out, line{t, key})
		}
	}
	var b bytes.Buffer
	lines = map[int]string{}
	for i, l := range out {
		b.WriteString(l.text + "\n")
		if l.setting != "" {
			lines[i+1] = l.setting
		}
	}
	return b.Bytes(), lines, nil
}

// literal writes a value in CUE, of which JSON is a part.
func literal(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return `""`
	}
	// JSON leaves DEL as it is; a spec may not hold it.
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\x7f", `\u007f`)
}

// plainText is text that can stand in a comment: on one line, of bounded length,
// and without anything that a terminal would obey.
func plainText(s string) string {
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
