package criteria

import (
	"slices"
	"strings"
)

// eachImage judges the images one by one.
func (e Environment) eachImage(judge func(Image) Outcome) Outcome {
	return Together(e.Images, func(i Image) string { return i.Name }, judge)
}

// eachWorkload judges the workloads that keep pods running one by one.
func (d Delivery) eachWorkload(e Environment, judge func(Workload) Outcome) Outcome {
	switch {
	case !e.Pods.Known:
		return e.Pods.Missing()
	case len(e.Pods.Value) == 0:
		return Unmeasured.By("no workload keeps pods running here")
	}
	return Together(e.Pods.Value, func(w Workload) string { return w.Name }, func(w Workload) Outcome {
		if len(w.Pods) == 0 {
			return d.absent(e)
		}
		return judge(w)
	})
}

// Together is the outcome of things that are judged alike: that of the worst of them, with the names of all that are
// as bad. Where only one is judged, there is no name.
func Together[T any](all []T, name func(T) string, judge func(T) Outcome) Outcome {
	outcomes := make([]Outcome, len(all))
	for i, one := range all {
		outcomes[i] = judge(one)
	}
	switch len(all) {
	case 0:
		return Unmeasured.By("it was not asked")
	case 1:
		return outcomes[0]
	}
	worst := slices.MinFunc(outcomes, func(a, b Outcome) int { return a.rank() - b.rank() })
	var says []string
	names, at := map[string][]string{}, []Evidence(nil)
	for i, o := range outcomes {
		if o.rank() != worst.rank() {
			continue
		}
		if names[o.Measured] == nil {
			says = append(says, o.Measured)
		}
		names[o.Measured] = append(names[o.Measured], name(all[i]))
		at = append(at, o.Evidence...)
	}
	for i, text := range says {
		says[i] = strings.Join(names[text], ", ") + ": " + text
	}
	worst.Measured, worst.Evidence = strings.Join(says, "; "), at
	return worst
}

// rank orders outcomes, the worst first. What waiting may still decide comes before what nobody can.
func (o Outcome) rank() int {
	switch {
	case o.Status == Broken:
		return 0
	case o.Pending:
		return 1
	case o.Status == Kept:
		return 3
	}
	return 2
}
