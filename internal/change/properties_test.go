package change_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/change"
	"github.com/pipegen/pipegen/schema"
)

var examples = []string{"every-promise", "extended", "fastapi-agent", "go-release", "java-service", "minimal", "single-repository", "two-environments"}

func TestSameSpec(t *testing.T) {
	for _, name := range examples {
		s := mustSide(t, readFile(t, "specs", name, "pipeline.cue"))
		if c := compare(t, s, s); len(c.Changes)+len(c.Files)+len(c.Rendered) > 0 {
			t.Errorf("%s differs from itself: %v", name, c)
		}
	}
}

// TestLayout: a comment is a change, the least there is.
func TestLayout(t *testing.T) {
	text := readFile(t, "specs", "minimal", "pipeline.cue")
	c := compare(t, mustSide(t, text), mustSide(t, "// A comment.\n"+text))
	if worst, ok := c.Worst(); !ok || worst != change.Cosmetic || c.Changes[0].Code() != "layout" {
		t.Errorf("got %v", c.Changes)
	}
}

// TestBothWays: what is added in one direction is removed in the other.
func TestBothWays(t *testing.T) {
	for i := 0; i < len(examples); i += 2 {
		a, b := examples[i], examples[i+1]
		t.Run(a+" and "+b, func(t *testing.T) {
			x, y := mustSide(t, readFile(t, "specs", a, "pipeline.cue")), mustSide(t, readFile(t, "specs", b, "pipeline.cue"))
			there, back := places(quickly(t, x, y), false), places(quickly(t, y, x), true)
			if !slices.Equal(there, back) {
				t.Errorf("one way\n%s\nand back\n%s", strings.Join(there, "\n"), strings.Join(back, "\n"))
			}
		})
	}
}

func places(c change.Comparison, turned bool) []string {
	var out []string
	for _, x := range c.Changes {
		old, now := x.Old, x.New
		if turned {
			old, now = now, old
		}
		if x.Path != "" {
			out = append(out, x.Path+": "+old+" → "+now)
		}
	}
	slices.Sort(out)
	return out
}

// TestRename: an entry that gets another name is reported once, at the old name.
func TestRename(t *testing.T) {
	old := readFile(t, "specs", "two-environments", "pipeline.cue")
	now := edited(t, old, "staging: {\n", "stage: {\n", `after:     "staging"`, `after: "stage"`)
	c := compare(t, mustSide(t, old), mustSide(t, now))
	if len(c.Changes) != 3 || c.Changes[0].Path != "environments.staging" || c.Changes[0].Code() != "environment-removed" || len(c.Changes[0].Files) == 0 {
		t.Errorf("got %v", places(c, false))
	}
	if got := codes(c); !hasCode(got, "need-dropped") {
		t.Errorf("got %v", got)
	}
}

// TestLists: elements come and go at any place of a list.
func TestLists(t *testing.T) {
	step := func(names ...string) string {
		var all []string
		for _, n := range names {
			all = append(all, fmt.Sprintf("{name: %q, run: %q}", n, "make "+n))
		}
		return edited(t, readFile(t, "specs", "minimal", "pipeline.cue"), `{name: "Test", run: "make test"}`, strings.Join(all, ", "))
	}
	lists := [][]string{{"a"}, {"a", "b"}, {"b", "a"}, {"a", "b", "c", "d"}, {"d"}, {"x", "a", "y", "d", "z"}}
	var sides []change.Side
	for _, l := range lists {
		sides = append(sides, mustSide(t, step(l...)))
	}
	for i, from := range lists {
		for j, to := range lists {
			c := quickly(t, sides[i], sides[j])
			if same := slices.Equal(from, to); same != (len(c.Changes) == 0) {
				t.Errorf("from %v to %v: %v", from, to, places(c, false))
			}
			gone := slices.ContainsFunc(from, func(n string) bool { return !slices.Contains(to, n) })
			if hasCode(codes(c), "test-step-removed") != gone {
				t.Errorf("from %v to %v: %v", from, to, codes(c))
			}
		}
	}
}

