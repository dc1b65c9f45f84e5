package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/schema"
)

// Flow is the way of a change through a pipeline, and back.
type Flow struct {
	Nodes []FlowNode
	Edges []FlowEdge
}

// FlowNode is a station. Stations of one lane follow one another by column: lane 0
// is the build, and each environment has one of its own.
type FlowNode struct {
	ID, Title, Detail, Limit string
	Lane, Column             int
	// Side is set for a rollback, which stands beside its lane.
	Side bool
}

// FlowEdge leads from a station to the next.
type FlowEdge struct {
	From, To string
	Labels   []FlowLabel
	// Back is set for the way of a rollback.
	Back bool
}

// FlowLabel is a promise on an edge.
type FlowLabel struct {
	Text string
	// Measured is set where nothing enforces it.
	Measured bool
}

// Flow is the plan as a picture.
func (p Plan) Flow() Flow {
	f := flowOf{plan: p, ids: map[string]string{}}
	f.build()
	for i, e := range p.Environments {
		f.environment(i+1, e)
	}
	return f.Flow
}

type flowOf struct {
	Flow
	plan Plan
	// ids are the deploy stations by environment.
	ids map[string]string
}

func (f *flowOf) build() {
	p := f.plan
	start := FlowNode{ID: "push", Title: "Push", Detail: "to " + p.Spec.Source.Branch}
	if p.Release.ByTag {
		start.Title, start.Detail = "Git tag", p.Spec.Source.ReleaseTags
	}
	f.Nodes = append(f.Nodes, start, FlowNode{ID: "test", Title: "Test", Detail: "job test", Limit: limit(p.Timeouts.Test), Column: 1})
	f.edge("push", "test", f.within("triggered")...)
	tested := f.promise("tests", func(schema.Criterion) string { return "tests pass" })
	tested = append(tested, f.promise("coverage", func(schema.Criterion) string { return "coverage ≥ " + p.Test.Coverage + " %" })...)
	t := p.Timeouts
	published := f.promise("published", func(c schema.Criterion) string {
		return fmt.Sprintf("published ≤ %s: %s", c.Published.Within, p.limits("+"))
	})
	for i, l := range p.Image.Legs {
		id := fmt.Sprintf("publish%d", i+1)
		f.Nodes = append(f.Nodes, FlowNode{ID: id, Title: "Publish", Detail: l.Platform, Limit: limit(t.Publish), Column: 2})
		f.edge("test", id, tested...)
		f.edge(id, "image", published...)
		// One is enough: the rest would say the same.
		tested, published = nil, nil
	}
	f.Nodes = append(f.Nodes, FlowNode{ID: "image", Title: "Image", Detail: "one name, one digest", Limit: limit(t.Image), Column: 3})
}

