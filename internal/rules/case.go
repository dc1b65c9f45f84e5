package rules

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Case is a pipeline that rules are held against.
type Case struct {
	*pipeline.Model
	// Facts are what its spec says; nil for a pipeline without one, of which a rule says
	// what is certain all the same.
	Facts *Facts

	rule  Rule
	found diag.List
}

// Hold holds one rule against the pipeline and returns where it is broken. Only rules with
// a Check can be held.
func (c *Case) Hold(id string) diag.List {
	c.rule, _ = Find(id)
	c.found = nil
	c.rule.Check(c)
	return c.found
}

// broken reports the rule that is being held as broken at a place; other is the place that
// disagrees, if there is one. In a pipeline with a spec that is an error at the line to
// blame, in one without a warning.
func (c *Case) broken(at, other pipeline.Place, help, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if c.Facts != nil {
		c.found = append(c.found, Proven(c.rule.ID, at, other, help, message))
		return
	}
	c.found = append(c.found, Flaw(c.rule.ID, at, other, help, message))
}

// jobs visits the jobs of all workflows.
func (c *Case) jobs(visit func(*pipeline.Job)) {
	for _, w := range c.Workflows {
		for _, j := range w.Jobs {
			visit(j)
		}
	}
}

// steps visits the steps of all jobs.
func (c *Case) steps(visit func(*pipeline.Step)) {
	c.jobs(func(j *pipeline.Job) {
		for _, s := range j.Steps {
			visit(s)
		}
	})
}
