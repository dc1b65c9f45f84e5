package schema

import (
	"fmt"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/pipegen/pipegen/internal/diag"
)

// Bounds on the work that a spec may cause in CUE, which has none of its own: thirty lines that each double the one
// before are enough to fill any memory. A real spec stays below a hundredth of each.
const (
	maxNodes   = 50_000
	maxDepth   = 100
	maxChoices = 10
	maxUnfold  = 500_000
)

// refuseExplosion bounds the work that evaluating a file can take, by its syntax alone: how large and deep it is, how
// many choices it has, which multiply with one another, and how many parts it has once each reference is replaced by
// its value.
func refuseExplosion(name string, file *ast.File) diag.List {
	refuse := func(format string, args ...any) diag.List {
		return diag.List{{Code: diag.TooLarge, Pos: diag.Position{File: name, Line: 1, Column: 1},
			Message: fmt.Sprintf(format, args...), Help: "write the values out"}}
	}
	nodes, fields, depth, deepest, choices := 0, 0, 0, 0, 0
	ast.Walk(file, func(n ast.Node) bool {
		nodes++
		depth++
		deepest = max(deepest, depth)
		switch n := n.(type) {
		case *ast.Field:
			fields++
		case *ast.BinaryExpr:
			if n.Op == token.OR {
				choices++
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "or" || strings.HasPrefix(f.Name, "match")) {
				choices = maxChoices + 1
			}
		}
		return nodes <= maxNodes && depth <= maxDepth
	}, func(ast.Node) { depth-- })
	switch {
	case nodes > maxNodes:
		return refuse("the spec has more than %d parts", maxNodes)
	case deepest > maxDepth:
		return refuse("the spec is nested more than %d deep", maxDepth)
	case choices > maxChoices:
		return refuse("the spec has more than %d choices with |", maxChoices)
	}
	u := unfolding{declared: map[string][]ast.Node{}, paths: map[ast.Node]string{}, known: map[string]int{}, fields: fields}
	u.declare("", file.Decls)
	if u.decls(file.Decls, false) > maxUnfold {
		return refuse("the spec unfolds to more than %d parts", maxUnfold)
	}
	return nil
}

// unfolding counts the parts to which expressions expand; the count is an upper bound.
type unfolding struct {
	// declared holds what is written at each path, and paths where each of these is.
	declared map[string][]ast.Node
	paths    map[ast.Node]string
	known    map[string]int
	// fields is how many fields the file has: a pattern may be matched with each.
	fields int
}

func (u *unfolding) declare(parent string, decls []ast.Decl) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			if label, _, err := ast.LabelName(d.Label); err == nil {
				path := join(parent, label)
				u.declared[path] = append(u.declared[path], d.Value)
				u.paths[d], u.paths[d.Value] = path, path
				if a, ok := d.Value.(*ast.Alias); ok {
					u.paths[a.Expr] = path
				}
				u.within(path, d.Value)
			}
		case *ast.EmbedDecl:
			u.within(parent, d.Expr)
		}
	}
}

func (u *unfolding) within(path string, e ast.Expr) {
	switch e := e.(type) {
	case *ast.StructLit:
		u.declare(path, e.Elts)
	case *ast.BinaryExpr:
		u.within(path, e.X)
		u.within(path, e.Y)
	case *ast.ParenExpr:
		u.within(path, e.X)
	case *ast.Alias:
		u.within(path, e.Expr)
	}
}

func (u *unfolding) decls(decls []ast.Decl, factor bool) int {
	n := 1
	for _, d := range decls {
		n = plus(n, u.of(d, factor))
	}
	return n
}

