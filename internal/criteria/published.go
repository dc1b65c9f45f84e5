package criteria

import (
	"fmt"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// published promises when the image has its name.
var published = Kind{
	Kind: plan.Kind{
		Name: "published", Mode: plan.Enforced, Rules: []string{"T03", "T04", "T27", "T31"},
		Reach: ofImages,
		Gate:  "timeout-minutes of the jobs on the way, which sum below the promise", Fails: "the job is stopped, and nothing is deployed",
		Measure: "a step of the job Measure adds GitHub's queue, and warns",
		Asks: func(c plan.Criterion, d *plan.Demands) {
			d.Add(plan.Named, c)
			d.Measures = append(d.Measures, plan.Measure{Criterion: c})
		},
		Check: func(p plan.Plan, c plan.Criterion) diag.List { return append(limitsFit(p, c), buildsInTime(p, c)...) },
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return ofEachImage(p, c, func(i plan.Image) string {
				return fmt.Sprintf("The jobs on the way are stopped after %s minutes; GitHub's queue comes on top and is measured.", wayTo(p, i, " + "))
			})
		},
		Labels: func(p plan.Plan, c plan.Criterion) []plan.Label {
			var out []plan.Label
			for _, i := range p.ImagesOf(c) {
				out = append(out, plan.Label{On: plan.ToImage, Image: i.Name, Text: fmt.Sprintf("published ≤ %s: %s", schema.Short(c.Within), wayTo(p, i, "+"))})
			}
			return out
		},
	},
	Support: []Part{
		Stops(InPipeline, `^jobs\.(test|publish|image)\.timeout-minutes$`, "time limit of the job $1").calculated(),
		needs(InPipeline, `^jobs\.[\w-]+\.timeout-minutes$`, "how long each job on the way to the image may take").calculated(),
		needs(InPipeline, `^jobs\.[\w-]+\.needs$`, "the way to the image"),
		needs(InPipeline, `^jobs\.publish\.steps\b`, "the push").In(plan.StepPush),
		needs(InPipeline, `^jobs\.image\.steps\b`, "what gives the image its name"),
		triggers, shells, changesJob, imagesRun, imageSteps, measureJob,
	},
	Proof:    stopsInTime,
	Promised: within,
	// It counts as the run's own measurement does: from the start of the run, so that GitHub's queue is in it.
	Judge: func(c plan.Criterion, d Delivery) Outcome {
		if !d.Jobs.Known {
			return d.Jobs.Missing()
		}
		switch run, image := d.Run.Value, d.Jobs.Value.Image; {
		case image.Succeeded:
			start := Evidence{What: "run", URL: run.URL, Revision: run.SHA, At: run.StartedAt}
			return held(c.Within, "from the start of the run to the named image", start, image.Ended)
		case run.Done:
			return d.unfinished("nothing was published")
		default:
			return awaited(c.Within, d.At.Sub(run.StartedAt), "the image is not published", run.Created)
		}
	},
	Loosened: []Loosening{later},
}

// wayTo are the minutes of the jobs on the longest way to an image.
func wayTo(p plan.Plan, i plan.Image, between string) string {
	way, _ := p.Jobs.Longest(i.Jobs.Name)
	minutes := make([]string, len(way))
	for n, j := range way {
		minutes[n] = fmt.Sprint(j.Limit.Minutes)
	}
	return strings.Join(minutes, between)
}

// limitsFit: the limits of the jobs on the way to an image sum below the promise (T03, T31).
func limitsFit(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	for _, i := range p.ImagesOf(c) {
		way, least := p.Jobs.Longest(i.Jobs.Name)
		if time.Duration(least)*time.Minute < c.Within {
			continue
		}
		steps := make([]string, len(way))
		for n, j := range way {
			steps[n] = fmt.Sprintf("%s %dm", j.ID, j.Limit.Minutes)
		}
		out = append(out, diag.Diagnostic{Code: diag.PromiseTooShort, Rule: "T31", Path: c.At() + ".within",
			Message: fmt.Sprintf("published within %s cannot be enforced: the time limits on the path %s sum to %dm, and must stay below it", schema.Short(c.Within), strings.Join(steps, " + "), least),
			Help:    fmt.Sprintf("promise at least %dm", least+1)})
	}
	return out
}

// buildsInTime: an emulated build takes three to ten times as long as a native one (T04, T27).
func buildsInTime(p plan.Plan, c plan.Criterion) diag.List {
	if c.Within > 10*time.Minute {
		return nil
	}
	var out diag.List
	for _, i := range p.ImagesOf(c) {
		slow := slices.IndexFunc(i.Legs, func(l plan.Leg) bool { return l.Emulated })
		if slow < 0 {
			continue
		}
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "T27", Path: i.Path + ".builder",
			Message: fmt.Sprintf("%s is built under emulation, which takes 13 to 40 minutes where a native runner takes 1 to 12, but criterion %s promises the image within %s", i.Legs[slow].Platform, c.ID, schema.Short(c.Within)),
			Help:    fmt.Sprintf(`write builder: "native", drop %s, or promise more than 10m`, i.Legs[slow].Platform)})
	}
	return out
}

// stopsInTime adds up the limits of the jobs on the longest way to the named image.
func stopsInTime(c plan.Criterion, on *rules.Case) {
	for j := range naming(c, on) {
		minutes, most := 0, j
		var names []string
		for _, before := range j.Longest() {
			minutes += limit(before)
			names = append(names, before.ID)
			if limit(before) > limit(most) {
				most = before
			}
		}
		if time.Duration(minutes)*time.Minute > c.Within {
			on.Unkept("T31", most.Get("timeout-minutes").At(), j.At(), "lower timeout-minutes on this way",
				"the jobs %s may take %d min together, and %s are promised", strings.Join(names, ", "), minutes, c.Within)
		}
	}
}

// limit is the time that a job may take, in minutes: six hours where nothing is said.
func limit(j *pipeline.Job) int {
	if n, ok := j.Get("timeout-minutes").Number(); ok {
		return n
	}
	return 360
}
