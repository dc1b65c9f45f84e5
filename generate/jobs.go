package generate

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// Runs says in which runs of the workflow a job takes part.
type Runs int

const (
	// InReleases are the runs that publish.
	InReleases Runs = 1 << iota
	// Elsewhere are all others, pull requests among them.
	Elsewhere

	inAll = InReleases | Elsewhere
)

// SelfCheckJob is the id of the job that runs pipegen itself.
const SelfCheckJob = "pipegen"

// reservedPrefixes begin the ids of jobs that there is one of for each environment.
var reservedPrefixes = []string{deployPrefix, approvePrefix, mergedPrefix}

// reservedJobs are ids that an extra job cannot have, beside those that begin so.
var reservedJobs = []string{"test", "build", "publish", "image", attestJob, "deploy", "measure", "gate", SelfCheckJob}

const deployPrefix = "deploy-"

// graph is who waits for whom in the workflow. The gate, the measures and the
// self-check stand outside: nothing waits for them.
type graph struct {
	// ids are in the order of the file.
	ids     []string
	needs   map[string][]string
	runs    map[string]Runs
	minutes map[string]int
}

func (g *graph) add(id string, runs Runs, needs ...string) {
	g.ids = append(g.ids, id)
	g.needs[id], g.runs[id] = needs, runs
}

// ownJobs is the graph without what the author added.
func ownJobs(s schema.Spec) graph {
	g := graph{needs: map[string][]string{}, runs: map[string]Runs{}, minutes: map[string]int{}}
	g.add("test", inAll)
	g.add("build", Elsewhere, "test")
	g.add("publish", InReleases, "test")
	g.add("image", InReleases, "publish")
	if attestsApart(s) {
		g.add(attestJob, InReleases, "image")
	}
	g.addDeploys(s)
	return g
}

// graphOf adds the jobs of the author's own. With mistakes in them, it is the graph
// without them.
func graphOf(s schema.Spec) (graph, diag.List) {
	g := ownJobs(s)
	extra := s.Workflow.ExtraJobs
	if len(extra) == 0 {
		return g, nil
	}
	bad := namesOfJobs(s)
	if len(bad) == 0 {
		for _, j := range extra {
			g.add(j.ID, 0)
			g.minutes[j.ID] = minutesOf(j.Value.Timeout)
		}
		bad = g.connect(extra)
	}
	if len(bad) == 0 {
		bad = g.loops(extra)
	}
	if len(bad) == 0 {
		bad = g.takePart(extra)
	}
	if len(bad) > 0 {
		return ownJobs(s), bad
	}
	return g, nil
}

// named are the jobs that a name in needs or neededBy stands for.
func (g graph) named(name string) []string {
	if name != "deploy" {
		if slices.Contains(g.ids, name) {
			return []string{name}
		}
		return nil
	}
	var out []string
	for _, id := range g.ids {
		if strings.HasPrefix(id, deployPrefix) {
			out = append(out, id)
		}
	}
	return out
}

// after reports whether a job waits for another, directly or through others.
func (g graph) after(id, other string) bool {
	seen := map[string]bool{}
	var waits func(id string) bool
	waits = func(id string) bool {
		return slices.ContainsFunc(g.needs[id], func(n string) bool {
			if n == other {
				return true
			}
			again := seen[n]
			seen[n] = true
			return !again && waits(n)
		})
	}
	return waits(id)
}

// longest is the way to the end of a job that takes the most minutes, and how many.
func (g graph) longest(id string) (way []string, minutes int) {
	type known struct {
		way     []string
		minutes int
	}
	seen := map[string]known{}
	var walk func(id string) known
	walk = func(id string) known {
		if k, ok := seen[id]; ok {
			return k
		}
		var most known
		for _, n := range g.needs[id] {
			if k := walk(n); most.way == nil || k.minutes > most.minutes {
				most = k
			}
		}
		k := known{append(slices.Clone(most.way), id), most.minutes + g.minutes[id]}
		seen[id] = k
		return k
	}
	k := walk(id)
	return k.way, k.minutes
}

// layOutJobs decides who waits for whom.
func (p *Plan) layOutJobs() diag.List {
	g, bad := graphOf(p.Spec)
	way, _ := g.toImage(p.Timeouts)
	for _, id := range way {
		p.ToImage = append(p.ToImage, Limit{id, g.minutes[id]})
	}
	p.Needs = g.needs
	for _, j := range p.Spec.Workflow.ExtraJobs {
		var behind []string
		for _, name := range j.Value.NeededBy {
			behind = append(behind, g.named(name)...)
		}
		p.ExtraJobs = append(p.ExtraJobs, ExtraJob{ID: j.ID, Path: pathOfJob(j.ID), Title: jobTitle(j), Runs: g.runs[j.ID], NeededBy: behind, Spec: j.Value})
	}
	return bad
}

// limits are the minutes of the jobs on the way to the image.
func (p Plan) limits(between string) string {
	out := make([]string, len(p.ToImage))
	for i, l := range p.ToImage {
		out[i] = number(l.Minutes)
	}
	return strings.Join(out, between)
}
