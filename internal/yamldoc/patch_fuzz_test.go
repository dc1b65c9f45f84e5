package yamldoc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"

	"github.com/pipegen/pipegen/internal/yamldoc"
)

// TestPatchIsJSONPatch compares random patches of random documents with another
// implementation.
func TestPatchIsJSONPatch(t *testing.T) {
	for seed := range int64(1500) {
		comparePatches(t, seed)
	}
}

func FuzzPatch(f *testing.F) {
	f.Add(int64(1))
	f.Fuzz(func(t *testing.T, seed int64) { comparePatches(t, seed) })
}

var words = []string{"a", "b", "on", "yes", "1", "a/b", "m~n", "", "x y", "é", "#c", "- d", "null"}

func comparePatches(t *testing.T, seed int64) {
	t.Helper()
	jsonpatch.SupportNegativeIndices = false
	r := rand.New(rand.NewSource(seed))
	doc := map[string]any{"root": randomValue(r, 4), "l": []any{randomValue(r, 2), "end"}}
	lists := yamldoc.Lists(r.Intn(2))
	text, comments := asYAML(t, r, doc, lists)
	current, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if string(current) == "{}" {
			return
		}
		ops, raw := randomOperations(t, r, current)
		patch, err := jsonpatch.DecodePatch(raw)
		if err != nil {
			t.Fatal(err)
		}
		want, wantErr := current, error(nil)
		switch {
		case len(ops) == 0:
		case ops[0].Op != "test":
			want, wantErr = patch.Apply(current)
		case !sameJSON(t, at(t, current, ops[0].Path), ops[0].Value):
			// The other implementation fails for null in a list.
			wantErr = errors.New("not the same")
		}
		got, origins, gotErr := new(yamldoc.Patcher).Patch(text, nil, ops, lists)
		if (wantErr != nil) != (gotErr != nil) {
			t.Fatalf("seed %d: %s\nof\n%s\nours: %v, theirs: %v", seed, raw, text, gotErr, wantErr)
		}
		if gotErr != nil {
			continue
		}
		var have, should any
		if err := yaml.Unmarshal(got, &have); err != nil {
			t.Fatalf("seed %d: %s\nof\n%s\ngives\n%s\n%v", seed, raw, text, got, err)
		}
		decode(t, want, &should)
		if !reflect.DeepEqual(normal(t, have), should) {
			t.Fatalf("seed %d: %s\nof\n%s\ngives\n%s\nwant %s", seed, raw, text, got, want)
		}
		if n := bytes.Count(got, []byte("\n")); n != len(origins) {
			t.Fatalf("seed %d: %d lines, %d origins", seed, n, len(origins))
		}
		if anchors, aliases := unused(t, got); anchors != 0 {
			t.Fatalf("seed %d: %s\nof\n%s\nleaves %d anchors that none of the %d aliases refers to:\n%s", seed, raw, text, anchors, aliases, got)
		}
		text, current = got, want
	}
	if !strings.HasPrefix(string(text), comments) {
		t.Fatalf("seed %d: the head of the file is gone:\n%s", seed, text)
	}
}

func decode(t *testing.T, src []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(src, v); err != nil {
		t.Fatal(err)
	}
}

// normal returns a value after a round trip through JSON.
func normal(t *testing.T, v any) any {
	t.Helper()
	src, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	decode(t, src, &out)
	return out
}

func randomValue(r *rand.Rand, depth int) any {
	kind := r.Intn(10)
	switch {
	case depth > 0 && kind < 3:
		m := map[string]any{}
		for range r.Intn(4) {
			m[words[r.Intn(len(words))]] = randomValue(r, depth-1)
		}
		return m
	case depth > 0 && kind < 6:
		l := []any{}
		for range r.Intn(4) {
			l = append(l, randomValue(r, depth-1))
		}
		return l
	}
	return []any{nil, true, false, 0, 8080, 1.5, "text", "two\nlines\n", "# no comment\n", "yes", "8080", "", "a: b", "[x]", " x", "null"}[r.Intn(16)]
}

// asYAML writes a document with comments and blank lines between its lines, some of
// its collections in one line.
func asYAML(t *testing.T, r *rand.Rand, doc any, lists yamldoc.Lists) (text []byte, head string) {
	t.Helper()
	var n yaml.Node
	if err := n.Encode(doc); err != nil {
		t.Fatal(err)
	}
	var style func(n *yaml.Node, inFlow bool)
	style = func(n *yaml.Node, inFlow bool) {
		if n.Kind != yaml.ScalarNode && r.Intn(6) == 0 {
			n.Style |= yaml.FlowStyle
		}
		inFlow = inFlow || n.Style&yaml.FlowStyle != 0
		if n.Kind == yaml.ScalarNode && inFlow && strings.Contains(n.Value, "\n") {
			n.Style = yaml.DoubleQuotedStyle
		}
		for _, c := range n.Content {
			style(c, inFlow)
		}
		if n.Kind == yaml.ScalarNode && !inFlow && r.Intn(5) == 0 && !strings.Contains(n.Value, "\n") {
			n.LineComment = "# behind"
		}
		if !inFlow && r.Intn(8) == 0 && n.Kind == yaml.ScalarNode {
			n.HeadComment = "# above"
		}
	}
	for _, c := range n.Content {
		style(c, false)
	}
	alike(r, &n, map[string]*yaml.Node{})
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if lists == yamldoc.Compact {
		enc.CompactSeqIndent()
	}
	if err := enc.Encode(&n); err != nil {
		t.Fatal(err)
	}
	var again any
	if err := yaml.Unmarshal(b.Bytes(), &again); err != nil || !reflect.DeepEqual(normal(t, again), normal(t, doc)) {
		// Not every comment survives the encoder.
		plain, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		b.Reset()
		b.Write(plain)
	}
	head = "# head\n\n"
	return append([]byte(head), b.Bytes()...), head
}

