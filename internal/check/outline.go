package check

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/lazy"
)

// outline is a kustomization without its comments, its namespace and the tags and digests of its images.
type outline struct {
	// text is "" if kustomize might do more with one of these values than copy it.
	text string
	// values are these values, the namespace first, if there is one.
	values    []string
	namespace string
}

// plainFields are the fields of a kustomization whose values do not affect one another.
var plainFields = []string{"apiVersion", "kind", "namespace", "resources", "components", "images", "replicas", "patches", "labels", "commonAnnotations"}

func outlineOf(content []byte, top *yaml.Node) outline {
	if top == nil || top.Kind != yaml.MappingNode || aliased(top) != nil || bytes.Contains(content, []byte("\n---")) {
		return outline{}
	}
	for i := 0; i < len(top.Content); i += 2 {
		if !slices.Contains(plainFields, top.Content[i].Value) {
			return outline{}
		}
	}
	var out outline
	holes := holesOf(top)
	for _, n := range holes {
		if kindOf(n.Value) == "" {
			return outline{}
		}
		out.values = append(out.values, n.Value)
	}
	var b strings.Builder
	describe(&b, top, holes)
	out.text, out.namespace = b.String(), below(top, "namespace").Value
	return out
}

// holesOf are the scalars that an outline leaves out.
func holesOf(top *yaml.Node) []*yaml.Node {
	out := []*yaml.Node{below(top, "namespace")}
	for _, image := range below(top, "images").Content {
		out = append(out, below(image, "newTag"), below(image, "digest"))
	}
	return slices.DeleteFunc(out, func(n *yaml.Node) bool { return n.Kind == 0 })
}

// describe writes a tree down with the kind of a hole in its place.
func describe(b *strings.Builder, n *yaml.Node, holes []*yaml.Node) {
	if slices.Contains(holes, n) {
		b.WriteString(kindOf(n.Value) + "\n")
		return
	}
	style := 0
	if n.Kind == yaml.ScalarNode {
		style = int(n.Style)
	}
	for _, number := range []int{int(n.Kind), style, len(n.Content), len(n.Value)} {
		b.WriteString(strconv.Itoa(number) + " ")
	}
	b.WriteString(n.Tag + " " + n.Value + "\n")
	content := n.Content
	if n.Kind == yaml.MappingNode {
		content = sorted(content)
	}
	for _, c := range content {
		describe(b, c, holes)
	}
}

// sorted are the keys and values of a mapping in the order of the keys, which means nothing to kustomize.
func sorted(content []*yaml.Node) []*yaml.Node {
	var pairs [][]*yaml.Node
	for i := 0; i+1 < len(content); i += 2 {
		pairs = append(pairs, content[i:i+2])
	}
	slices.SortStableFunc(pairs, func(a, b []*yaml.Node) int { return strings.Compare(a[0].Value, b[0].Value) })
	return slices.Concat(pairs...)
}

// The kinds of values that an outline leaves out.
const (
	word   = "word"
	digest = "digest"
)

var (
	wordText   = lazy.Regexp(`^[A-Za-z][A-Za-z0-9._-]*$`)
	digestText = lazy.Regexp(`^sha256:[0-9a-f]{64}$`)
)

// Blanks begin with these, and so does no value.
const (
	blankWord   = "pipegen-blank-"
	blankDigest = "sha256:b1a4"
)

// noWords are texts that YAML or kustomize takes for something else.
var noWords = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n", "default"}

// kindOf is the kind of a value, or "" where YAML or kustomize may see more in it than a name.
func kindOf(value string) string {
	switch {
	case strings.HasPrefix(value, blankWord) || strings.HasPrefix(value, blankDigest):
		return ""
	case digestText().MatchString(value):
		return digest
	case wordText().MatchString(value) && !slices.Contains(noWords, strings.ToLower(value)):
		return word
	}
	return ""
}
