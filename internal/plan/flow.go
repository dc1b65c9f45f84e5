package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
	// Side is set for a rollback, which is beside its lane.
	Side bool
}

// FlowEdge leads from a station to the next.
type FlowEdge struct {
	From, To string
	Labels   []Label
	// Back is set for the way of a rollback.
	Back bool
}

// Flow is the plan as a picture.
func (p Plan) Flow() Flow {
	f := drawing{plan: p, ids: map[string]string{}}
	f.build()
	for i, e := range p.Environments {
		f.environment(i+1, e)
	}
	return f.Flow
}

type drawing struct {
	Flow
	plan Plan
	// images are the stations that name one, and ids the deploy stations by environment.
	images []string
	ids    map[string]string
}

func (f *drawing) build() {
	p := f.plan
	start := FlowNode{ID: "push", Title: "Push", Detail: "to " + p.Source.Branch}
	if p.Release.ByTag() {
		start.Title, start.Detail = "Git tag", p.Release.Tags
	}
	f.Nodes = append(f.Nodes, start)
	tests := map[string]string{}
	for n, t := range p.Tests {
		id := station("test", n)
		tests[t.Job] = id
		f.Nodes = append(f.Nodes, FlowNode{ID: id, Title: "Test", Detail: "job " + t.Job, Limit: f.limit(t.Job), Column: 1})
		f.edge("push", id, p.LabelsOn(ToTest, Spot{Tests: []string{t.Job}})...)
	}
	legs := 0
	for n, i := range p.Images {
		station, of := station("image", n), Spot{Images: []string{i.Name}}
		f.images = append(f.images, station)
		for at, l := range i.Legs {
			legs++
			id := fmt.Sprintf("publish%d", legs)
			f.Nodes = append(f.Nodes, FlowNode{ID: id, Title: f.titled("Publish", i), Detail: l.Platform, Limit: f.limit(i.Jobs.Publish), Column: 2})
			for _, job := range i.Tests {
				f.first(at, tests[job], id, p.LabelsOn(ToBuild, Spot{Images: of.Images, Tests: []string{job}}))
			}
			f.first(at, id, station, p.LabelsOn(ToImage, of))
		}
		f.Nodes = append(f.Nodes, FlowNode{ID: station, Title: f.titled("Image", i), Detail: "one name, one digest", Limit: f.limit(i.Jobs.Name), Column: 3})
	}
}

// titled is the title of a station of an image, with its name where there are several.
func (f *drawing) titled(title string, i Image) string {
	if len(f.plan.Images) > 1 {
		return title + " " + i.Name
	}
	return title
}

// first adds an edge of one of several platforms. One with labels is enough: the rest would say the same.
func (f *drawing) first(at int, from, to string, labels []Label) {
	if at > 0 {
		labels = nil
	}
	f.edge(from, to, labels...)
}

// station is the id of one of several stations of a kind: the first has no number.
func station(kind string, n int) string {
	if n == 0 {
		return kind
	}
	return fmt.Sprintf("%s-%d", kind, n+1)
}

func (f *drawing) environment(lane int, e Environment) {
	p := f.plan
	id := func(station string) string { return fmt.Sprintf("%s%d", station, lane) }
	way := ""
	switch {
	case e.Reviewed:
		way = ", by a pull request that a person merges"
	case e.Proposal != "":
		way = ", by a pull request"
	}
	f.ids[e.Name] = id("deploy")
	f.Nodes = append(f.Nodes,
		FlowNode{ID: id("deploy"), Title: "Deploy", Detail: "to " + e.Name + way, Limit: f.limit(e.Jobs.Deploy), Lane: lane},
		FlowNode{ID: id("argocd"), Title: "Argo CD", Detail: And(e.Applications()) + e.Cluster.Fleet.each(), Limit: fmt.Sprintf("notices within %d s", p.ArgoCD.Noticed.Seconds()), Lane: lane, Column: 1})
	in := Spot{Environments: []string{e.Name}}
	deploys := func(from string, labels ...Label) {
		if e.Approval != "" {
			labels = append(labels, Label{Text: "after an approval"})
		}
		f.edge(from, id("deploy"), labels...)
	}
	if e.Promotes() {
		deploys(f.ids[e.After], Label{Text: p.Promotion(e).Starts()})
	} else if e.After != "" {
		deploys(f.ids[e.After])
	} else {
		for n, from := range f.images {
			deploys(from, p.LabelsOn(ToDeploy, Spot{Images: []string{p.Images[n].Name}, Environments: in.Environments})...)
		}
	}
	f.edge(id("deploy"), id("argocd"), p.LabelsOn(ToSync, in)...)
	running := f.rollouts(e, lane, id)
	if e.Jobs.Rollback == "" {
		return
	}
	limit := minutesLimit(p.RollbackJobs.Find(e.Jobs.Rollback).Limit.Minutes)
	f.Nodes = append(f.Nodes, FlowNode{ID: id("rollback"), Title: "Roll back", Detail: e.Name + " by a revert" + way, Limit: limit, Lane: lane, Column: 1, Side: true})
	for _, healthy := range running {
		f.Edges = append(f.Edges, FlowEdge{From: healthy, To: id("rollback"), Back: true, Labels: p.LabelsOn(Back, in)})
	}
	f.Edges = append(f.Edges, FlowEdge{From: id("rollback"), To: id("argocd"), Back: true})
}