// unused counts the anchors that no alias refers to, and the aliases.
func unused(t *testing.T, text []byte) (anchors, aliases int) {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	used := map[*yaml.Node]bool{}
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		if n.Anchor != "" {
			anchors++
		}
		if n.Kind == yaml.AliasNode {
			aliases++
			if !used[n.Alias] {
				anchors--
			}
			used[n.Alias] = true
		}
		for _, c := range n.Content {
			visit(c)
		}
	}
	visit(&doc)
	return anchors, aliases
}

// alike writes some of the repeated texts as aliases.
func alike(r *rand.Rand, n *yaml.Node, met map[string]*yaml.Node) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		first := met[c.Tag+c.Value]
		switch {
		case c.Kind != yaml.ScalarNode:
			alike(r, c, met)
		case first == nil:
			met[c.Tag+c.Value] = c
		case r.Intn(2) == 0:
			if first.Anchor == "" {
				first.Anchor = fmt.Sprintf("a%d", len(met))
			}
			n.Content[i] = &yaml.Node{Kind: yaml.AliasNode, Value: first.Anchor, Alias: first}
		}
	}
}

func randomOperations(t *testing.T, r *rand.Rand, current []byte) ([]yamldoc.Operation, []byte) {
	var doc any
	decode(t, current, &doc)
	pointers := pointersOf("", doc)
	pick := func() string { return pointers[r.Intn(len(pointers))] }
	type step struct {
		Op    string           `json:"op"`
		Path  string           `json:"path"`
		From  string           `json:"from,omitempty"`
		Value *json.RawMessage `json:"value,omitempty"`
	}
	var steps []step
	// Only one: the other implementation replaces what an earlier step removed.
	for range 1 {
		s := step{Op: []string{"add", "remove", "replace", "move", "copy", "test"}[r.Intn(6)], Path: pick()}
		value, err := json.Marshal(randomValue(r, 3))
		if err != nil {
			t.Fatal(err)
		}
		raw := json.RawMessage(value)
		switch s.Op {
		case "add":
			s.Path += []string{"", "/-", "/0", "/1", "/new", "/~0~1"}[r.Intn(6)]
			s.Value = &raw
		case "replace", "test":
			s.Value = &raw
			if s.Op == "test" && r.Intn(2) == 0 {
				same := json.RawMessage(at(t, current, s.Path))
				s.Value = &same
			}
		case "move", "copy":
			s.From = pick()
			if s.Op == "move" && strings.HasPrefix(s.Path+"/", s.From+"/") {
				continue // the other implementation lets a value move into itself
			}
		}
		steps = append(steps, s)
	}
	raw, err := json.Marshal(steps)
	if err != nil {
		t.Fatal(err)
	}
	if steps == nil {
		raw = []byte("[]")
	}
	var ops []yamldoc.Operation
	for i, s := range steps {
		o := yamldoc.Operation{Op: s.Op, Path: s.Path, From: s.From, Origin: fmt.Sprintf("ops[%d]", i)}
		if s.Value != nil {
			o.Value = *s.Value
		}
		ops = append(ops, o)
	}
	return ops, raw
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	decode(t, a, &x)
	decode(t, b, &y)
	return reflect.DeepEqual(x, y)
}

// at returns the value at a pointer.
func at(t *testing.T, src []byte, pointer string) []byte {
	t.Helper()
	var doc any
	decode(t, src, &doc)
	for _, token := range strings.Split(pointer, "/")[1:] {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch d := doc.(type) {
		case map[string]any:
			doc = d[token]
		case []any:
			var i int
			if _, err := fmt.Sscan(token, &i); err != nil {
				t.Fatal(err)
			}
			doc = d[i]
		}
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pointersOf returns the pointers of every value below the document itself.
func pointersOf(prefix string, v any) []string {
	var out []string
	add := func(token string, v any) {
		p := prefix + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
		out = append(append(out, p), pointersOf(p, v)...)
	}
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			add(k, v[k])
		}
	case []any:
		for i, e := range v {
			add(fmt.Sprint(i), e)
		}
	}
	return out
}
