package frompipeline

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// phases are those of a sync of Argo CD, in their order, with the hooks of Helm that it takes for them.
var phases = map[string]int{"PreSync": -1, "Sync": 0, "PostSync": 1,
	"pre-install": -1, "pre-upgrade": -1, "post-install": 1, "post-upgrade": 1}

// moment is when Argo CD syncs an object: a phase, and a wave of it.
type moment struct{ phase, wave int }

func (m moment) before(other moment) bool {
	return m.phase < other.phase || m.phase == other.phase && m.wave < other.wave
}

// hook is what makes a workload a hook of Argo CD, a missing node for none.
func hook(w pipeline.Workload) pipeline.Node {
	annotations := w.Get("metadata", "annotations")
	if n := annotations.Get("argocd.argoproj.io/hook"); n.OK() {
		return n
	}
	return annotations.Get("helm.sh/hook")
}

func wave(w pipeline.Workload) pipeline.Node {
	annotations := w.Get("metadata", "annotations")
	if n := annotations.Get("argocd.argoproj.io/sync-wave"); n.OK() {
		return n
	}
	return annotations.Get("helm.sh/hook-weight")
}

// anew reports a Job that Argo CD makes again with each deploy, as it does with those that a spec gives.
func anew(w pipeline.Workload) bool {
	options := w.Get("metadata", "annotations", "argocd.argoproj.io/sync-options").Text()
	return w.Kind == "Job" && strings.Contains(options, "Replace=true") && strings.Contains(options, "Force=true")
}

// momentOf reads when a workload is synced, and whether a spec can say it.
func momentOf(w pipeline.Workload) (moment, bool) {
	at, _ := strconv.Atoi(wave(w).Text())
	m := moment{wave: at}
	for i, name := range strings.Split(hook(w).Text(), ",") {
		phase, ok := phases[strings.TrimSpace(name)]
		if hook(w).OK() && (!ok || i > 0 && phase != m.phase) {
			return m, false
		}
		m.phase = phase
	}
	return m, true
}

// job reads for which workloads a job is waited, and for which it waits itself.
func (d *drafter) job(p *program) {
	w := p.last().workload
	mine, _ := momentOf(w)
	var before, after []string
	for _, other := range d.programs {
		theirs, ok := momentOf(other.last().workload)
		switch {
		case other == p || !ok:
		case mine.before(theirs) && (other.kind != "Job" && other.image != nil || other.kind == "Job" && d.next(mine, theirs)):
			before = append(before, other.key)
		case theirs.before(mine) && other.kind != "Job":
			after = append(after, other.key)
		}
	}
	at := w.At()
	for _, n := range []pipeline.Node{hook(w), wave(w)} {
		if n.OK() {
			at = n.At()
			break
		}
	}
	for _, side := range []struct {
		field string
		names []string
	}{{"before", before}, {"after", after}} {
		if len(side.names) > 0 {
			d.add(side.names, at, p.field("job", side.field)...)
		}
	}
	d.timeout(w.Get("spec"), "10m", p.field("job", "timeout"))
	if !hook(w).OK() && !anew(w) {
		d.leave(w.At(), "", "that %s runs once: a job of a spec runs with each deploy", w.Label())
	}
}

// next reports whether nothing but jobs runs between two moments.
func (d *drafter) next(first, then moment) bool {
	return !slices.ContainsFunc(d.programs, func(p *program) bool {
		m, _ := momentOf(p.last().workload)
		return p.kind != "Job" && first.before(m) && m.before(then)
	})
}

// waves records an order between workloads that no job makes.
func (d *drafter) waves() {
	for _, p := range d.programs {
		mine, _ := momentOf(p.last().workload)
		if p.kind == "Job" || !wave(p.last().workload).OK() {
			continue
		}
		loose := func(before, after moment) bool {
			return before.before(after) && !slices.ContainsFunc(d.programs, func(j *program) bool {
				m, _ := momentOf(j.last().workload)
				return j.kind == "Job" && before.before(m) && m.before(after)
			})
		}
		for _, other := range d.programs {
			theirs, _ := momentOf(other.last().workload)
			if other.kind != "Job" && (loose(mine, theirs) || loose(theirs, mine)) {
				d.leave(wave(p.last().workload).At(), "", "the wave %q of %s: an order comes from jobs before and after", wave(p.last().workload).Text(), p.last().workload.Label())
				break
			}
		}
	}
}

// ordered reports whether an annotation is the wave of a program, with which what belongs to the program is synced.
func (d *drafter) ordered(annotation string, n pipeline.Node) bool {
	return annotation == "argocd.argoproj.io/sync-wave" && slices.ContainsFunc(d.programs, func(p *program) bool {
		return wave(p.last().workload).Text() == n.Text()
	})
}

// asking reports whether a workload is a Job that sends a request to a Service after each sync: a criterion says it.
func (d *drafter) asking(w pipeline.Workload) bool {
	_, ok := smokeOf(w)
	return ok
}
