package criteria

import "github.com/pipegen/pipegen/internal/plan"

// manual promises what a person confirms.
var manual = Kind{
	Kind: plan.Kind{
		Name: "manual", Mode: plan.Confirmed, Measure: "a person", Several: true,
		Reach: plan.Reach{Whole: "the sentence says what a person looks at"},
		Keeps: func(_ plan.Plan, c plan.Criterion) string { return "By " + c.By + ": " + c.How },
	},
	Promised: func(c plan.Criterion) string { return c.How },
	Judge: func(c plan.Criterion, _ Delivery) Outcome {
		return Manual.By("to be confirmed by " + c.By)
	},
	Lacks: Reasons{
		"Asks":     "the output has nothing to do with it",
		"Check":    canHold,
		"Proof":    "a person is no part of the output",
		"Labels":   "a person is no station on the way",
		"Support":  "it rests on a person, and on no line of the output",
		"Loosened": noFigure,
	},
}
