package criteria

import "github.com/pipegen/pipegen/internal/plan"

// manual promises what a person confirms.
var manual = Kind{
	Name:     "manual",
	Promised: func(c plan.Criterion) string { return c.How },
	Judge: func(c plan.Criterion, _ Delivery) Outcome {
		return Manual.By("to be confirmed by " + c.By)
	},
	Lacks: Reasons{
		"Support":  "it rests on a person, and on no line of the output",
		"Loosened": noFigure,
	},
}
