package yamldoc

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// words are texts that YAML 1.1 or 1.2 does not take for strings when they are not
// quoted, or that end, begin or change something.
var words = strings.Fields(`
~ null Null NULL true True TRUE false False FALSE yes Yes YES no No NO on On ON off Off OFF y Y n N
0 -0 +1 -1 007 010 08 0o17 0x1f 0X1F 0b11 1_000 _1 1_ 0x_1 1e3 1E3 1e 1. .5 -.5 1.5e+3 685.230_15e+03 6.8523015e+5 .inf -.inf +.inf .Inf .INF .nan .NaN .NAN inf NaN
12:30 12:30:45 190:20:30 190:20:30.15 -1:30 2026-01-01 2001-12-14t21:59:43.10-05:00 2001-12-15T02:59:43.1Z
- -- --- ... . .. = << ! !! !x !!str & &x * *x | |- |2 > >- >+ % %x @ @x : :: ; ? , [ ] { } [] {} # ' " \ / ` + "` $ ^ ( ) ''  \"\" " + `
a: :a a:b a# #a -a ?a ,a a, [a a] {a a} 'a a' "a a" \a a\
`)

// TestWordsStayText writes each word everywhere a text can be: it reads back equal,
// also with YAML 1.1, which Kubernetes reads.
func TestWordsStayText(t *testing.T) {
	if len(words) < 130 {
		t.Fatalf("only %d words", len(words))
	}
	for _, w := range append(words, "", " ", "a b", " a", "a ", "- a", "? a", "a: b", "a # b", "# a", "%YAML 1.1", "é", "日本", "😀", "\u00a0", "\t", "\x07", "\u0085") {
		d := fill(t, "place: !fill value\nlist: !fill flow\nmap: !fill map\n", Indented, Values{
			"value": From("x", w),
			"flow":  Of([]string{w, w}).Flow(),
			"map":   Of(Map{{w, Of([]string{w})}}),
		})
		var doc yaml.Node
		if err := yaml.Unmarshal(d.Bytes(), &doc); err != nil {
			t.Errorf("%q: %v\n%s", w, err, d.Bytes())
			continue
		}
		found := 0
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			if n.Kind == yaml.ScalarNode && n.Value == w && n.Tag == "!!str" {
				found++
				if n.Style == 0 && kyaml.IsValueNonString(w) {
					t.Errorf("%q is no text in YAML 1.1:\n%s", w, d.Bytes())
				}
			}
			for _, c := range n.Content {
				walk(c)
			}
		}
		walk(&doc)
		if found != 5 {
			t.Errorf("%q stands in %d places, not 5:\n%s", w, found, d.Bytes())
		}
	}
}
