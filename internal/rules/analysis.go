package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// asksByWhatIsThere looks for analyses by templates that are not there, or lack an argument. Without a spec a template may be
// in a tree that nobody sees.
func asksByWhatIsThere(c *Case) {
	c.asked(func(t *pipeline.Target, w pipeline.Workload, asks, name pipeline.Node, template *pipeline.Object) {
		if template == nil {
			if c.Facts != nil && !w.Added() {
				c.broken(name.At(), t.At(), "name an AnalysisTemplate of the overlay", "%s asks by the AnalysisTemplate %s, which is not there", w.Label(), quoted(name.Text()))
			}
			return
		}
		for _, a := range template.Get("spec", "args").Items() {
			given := slices.ContainsFunc(asks.Get("args").Items(), func(g pipeline.Node) bool { return g.Get("name").Text() == a.Get("name").Text() })
			if !a.Get("value").OK() && !a.Get("valueFrom").OK() && !given {
				c.broken(name.At(), a.At(), "add it to args", "%s gives %s no argument %s", w.Label(), template.Label(), quoted(a.Get("name").Text()))
			}
		}
	})
}

// asked visits each use of an AnalysisTemplate by a Rollout; template is nil where it is not there.
func (c *Case) asked(visit func(t *pipeline.Target, w pipeline.Workload, asks, name pipeline.Node, template *pipeline.Object)) {
	c.rollouts(func(t *pipeline.Target, w pipeline.Workload, _ string, _ pipeline.Node) {
		for _, asks := range w.Analyses() {
			for _, one := range asks.Get("templates").Items() {
				if name := one.Get("templateName"); one.Get("clusterScope").Text() != "true" {
					visit(t, w, asks, name, t.AnalysisTemplate(name.Text()))
				}
			}
		}
	})
}

// passesNothing looks for metrics whose limits let every measure be bad, or say nothing.
func passesNothing(c *Case) {
	for _, t := range c.Targets {
		for _, o := range t.Kinds("AnalysisTemplate") {
			for _, m := range o.Get("spec", "metrics").Items() {
				count, ok := taken(m)
				for _, limit := range []struct{ field, what string }{{"failureLimit", "is bad"}, {"inconclusiveLimit", "says nothing"}} {
					if n, has := m.Get(limit.field).Number(); ok && has && n >= count {
						c.broken(m.Get(limit.field).At(), m.At(), "write less than "+strconv.Itoa(count), "a new version passes %s of %s where each of %d measures %s", quoted(m.Get("name").Text()), o.Label(), count, limit.what)
					}
				}
			}
		}
	}
}

// taken is how many measures a metric takes, where there is an end.
func taken(m pipeline.Node) (int, bool) {
	if count := m.Get("count"); count.OK() {
		return count.Number()
	}
	return 1, !m.Get("interval").OK()
}

// staysWhileJudged looks for blue-greens whose old pods go while the new version is still measured.
func staysWhileJudged(c *Case) {
	c.asked(func(t *pipeline.Target, w pipeline.Workload, asks, _ pipeline.Node, template *pipeline.Object) {
		_, of := w.Strategy()
		delay := of.Get("scaleDownDelaySeconds")
		stays, ok := delay.Number()
		if template == nil || !ok || of.Get("postPromotionAnalysis").At() != asks.At() {
			return
		}
		for _, m := range template.Get("spec", "metrics").Items() {
			if takes := lasts(m, asks, template); takes >= time.Duration(stays)*time.Second {
				c.broken(delay.At(), asks.At(), "write more than "+strconv.Itoa(int(takes/time.Second)), "%s takes its old pods away after %d s, and measures the new version for %s", w.Label(), stays, takes)
			}
		}
	})
}

// lasts is how long the measures of a metric take, with the arguments that it is given.
func lasts(m, asks pipeline.Node, template *pipeline.Object) time.Duration {
	read := func(field string) time.Duration {
		text := m.Get(field).Text()
		for _, given := range slices.Concat(asks.Get("args").Items(), template.Get("spec", "args").Items()) {
			text = strings.ReplaceAll(text, "{{args."+given.Get("name").Text()+"}}", given.Get("value").Text())
		}
		d, _ := time.ParseDuration(text)
		return d
	}
	count, _ := taken(m)
	return read("initialDelay") + time.Duration(max(count-1, 0))*read("interval")
}
