package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// callsPass requires that whoever may call a workload gets to it, past both their policies, and that nobody else does:
// where the caller's policy does not let out what the other's lets in, the call is dead, and no error says so.
func callsPass(c *Case) {
	for _, o := range c.overlays {
		if o.env == nil {
			continue
		}
		programs := c.Programs(o.Target)
		for _, callee := range programs {
			c.amongPods(o, callee)
			if callee.Fact.Kind == ownKind {
				continue // its author says who may call it
			}
			if !callee.Fact.is().called {
				c.keptFrom(o, callee)
				continue
			}
			for _, caller := range programs {
				switch may := slices.Contains(callee.Fact.From, caller.Fact.Name); {
				case caller.Fact == callee.Fact:
				case may:
					c.reaches(o, callee, caller.Workload)
				default:
					c.shutOut(o, callee, caller.Labels(), labels(caller.Workload), caller.Name+" may")
				}
			}
			c.shutOut(o, callee, foreign(callee.Labels()), labels(callee.Workload), "the pods of other applications may")
		}
	}
}

// shutOut requires that pods which may not call a workload are not let in.
func (c *Case) shutOut(o *overlay, callee Program, who pipeline.Labels, at pipeline.Place, may string) {
	if in := entry(o, callee, who); !callee.Fact.Outside && !in.shut() {
		rules := in.rules
		if in.np == nil {
			rules = callee.Node
		}
		c.broken(rules.At(), at, "let in only what "+callee.Fact.Path+".from names", "%s call %s, and %s.from does not name them", may, callee.Name, callee.Fact.Path)
	}
}

// keptFrom requires that what nobody calls has no Service.
func (c *Case) keptFrom(o *overlay, p Program) {
	for _, s := range o.Kinds("Service") {
		if pipeline.Selects(s.Get("spec", "selector"), p.Labels()) && (p.Fact.Stateful == nil || !headless(s)) {
			c.broken(s.Get("spec", "selector").At(), labels(p.Workload), "remove the Service, or give "+p.Name+" a port in the spec", "%s sends requests to %s, which is a %s and listens on nothing", s.Label(), p.Name, p.Fact.Kind)
		}
	}
}
