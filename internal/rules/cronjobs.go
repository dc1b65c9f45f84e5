package rules

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// hasAnEnd looks for Jobs and CronJobs that may run for ever; with a spec, for those of its own that run longer than it
// says.
func hasAnEnd(c *Case) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		spec := jobSpec(w)
		if !spec.OK() {
			return
		}
		limit := spec.Get("activeDeadlineSeconds")
		switch p := c.program(t, w); {
		case p != nil && p.Fact != nil && p.Fact.is().ends && limit.Text() != strconv.Itoa(p.Fact.Seconds):
			c.broken(limit.At(), w.At(), "activeDeadlineSeconds: "+strconv.Itoa(p.Fact.Seconds), "%s is stopped after %s s, and the spec says %d", w.Label(), quoted(limit.Text()), p.Fact.Seconds)
		case c.Facts == nil && !limit.OK():
			c.broken(spec.At(), nowhere, "add activeDeadlineSeconds", "nothing stops a run of %s that hangs", w.Label())
		}
	})
}

// jobSpec is what a workload says of the Job that it is, or of those that it makes; missing where it is neither.
func jobSpec(w pipeline.Workload) pipeline.Node {
	switch w.Kind {
	case "Job":
		return w.Get("spec")
	case "CronJob":
		return w.Get("spec", "jobTemplate", "spec")
	}
	return pipeline.Node{}
}

// leastLate is how late a run may begin, in seconds: the controller looks every ten seconds, and would find every run too
// late.
const leastLate = 10

// runsAtItsTimes looks for CronJobs that leave to a default when they run and how many at once; with a spec, for those
// that run otherwise than it says.
func runsAtItsTimes(c *Case) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		if w.Kind != "CronJob" {
			return
		}
		spec := w.Get("spec")
		late := spec.Get("startingDeadlineSeconds")
		if n, ok := late.Number(); ok && n < leastLate {
			c.broken(late.At(), spec.Get("schedule").At(), "startingDeadlineSeconds: 300", "%s never runs: whoever starts it looks every %d s, and it must begin within %d", w.Label(), leastLate, n)
		}
		if c.Facts != nil {
			if p := c.program(t, w); p != nil && p.Fact.Cron != nil {
				c.runsAsSaid(t, w, p.Fact.Cron)
			}
			return
		}
		var missing []string
		for _, field := range []string{"timeZone", "concurrencyPolicy", "startingDeadlineSeconds"} {
			if !spec.Get(field).OK() {
				missing = append(missing, field)
			}
		}
		if len(missing) > 0 {
			c.broken(spec.At(), nowhere, "add "+strings.Join(missing, ", "), "%s leaves to a default in which time zone it runs, beside which other run, or how late", w.Label())
		}
	})
}

func (c *Case) runsAsSaid(t *pipeline.Target, w pipeline.Workload, f *CronFact) {
	schedule, where := f.Schedule, ""
	if o := c.byTarget[t]; o.env != nil {
		schedule, where = cmp.Or(f.In[o.env.Name], schedule), " in "+o.env.Name
	}
	for _, want := range []struct{ field, text string }{
		{"schedule", schedule}, {"timeZone", f.TimeZone}, {"concurrencyPolicy", strings.ToUpper(f.Overlap[:1]) + f.Overlap[1:]},
		{"successfulJobsHistoryLimit", strconv.Itoa(f.History)}, {"failedJobsHistoryLimit", strconv.Itoa(f.History)},
	} {
		if n := w.Get("spec", want.field); n.Text() != want.text {
			c.broken(n.At(), t.At(), want.field+": "+want.text, "%s has the %s %s, and the spec says %s%s", w.Label(), want.field, quoted(n.Text()), quoted(want.text), where)
		}
	}
	if n := w.Get("spec", "suspend"); n.OK() && !n.False() {
		c.broken(n.At(), t.At(), "remove it", "%s never runs: it is suspended", w.Label())
	}
	if !w.Get("spec", "startingDeadlineSeconds").OK() {
		c.broken(w.Get("spec").At(), t.At(), "startingDeadlineSeconds: 300", "%s may begin at any time after its own, or never again once it has missed a hundred", w.Label())
	}
}
