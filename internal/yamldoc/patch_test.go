package yamldoc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pipegen/pipegen/internal/yamldoc"
)

const workflowText = `# The head of the file.
# It stays.
name: ci

on:
  push:
    branches: [main]  # the release branch

permissions: {}

jobs:
  # The tests.
  test:
    runs-on: ubuntu-24.04  # pinned
    steps:
      # First of all.
      - name: Check out
        uses: actions/checkout@abc  # v7.0.1
        with:
          persist-credentials: false

      - name: Test
        run: |
          # no comment of ours
          make test

  # The build.
  build:
    needs: test
    steps: []
`

const kustomization = `apiVersion: v1
kind: K
resources:
- ../../base
# CI writes it.
components:
- live
- - a
  - b
`

func op(op, path, value string) yamldoc.Operation {
	o := yamldoc.Operation{Op: op, Path: path, Origin: "o"}
	if value != "" {
		o.Value = []byte(value)
	}
	return o
}

// TestPatchTouchesNothingElse shows what an operation does to the text: the lines
// that it removes, with -, and those that it adds, with +.
func TestPatchTouchesNothingElse(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		lists      yamldoc.Lists
		op         yamldoc.Operation
		gone, come []string
	}{
		{"a scalar", workflowText, yamldoc.Indented, op("replace", "/jobs/test/runs-on", `"self-hosted"`),
			[]string{"    runs-on: ubuntu-24.04  # pinned"}, []string{"    runs-on: self-hosted"}},
		{"a scalar behind a dash", workflowText, yamldoc.Indented, op("replace", "/jobs/test/steps/0/name", `"yes"`),
			[]string{"      - name: Check out"}, []string{`      - name: "yes"`}},
		{"a block of text", workflowText, yamldoc.Indented, op("replace", "/jobs/test/steps/1/run", `"a\nb\n"`),
			[]string{"          # no comment of ours", "          make test"}, []string{"          a", "          b"}},
		{"a flow list", workflowText, yamldoc.Indented, op("add", "/on/push/branches/-", `"next"`),
			[]string{"    branches: [main]  # the release branch"}, []string{"    branches: [main, next]"}},
		{"an empty mapping", workflowText, yamldoc.Indented, op("add", "/permissions/contents", `"read"`),
			[]string{"permissions: {}"}, []string{"permissions:", "  contents: read"}},
		{"an empty list", workflowText, yamldoc.Indented, op("add", "/jobs/build/steps/0", `{"name": "x", "run": "make"}`),
			[]string{"    steps: []"}, []string{"    steps:", "      - name: x", "        run: make"}},
		{"a step, apart", workflowText, yamldoc.Indented, op("add", "/jobs/test/steps/1", `{"run": "make", "name": "x"}`),
			nil, []string{"      - run: make", "        name: x", ""}},
		{"a first step", workflowText, yamldoc.Indented, op("add", "/jobs/test/steps/0", `{"run": "make"}`),
			nil, []string{"      - run: make", ""}},
		{"a job, apart", workflowText, yamldoc.Indented, op("add", "/jobs/lint", `{"needs": ["test"]}`),
			nil, []string{"", "  lint:", "    needs:", "      - test"}},
		{"a job less", workflowText, yamldoc.Indented, op("remove", "/jobs/build", ""),
			[]string{"", "  # The build.", "  build:", "    needs: test", "    steps: []"}, nil},
		{"a key behind a dash", workflowText, yamldoc.Indented, op("remove", "/jobs/test/steps/1/name", ""),
			[]string{"      - name: Test", "        run: |"}, []string{"      - run: |"}},
		{"the last key", workflowText, yamldoc.Indented, op("remove", "/jobs/test/steps/0/with/persist-credentials", ""),
			[]string{"        with:", "          persist-credentials: false"}, []string{"        with: {}"}},
		{"the first key of all", workflowText, yamldoc.Indented, op("remove", "/name", ""),
			[]string{"name: ci"}, nil},
		{"a compact list", kustomization, yamldoc.Compact, op("add", "/components/1", `"custom"`),
			nil, []string{"- custom"}},
		{"a list in a list", kustomization, yamldoc.Compact, op("remove", "/components/1/0", ""),
			[]string{"- - a", "  - b"}, []string{"- - b"}},
		{"before a list in a list", kustomization, yamldoc.Compact, op("add", "/components/1/0", `0`),
			[]string{"- - a"}, []string{"- - 0", "  - a"}},
		{"nothing", kustomization, yamldoc.Compact, op("test", "/components", `["live", ["a", "b"]]`), nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, origins, err := new(yamldoc.Patcher).Patch([]byte(tt.text), nil, []yamldoc.Operation{tt.op}, tt.lists)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
			if len(lines) != len(origins) {
				t.Errorf("%d lines and %d origins", len(lines), len(origins))
			}
			gone, come := changed(strings.Split(strings.TrimSuffix(tt.text, "\n"), "\n"), lines)
			if diff := cmp.Diff(tt.gone, gone); diff != "" {
				t.Errorf("gone: %s", diff)
			}
			if diff := cmp.Diff(tt.come, come); diff != "" {
				t.Errorf("come: %s", diff)
			}
			for i, l := range lines {
				if stays := strings.Contains(tt.text, l+"\n"); !stays && origins[i] != "o" && tt.op.Op != "remove" && !strings.HasPrefix(tt.name, "before") {
					t.Errorf("line %d does not say where it is from: %s", i+1, l)
				}
			}
		})
	}
}

