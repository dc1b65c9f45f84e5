package generate

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// membersFit checks that each operation has the members that it needs, and refuses characters that no text of the
// output may have.
func membersFit(patch plan.Patch) diag.List {
	var out diag.List
	for _, o := range patch.Ops {
		at := o.Path
		valued, moved := o.Op == "test" || o.Op == "add" || o.Op == "replace", o.Op == "move" || o.Op == "copy"
		for _, m := range []struct {
			name         string
			given, wants bool
			example      string
		}{
			{"value", o.Value != nil, valued, `for example value: "self-hosted"`},
			{"from", o.From != "", moved, `for example from: "/jobs/test/env"`},
		} {
			switch {
			case m.wants && !m.given:
				out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: at + "." + m.name,
					Message: fmt.Sprintf("%s.%s is missing: %s needs it", at, m.name, o.Op), Help: m.example})
			case m.given && !m.wants:
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + "." + m.name,
					Message: fmt.Sprintf("%s.%s does nothing: %s takes none", at, m.name, o.Op), Help: "leave it out"})
			}
		}
		var value any
		d := json.NewDecoder(bytes.NewReader(o.Value))
		// A number may be larger than a program can hold; that is reported elsewhere.
		d.UseNumber()
		if o.Value == nil || d.Decode(&value) != nil {
			continue
		}
		out = append(out, printable(at+".value", value)...)
	}
	return out
}

// printable finds invisible characters in the texts of a value.
func printable(at string, v any) diag.List {
	switch v := v.(type) {
	case string:
		if d, found := schema.Hidden(at, v); found {
			return diag.List{d}
		}
	case []any:
		var out diag.List
		for i, e := range v {
			out = append(out, printable(schema.Item(at, i), e)...)
		}
		return out
	case map[string]any:
		var out diag.List
		for _, k := range sorted(v) {
			if d, found := schema.Hidden(schema.Join(at, k), k); found {
				out = append(out, d)
			}
			out = append(out, printable(schema.Join(at, k), v[k])...)
		}
		return out
	}
	return nil
}
