package rules_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// scalar is one value of a YAML file, with the way to it.
type scalar struct {
	path string
	node *yaml.Node
}

func scalarsOf(t *testing.T, content []byte) []scalar {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(content, &doc); err != nil {
		t.Fatal(err)
	}
	var out []scalar
	var walk func(at string, n *yaml.Node)
	walk = func(at string, n *yaml.Node) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				walk(at+"."+n.Content[i].Value, n.Content[i+1])
			}
		case yaml.SequenceNode:
			for i, c := range n.Content {
				walk(at+"["+strconv.Itoa(i)+"]", c)
			}
		case yaml.ScalarNode:
			out = append(out, scalar{strings.TrimPrefix(at, "."), n})
		}
	}
	walk("", doc.Content[0])
	return out
}

// other is a value of the same kind that means something else.
func other(n *yaml.Node) string {
	switch {
	case n.Tag == "!!bool" && n.Value == "true":
		return "false"
	case n.Tag == "!!bool":
		return "true"
	case n.Tag == "!!int":
		i, _ := strconv.Atoi(n.Value)
		return strconv.Itoa(i + 1)
	}
	return n.Value + "-x"
}

// with returns the file with one scalar changed, or "" for a script, which the
// table of mutations damages by hand.
func with(content []byte, s scalar) string {
	lines := strings.Split(string(content), "\n")
	i, at := s.node.Line-1, s.node.Column-1
	if s.node.Style == yaml.LiteralStyle || s.node.Style == yaml.FoldedStyle {
		return ""
	}
	line := lines[i]
	end := len(line)
	if s.node.Style == 0 {
		end = at + len(s.node.Value)
	} else if q := strings.LastIndexByte(line, line[at]); q > at {
		end = q + 1
	}
	value := other(s.node)
	if s.node.Tag == "!!str" {
		value = strconv.Quote(value)
	}
	lines[i] = line[:at] + value + line[end:]
	return strings.Join(lines, "\n")
}

// unproven are the scalars that no second place speaks of: to change one is drift,
// which check reports as such, but no contradiction between files. A pattern is for
// the file's path and the way to the scalar, with a blank between.
var unproven = []struct{ pattern, why string }{
	{`workflows/.*\.yaml (.*\.)?name = `, "a name for people, which no text repeats"},
	{`(description|apiVersion) = `, "text for people; the API server refuses another version"},
	{`workflows/.* .*(runs-on|runner) = `, "actionlint knows the runners"},
	{`workflows/.* .*(persist-credentials|shell) = `, "W18 and W43: rules of one job"},
	{`ci\.yaml jobs\.(build|measure)\.timeout-minutes = `, "W15: no text names the limit of this job"},
	{`workflows/.* .*environment\.url = `, "where people look at the application"},
	{`ci\.yaml concurrency\.group = `, "more text at the end of a group changes nothing"},
	{`rollback\.yaml (on\.|concurrency\.|.*timeout-minutes|.*env\.(STEPS|TO))`, "what a person asks of a rollback, and how long it waits"},
	{`ci\.yaml jobs\.test\.`, "how the tests run is the spec's choice alone"},
	{`ci\.yaml jobs\.measure\.`, "it only looks: nothing is promised to be enforced by it"},
	{`ci\.yaml jobs\.pipegen\.`, "it only reads: what it installs and finds, a run tells"},
	{`ci\.yaml .*(driver-opts|provenance|sbom|push-to-registry|username|retention-days|if-no-files-found|filter|sparse-checkout) = `, "an option of one action"},
	{`applicationsets/.* metadata\.name = `, "nothing names the ApplicationSet but its file"},
	{`applicationsets/.* spec\.template\.spec\.syncPolicy`, "A07 to A11: how Argo CD syncs is the spec's choice alone"},
	{`applications/.*(finalizers|automated|syncOptions|retry|managedNamespaceMetadata)`, "A07 to A11: how Argo CD syncs is the spec's choice alone"},
	{`projects/.*roles\[0\]\.(name|groups)`, "who may look is the spec's choice alone"},
	{`smoke/(networkpolicy|job|serviceaccount)\.yaml (metadata|spec\.(ingress|egress|policyTypes|backoffLimit|ttl|template\.spec\.restartPolicy))`, "K19, A18: rules of one object"},
	{`smoke/job\.yaml .*(command|containers\[0\]\.name|env\[\d\]\.name|runAs(User|Group)|fsGroup)`, "A18: the hook's own program"},
	{`smoke/job\.yaml spec\.activeDeadlineSeconds`, "T06: more than the promise, by what a pod may take to start, which nothing names"},
	{`smoke/kustomization\.yaml labels`, "nothing selects by these labels"},
	{`live/kustomization\.yaml images\[0\]\.newName`, "data: the next deploy writes it"},
	{`base/.*(replicas|strategy|minReadySeconds|terminationGrace|preStop|weight|topologyKey|maxSkew|whenUnsatisfiable|matchLabelKeys|maxUnavailable|unhealthyPodEvictionPolicy)`, "K15 to K22: rules of one object"},
	{`(base|smoke)/.*(utomount|enableServiceLinks|runAsNonRoot|fsGroupChangePolicy|seccompProfile|privileged|allowPrivilegeEscalation|readOnlyRootFilesystem|capabilities|sizeLimit)`, "K10 to K12: rules of one object"},
	{`base/.*Probe\.(timeoutSeconds|httpGet\.path|periodSeconds|failureThreshold)`, "K13: only the program knows what it answers there"},
	{`base/networkpolicy\.yaml spec\.(egress|policyTypes)`, "K19: only the spec knows what the program calls"},
	{`base/(networkpolicy|poddisruptionbudget|service)\.yaml (metadata\.name|spec\.ports\[0\]\.name) = `, "nothing names the object or its port"},
	{`base/deployment\.yaml .*(containers\[0\]\.name|labels\.app\.kubernetes\.io/instance) = `, "nothing names the container; kustomize writes the label"},
	{`base/deployment\.yaml .*env\[\d\]\.name = DATABASE_URL`, "only the program knows its variables"},
	{`base/kustomization\.yaml (labels|commonAnnotations)`, "nothing selects by these labels"},
	{`overlays/staging/.*(env\[0\]|replicas\[0\]\.count)`, "the environment's own, which only the spec knows"},
}

