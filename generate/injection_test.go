package generate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/schema"
)

// tree is a spec as JSON, which is CUE too. Together, the bases of testdata set every field; no two texts in them are
// the same.
type tree = map[string]any

var bases = []string{"python", "steps", "several", "registries", "pods", "mounts"}

func readBase(t testing.TB, name string) tree {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var base tree
	if err := json.Unmarshal(src, &base); err != nil {
		t.Fatal(err)
	}
	return base
}

// leaf is a text in a spec: a value, or a key that the author chooses.
type leaf struct {
	path string // as diagnostics write it
	// shape is the path in schema.Reference.
	shape    string
	original string
	key      bool
	// put replaces the text in the tree that the leaf was found in.
	put func(string)
}

// leavesOf finds every text in the tree. Fields are what the schema says of it.
func leavesOf(fields map[string]schema.Field, t tree) []leaf {
	var out []leaf
	var value func(at, shape string, v any, put func(any))
	object := func(at, shape string, m tree) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			below := path.Join(shape, k)
			if fields[shape].Type == "map" {
				below = path.Join(shape, "*")
				out = append(out, leaf{path: schema.Join(at, k), shape: below + " key", original: k, key: true, put: func(s string) {
					v := m[k]
					delete(m, k)
					m[s] = v
				}})
				if same := fields[shape].Same; same != "" {
					below = same
				}
			}
			value(schema.Join(at, k), below, m[k], func(v any) { m[k] = v })
		}
	}
	value = func(at, shape string, v any, put func(any)) {
		if f := fields[shape]; f.Same != "" && f.Type != "map" {
			shape = strings.ReplaceAll(f.Same, ".", "/")
		}
		switch v := v.(type) {
		case string:
			out = append(out, leaf{path: at, shape: shape, original: v, put: func(s string) { put(s) }})
		case tree:
			object(at, shape, v)
		case []any:
			for i := range v {
				value(schema.Item(at, i), path.Join(shape, "*"), v[i], func(s any) { v[i] = s })
			}
		}
	}
	object("", "", t)
	return out
}

// reference returns the schema's fields by a path in which * replaces the keys that the author chooses.
func reference(t testing.TB) map[string]schema.Field {
	t.Helper()
	root, err := schema.Reference()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]schema.Field{}
	var add func(f schema.Field)
	add = func(f schema.Field) {
		shape := strings.NewReplacer(".NAME", "/*", ".ID", "/*", "[]", "/*", ".", "/").Replace(f.Path)
		out[shape] = f
		for _, below := range f.Fields {
			add(below)
		}
	}
	add(root)
	return out
}

// TestBasesSetEveryText makes sure that the tests below cover a new text field of the schema.
func TestBasesSetEveryText(t *testing.T) {
	fields := reference(t)
	set := map[string]bool{}
	for _, name := range bases {
		for _, l := range leavesOf(fields, readBase(t, name)) {
			set[l.shape] = true
		}
	}
	for _, name := range bases {
		leaves := leavesOf(fields, readBase(t, name))
		for _, a := range leaves {
			for _, b := range leaves {
				word := strings.TrimPrefix(a.original, "/")
				if strings.HasPrefix(strings.ToLower(word), "qa") && a.original != b.original && strings.Contains(b.original, word) {
					t.Errorf("%s: %q of %s stands in %q of %s: they are the same", name, a.original, a.path, b.original, b.path)
				}
			}
		}
	}
	texts := 0
	for shape, f := range fields {
		var want []string
		switch f.Type {
		case "text":
			want = []string{shape}
		case "map":
			want = []string{path.Join(shape, "*") + " key"}
			if len(f.Fields) == 0 && f.Same == "" {
				want = append(want, path.Join(shape, "*"))
			}
		}
		for _, w := range want {
			texts++
			if !set[w] && !slices.Contains(elsewhere, w) {
				t.Errorf("no base sets %s: give it a value in one of testdata/*.json", w)
			}
		}
	}
	if texts < 60 {
		t.Errorf("the schema has %d texts: the walk over it has lost some", texts)
	}
}

