package schema

import (
	"bytes"
	"encoding/json"

	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/encoding/jsonschema"
)

// CUE returns the constraints as they are written.
func CUE() []byte { return constraints }

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