// TestSameTwice: the order of a comparison does not depend on the order of a map.
func TestSameTwice(t *testing.T) {
	x, y := mustSide(t, readFile(t, "specs", "two-environments", "pipeline.cue")), mustSide(t, readFile(t, "specs", "extended", "pipeline.cue"))
	first := fmt.Sprintf("%+v", compare(t, x, y).Changes)
	if again := fmt.Sprintf("%+v", compare(t, x, y).Changes); again != first {
		t.Errorf("got\n%s\nand\n%s", first, again)
	}
}

// TestEveryField changes each value of the bases, which set every field of the schema
// between them, to another one that is valid, or takes it out.
func TestEveryField(t *testing.T) {
	for _, name := range []string{"python", "steps"} {
		t.Run(name, func(t *testing.T) {
			before := mustSide(t, encode(t, base(t, name)))
			count := len(spots("", base(t, name)))
			var refused []string
			for i := range count {
				after, path, ok := another(t, name, i)
				if !ok || reflect.DeepEqual(before.Spec, after.Spec) {
					refused = append(refused, path)
					continue
				}
				c := quickly(t, before, after)
				if !slices.ContainsFunc(c.Changes, func(x change.Change) bool {
					return x.Path != "" && (strings.HasPrefix(path, x.Path) || strings.HasPrefix(x.Path, path))
				}) {
					t.Errorf("%s: nothing is said of it, only %v", path, places(c, false))
				}
			}
			if len(refused) > count/5 {
				t.Errorf("of %d values %d have no other valid one: %v", count, len(refused), refused)
			}
		})
	}
}

// spot is a scalar of a tree.
type spot struct {
	path  string
	value any
	set   func(any)
	drop  func()
}

func spots(at string, v any) []spot {
	var out []spot
	switch v := v.(type) {
	case tree:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			path := schema.Join(at, k)
			below := spots(path, v[k])
			if below == nil {
				below = []spot{{path, v[k], func(x any) { v[k] = x }, func() { delete(v, k) }}}
			}
			out = append(out, below...)
		}
	case []any:
		for i := range v {
			below := spots(schema.Item(at, i), v[i])
			if text, ok := v[i].(string); ok {
				below = []spot{{schema.Item(at, i), text, func(x any) { v[i] = x }, func() { v[i] = "" }}}
			}
			out = append(out, below...)
		}
	}
	return out
}

// instead has another value for fields that take only a few.
var instead = map[string]any{
	"tag": "major", "renovate": "none", "emulated": "native", "IfNotPresent": "Always", "pip": "poetry", "deny": "allow", "lcov": "cobertura", "high": "critical",
	"failure": "always", "release": "always", "write": "read", "digest": "tag", "ingress": "multi-cluster", "actions/setup-go": "actions/setup-java", "ubuntu-24.04": "ubuntu-24.04-arm",
	"3.12": "3.13", "3.4": "3.5", "test": "replace", "0 18 * * 5": "0 19 * * 5", "always()": "success()", "checks": "issues",
}

var digits = regexp.MustCompile(`[0-9]+`)

func another(t *testing.T, name string, i int) (change.Side, string, bool) {
	t.Helper()
	path := ""
	try := func(edit func(spot)) (change.Side, bool) {
		b := base(t, name)
		s := spots("", b)[i]
		path = s.path
		edit(s)
		out, _, ok := side(t, encode(t, b), nil)
		return out, ok
	}
	var values []any
	switch v := spots("", base(t, name))[i].value.(type) {
	case bool:
		values = []any{!v}
	case float64:
		values = []any{v + 1, v - 1}
	case []any:
		values = []any{append(slices.Clone(v), v[0].(float64)+1)}
	case string:
		if o, ok := instead[v]; ok {
			values = append(values, o)
		}
		// Most likely first, since each is compiled: quantities and versions take another number, and names of variables a capital.
		longer := digits.ReplaceAllStringFunc(v, func(n string) string {
			i, _ := strconv.Atoi(n)
			return strconv.Itoa(i + 1)
		})
		if longer != v {
			values = append(values, longer)
		}
		if v == strings.ToUpper(v) {
			values = append(values, v+"X", v+"x")
		} else {
			values = append(values, v+"x", v+"X")
		}
		values = append(values, strings.Replace(v, "@", "x@", 1))
	}
	for _, v := range values {
		if s, ok := try(func(s spot) { s.set(v) }); ok {
			return s, path, true
		}
	}
	s, ok := try(func(s spot) { s.drop() })
	return s, path, ok
}