// elsewhere are texts that no base has, because other fields there exclude them, because they are lists of texts, or because
// they must be the name of something else.
var elsewhere = []string{"accept/*/criterion", "test/python/packageManagerVersion", "test/python/run", "test/none", "test/matrix/*",
	"workflow/extraJobs/*/matrix/*", "workflow/extraJobs/*/where/* key", "workflow/extraJobs/*/where/*",
	"feeds/*/npm", "feeds/*/nuget", "feeds/*/maven", "feeds/*/python", "feeds/*/go", "deploy/hostAliases/*", "deploy/own/kustomize", "deploy/own/helm/chart/name", "deploy/own/helm/chart/repository", "deploy/own/helm/chart/version", "deploy/own/helm/image/digest",
	"deploy/own/helm/image/reference", "deploy/own/helm/image/registry", "deploy/own/helm/image/repository", "deploy/own/helm/image/tag", "deploy/own/helm/images/* key", "deploy/own/helm/release", "environments/*/on/after",
	"dependencies/*/workload", "gitops/rendered/branch", "prometheus/from", "prometheus/outside/token",
	"secrets/*/csi/keys/*/property", "secrets/*/csi/keys/*/version", "secrets/*/csi/keys/*/type", "environments/*/secrets/*/keys/*/type"}

// refersToKey are keys that must be one of another map.
var refersToKey = []string{"environments/*/workloads/* key", "environments/*/clusters/*/workloads/* key", "prometheus/outside/clusters/* key", "previews/workloads/* key"}

// namesVariables is a text whose tools read it from the names of variables, in their letters.
const namesVariables = "feeds/*/python"

func inVariables(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "_")) }

// payloads are texts that mean something to YAML, bash, GitHub, Markdown, a terminal
// or a file system.
var payloads = []string{
	// Anywhere in a text.
	"${{ github.token }}", "a }} $(id) ${HOME} $HOME `id`; id && id | id > x < y \\n \\", "it's \"quoted\"", "a: b # c", "<script> <!-- --> [x](https://x.org) |x| **x** _x_",
	"$$(x) $(HOME) $$ pa$$word $", "$é €$€", "é 日本語 😀 \ufffd \u00a0 %s %0A", "::add-mask::x", "A=B, {a: [b]}",
	"a\nb", "a\n", "a\r\nb", "\ta", "\x00", "a\x1b[31m", "\x7f", "\u0085", "\u2028", "\ufeff", "a\u202eb", "a\u200bb", "pay\u200dments", "نمی\u200cخواهم 👩\u200d💻",
	// At its beginning, its end, or as a whole.
	// The many words that YAML takes for something else are tried in package yamldoc.
	"", " a", "a ", "\\", "- x", "# c", "!fill name", "---", "null", "1e3",
	// For what takes no free text.
	"../x", "/etc/passwd", "a/../../x", "C:\\x", "--help", "https://example.org/$(id)", "x-y", "X_Y",
	strings.Repeat("x", 300), strings.Repeat("x", 6_000), strings.Repeat("é ", 2000),
}

// keyPayloads are for the names that the author chooses.
var keyPayloads = []string{
	"", "a b", "a\nb", "${{ x }}", "$(id)", "\"", "a: b", "#x", "- x", "~", "yes", "1", "_1", "é", "..", "a/b", "X", "x-", "GITHUB_TOKEN", strings.Repeat("x", 41),
}

// TestEveryTextKeepsItsPlace puts each payload into every text field of the schema, at once
// as value and as key: in the first base that sets it. Each place either refuses it, at its own line, or gives an
// output that differs in that text alone, and that the tools accept.
func TestEveryTextKeepsItsPlace(t *testing.T) {
	// Without shellcheck: what is put into scripts is the author's, and shellcheck has tests of its own.
	t.Setenv("PATH", "")
	fields := reference(t)
	tried := map[string]bool{}
	var accepted, refused atomic.Int32
	for _, name := range bases {
		before := parseAll(t, render(t, readBase(t, name)))
		earlier := maps.Clone(tried)
		for _, l := range leavesOf(fields, readBase(t, name)) {
			tried[l.shape] = true
		}
		t.Run(name, func(t *testing.T) {
			for _, keys := range []bool{false, true} {
				for i, payload := range map[bool][]string{false: payloads, true: keyPayloads}[keys] {
					t.Run(fmt.Sprint(i), func(t *testing.T) {
						t.Parallel()
						a, r := inject(t, name, fields, payload, keys, before, func(l leaf) bool { return earlier[l.shape] })
						accepted.Add(a)
						refused.Add(r)
					})
				}
			}
		})
	}
	t.Logf("accepted %d, refused %d", accepted.Load(), refused.Load())
	if a, r := accepted.Load(), refused.Load(); a < 200*int32(len(bases)) || r < 400*int32(len(bases)) {
		t.Errorf("accepted %d and refused %d: one of them is not tried any more", a, r)
	}
}

