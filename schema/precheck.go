package schema

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
)

// mostStrange is how many lines with strange bytes are reported: an image or a program that was given by mistake has
// thousands.
const mostStrange = 10

// precheck looks at the bytes before any parser does.
func precheck(name string, src []byte) diag.List {
	if len(src) > MaxSize {
		return diag.List{{Code: diag.TooLarge, Pos: diag.Position{File: name, Line: 1, Column: 1},
			Message: fmt.Sprintf("the spec has more than %d bytes, the most that are read", MaxSize),
			Help:    "give the pipeline.cue itself"}}
	}
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		return diag.List{{Code: diag.Encoding, Pos: diag.Position{File: name, Line: 1, Column: 1}, Message: "the spec is in UTF-16, as some editors and shells of Windows write it",
			Help: "save the file as UTF-8"}}
	}
	lines := bytes.Split(bytes.TrimPrefix(src, byteOrderMark), []byte("\n"))
	if out := unmerged(name, lines); len(out) > 0 {
		return out
	}
	var out diag.List
	for i, line := range lines {
		if d, bad := strange(string(bytes.TrimSuffix(line, []byte("\r")))); bad {
			d.Pos.File, d.Pos.Line = name, i+1
			out = append(out, d)
		}
		if len(out) == mostStrange {
			break
		}
	}
	return out
}

// mergeBegins and mergeEnds are the first words of the lines that git puts around two versions of the same lines.
var mergeBegins, mergeEnds = []byte("<<<<<<< "), []byte(">>>>>>> ")

// unmerged are the places where a merge was left unfinished.
func unmerged(name string, lines [][]byte) diag.List {
	var out diag.List
	begin := 0
	for i, line := range lines {
		switch {
		case bytes.HasPrefix(line, mergeBegins):
			begin = i + 1
		case bytes.HasPrefix(line, mergeEnds) && begin > 0:
			out = append(out, diag.Diagnostic{Code: diag.Syntax, Pos: diag.Position{File: name, Line: begin, Column: 1},
				Message: fmt.Sprintf("a merge is not finished: two versions of the same lines are between here and line %d", i+1),
				Help:    "keep what is right of both, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"})
			begin = 0
		}
	}
	return out
}

// byteOrderMark may begin a file: some editors on Windows write it.
var byteOrderMark = []byte("\ufeff")

// strange finds the first byte of a line that no text file should hold, or the first character that a reader would not
// see. A lone carriage return counts: it would hide the rest of the line in a terminal.
func strange(line string) (diag.Diagnostic, bool) {
	if !utf8.ValidString(line) {
		at := strings.IndexFunc(line, func(r rune) bool { return r == utf8.RuneError })
		return diag.Diagnostic{Code: diag.Encoding, Pos: diag.Position{Column: at + 1}, Message: fmt.Sprintf("byte 0x%02x is not UTF-8", line[at]),
			Help: "save the file as UTF-8 text; write a special character in a string as an escape such as \\u00e9"}, true
	}
	f, found := diag.FirstHidden(line)
	return diag.Diagnostic{Code: diag.Hidden, Pos: diag.Position{Column: f.Offset + 1}, Message: f.InLine(), Help: diag.HiddenAllowed}, found
}

// refuseActions refuses what would make the result depend on anything but the file itself: imports, and the attributes
// through which CUE reads other files.
func refuseActions(name string, file *ast.File) diag.List {
	var out diag.List
	for spec := range file.ImportSpecs() {
		out = append(out, diag.Diagnostic{Code: diag.Import, Pos: position(name, spec),
			Message: fmt.Sprintf("import of %s: a spec is self-contained and imports nothing", spec.Path.Value),
			Help:    "write the values out"})
	}
	ast.Walk(file, func(n ast.Node) bool {
		a, ok := n.(*ast.Attribute)
		if ok {
			key, _ := a.Split()
			out = append(out, diag.Diagnostic{Code: diag.Attribute, Pos: position(name, a),
				Message: fmt.Sprintf("attribute @%s: a spec is self-contained and reads no other file", key),
				Help:    "write the values out"})
		}
		return true
	}, nil)
	return out
}

// refuseMarkers refuses "field?: 3" and "field!: 3": CUE takes both for a constraint on a field that may still come, so
// that the 3 would have no effect. It also refuses "field: *3 | int": beside a default of pipegen's own, neither
// default would win.
func refuseMarkers(name string, file *ast.File) diag.List {
	var out diag.List
	ast.Walk(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if n.Constraint == token.OPTION || n.Constraint == token.NOT {
				label, _, _ := ast.LabelName(n.Label)
				out = append(out, diag.Diagnostic{Code: diag.NoValue, Pos: position(name, n),
					Message: fmt.Sprintf("%s is marked with %s: that makes it a constraint, and it sets nothing", quote(label), n.Constraint),
					Help:    "write " + label + ":"})
			}
		case *ast.UnaryExpr:
			if n.Op == token.MUL {
				out = append(out, diag.Diagnostic{Code: diag.NoValue, Pos: position(name, n),
					Message: "a value is marked with *: that makes it a default, and nothing overrides the values of a spec",
					Help:    "write the value alone"})
			}
		}
		return true
	}, nil)
	return out
}