// of returns how many parts a node unfolds to; as a factor, a whole number counts as its value.
func (u *unfolding) of(n ast.Node, factor bool) int {
	switch n := n.(type) {
	case *ast.BasicLit:
		if factor && n.Kind == token.INT {
			v, err := strconv.Atoi(strings.ReplaceAll(n.Value, "_", ""))
			if err != nil {
				return maxUnfold + 1
			}
			return plus(v, 1)
		}
		return 1 + len(n.Value)/32
	case *ast.Ident:
		return plus(1, u.reference(n, nil, factor))
	case *ast.SelectorExpr, *ast.IndexExpr:
		return plus(1, u.selector(n.(ast.Expr), factor))
	case *ast.BinaryExpr:
		if n.Op == token.MUL {
			return times(u.of(n.X, true), u.of(n.Y, true))
		}
		return plus(u.of(n.X, factor), u.of(n.Y, factor))
	case *ast.Field:
		value := u.of(n.Value, factor)
		if _, pattern := n.Label.(*ast.ListLit); pattern {
			value = times(value, u.fields)
		}
		return plus(u.of(n.Label, false), value)
	case *ast.Comprehension:
		work := u.of(n.Value, factor)
		for i := len(n.Clauses) - 1; i >= 0; i-- {
			switch c := n.Clauses[i].(type) {
			case *ast.ForClause:
				work = times(work, u.of(c.Source, false))
			default:
				work = plus(work, u.of(c, false))
			}
		}
		if n.Fallback != nil {
			work = plus(work, u.of(n.Fallback.Body, factor))
		}
		return work
	case *ast.StructLit:
		return u.decls(n.Elts, factor)
	}
	return u.children(n, factor)
}

// children adds up the nodes right below one that has no case of its own.
func (u *unfolding) children(n ast.Node, factor bool) int {
	sum, top := 1, true
	ast.Walk(n, func(c ast.Node) bool {
		if top {
			top = false
			return true
		}
		sum = plus(sum, u.of(c, factor))
		return false
	}, nil)
	return sum
}

// selector follows a.b.c as far as it is written out in the file.
func (u *unfolding) selector(e ast.Expr, factor bool) int {
	var names []string
	extra := 0
	for {
		switch x := e.(type) {
		case *ast.SelectorExpr:
			label, _, err := ast.LabelName(x.Sel)
			if err != nil {
				names = nil
			}
			names = append([]string{label}, names...)
			e = x.X
			continue
		case *ast.IndexExpr:
			extra = plus(extra, u.of(x.Index, factor))
			names = nil
			e = x.X
			continue
		case *ast.Ident:
			return plus(extra, u.reference(x, names, factor))
		}
		return plus(extra, u.of(e, factor))
	}
}

func (u *unfolding) reference(id *ast.Ident, names []string, factor bool) int {
	switch n := id.Node.(type) {
	case nil:
		return 0
	case *ast.LetClause:
		return u.once("let "+n.Pos().String(), []ast.Node{n.Expr}, factor, 0)
	case *ast.ForClause:
		return u.of(n.Source, factor)
	default:
		path, ok := u.paths[n]
		if !ok {
			return u.once("at "+n.Pos().String(), []ast.Node{n}, factor, 0)
		}
		whole := true
		for _, name := range names {
			if u.declared[join(path, name)] == nil {
				whole = false
				break
			}
			path = join(path, name)
		}
		if whole {
			return u.once(path, u.declared[path], factor, 0)
		}
		// The selected field comes into path from another value. While path itself is being counted, that value is not
		// known.
		return u.once(path, u.declared[path], factor, maxUnfold+1)
	}
}

// once counts the nodes at a key, unless they are being counted already.
func (u *unfolding) once(key string, nodes []ast.Node, factor bool, going int) int {
	if factor {
		key = "factor " + key
	}
	const counting = -1
	switch n, seen := u.known[key]; {
	case seen && n == counting:
		return going
	case seen:
		return n
	}
	u.known[key] = counting
	n := 0
	for _, node := range nodes {
		n = plus(n, u.of(node, factor))
	}
	u.known[key] = n
	return n
}

func plus(a, b int) int { return min(a+b, maxUnfold+1) }

func times(a, b int) int { return min(a*b, maxUnfold+1) }
