package order

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"
)

// contexts are the values that an expression may name, by the first word: objects are
// maps, and what is missing in them is null.
type contexts map[string]any

// fill replaces each ${{ }} of a text.
func (c contexts) fill(text string) (string, error) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "${{")
		b.WriteString(before)
		if !ok {
			return b.String(), nil
		}
		inside, after, ok := strings.Cut(rest, "}}")
		if !ok {
			return "", fmt.Errorf("no }} in %q", rest)
		}
		v, err := c.value(inside)
		if err != nil {
			return "", err
		}
		b.WriteString(asText(v))
		text = after
	}
}

// holds decides an if. One that does not ask how the jobs before it ended holds only if
// all went well: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions.
func (c contexts) holds(condition string, status func(name string) bool) (bool, error) {
	condition = strings.TrimSpace(condition)
	condition = strings.TrimSuffix(strings.TrimPrefix(condition, "${{"), "}}")
	if condition == "" {
		return status("success"), nil
	}
	asked := false
	c["()"] = func(name string) bool { asked = true; return status(name) }
	defer delete(c, "()")
	v, err := c.value(condition)
	return truth(v) && (asked || status("success")), err
}

func (c contexts) value(expression string) (any, error) {
	tree, err := actionlint.NewExprParser().Parse(actionlint.NewExprLexer(expression + "}}"))
	if err != nil {
		return nil, fmt.Errorf("%q: %s", expression, err.Message)
	}
	return c.eval(tree)
}

func (c contexts) eval(n actionlint.ExprNode) (any, error) {
	switch n := n.(type) {
	case *actionlint.VariableNode:
		v, ok := c[n.Name]
		if !ok {
			return nil, fmt.Errorf("the context %s is not imitated", n.Name)
		}
		return v, nil
	case *actionlint.ObjectDerefNode:
		of, err := c.eval(n.Receiver)
		return property(of, n.Property), err
	case *actionlint.IndexAccessNode:
		of, err := c.eval(n.Operand)
		if err != nil {
			return nil, err
		}
		i, err := c.eval(n.Index)
		return property(of, asText(i)), err
	case *actionlint.StringNode:
		return n.Value, nil
	case *actionlint.IntNode:
		return float64(n.Value), nil
	case *actionlint.BoolNode:
		return n.Value, nil
	case *actionlint.NullNode:
		return nil, nil
	case *actionlint.NotOpNode:
		v, err := c.eval(n.Operand)
		return !truth(v), err
	case *actionlint.CompareOpNode:
		return c.compare(n)
	case *actionlint.LogicalOpNode:
		return c.logic(n)
	case *actionlint.FuncCallNode:
		return c.call(n)
	}
	return nil, fmt.Errorf("an expression of type %T is not imitated", n)
}

// property is that of an object, whose names are compared without case. An object of
// strings, such as secrets, may say itself what it has.
func property(of any, name string) any {
	switch of := of.(type) {
	case map[string]any:
		for key, v := range of {
			if strings.EqualFold(key, name) {
				return v
			}
		}
	case func(string) any:
		return of(name)
	}
	return nil
}

func (c contexts) compare(n *actionlint.CompareOpNode) (any, error) {
	left, err := c.eval(n.Left)
	if err != nil {
		return nil, err
	}
	right, err := c.eval(n.Right)
	if err != nil {
		return nil, err
	}
	switch n.Kind {
	case actionlint.CompareOpNodeKindEq:
		return equal(left, right), nil
	case actionlint.CompareOpNodeKindNotEq:
		return !equal(left, right), nil
	}
	return nil, fmt.Errorf("the comparison %s is not imitated", n.Kind)
}

// equal compares as GitHub does: strings without case, and values of two types as numbers.
func equal(left, right any) bool {
	l, one := left.(string)
	r, two := right.(string)
	if one && two {
		return strings.EqualFold(l, r)
	}
	return number(left) == number(right)
}

func number(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		if v == "" {
			return 0
		}
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f
		}
	}
	return math.NaN()
}

func (c contexts) logic(n *actionlint.LogicalOpNode) (any, error) {
	left, err := c.eval(n.Left)
	if err != nil || truth(left) == (n.Kind == actionlint.LogicalOpNodeKindOr) {
		return left, err
	}
	return c.eval(n.Right)
}

func (c contexts) call(n *actionlint.FuncCallNode) (any, error) {
	var args []any
	for _, a := range n.Args {
		v, err := c.eval(a)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	switch name := strings.ToLower(n.Callee); name {
	case "always", "cancelled", "failure", "success":
		if ask, ok := c["()"].(func(string) bool); ok {
			return ask(name), nil
		}
	case "startswith":
		return strings.HasPrefix(strings.ToLower(asText(args[0])), strings.ToLower(asText(args[1]))), nil
	case "contains":
		return strings.Contains(strings.ToLower(asText(args[0])), strings.ToLower(asText(args[1]))), nil
	case "format":
		text := asText(args[0])
		for i, v := range args[1:] {
			text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), asText(v))
		}
		return text, nil
	case "tojson":
		text, err := json.MarshalIndent(args[0], "", "  ")
		return string(text), err
	}
	return nil, fmt.Errorf("the function %s is not imitated here", n.Callee)
}

func truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case float64:
		return v != 0
	}
	return true
}

func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
