package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// doubled writes n fields, each made of the one before by a format that names it
// twice, and uses the last as the intent.
func doubled(first, format string, n int) string {
	var b strings.Builder
	b.WriteString("_x0: " + first + "\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "_x%d: "+format+"\n", i, i-1)
	}
	fmt.Fprintf(&b, "intent: _x%d\n", n)
	return b.String()
}

// hostile are texts on which a parser or an evaluator might work forever, or fill
// the memory.
func hostile() map[string]string {
	var choices, patterns, fields strings.Builder
	for i := range 14 {
		fmt.Fprintf(&choices, "x: {a%d: 1} | {b%d: 2} | {c%d: 3}\n", i, i, i)
	}
	for i := range 8000 {
		fmt.Fprintf(&patterns, "[=~\"%d\"]: 1\n", i)
		fmt.Fprintf(&fields, "f%d: 1\n", i)
	}
	return map[string]string{
		"10 MB":                   strings.Repeat("// many\n", 10<<20/8),
		"strings, added":          doubled(`"xxxxxxxxxxxxxxxx"`, "_x%[2]d + _x%[2]d", 34),
		"strings, interpolated":   doubled(`"xxxxxxxxxxxxxxxx"`, `"\(_x%[2]d)\(_x%[2]d)"`, 34),
		"strings, multiplied":     doubled(`1000000*"x"`, "1000000*_x%[2]d", 3),
		"bytes, added":            doubled(`'xxxxxxxxxxxxxxxx'`, "_x%[2]d + _x%[2]d", 34),
		"numbers, multiplied":     doubled("10", "_x%[2]d * _x%[2]d", 40),
		"lists":                   doubled(`["x", "x"]`, "[_x%[2]d, _x%[2]d]", 34),
		"structs":                 doubled(`{a: 1}`, "{l: _x%[2]d, r: _x%[2]d}", 34),
		"by selectors":            "a: v0: \"xxxxxxxx\"\n" + strings.ReplaceAll(doubled("a.v0", "{v: _x%[2]d.v + _x%[2]d.v}", 34), "_x0: a.v0", "_x0: v: a.v0"),
		"through let":             strings.NewReplacer("_x", "let X", ": X", " = X", ": \"", " = \"", ": _x", " = X", "+ _x", "+ X", "intent: _x", "intent: X").Replace(doubled(`"xxxxxxxx"`, "_x%[2]d + _x%[2]d", 34)),
		"for in for":              "_l: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\nx: [for a in _l for b in _l for c in _l for d in _l for e in _l for f in _l for g in _l for h in _l {a}]\n",
		"for over for":            doubled("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", "[for a in _x%[2]d for b in _x%[2]d {a}]", 6),
		"choices":                 choices.String(),
		"choices, by builtin":     strings.NewReplacer("{", "or([{", "}", "}])", "|", "&").Replace(choices.String()),
		"patterns over fields":    patterns.String() + fields.String(),
		"many fields":             strings.Repeat("name: \"a\"\n", 100_000),
		"many different fields":   manyFields(60_000),
		"deep path":               strings.Repeat("a: ", 50_000) + "1\n",
		"deep lists":              "name: " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "\n",
		"deep structs":            "name: " + strings.Repeat("{a: ", 50_000) + "1" + strings.Repeat("}", 50_000) + "\n",
		"deep parentheses":        "name: " + strings.Repeat("(", 5000) + `"a"` + strings.Repeat(")", 5000) + "\n",
		"long sum":                "name: 1" + strings.Repeat("+1", 200_000) + "\n",
		"long conjunction":        "name: string" + strings.Repeat(" & string", 20_000) + "\n",
		"many signs":              "name: " + strings.Repeat("-", 500_000) + "1\n",
		"digits":                  "deploy: replicas: " + strings.Repeat("9", 300_000) + "\n",
		"exponent":                "deploy: replicas: 1e1000000000\n",
		"regular expression":      `name: =~"(((((a{1000}){1000}){1000})))" & "aaaa"` + "\n",
		"slow regular expression": `name: =~"^(a+)+$" & "` + strings.Repeat("a", 100_000) + `!"` + "\n",
		"struct in itself":        "x: {a: x}\n",
		"list in itself":          "x: [x]\n",
		"definition in itself":    "#L: {next: #L}\nx: #L\n",
		"for over itself":         "x: {for k, v in x {\"\\(k)a\": v}}\nx: a: 1\n",
		"each other":              "name: intent\nintent: name\n",
		"sum with itself":         "deploy: replicas: deploy.replicas + 1\n",
		"unclosed":                strings.Repeat("a: {", 3000),
		"unclosed interpolations": strings.Repeat(`"\(`, 3000),
		"many syntax errors":      strings.Repeat("a b\n", 50_000),
		"many strange bytes":      strings.Repeat("\x01\n", 200_000),
	}
}

func manyFields(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "f%d: 1\n", i)
	}
	return b.String()
}

func TestHostileSpecsEnd(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			loaded, found := schema.Load("pipeline.cue", []byte(text))
			if !found.Failed() {
				t.Error("this is taken for a spec")
			}
			assertPlaces(t, loaded, []byte(text), found)
			// Ten times as long as the slowest takes with the race detector on a
			// slow machine.
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %s", took)
			} else if took > time.Second {
				t.Logf("it took %s", took)
			}
			for _, d := range found {
				if len(d.Message) > 2000 {
					t.Errorf("a message of %d bytes", len(d.Message))
				}
			}
		})
	}
}

// assertPlaces requires that each diagnostic has a message and a known code and
// points into the file. Within a text of several lines only the line is known.
func assertPlaces(t *testing.T, loaded *schema.Loaded, src []byte, found diag.List) {
	t.Helper()
	if loaded == nil {
		t.Fatal("Load returns nil")
	}
	lines := strings.Count(string(src), "\n") + 1
	for _, d := range found {
		if d.Pos.File != "pipeline.cue" || d.Pos.Line < 1 || d.Pos.Line > lines || d.Pos.Column < 1 && d.Offset == 0 {
			t.Fatalf("%q points to %v in a file of %d lines", d.Message, d.Pos, lines)
		}
		if d.Message == "" || d.Code == "" || d.Code == diag.Internal {
			t.Fatalf("%+v", d)
		}
		for _, leak := range []string{"#Pipeline", "#Defaults", "cue.Value", "goroutine", "%!"} {
			if strings.Contains(d.Message, leak) && !strings.Contains(string(src), leak) {
				t.Fatalf("%q mentions %s", d.Message, leak)
			}
		}
	}
}

// FuzzLoad reads any bytes: it ends, it does not panic, and it gives either a spec
// or a reason that points into the file.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"../specs/*/pipeline.cue", "../specs/invalid/*.cue"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			f.Fatal(pattern, err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	for _, s := range []string{"\xef\xbb\xbf", "package p", "_", "...", "a: _|_", "[string]: 1", "let x = x", "name: string", "\"a\\(b)\": 1", "a: b: c: a", "#a", "_a: 1\n_a", "x: y=1", "[x=string]: x", "if true {a: 1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		start := time.Now()
		loaded, found := schema.Load("pipeline.cue", src)
		if took := time.Since(start); took > 10*time.Second {
			t.Fatalf("it took %s", took)
		}
		assertPlaces(t, loaded, src, found)
		complete := loaded.Spec.Name != "" && len(loaded.Spec.Workloads) > 0 && len(loaded.Spec.Environments) > 0
		if found.Failed() == complete {
			t.Fatalf("failed is %v, and the spec is %+v", found.Failed(), loaded.Spec)
		}
	})
}
