package schema

import (
	"bytes"
	"encoding/json"
	"slices"

	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/encoding/jsonschema"
)

// CUE returns the constraints and the defaults as one file of CUE.
func CUE() []byte {
	// The defaults need no import that the constraints do not have.
	_, body, _ := bytes.Cut(defaults, []byte("import \"strings\"\n"))
	return slices.Concat(constraints, body)
}

// JSONSchema returns the constraints as a JSON Schema, indented.
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
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
