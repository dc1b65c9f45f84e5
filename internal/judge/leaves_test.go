package judge_test

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/build"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// nothing are the places on which no criterion of the two specs rests, each with what it is.
var nothing = []struct{ file, key, why string }{
	{`\.github/workflows/`, `^jobs\.(attest|pipegen)\b`, "a job for which nothing waits"},
	{`\.github/workflows/`, `^jobs\.([\w-]+\.)?unheardOf$`, "a job more, or a field that no job has, which actionlint refuses"},
	{`\.github/workflows/`, `^jobs\.(approve|deploy|merged)-[\w-]+\b`, "a deploy of which nothing is promised"},
	{`\.github/workflows/ci\.yaml$`, `^jobs\.(build|publish|image)\.steps\b`, "steps around the push, where nothing is signed or scanned"},
	{`serviceaccount\.yaml$`, ``, "an account without rights"},
	{`cronjob\.yaml$`, ``, "a cron job, of which nothing is promised"},
	{`networkpolicy\.yaml$|service\.yaml$`, ``, "the way to a workload that nobody promises to answer"},
	{`poddisruptionbudget\.yaml$`, ``, "the budget of a workload that may be interrupted"},
	{`deployment\.yaml$`, ``, "a workload of which nothing is promised"},
	{`job\.yaml$`, ``, "a job for which no promise of time waits"},
	{`(ingress|httproute|claim-[\w-]+|trigger-\d+)\.yaml$|overlays/.*\.yaml$`, ``, "the way in from outside, storage and the credentials of a queue, of which nothing is promised"},
	{`scaledobject\.yaml$`, ``, "the number of pods of a workload of which none is promised"},
	{`projects/`, `^(apiVersion|kind|metadata)`, "the head of an object"},
}

// samples are how many changes there are to each that is tried: with 1, every change is. The others take the same ways
// through the tables.
var samples = map[string]int{"../../specs/every-promise/pipeline.cue": 7, "../../specs/monorepo/pipeline.cue": 47, "testdata/newer.cue": 61}

// TestEveryLeaf changes, takes out and adds to each value of the output of two specs, and demands of each that it is
// harmless for a reason, that arithmetic decides, or that it takes a criterion out of pipegen's hands; and that a criterion
// that is kept by hand is out of them in silence.
func TestEveryLeaf(t *testing.T) {
	counts := map[string]int{}
	for spec, sample := range samples {
		t.Run(spec, func(t *testing.T) {
			o := outputOf(t, spec)
			for _, f := range o.files {
				if path.Ext(f.Path) != ".yaml" || f.Owner != artifact.Generated || path.Base(f.Path) == "kustomization.yaml" {
					continue
				}
				o.eachMutation(t, f, sample, func(what string, changed artifact.File) { o.judge(t, what, changed, counts) })
			}
		})
	}
	t.Log(counts)
	for _, outcome := range []string{"lost", "harmless", "calculated"} {
		if counts[outcome] == 0 {
			t.Errorf("no change is %s", outcome)
		}
	}
	if counts["nothing"] > counts["lost"] {
		t.Errorf("%d changes are in places on which nothing rests, and %d take a criterion away", counts["nothing"], counts["lost"])
	}
}

type output struct {
	plan      plan.Plan
	files     []artifact.File
	reference *pipeline.Model
	renderer  *check.Renderer
	texts     pipeline.Texts
}

func outputOf(t *testing.T, spec string) *output {
	t.Helper()
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	built, found, err := build.Text("pipeline.cue", text, generate.Options{SpecFile: "pipeline.cue"})
	if err != nil || built == nil {
		t.Fatal(found, err)
	}
	o := &output{plan: built.Plan, renderer: check.NewRenderer()}
	o.files = slices.DeleteFunc(built.Set.Files(), func(f artifact.File) bool { return f.Owner == artifact.Record })
	o.reference = o.model(t, o.files, true)
	return o
}

// model reads files, and renders them where that is asked for. It is nil where they cannot be read.
func (o *output) model(t *testing.T, files []artifact.File, render bool) *pipeline.Model {
	t.Helper()
	c, err := rules.Read(rules.Input{Files: files, Facts: judge.Facts(o.plan), Render: o.renderer.Overlays, Texts: &o.texts})
	if err != nil {
		t.Fatal(err)
	}
	if c.Model != nil && render {
		c.RenderWith(c.Deployed(), o.renderer.Overlays)
	}
	return c.Model
}