// changed cuts off what two texts have in common at their beginning and end.
func changed(before, after []string) (gone, come []string) {
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		before, after = before[1:], after[1:]
	}
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	return append(gone, before...), append(come, after...)
}

func TestPatchErrors(t *testing.T) {
	for _, tt := range []struct {
		op             yamldoc.Operation
		field, message string
		found          string
	}{
		{op("test", "/jobs/test/runs-on", `"ubuntu-22.04"`), "value", "/jobs/test/runs-on is not ubuntu-22.04", "ubuntu-24.04"},
		{op("test", "/permissions", `[]`), "value", "/permissions is not []", "{}"},
		{op("replace", "/jobs/lint/runs-on", `1`), "path", `there is no /jobs/lint/runs-on: /jobs has no "lint"; it has test, build`, ""},
		{op("replace", "/jobs/test/steps/2", `1`), "path", `there is no /jobs/test/steps/2: /jobs/test/steps has no "2"; it has 2 entries, counted from 0`, ""},
		{op("replace", "/jobs/test/steps/01", `1`), "path", `there is no /jobs/test/steps/01: /jobs/test/steps has no "01"; it has 2 entries, counted from 0`, ""},
		{op("replace", "/jobs/test/steps/-", `1`), "path", `there is no /jobs/test/steps/-: /jobs/test/steps has no "-"; it has 2 entries, counted from 0`, ""},
		{op("add", "/jobs/test/steps/3", `1`), "path", "/jobs/test/steps has no index 3: the list has 2 entries, and - means its end", ""},
		{op("add", "/name/x", `1`), "path", "nothing can be added below /name, which is neither a mapping nor a list", "ci"},
		{op("add", "/nowhere/x", `1`), "path", `there is no /nowhere/x: the document has no "nowhere"; it has name, on, permissions, jobs`, ""},
		{op("add", "name", `1`), "path", `"name" is no JSON pointer: it must begin with /`, ""},
		{op("add", "/a~2", `1`), "path", `"/a~2" is no JSON pointer: ~ is written ~0, and / in a name ~1`, ""},
		{op("add", "/name", ``), "value", "add needs a value", ""},
		{op("add", "/name", `1e999`), "value", "the value cannot be read: the number 1e999 is out of range", ""},
		{op("remove", "", ""), "path", "the whole document cannot be removed", ""},
		{yamldoc.Operation{Op: "move", From: "/jobs", Path: "/jobs/test/x"}, "path", "/jobs cannot be moved into itself", ""},
		{yamldoc.Operation{Op: "copy", From: "/nothing", Path: "/x"}, "from", `there is no /nothing: the document has no "nothing"; it has name, on, permissions, jobs`, ""},
	} {
		_, _, err := new(yamldoc.Patcher).Patch([]byte(workflowText), nil, []yamldoc.Operation{op("test", "/name", `"ci"`), tt.op}, yamldoc.Indented)
		switch {
		case err == nil:
			t.Errorf("%s %s: no error", tt.op.Op, tt.op.Path)
		case err.Field != tt.field || err.Message != tt.message || err.Index != 1 || tt.found != "" && err.Found != tt.found:
			t.Errorf("%s %s: %+v", tt.op.Op, tt.op.Path, err)
		}
	}
}

// TestPatchEquality: the operation test compares values, and not how they are
// written.
func TestPatchEquality(t *testing.T) {
	const text = "a: 1\nb: 1.0\nc: \"1\"\nd: yes\ne: true\nf: ~\ng: 2001-01-01\nh: {x: [1, null], y: t}\ni: 0x10\n"
	for _, tt := range []struct {
		path, value string
		same        bool
	}{
		{"/a", `1`, true}, {"/a", `1.0`, true}, {"/a", `1e0`, true}, {"/a", `"1"`, false}, {"/a", `true`, false}, {"/a", `2`, false},
		{"/b", `1`, true}, {"/c", `"1"`, true}, {"/c", `1`, false}, {"/d", `"yes"`, true}, {"/d", `true`, false}, {"/e", `true`, true}, {"/e", `false`, false},
		{"/f", `null`, true}, {"/f", `false`, false}, {"/f", `""`, false}, {"/g", `"2001-01-01"`, true}, {"/h", `{"y": "t", "x": [1, null]}`, true},
		{"/h", `{"y": "t", "x": [null, 1]}`, false}, {"/h", `{"y": "t"}`, false}, {"/h", `{"y": "t", "x": [1, null], "z": 1}`, false}, {"/i", `16`, true}, {"/h/x", `{}`, false},
	} {
		_, _, err := new(yamldoc.Patcher).Patch([]byte(text), nil, []yamldoc.Operation{op("test", tt.path, tt.value)}, yamldoc.Compact)
		if (err == nil) != tt.same {
			t.Errorf("test %s %s: %v", tt.path, tt.value, err)
		}
	}
}