func inject(t *testing.T, name string, fields map[string]schema.Field, payload string, keys bool, before map[string]any, without func(leaf) bool) (accepted, refused int32) {
	t.Helper()
	out, quoted := map[string]bool{}, quote(payload)
	// Each round takes the payload out of the places that refused it.
	for range 10 {
		base := readBase(t, name)
		var in []leaf
		// Two keys of a map would become one. That is the one whose place in their order stays the same.
		renamed, leaves := map[string]bool{}, leavesOf(fields, base)
		if keys && payload > "q" {
			slices.Reverse(leaves)
		}
		for _, l := range leaves {
			if m := strings.TrimSuffix(l.path, schema.Join("", l.original)); l.key == keys && keys {
				if renamed[m] {
					continue
				}
				renamed[m] = true
			}
			if l.key == keys && !slices.Contains(refersToKey, l.shape) && !out[l.shape+l.original] && !without(l) {
				in = append(in, l)
			}
		}
		if len(in) == 0 {
			return 0, int32(len(out)) // every place has refused it
		}
		for _, l := range in {
			l.put(payload)
			// A renamed key has another path.
			l.path = strings.TrimSuffix(l.path, schema.Join("", l.original)) + schema.Join("", payload)
		}
		src, lines := marshal(t, base)
		set, found := compileTree(src)
		if len(found) == 0 {
			assertSame(t, name, payload, in, before, set)
			return int32(len(in)), int32(len(out))
		}
		progress := false
		for _, l := range in {
			if slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return blames(d, l, quoted, lines) }) {
				out[l.shape+l.original] = true
				progress = true
			}
		}
		if !progress {
			t.Fatalf("%s with %.40q: none of the places is reported: %v", name, payload, found)
		}
	}
	t.Fatalf("%s with %.40q: it is refused again and again", name, payload)
	return 0, 0
}

// blames reports whether a diagnostic is about a leaf, into which the quoted text was put. It must name the line of the leaf.
func blames(d diag.Diagnostic, l leaf, quoted string, lines []string) bool {
	if d.Pos.Line < 1 || d.Pos.Line > len(lines) {
		return false
	}
	if l.key && strings.Contains(d.Message, "names "+strconv.Quote(l.original)) {
		// What refers to the old key is refused.
		return true
	}
	if l.key {
		return strings.HasPrefix(strings.TrimSpace(lines[d.Pos.Line-1]), quoted+":")
	}
	label := l.path[strings.LastIndex(l.path, ".")+1:]
	if d.Path != l.path && !strings.HasPrefix(d.Path, l.path) {
		return false
	}
	if strings.HasSuffix(label, "]") {
		return strings.Contains(lines[d.Pos.Line-1], quoted)
	}
	return strings.Contains(lines[d.Pos.Line-1], ": "+quoted)
}