func position(name string, n ast.Node) diag.Position {
	p := n.Pos()
	return diag.Position{File: name, Line: p.Line(), Column: p.Column()}
}

func syntaxErrors(name string, src []byte, err error) diag.List {
	var out diag.List
	lost := false
	for _, e := range errors.Errors(err) {
		d := diag.Diagnostic{Code: diag.Syntax, Pos: diag.Position{File: name, Line: 1, Column: 1}, Message: "not CUE: " + sentence(e)}
		if p := e.Position(); p.IsValid() {
			d.Pos = diag.Position{File: name, Line: p.Line(), Column: p.Column()}
			d.Help = quotesMissing(src, d.Pos)
			explained(src, &d)
		}
		if strings.HasSuffix(d.Message, "found 'EOF'") {
			// The end is where the parser notices, and after another mistake only a consequence.
			if len(out) > 0 {
				continue
			}
			if at, brace := unclosed(name, src); brace != "" {
				d.Pos, d.Message = at, "not CUE: the "+brace+" here is never closed"
			}
		}
		// After a value without quotes the parser finds mistakes where there are none.
		if lost = lost || d.Help != ""; d.Help != "" || !lost {
			out = append(out, d)
		}
	}
	return out.Sorted()
}

// bareValue is a value that is no text in quotes, no list and no struct: the name before it, and the value up to what ends
// it.
var bareValue = lazy.Regexp(`[:\[,]\s*([^\s"'#{}\[\],:][^"'{}\[\],]*?)\s*(?:[}\],]|//|$)`)

// quotesMissing asks for quotes where the parser stops in a value that has none.
func quotesMissing(src []byte, at diag.Position) string {
	lines := strings.Split(string(src), "\n")
	if at.Line > len(lines) {
		return ""
	}
	line := strings.TrimSuffix(lines[at.Line-1], "\r")
	for _, m := range bareValue().FindAllStringSubmatchIndex(line, -1) {
		value := line[m[2]:m[3]]
		if i := strings.LastIndex(value, ": "); i >= 0 {
			value = value[i+2:]
		}
		if m[3]-len(value) < at.Column && at.Column <= m[3]+1 {
			return "if it is a text, write it in quotes: " + strconv.Quote(value)
		}
	}
	return ""
}

// sentence is the text of a CUE error without its path and position, cut where it quotes too much of the spec to read.
func sentence(e errors.Error) string {
	const most = 300
	format, args := e.Msg()
	s := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}

var (
	assigned = lazy.Regexp(`^\s*("?[A-Za-z][A-Za-z0-9_-]*"?)\s*=[^=~]`)
	dashed   = lazy.Regexp(`^\s*- `)
)

// explained says of a line in the way of another language how CUE has it. The parser may stop at the line after it.
func explained(src []byte, d *diag.Diagnostic) {
	lines := strings.Split(string(src), "\n")
	for _, n := range []int{d.Pos.Line, d.Pos.Line - 1} {
		if n < 1 || n > len(lines) {
			continue
		}
		line := lines[n-1]
		switch m := assigned().FindStringSubmatch(line); {
		case strings.HasPrefix(strings.TrimSpace(line), "# "):
			d.Help = "a comment begins with //"
		case dashed().MatchString(line):
			d.Help = "a list is in [ ], with commas"
		case m != nil:
			d.Help = "a name and its value have a colon between them: " + m[1] + ": …"
		default:
			continue
		}
		d.Pos.Line, d.Pos.Column = n, 1+len(line)-len(strings.TrimLeft(line, " \t"))
		return
	}
}

// unclosed finds the brace or bracket that was not closed, "" where none can be named. Where what closes one is not
// indented like the line of what it closes, something between them was left open.
func unclosed(name string, src []byte) (at diag.Position, brace string) {
	var s scanner.Scanner
	s.Init(token.NewFile(name, -1, len(src)), src, nil, 0)
	lines := strings.Split(string(src), "\n")
	indent := func(line int) int { return len(lines[line-1]) - len(strings.TrimLeft(lines[line-1], " \t")) }
	type open struct {
		pos  token.Pos
		what string
	}
	var stack []open
	for {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.LBRACE, token.LBRACK:
			stack = append(stack, open{pos, tok.String()})
		case token.INTERPOLATION:
			return diag.Position{}, ""
		case token.RBRACE, token.RBRACK, token.EOF:
			if len(stack) == 0 {
				return diag.Position{}, ""
			}
			o := stack[len(stack)-1]
			if tok == token.EOF || o.pos.Line() != pos.Line() && indent(pos.Line()) < indent(o.pos.Line()) {
				return diag.Position{File: name, Line: o.pos.Line(), Column: o.pos.Column()}, o.what
			}
			stack = stack[:len(stack)-1]
		}
	}
}
