package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"

	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/encoding/jsonschema"

	"github.com/pipegen/pipegen/internal/lazy"
)

// CUE returns the constraints and the defaults as one file of CUE.
func CUE() []byte {
	// The defaults need no import that the constraints do not have.
	_, body, _ := bytes.Cut(defaults, []byte("import \"strings\"\n"))
	return slices.Concat(constraints, body)
}

// JSONSchema returns the constraints as a JSON Schema, indented. Its patterns mean the same to the regular expressions of
// JavaScript, Python and Go.
func JSONSchema() ([]byte, error) {
	v := cuecontext.New().CompileBytes(constraints).LookupPath(pipeline)
	expr, err := jsonschema.Generate(v, nil)
	if err != nil {
		return nil, err
	}
	compact, err := cuecontext.New().BuildExpr(expr).MarshalJSON()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, portable(compact), "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// codePoint is a character that only Go writes so, in a text of JSON.
var codePoint = lazy.Regexp(`\\\\x\{([0-9a-f]+)\}`)

// separators are the characters of Unicode's category Z, for which only Go and JavaScript have a name.
const separators = `\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`

// portable writes characters as JSON does, in place of what only some regular expressions understand.
func portable(text []byte) []byte {
	text = codePoint().ReplaceAllFunc(text, func(m []byte) []byte {
		n, err := strconv.ParseUint(string(codePoint().FindSubmatch(m)[1]), 16, 32)
		if err != nil {
			return m
		}
		var out []byte
		for _, unit := range utf16.AppendRune(nil, rune(n)) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
		return out
	})
	return bytes.ReplaceAll(text, []byte(`\\p{Z}`), []byte(separators))
}
