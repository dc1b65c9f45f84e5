package frompipeline

import (
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// kind is what a workload of a spec is.
type kind int

const (
	service kind = iota
	worker
	cron
	job
)

// stays reports whether it runs all the time.
func (k kind) stays() bool { return k == service || k == worker }

// kind decides what a program is. What has neither a Service nor a probe over HTTP is called by nobody; its port, if it
// has one, may be for metrics, unless there is nothing else to call.
func (d *drafter) kind(p *program) kind {
	r := p.last()
	asked := slices.ContainsFunc([]string{"readinessProbe", "livenessProbe", "startupProbe"}, func(probe string) bool {
		return r.container.Get(probe, "httpGet").OK()
	})
	switch {
	case p.kind == "CronJob":
		return cron
	case p.kind == "Job":
		return job
	case asked, len(d.services(r)) > 0, len(d.programs) == 1 && len(r.container.Get("ports").Items()) > 0:
		return service
	}
	return worker
}

func (d *drafter) worker(p *program) {
	c := p.last().container
	for _, n := range c.Get("ports").Items() {
		d.leave(n.At(), "", "the port of the container %s, which no Service names: a worker has none", c.Get("name").Text())
	}
	if command := c.Get("livenessProbe", "exec", "command"); command.OK() {
		var words []string
		for _, w := range command.Items() {
			words = append(words, w.Text())
		}
		d.add(words, command.At(), p.field("worker", "liveness")...)
		return
	}
	d.add(struct{}{}, p.last().workload.At(), p.field("worker")...)
}

// macros are the schedules for which cron has a word.
var macros = map[string]string{"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
	"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}

// schedule is that of a CronJob, in five fields.
func schedule(w pipeline.Workload) (string, pipeline.Node) {
	n := w.Get("spec", "schedule")
	if fields, ok := macros[n.Text()]; ok {
		return fields, n
	}
	return strings.Join(strings.Fields(n.Text()), " "), n
}

func (d *drafter) cron(p *program) {
	w := p.last().workload
	spec := w.Get("spec")
	text, n := schedule(w)
	d.add(text, n.At(), p.field("cron", "schedule")...).Spare = "0 3 * * *"
	d.addText(spec.Get("timeZone"), p.field("cron", "timeZone")...)
	d.timeout(spec.Get("jobTemplate", "spec"), "1h", p.field("cron", "timeout"))
	switch n := spec.Get("concurrencyPolicy"); {
	case n.OK():
		d.add(strings.ToLower(n.Text()), n.At(), p.field("cron", "overlap")...)
	default:
		d.add("allow", w.At(), p.field("cron", "overlap")...).Note = "from " + sourceLine(w.At()).String() + ": without concurrencyPolicy, Kubernetes lets runs overlap"
	}
	kept, failed := spec.Get("successfulJobsHistoryLimit"), spec.Get("failedJobsHistoryLimit")
	if n, ok := kept.Number(); ok {
		d.add(n, kept.At(), p.field("cron", "history")...)
	}
	if failed.OK() && failed.Text() != kept.Text() && (kept.OK() || failed.Text() != "3") {
		d.leave(failed.At(), "", "the failedJobsHistoryLimit %s of %s: a spec keeps as many failed runs as others", failed.Text(), w.Label())
	}
}

// timeout reads how long a run may take.
func (d *drafter) timeout(spec pipeline.Node, usual string, path []string) {
	n := spec.Get("activeDeadlineSeconds")
	if seconds, ok := n.Number(); ok && seconds > 0 {
		d.add(schema.Short(time.Duration(seconds)*time.Second), n.At(), path...).Spare = usual
		return
	}
	d.guess(usual, "nothing bounds how long it may run", path...)
}