// rollouts adds what a sync changes in an environment: the jobs that come first, the rollouts that wait for them, and the
// jobs that come last. It returns the stations of the rollouts. What is not built here does not change with a deploy.
func (f *drawing) rollouts(e Environment, lane int, id func(string) string) []string {
	var rolled, jobs []Workload
	for _, w := range f.plan.In(e) {
		switch {
		case w.Own != nil, w.Kind.Stays() && w.Changes():
			rolled = append(rolled, w)
		case w.Kind == JobKind:
			jobs = append(jobs, w)
		}
	}
	healthy := make([]string, len(rolled))
	first := map[string]string{}
	for i, w := range jobs {
		if len(w.Job.Before) == 0 {
			continue
		}
		station := id(station("job", i))
		f.job(w, station, lane, 2)
		f.edge(id("argocd"), station)
		for _, next := range w.Job.Before {
			first[next] = station
		}
	}
	column := 2
	if len(first) > 0 {
		column = 3
	}
	for i, w := range rolled {
		healthy[i] = id(station("healthy", i))
		f.workload(e, w, lane, column, cmp.Or(first[w.Name], id("argocd")), healthy[i], id(station("smoke", i)))
	}
	for i, w := range jobs {
		if len(w.Job.Before) > 0 {
			continue
		}
		last := id(station("job", i))
		f.job(w, last, lane, column+1)
		for n, before := range rolled {
			if slices.Contains(w.Job.After, before.Name) {
				f.edge(healthy[n], last)
			}
		}
	}
	return healthy
}

func (f *drawing) job(w Workload, id string, lane, column int) {
	f.Nodes = append(f.Nodes, FlowNode{ID: id, Title: "Job " + w.Name, Detail: "once in each sync", Limit: fmt.Sprintf("≤ %d s", w.Job.Seconds), Lane: lane, Column: column})
}

// workload adds the rollout of a workload in an environment, and what asks it once it is healthy.
func (f *drawing) workload(e Environment, w Workload, lane, column int, argocd, healthy, smoke string) {
	title, asks := "Rollout healthy", "Smoke Job"
	if len(f.plan.Workloads) > 1 {
		title, asks = "Rollout of "+w.Name+" healthy", "Smoke Job of "+w.Name
	}
	at := Spot{Workloads: []string{w.Name}, Environments: []string{e.Name}}
	limit, detail := fmt.Sprintf("stuck after %d s", w.Rollout.Deadline), f.pods(e, w)+", about "+count(Plan{Environments: []Environment{e}}.Slowest(w, func(Environment) bool { return true }).RolloutTime(w), "s")
	if w.Own != nil {
		limit, detail = "", "as "+w.Own.Says(e.Name)+" says"
	}
	if w.Stateful != nil {
		limit = "" // nothing says when it is stuck
	}
	f.Nodes = append(f.Nodes, FlowNode{ID: healthy, Title: title, Detail: detail,
		Limit: limit, Lane: lane, Column: column})
	f.edge(argocd, healthy, f.plan.LabelsOn(ToRollout, at)...)
	if s := w.SmokeIn(e.Name); s != nil {
		f.Nodes = append(f.Nodes, FlowNode{ID: smoke, Title: asks, Detail: s.Ask, Limit: fmt.Sprintf("answers %d", s.Status), Lane: lane, Column: column + 1})
		f.edge(healthy, smoke, f.plan.LabelsOn(ToSmoke, at)...)
	}
}

// pods says how many pods of a workload run in an environment, and in clusters of it that have another number.
func (f *drawing) pods(e Environment, w Workload) string {
	var out []string
	for _, at := range e.Running() {
		n := pods(at, w)
		if at.Site != "" && len(out) > 0 && n == out[0] {
			continue
		}
		if at.Site != "" {
			n += " on " + at.Site
		}
		out = append(out, n)
	}
	return strings.Join(out, ", ")
}

func pods(e Environment, w Workload) string {
	if least, most := e.Least(w), e.Most(w); least < most {
		return fmt.Sprintf("%d to %s", least, count(most, "pod"))
	}
	return count(e.Most(w), "pod")
}

func (f *drawing) edge(from, to string, labels ...Label) {
	f.Edges = append(f.Edges, FlowEdge{From: from, To: to, Labels: labels})
}

// limit is the time that a job of the pipeline may take.
func (f *drawing) limit(job string) string { return minutesLimit(f.plan.Job(job).Limit.Minutes) }

func minutesLimit(minutes int) string { return fmt.Sprintf("≤ %d min", minutes) }

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
