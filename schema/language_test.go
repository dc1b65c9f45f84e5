package schema

import (
	"slices"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
	"github.com/google/go-cmp/cmp"
)

// TestBare: what a spec is held against is the schema that people read, and no constraint is lost with its attributes.
func TestBare(t *testing.T) {
	for name, src := range map[string][]byte{"pipeline.cue": constraints, "defaults.cue": defaults} {
		constraints := func(src []byte) string {
			file, err := parser.ParseFile(name, src)
			if err != nil {
				t.Fatal(err)
			}
			ast.Walk(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Field:
					n.Attrs = nil
				case *ast.StructLit:
					n.Elts = slices.DeleteFunc(n.Elts, isAttribute)
				}
				ast.SetRelPos(n, token.NoRelPos) // the layout
				return true
			}, nil)
			file.Decls = slices.DeleteFunc(file.Decls, isAttribute)
			out, err := format.Node(file, format.Simplify())
			if err != nil {
				t.Fatal(err)
			}
			return string(out)
		}
		if diff := cmp.Diff(constraints(src), constraints(bare(src))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func isAttribute(d ast.Decl) bool { _, is := d.(*ast.Attribute); return is }
