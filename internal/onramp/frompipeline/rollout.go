package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// sleeps is a command that does nothing but wait.
var sleeps = lazy.Regexp(`^(?:(?:/bin/)?(?:ba)?sh -c )?(?:/bin/)?sleep ([1-9][0-9]{0,3})s?$`)

// rollout reads how the pods of a program are replaced. What a spec has anyway is not written.
func (d *drafter) rollout(p *program) {
	w, at := p.last().workload, below(p.field("rollout")...)
	strategy := w.Get("spec", "strategy")
	if kind := strategy.Get("type"); kind.Text() == "Recreate" {
		d.add("recreate", kind.At(), at("strategy")...)
	}
	figures := strategy.Get("rollingUpdate")
	if name, of := w.Strategy(); name != "" && len(w.Moved()) == 0 {
		figures = of
	}
	for _, f := range []struct {
		n     pipeline.Node
		field string
		usual int
	}{{figures.Get("maxSurge"), "surge", 1}, {figures.Get("maxUnavailable"), "unavailable", 0}, {w.Get("spec", "revisionHistoryLimit"), "history", -1}} {
		switch n, ok := f.n.Number(); {
		case ok && n != f.usual:
			d.add(n, f.n.At(), at(f.field)...)
		case !ok && f.n.OK() && f.n.Text() != "0%":
			d.leave(f.n.At(), "write a number of pods: "+strings.Join(at(f.field), "."), "the field %s %q of %s, which is a part of the pods", f.field, f.n.Text(), w.Label())
		}
	}
	seconds := func(n pipeline.Node, field string, usual int) {
		if s, ok := n.Number(); ok && s != usual && s > 0 {
			d.add(n.Text()+"s", n.At(), at(field)...)
		}
	}
	seconds(w.Get("spec", "minReadySeconds"), "minReady", 5)
	seconds(w.Pod().Get("terminationGracePeriodSeconds"), "grace", 45)
	stop := p.last().container.Get("lifecycle", "preStop")
	seconds(stop.Get("sleep", "seconds"), "pause", 5)
	command := stop.Get("exec", "command")
	switch found := sleeps().FindStringSubmatch(strings.Join(command.List(), " ")); {
	case found != nil && found[1] != "5":
		d.add(found[1]+"s", command.At(), at("pause")...)
	case found == nil && command.OK():
		d.add(command.List(), command.At(), at("preStop")...)
	}
}
