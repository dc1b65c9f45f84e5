package pipeline

import (
	"errors"
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/pipegen/pipegen/internal/lazy"
)

// longest bounds a text that is a template, and what comes out of it.
const longest = 4096

// fillTemplate executes a text as Go's template. It takes the fields of an element and nothing else: neither the
// functions that Argo CD offers nor loops, which could run without end.
func fillTemplate(text string, element map[string]any) (string, error) {
	if len(text) > longest {
		return "", errors.New("it is too long")
	}
	t, err := template.New("").Option("missingkey=error").Parse(text)
	if err != nil {
		return "", errors.New(reason(err))
	}
	if len(t.Templates()) > 1 {
		return "", errors.New("it defines templates of its own")
	}
	if t.Tree == nil {
		return "", nil
	}
	for _, n := range t.Root.Nodes {
		if err := onlyField(n); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	if err := t.Execute(&b, element); err != nil {
		return "", errors.New(reason(err))
	}
	return b.String(), nil
}

func onlyField(n parse.Node) error {
	switch n := n.(type) {
	case *parse.TextNode:
		return nil
	case *parse.ActionNode:
		p := n.Pipe
		if len(p.Decl) == 0 && len(p.Cmds) == 1 {
			switch args := p.Cmds[0].Args; len(args) {
			case 1:
				if _, ok := args[0].(*parse.FieldNode); ok {
					return nil
				}
			case 3: // one of a list, such as a part of the path
				_, ofField := args[1].(*parse.FieldNode)
				_, number := args[2].(*parse.NumberNode)
				if f, ok := args[0].(*parse.IdentifierNode); ok && f.Ident == "index" && ofField && number {
					return nil
				}
			}
		}
	}
	return fmt.Errorf("%s is more than a field of the element", n)
}

var position = lazy.Regexp(`^template: :\d+(:\d+)?: (executing "" at <[^>]*>: )?`)

// reason is an error without the place, which the line of the file says better.
func reason(err error) string { return position().ReplaceAllString(err.Error(), "") }

var hole = lazy.Regexp(`{{(.*?)}}`)

// fillPlain fills {{name}} by the value of that name. What has none stays as it is.
func fillPlain(text string, element map[string]any) (string, error) {
	return hole().ReplaceAllStringFunc(text, func(place string) string {
		from, key := element, strings.TrimSpace(place[2:len(place)-2])
		if below, ok := strings.CutPrefix(key, "values."); ok {
			from, _ = element["values"].(map[string]any)
			key = below
		}
		if value, ok := from[key].(string); ok {
			return value
		}
		return place
	}), nil
}

var wholly = lazy.Regexp(`^{{-? *\.?([A-Za-z_][A-Za-z0-9_]*) *-?}}$`)

// whole is the key of an element that is all of a text, or "".
func whole(text string) string {
	if m := wholly().FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
