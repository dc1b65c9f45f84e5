package diag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSorted(t *testing.T) {
	at := func(file string, line, column int, code Code, path, message string) Diagnostic {
		return Diagnostic{Pos: Position{File: file, Line: line, Column: column}, Code: code, Path: path, Message: message}
	}
	want := List{
		at("", 0, 0, Internal, "", "no place"),
		at("a", 1, 2, Syntax, "", "x"),
		at("a", 1, 10, BadValue, "", "x"),
		at("a", 1, 10, Conflict, "", "x"),
		at("a", 1, 10, Conflict, "p", "x"),
		at("a", 1, 10, Conflict, "p", "y"),
		at("a", 9, 1, BadValue, "", "x"),
		at("a", 10, 1, BadValue, "", "x"),
		at("b", 1, 1, BadValue, "", "x"),
	}
	mixed := slices.Concat(want, want[3:6], want[:2])
	slices.Reverse(mixed)
	before := slices.Clone(mixed)
	if diff := cmp.Diff(want, mixed.Sorted()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, mixed); diff != "" {
		t.Errorf("Sorted changes its receiver:\n%s", diff)
	}
	if got := (List{}).Sorted(); len(got) != 0 {
		t.Errorf("an empty list sorts to %v", got)
	}
}

// TestSortedKeepsTheFirst: of two equal diagnostics the first one stays, with its
// help and its notes.
func TestSortedKeepsTheFirst(t *testing.T) {
	l := List{{Message: "x", Help: "first"}, {Message: "x", Help: "second"}}
	if got := l.Sorted(); len(got) != 1 || got[0].Help != "first" {
		t.Errorf("%v", got)
	}
}

func TestFailed(t *testing.T) {
	for _, c := range []struct {
		list List
		want bool
	}{
		{nil, false},
		{List{{Severity: Warning}}, false},
		{List{{Severity: Warning}, {Severity: Error}}, true},
	} {
		if got := c.list.Failed(); got != c.want {
			t.Errorf("%v fails: %v", c.list, got)
		}
	}
}

// TestAll compares the list with the constants, since a new one is easily
// forgotten.
func TestAll(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var want []Code
	ast.Inspect(file, func(n ast.Node) bool {
		if d, ok := n.(*ast.GenDecl); !ok || d.Tok != token.CONST {
			return true
		}
		for _, s := range n.(*ast.GenDecl).Specs {
			for _, v := range s.(*ast.ValueSpec).Values {
				text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, Code(text))
			}
		}
		return false
	})
	var got []Code
	for _, a := range All {
		got = append(got, a.Code)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("All is not the table (- table, + All):\n%s", diff)
	}
	if slices.Sort(want); len(slices.Compact(want)) != len(All) {
		t.Error("two codes are one word")
	}
}
