package yamldoc

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func fill(t *testing.T, src string, lists Lists, values Values) Doc {
	t.Helper()
	f, err := Parse("test.yaml", []byte(src), lists)
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Fill(values)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFillKeepsWhatIsWritten(t *testing.T) {
	got := fill(t, `# why
name: !fill name  # who

steps: !fill steps
# gone with its entry
gone: !fill gone
list: !fill list
last: [!fill a, !fill b]
`, Indented, Values{
		"name":  From("name", "8000"),
		"steps": Block(Spaced(Text("- one: 1"), Text("- two: 2"))),
		"gone":  Omit,
		"list":  From("list", []string{"a", "b: c"}),
		"a":     Of(1),
		"b":     From("b", "x"),
	})
	want := `# why
name: "8000"  # who

steps:
  - one: 1

  - two: 2
list:
  - a
  - 'b: c'
last: [1, x]
`
	if diff := cmp.Diff(want, string(got.Bytes())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "name", "", "", "", "", "", "list", "list", "list", "b"}, got.Origins()); diff != "" {
		t.Error(diff)
	}
}

func TestFillCompactLists(t *testing.T) {
	got := fill(t, "a:\n  list: !fill list\n  block: !fill block\n  map: !fill map\n", Compact, Values{
		"list":  Of([]string{"x", "1"}),
		"block": Block(Text("# why", "- y")),
		"map":   Of(Map{{"b", Of("2")}, {"a", From("p", 1).Comment("first")}}),
	})
	want := "a:\n  list:\n  - x\n  - \"1\"\n  block:\n  # why\n  - y\n  map:\n    b: \"2\"\n    a: 1  # first\n"
	if diff := cmp.Diff(want, string(got.Bytes())); diff != "" {
		t.Error(diff)
	}
}

func TestFillRefusesMismatch(t *testing.T) {
	f, err := Parse("test.yaml", []byte("a: !fill a\n"), Indented)
	if err != nil {
		t.Fatal(err)
	}
	for _, values := range []Values{{}, {"a": Of(1), "b": Of(2)}} {
		if _, err := f.Fill(values); err == nil {
			t.Errorf("Fill(%v) = nil error", values)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, src := range []string{"a: [", "a: !fill", "!fill a: b", "a: !fill [b]", "a: !fill \"b\""} {
		if _, err := Parse("test.yaml", []byte(src), Indented); err == nil {
			t.Errorf("Parse(%q) = nil error", src)
		}
	}
}

// FuzzFill fills every kind of hole with any text: the result parses, the value
// reads back equal, and nothing is added beside it.
func FuzzFill(f *testing.F) {
	for _, s := range []string{"", "a", "8000", "yes", "a: b", "- a", "# a", "a\nb", " a\n  b\n", "\n", "'", "\"", "${{ x }}", "$(x)", "!fill a", "| a", "\ta", "a\r\nb", "\u2028", "é", "null", "0x1f", "1e3", "a #b", "a\n\n\nb\n\n", "\n a", "  ", "%a", "@a", "`a", "&a", "*a", "\x00", "\u0085", "\ufeff"} {
		f.Add(s)
	}
	fragment, err := Parse("test.yaml", []byte("before: 1\nnest:\n  value: !fill value\n  list:\n    - !fill value\n    - key: !fill value\n  map: !fill map\nafter: 2\n"), Indented)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("a spec with such bytes is refused earlier")
		}
		d, err := fragment.Fill(Values{"value": Of(s), "map": Of(Map{{"k", Of(s)}, {"l", Of([]string{s})}})})
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := yaml.Unmarshal(d.Bytes(), &got); err != nil {
			t.Fatalf("%v in\n%s", err, d.Bytes())
		}
		want := map[string]any{"before": 1, "after": 2, "nest": map[string]any{
			"value": s, "list": []any{s, map[string]any{"key": s}}, "map": map[string]any{"k": s, "l": []any{s}},
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\nin\n%s", diff, d.Bytes())
		}
	})
}
