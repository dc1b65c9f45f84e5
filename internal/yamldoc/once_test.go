package yamldoc_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/yamldoc"
)

// once fills a step for each text, named as given, and writes the document with Once.
func once(t *testing.T, steps ...[2]string) yamldoc.Doc {
	t.Helper()
	f, err := yamldoc.Parse("step", []byte("- name: !fill name\n  run: !fill run\n"), yamldoc.Indented)
	if err != nil {
		t.Fatal(err)
	}
	var all []yamldoc.Doc
	for i, s := range steps {
		d, err := f.Fill(yamldoc.Values{"name": yamldoc.From("steps", string(rune('a'+i))), "run": yamldoc.From("run", s[1]).Named(s[0])})
		if err != nil {
			t.Fatal(err)
		}
		// Indented, as in a job.
		all = append(all, d.Indent(2*(i%2)))
	}
	return yamldoc.Join(all...).Once()
}

func TestOnce(t *testing.T) {
	two := "one\n\n  two\n"
	for _, c := range []struct {
		what  string
		steps [][2]string
		want  string
	}{
		{"a text that occurs once stays", [][2]string{{"x", two}}, "- name: a\n  run: |\n    one\n\n      two\n"},
		{"the second is an alias", [][2]string{{"x", two}, {"x", two}}, "- name: a\n  run: &x |\n    one\n\n      two\n  - name: b\n    run: *x\n"},
		{"so is the third", [][2]string{{"x", two}, {"x", two}, {"x", two}}, "- name: a\n  run: &x |\n    one\n\n      two\n  - name: b\n    run: *x\n- name: c\n  run: *x\n"},
		{"a line stays as it is", [][2]string{{"x", "one"}, {"x", "one"}}, "- name: a\n  run: one\n  - name: b\n    run: one\n"},
		{"other texts of the name are others", [][2]string{{"x", "a\nb\n"}, {"x", "a\nc\n"}}, "- name: a\n  run: |\n    a\n    b\n  - name: b\n    run: |\n      a\n      c\n"},
		{"two that occur again have two names", [][2]string{{"x", "a\nb\n"}, {"x", "a\nc\n"}, {"x", "a\nb\n"}, {"x", "a\nc\n"}},
			"- name: a\n  run: &x |\n    a\n    b\n  - name: b\n    run: &x-2 |\n      a\n      c\n- name: c\n  run: *x\n  - name: d\n    run: *x-2\n"},
	} {
		if diff := cmp.Diff(c.want, string(once(t, c.steps...).Bytes())); diff != "" {
			t.Errorf("%s:\n%s", c.what, diff)
		}
	}
}

// TestOnceKeepsOrigins: each line keeps the path in the spec that it comes from.
func TestOnceKeepsOrigins(t *testing.T) {
	want := []string{"steps", "run", "run", "run", "steps", "run"}
	if diff := cmp.Diff(want, once(t, [2]string{"x", "a\nb\n"}, [2]string{"x", "a\nb\n"}).Origins()); diff != "" {
		t.Error(diff)
	}
}