var scalarSpecs = []string{agent, two, set}

// TestEveryScalar changes each value of each file of two specs and of an ApplicationSet, one at a time, but for those
// that an earlier spec has at the same place. A change that no rule notices must be one that no rule could notice.
func TestEveryScalar(t *testing.T) {
	if testing.Short() || slowed {
		t.Skip("proves more than a thousand trees")
	}
	survivors, reasons, tried := map[string][]string{}, map[string]int{}, map[string]bool{}
	n := 0
	for _, spec := range scalarSpecs {
		in := input(t, spec)
		for i, f := range in.Files {
			// What the third spec has beside its ApplicationSet is like the others'.
			if path.Ext(f.Path) != ".yaml" || spec == set && !strings.HasSuffix(f.Path, setFile) {
				continue
			}
			for _, s := range scalarsOf(t, f.Content) {
				content := with(f.Content, s)
				// The specs share many lines.
				place := path.Base(f.Path) + " " + s.path + " " + s.node.Value
				if content == "" || tried[place] && spec != scalarSpecs[0] {
					continue
				}
				tried[place] = true
				n++
				changed := in
				changed.Files = slices.Clone(in.Files)
				changed.Files[i] = artifact.File{Root: f.Root, Path: f.Path, Owner: f.Owner, Content: []byte(content)}
				if found := run(t, changed); len(found) == 0 {
					survivors[spec] = append(survivors[spec], fmt.Sprintf("%s %s = %s", f.Path, s.path, s.node.Value))
				}
			}
		}
	}
	for _, spec := range scalarSpecs {
		for _, s := range survivors[spec] {
			why := explained(s)
			if why == "" {
				t.Errorf("%s: survives: %s", spec, s)
			}
			reasons[why]++
		}
	}
	for _, u := range unproven {
		if reasons[u.why] == 0 {
			t.Errorf("every change of %q is noticed: remove the exception", u.pattern)
		}
	}
	t.Logf("%d changes, %d of them noticed", n, n-len(survivors[agent])-len(survivors[two])-len(survivors[set]))
}

func explained(s string) string {
	for _, u := range unproven {
		if regexp.MustCompile(u.pattern).MatchString(s) {
			return u.why
		}
	}
	return ""
}
