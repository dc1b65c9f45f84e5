package yamldoc_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/yamldoc"
)

// TestPatchOfASharedText: a change of one of the steps that share a script leaves
// the others as they are.
func TestPatchOfASharedText(t *testing.T) {
	const text = `steps:
  - name: a
    run: &x |
      echo
      exit
  - name: b
    # Again.
    run: *x
  - name: c
    run: *x
`
	for _, c := range []struct{ op, path, from, value, want string }{
		{op: "replace", path: "/steps/0/run", value: `"true"`, want: "steps:\n  - name: a\n    run: \"true\"\n  - name: b\n    # Again.\n    run: &x |\n      echo\n      exit\n  - name: c\n    run: *x\n"},
		{op: "add", path: "/steps/0/run", value: `"true"`, want: "steps:\n  - name: a\n    run: \"true\"\n  - name: b\n    # Again.\n    run: &x |\n      echo\n      exit\n  - name: c\n    run: *x\n"},
		{op: "replace", path: "/steps/1/run", value: `"true"`, want: "steps:\n  - name: a\n    run: &x |\n      echo\n      exit\n  - name: b\n    # Again.\n    run: \"true\"\n  - name: c\n    run: *x\n"},
		{op: "remove", path: "/steps/0", want: "steps:\n  - name: b\n    # Again.\n    run: &x |\n      echo\n      exit\n  - name: c\n    run: *x\n"},
		{op: "remove", path: "/steps/2", want: "steps:\n  - name: a\n    run: &x |\n      echo\n      exit\n  - name: b\n    # Again.\n    run: *x\n"},
		{op: "remove", path: "/steps/0/run", want: "steps:\n  - name: a\n  - name: b\n    # Again.\n    run: &x |\n      echo\n      exit\n  - name: c\n    run: *x\n"},
		{op: "copy", path: "/last", from: "/steps/1/run", want: text + "last: |\n  echo\n  exit\n"},
		{op: "move", path: "/last", from: "/steps/0/run", want: "steps:\n  - name: a\n  - name: b\n    # Again.\n    run: &x |\n      echo\n      exit\n  - name: c\n    run: *x\nlast: |\n  echo\n  exit\n"},
		{op: "test", path: "/steps/1/run", value: `"echo\nexit\n"`, want: text},
		{op: "test", path: "/steps/0", value: `{"name": "a", "run": "echo\nexit\n"}`, want: text},
		{op: "replace", path: "/steps", value: `[]`, want: "steps: []\n"},
	} {
		op := yamldoc.Operation{Op: c.op, Path: c.path, From: c.from, Origin: "ops"}
		if c.value != "" {
			op.Value = []byte(c.value)
		}
		got, _, err := new(yamldoc.Patcher).Patch([]byte(text), nil, []yamldoc.Operation{op}, yamldoc.Indented)
		if err != nil {
			t.Errorf("%s %s: %v", c.op, c.path, err)
			continue
		}
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("%s %s:\n%s", c.op, c.path, diff)
		}
	}
}

// TestPatchLeavesTheLastWithoutAnAnchor: a text that is no longer shared is written
// as if it never had been.
func TestPatchLeavesTheLastWithoutAnAnchor(t *testing.T) {
	for i, want := range []string{"- x\n- |\n  a\n  b\n", "- |\n  a\n  b\n- x\n"} {
		op := yamldoc.Operation{Op: "replace", Path: fmt.Sprint("/", i), Value: []byte(`"x"`), Origin: "ops"}
		got, origins, err := new(yamldoc.Patcher).Patch([]byte("- &x |\n  a\n  b\n- *x\n"), []string{"", "", "", "second"}, []yamldoc.Operation{op}, yamldoc.Indented)
		if err != nil || string(got) != want {
			t.Errorf("%d: %v\n%s", i, err, got)
		}
		// The lines that are written out keep their origins.
		if wantOrigins := [][]string{{"ops", "second", "second", "second"}, {"", "", "", "ops"}}[i]; !cmp.Equal(wantOrigins, origins) {
			t.Errorf("%d: the lines stem from %q", i, origins)
		}
	}
}

// TestPatchNamesWhereASharedTextFails: a failed test is reported at its own line,
// and not at the anchor's.
func TestPatchNamesWhereASharedTextFails(t *testing.T) {
	op := yamldoc.Operation{Op: "test", Path: "/b", Value: []byte(`"c"`)}
	_, _, err := new(yamldoc.Patcher).Patch([]byte("a: &x |\n  one\n  two\nb: *x\n"), nil, []yamldoc.Operation{op}, yamldoc.Indented)
	if err.Line != 4 || err.Found != `"one\ntwo\n"` {
		t.Errorf("%+v", *err)
	}
}
