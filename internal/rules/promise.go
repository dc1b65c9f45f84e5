package rules

import (
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Promised is the code of output that does not keep what a criterion promises.
const Promised diag.Code = "promise"

// Criterion is a promise that can be read in the output.
type Criterion struct {
	// ID is its name, and Proof reports by Unkept where the output does not keep it.
	ID    string
	Proof func(*Case)
}

// promises hold the output against the criteria: what the compiler wrote keeps them, and a change by the author must too.
func promises(c *Case) {
	for _, p := range c.Facts.Criteria {
		c.promise = p.ID
		p.Proof(c)
	}
}

// Unkept reports that the output does not keep the criterion that is being proven, with the rule behind it.
func (c *Case) Unkept(rule string, at, other pipeline.Place, help, format string, args ...any) {
	n := len(c.found)
	c.broken(at, other, help, "criterion "+c.promise+" is not kept: "+format, args...)
	c.found[n].Code, c.found[n].Rule = Promised, rule
}