func (f *flowOf) environment(lane int, e EnvironmentPlan) {
	p := f.plan
	id := func(station string) string { return fmt.Sprintf("%s%d", station, lane) }
	worst, _ := detection(p.Spec)
	pods := replicasIn(p.Spec, e.Spec)
	way := ""
	if p.GitOps.Proposes {
		way = ", by a pull request"
	}
	f.ids[e.Name] = id("deploy")
	f.Nodes = append(f.Nodes,
		FlowNode{ID: id("deploy"), Title: "Deploy", Detail: "to " + e.Name + way, Limit: limit(p.Timeouts.Deploy), Lane: lane},
		FlowNode{ID: id("argocd"), Title: "Argo CD", Detail: e.Application, Limit: fmt.Sprintf("notices within %d s", worst), Lane: lane, Column: 1},
		FlowNode{ID: id("healthy"), Title: "Rollout healthy", Detail: count(pods, "pod") + ", about " + count(rolloutTime(pods), "s"),
			Limit: fmt.Sprintf("stuck after %d s", p.Rollout.ProgressDeadline), Lane: lane, Column: 2})
	before := "image"
	if e.Spec.After != "" {
		before = f.ids[e.Spec.After]
	}
	var deployed []FlowLabel
	if before == "image" {
		deployed = f.promise("attested", func(schema.Criterion) string { return "attested" })
	}
	if e.Spec.Approval {
		deployed = append(deployed, FlowLabel{Text: "after an approval"})
	}
	f.edge(before, id("deploy"), deployed...)
	f.edge(id("deploy"), id("argocd"), f.within("synced")...)
	start := fmt.Sprintf("ready ≤ %d s", p.Rollout.StartupThreshold*StartupPeriod)
	ready := f.promise("ready", func(schema.Criterion) string { return start })
	if len(ready) == 0 {
		ready = f.promise("endpoint", func(schema.Criterion) string { return start })
	}
	ready = append(ready, f.promise("replicas", func(c schema.Criterion) string { return fmt.Sprintf("replicas ≥ %d", c.Replicas.AtLeast) })...)
	ready = append(ready, f.promise("zeroDowntime", func(schema.Criterion) string { return "zero downtime" })...)
	f.edge(id("argocd"), id("healthy"), ready...)
	if p.Smoke != nil {
		f.Nodes = append(f.Nodes, FlowNode{ID: id("smoke"), Title: "Smoke Job", Detail: p.Smoke.Path, Limit: fmt.Sprintf("answers %d", p.Smoke.Status), Lane: lane, Column: 3})
		f.edge(id("healthy"), id("smoke"), f.within("endpoint")...)
	}
	if p.Rollback {
		f.Nodes = append(f.Nodes, FlowNode{ID: id("rollback"), Title: "Roll back", Detail: e.Name + " by a revert" + way, Limit: limit(rollbackTimeout), Lane: lane, Column: 1, Side: true})
		f.Edges = append(f.Edges,
			FlowEdge{From: id("healthy"), To: id("rollback"), Back: true, Labels: f.within("rollback")},
			FlowEdge{From: id("rollback"), To: id("argocd"), Back: true})
	}
}

func (f *flowOf) edge(from, to string, labels ...FlowLabel) {
	f.Edges = append(f.Edges, FlowEdge{From: from, To: to, Labels: labels})
}

// promise is the label of the criterion of a kind, where there is one.
func (f *flowOf) promise(kind string, text func(schema.Criterion) string) []FlowLabel {
	c, _, ok := promiseOf(f.plan.Spec, kind)
	if !ok {
		return nil
	}
	return []FlowLabel{{Text: text(c.Value), Measured: kindOf(c.Value).Mode == Measured}}
}

// within is the label of a promise that is a time.
func (f *flowOf) within(kind string) []FlowLabel {
	return f.promise(kind, func(c schema.Criterion) string {
		within := map[string]func() schema.Duration{
			"triggered": func() schema.Duration { return c.Triggered.Within },
			"synced":    func() schema.Duration { return c.Synced.Within },
			"endpoint":  func() schema.Duration { return c.Endpoint.Within },
			"rollback":  func() schema.Duration { return c.Rollback.Within },
		}
		return kind + " ≤ " + within[kind]().String()
	})
}

func limit(minutes int) string { return fmt.Sprintf("≤ %d min", minutes) }

func count(n int, of string) string {
	if n == 1 || of == "s" {
		return fmt.Sprintf("%d %s", n, of)
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// Mermaid is the flow in the language of Mermaid.
func (f Flow) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for _, n := range f.Nodes {
		open, closing := `["`, `"]`
		if n.ID == "push" || strings.HasPrefix(n.ID, "healthy") {
			open, closing = `(["`, `"])`
		}
		text := MermaidText(n.Title)
		for _, more := range []string{n.Detail, n.Limit} {
			if more != "" {
				text += "<br/>" + MermaidText(more)
			}
		}
		fmt.Fprintf(&b, "  %s%s%s%s\n", n.ID, open, text, closing)
	}
	for _, e := range f.Edges {
		arrow := "-->"
		if e.Back {
			arrow = "-.->"
		}
		var labels []string
		for _, l := range e.Labels {
			text := MermaidText(l.Text)
			if l.Measured {
				text += "<br/>(measured)"
			}
			labels = append(labels, text)
		}
		label := ""
		if len(labels) > 0 {
			label = `|"` + strings.Join(labels, "<br/>") + `"|`
		}
		fmt.Fprintf(&b, "  %s %s%s %s\n", e.From, arrow, label, e.To)
	}
	return b.String()
}

// MermaidText is text inside a quoted label.
func MermaidText(s string) string {
	return strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;", `\`, "#92;").Replace(s)
}
