package rules

import (
	"net/url"
	"slices"
	"strings"

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
	c.promise = ""
}

// EnvironmentOf is the name of the environment that a target is, "" for none.
func (c *Case) EnvironmentOf(t *pipeline.Target) string {
	if o := c.byTarget[t]; o != nil && o.env != nil {
		return o.env.Name
	}
	return ""
}

// EnvironmentBy is the name of the environment that an Application deploys, "" for none.
func (c *Case) EnvironmentBy(app pipeline.Node) string {
	if e := first(c.Facts.Environments, func(e Environment) bool { return c.siteOf(&e, app) != nil }); e != nil {
		return e.Name
	}
	return ""
}

// ImageOf is the name of the image that a job makes, "" where that cannot be said.
func (c *Case) ImageOf(j *pipeline.Job) string {
	if i := c.imageOf(j); i != nil {
		return i.Name
	}
	return ""
}

// Asks reports whether the pods of a workload ask a program of their target through its Service.
func (c *Case) Asks(t *pipeline.Target, caller pipeline.Workload, a Program) bool {
	asks := false
	caller.Pod().Scalars(func(n pipeline.Node) {
		u, err := url.Parse(n.Text())
		asks = asks || err == nil && u.Scheme == "http" && slices.ContainsFunc(t.Kinds("Service"), func(s *pipeline.Object) bool {
			return s.Name == u.Hostname() && pipeline.Selects(s.Get("spec", "selector"), a.Labels())
		})
	})
	return asks
}

// Bites reports whether a step runs in each run in which its job makes something. An image that an earlier run has made of
// the same files had the step then, and a job that lacks its secrets leaves all of its work out (W50).
func (c *Case) Bites(s *pipeline.Step) bool {
	given := s.Get("if")
	return !given.OK() || c.Facts != nil && len(c.Facts.Given[s.Job.ID]) > 0 && given.Text() == "steps.given.outputs.missing == ''" || slices.ContainsFunc(decisions(s.Job), func(o pipeline.Output) bool {
		return given.Text() == "needs."+o.Job+".outputs."+o.Name+" == 'true'"
	})
}

func unkept(id string) string { return "criterion " + id + " is not kept: " }

// IsUnkept reports a finding that the output does not keep a criterion.
func IsUnkept(d diag.Diagnostic, id string) bool {
	return d.Code == Promised && strings.HasPrefix(d.Message, unkept(id))
}

// Unkept reports that the output does not keep the criterion that is being proven, with the rule behind it.
func (c *Case) Unkept(rule string, at, other pipeline.Place, help, format string, args ...any) {
	d := c.broken(at, other, help, unkept(c.promise)+format, args...)
	d.Code, d.Rule = Promised, rule
}