// eachMutation calls a function with the file in which one value is another, one is gone, or one more is there. Of a
// workflow, each value of the steps is tried once: scripts that jobs share are the same text.
func (o *output) eachMutation(t *testing.T, f artifact.File, sample int, try func(string, artifact.File)) {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(f.Content, &doc); err != nil {
		t.Fatal(f.Path, err)
	}
	text := func() artifact.File {
		out, err := yaml.Marshal(&doc)
		if err != nil {
			t.Fatal(err)
		}
		f := f
		f.Content, f.Origins = out, nil
		return f
	}
	n := 0
	sampled := func() bool { n++; return n%sample == 0 }
	var walk func(at string, y *yaml.Node)
	walk = func(at string, y *yaml.Node) {
		switch y.Kind {
		case yaml.DocumentNode:
			walk(at, y.Content[0])
		case yaml.MappingNode:
			content := y.Content
			if sampled() {
				y.Content = append(content[:len(content):len(content)], &yaml.Node{Kind: yaml.ScalarNode, Value: "unheardOf"}, &yaml.Node{Kind: yaml.ScalarNode, Value: "yes"})
				try("add "+at+".unheardOf", text())
				y.Content = content
			}
			for i := 0; i < len(content); i += 2 {
				if at == "" && (content[i].Value == "kind" || content[i].Value == "apiVersion") || strings.HasSuffix(at, ".metadata") && content[i].Value == "name" {
					continue // another object
				}
				if sampled() {
					y.Content = slices.Concat(content[:i], content[i+2:])
					try("remove "+at+"."+content[i].Value, text())
					y.Content = content
				}
				walk(at+"."+content[i].Value, content[i+1])
			}
		case yaml.SequenceNode:
			content := y.Content
			for i, entry := range content {
				if len(content) > 1 && sampled() {
					y.Content = slices.Concat(content[:i], content[i+1:])
					try(fmt.Sprintf("remove %s[%d]", at, i), text())
					y.Content = content
				}
				walk(fmt.Sprintf("%s[%d]", at, i), entry)
			}
		case yaml.ScalarNode:
			if sampled() {
				before := *y
				y.Value, y.Tag, y.Style = "something-else", "!!str", 0
				if before.Tag == "!!int" {
					y.Value, y.Tag = "7", "!!int"
				}
				if y.Value != before.Value {
					try("change "+at, text())
				}
				*y = before
			}
		}
	}
	walk("", &doc)
}

// judge demands an outcome of one change.
func (o *output) judge(t *testing.T, what string, changed artifact.File, counts map[string]int) {
	t.Helper()
	files := slices.Clone(o.files)
	i := slices.IndexFunc(files, func(f artifact.File) bool { return f.Root == changed.Root && f.Path == changed.Path })
	files[i] = changed
	after := o.model(t, files, changed.Root == artifact.GitOps)
	if after == nil {
		counts["not read"]++
		return
	}
	for _, target := range after.Targets {
		if target.Err != nil {
			counts["not rendered"]++ // kustomize refuses it
			return
		}
	}
	in := judge.Input{Plan: o.plan, Reference: o.reference, Output: after, Locate: func(string) diag.Position { return diag.Position{} }}
	found, out := judge.Losses(in)
	if len(found) == 0 {
		outcome := outcome(in)
		if outcome == "" {
			t.Errorf("%s: %s is neither harmless nor calculated, takes no criterion away, and is in no place on which nothing rests", changed.Path, what)
		}
		counts[outcome]++
		return
	}
	counts["lost"]++
	in.Plan.Criteria = slices.Clone(o.plan.Criteria)
	for i, c := range in.Plan.Criteria {
		if out[c.ID] {
			in.Plan.Criteria[i].Mode = plan.ByHand
		}
	}
	if again, kept := judge.Losses(in); len(again) > 0 || len(kept) != len(out) {
		t.Errorf("%s: %s: with all that it takes away kept by hand, there is still %v", changed.Path, what, again)
	}
}

// outcome says why a change takes nothing away, "" where nothing says so.
func outcome(in judge.Input) string {
	best := "same"
	judge.Seen(in, func(file, key, out string) {
		for _, n := range nothing {
			if out == "" && regexp.MustCompile(n.file).MatchString(file) && regexp.MustCompile(n.key).MatchString(key) {
				out = "nothing"
			}
		}
		best = out
	})
	return best
}
