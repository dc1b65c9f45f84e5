package criteria

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
)

// eachImage judges the images of a criterion one by one.
func (e Environment) eachImage(c plan.Criterion, judge func(Image) Outcome) Outcome {
	return Together(e.Images, func(i Image) string { return i.Name }, c.Of, judge)
}

// eachWorkload judges the workloads of a criterion one by one.
func (d Delivery) eachWorkload(c plan.Criterion, e Environment, judge func(Workload) Outcome) Outcome {
	if !e.Pods.Known {
		return e.Pods.Missing()
	}
	return Together(e.Pods.Value, func(w Workload) string { return w.Name }, c.Of, func(w Workload) Outcome {
		if len(w.Pods) == 0 {
			return d.absent(e)
		}
		return judge(w)
	})
}

// Together is the outcome of some of the things that are judged alike, or of all where some is nil: that of the worst of
// them, with the names of all that are as bad. Where there is only one thing, it has no name.
func Together[T any](all []T, name func(T) string, some []string, judge func(T) Outcome) Outcome {
	worst := Outcome{Status: Unmeasured, Measured: "it was not asked"}
	var says []string
	names := map[string][]string{}
	for _, one := range all {
		if some != nil && !slices.Contains(some, name(one)) {
			continue
		}
		o := judge(one)
		if len(says) == 0 || o.rank() < worst.rank() {
			worst, says, names = o, nil, map[string][]string{}
		} else if o.rank() == worst.rank() {
			worst.Evidence = append(worst.Evidence, o.Evidence...)
		} else {
			continue
		}
		if names[o.Measured] == nil {
			says = append(says, o.Measured)
		}
		names[o.Measured] = append(names[o.Measured], name(one))
	}
	if len(all) > 1 {
		for i, text := range says {
			says[i] = strings.Join(names[text], ", ") + ": " + text
		}
	}
	if len(says) > 0 {
		worst.Measured = strings.Join(says, "; ")
	}
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