// escaped writes characters that JSON allows and a spec does not with CUE's escapes.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if diag.IsHidden(r) && r != '\n' {
			fmt.Fprintf(&b, `\U%08x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err)
	}
	return escaped(strings.TrimSuffix(b.String(), "\n"))
}

// marshal writes a tree with each text in a line of its own.
func marshal(t testing.TB, base tree) (src []byte, lines []string) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(base); err != nil {
		t.Fatal(err)
	}
	text := escaped(b.String())
	return []byte(text), strings.Split(text, "\n")
}

var oneAtATime sync.Mutex

// compileTree returns what is wrong with a spec, or its output.
func compileTree(src []byte) (*artifact.Set, diag.List) {
	loaded, found := schema.Load("pipeline.cue", src)
	if len(found) > 0 {
		return nil, found
	}
	plan, found := generate.Compile(loaded.Spec, generate.Options{SpecFile: "pipeline.cue", Kinds: criteria.ForCompile()})
	if found = avoidable(found); len(found) > 0 {
		return nil, loaded.Place(found)
	}
	set, found, err := generate.Output(plan)
	if err != nil {
		return nil, diag.List{{Code: diag.Internal, Message: err.Error()}}
	}
	if len(found) > 0 {
		return nil, loaded.Place(found)
	}
	// kustomize keeps what it knows of Kubernetes in a global variable.
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	result, err := check.Run(set.Files(), inRoot)
	if err != nil {
		return nil, diag.List{{Code: diag.Internal, Message: err.Error()}}
	}
	return set, loaded.Place(result.Findings)
}

func inRoot(f artifact.File) string { return string(f.Root) + ":" + f.Path }

func render(t testing.TB, base tree) *artifact.Set {
	t.Helper()
	src, _ := marshal(t, base)
	set, found := compileTree(src)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return set
}

// parseAll reads every YAML file of a set, and takes the others as lines of text.
func parseAll(t testing.TB, set *artifact.Set) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, f := range set.Files() {
		if path.Ext(f.Path) != ".yaml" {
			out[inRoot(f)] = strings.Split(string(f.Content), "\n")
			continue
		}
		var doc yaml.Node
		var v any
		if err := errors.Join(yaml.Unmarshal(f.Content, &doc), yaml.Unmarshal(f.Content, &v)); err != nil {
			t.Fatalf("%s: %v\n%s", f.Path, err, f.Content)
		}
		assertOldYAML(t, f.Path, &doc)
		out[inRoot(f)] = v
	}
	return out
}

// isNoText remembers what kyaml says about each word, since most are in every output.
func isNoText(word string) bool {
	known, ok := noText.Load(word)
	if !ok {
		known = kyaml.IsValueNonString(word)
		noText.Store(word, known)
	}
	return known.(bool)
}

var noText sync.Map

// assertOldYAML requires that each text is also a text in YAML 1.1, which Kubernetes reads. The key "on" is GitHub's,
// which reads 1.2.
func assertOldYAML(t testing.TB, file string, n *yaml.Node) {
	t.Helper()
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Style&quoted == 0 && isNoText(n.Value) &&
		(n.Value != "on" || n.Column > 1) {
		t.Errorf("%s:%d: %q is no text in YAML 1.1", file, n.Line, n.Value)
	}
	for _, c := range n.Content {
		assertOldYAML(t, file, c)
	}
}

// assertSame requires that two outputs differ in the injected texts alone.
// onceEach is a list of expressions without those that an earlier one repeats.
func onceEach(list string) string {
	var out []string
	for _, e := range strings.SplitAfter(list, "}}") {
		if e = strings.TrimPrefix(e, " "); !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return strings.TrimSpace(strings.Join(out, " "))
}

func assertSame(t *testing.T, name, payload string, in []leaf, before map[string]any, set *artifact.Set) {
	t.Helper()
	var pairs []string
	for _, l := range in {
		pairs = append(pairs, l.original, payload)
		if l.shape == namesVariables {
			pairs = append(pairs, inVariables(l.original), inVariables(payload))
		}
	}
	swap := strings.NewReplacer(pairs...)
	want := map[string]any{}
	for file, v := range before {
		if _, isYAML := v.([]string); isYAML {
			continue
		}
		want[swap.Replace(file)] = replaced(v, swap)
	}
	got := map[string]any{}
	for file, v := range parseAll(t, set) {
		if text, ok := v.([]string); ok {
			assertMarkdown(t, file, text)
			continue
		}
		got[file] = replaced(v, strings.NewReplacer())
	}
	wanted, have := flatten(want), flatten(got)
	var wrong []string
	for _, at := range slices.Sorted(maps.Keys(wanted)) {
		h, ok := have[at]
		if strings.Contains(at, "\x00env\x00") && strings.Contains(at, "gitops:") && strings.HasSuffix(at, "\x00value") {
			h = expanded(t, h)
		}
		w := wanted[at]
		if strings.HasSuffix(at, "\x00CONTAINER_FILES") {
			h = unescaped(t, h)
		}
		if _, below, ok := strings.Cut(at, "argocd/"); ok && strings.Contains(below, "projects/") { // an Argo CD of a cluster has a folder
			h, w = asArgoReads(h, w)
		}
		if strings.HasSuffix(at, "\x00run") {
			// A script ends with its last line.
			h, w = strings.TrimRight(h, "\n"), strings.TrimRight(w, "\n")
		}
		if strings.HasSuffix(at, "\x00env\x00MISSING") {
			// Several variables read one secret now, which is named once.
			w = "string " + onceEach(strings.TrimPrefix(w, "string "))
		}
		if !ok || h != w {
			wrong = append(wrong, fmt.Sprintf("%.200q is %.200q, want %.200q", at, h, w))
		}
		delete(have, at)
	}
	for at, h := range have {
		wrong = append(wrong, fmt.Sprintf("%.200q is added: %.200q", at, h))
	}
	if len(wrong) > 0 {
		t.Errorf("%s with %.60q: more than the text changed:\n%s", name, payload, strings.Join(wrong[:min(5, len(wrong))], "\n"))
	}
}

// unescaped writes a file of CONTAINER_FILES without what JSON escapes.
func unescaped(t *testing.T, have string) string {
	var files map[string]string
	text, _ := strings.CutPrefix(have, "string ")
	if err := json.Unmarshal([]byte(text), &files); err != nil {
		t.Errorf("%q: %v", have, err)
	}
	for at, content := range files {
		text = `string {"` + at + `":"` + content + `"}`
	}
	return text
}

// asArgoReads removes the quotes from a group whose name has commas, and takes a description that was cut, as its "…"
// says, for the whole one.
func asArgoReads(have, want string) (string, string) {
	if name, quoted := strings.CutPrefix(have, "string \""); quoted && strings.Contains(want, ",") {
		have = "string " + strings.TrimSuffix(name, "\"")
	}
	if kept, cut := strings.CutSuffix(have, "…"); cut && strings.HasPrefix(want, kept) {
		have = want
	}
	return have, want
}

// expanded is what Kubernetes makes of the value of a variable: $$ is one dollar, and $(NAME) for another variable.
func expanded(t *testing.T, s string) string {
	t.Helper()
	if kubevar.Refers(s) {
		t.Errorf("%.60q refers to another variable", s)
	}
	return kubevar.Expand(s, kubevar.None)
}

// flatten turns a tree into its scalars by their places.
func flatten(v any) map[string]string {
	out := map[string]string{}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case tree:
			out[at] = fmt.Sprintf("%d keys", len(v))
			for k, e := range v {
				walk(at+"\x00"+k, e)
			}
		case []any:
			out[at] = fmt.Sprintf("%d elements", len(v))
			for i, e := range v {
				walk(fmt.Sprintf("%s\x00%d", at, i), e)
			}
		default:
			out[at] = fmt.Sprintf("%T %v", v, v)
		}
	}
	walk("", v)
	return out
}

// replaced returns a copy in which each text, key or value, is replaced.
func replaced(v any, swap *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return swap.Replace(v)
	case tree:
		out := tree{}
		for k, e := range v {
			out[swap.Replace(k)] = replaced(e, swap)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = replaced(e, swap)
		}
		return out
	}
	return v
}

func assertMarkdown(t *testing.T, file string, lines []string) {
	t.Helper()
	for i, line := range lines {
		if strings.Contains(line, "<script>") {
			t.Errorf("%s:%d takes a text for HTML: %s", file, i+1, line)
		}
	}
}

// FuzzStrings puts any text into every place at once, as above. Texts with a meaning
// of their own to pipegen, such as durations, are left out. There are two seeds, since TestEveryTextKeepsItsPlace tries more.
func FuzzStrings(f *testing.F) {
	f.Setenv("PATH", "")
	for _, s := range []string{"- x\n# c", "\t\u00a0"} {
		f.Add(s)
	}
	fields := reference(f)
	before := map[string]map[string]any{}
	for _, name := range bases {
		before[name] = parseAll(f, render(f, readBase(f, name)))
	}
	f.Fuzz(func(t *testing.T, s string) {
		lower := strings.ToLower(s)
		if !utf8.ValidString(s) || len(s) > 20_000 || s == "." || strings.Contains(lower, "qa") || strings.Contains(lower, "release") {
			return
		}
		for _, name := range bases {
			inject(t, name, fields, s, false, before[name], func(l leaf) bool {
				// A repository is taken apart into its owner and its name, and two projects of one name are one.
				return strings.HasSuffix(l.shape, "/repository") || strings.HasPrefix(l.shape, "environments/*/project") || !strings.Contains(strings.ToLower(l.original), "qa")
			})
		}
	})
}
