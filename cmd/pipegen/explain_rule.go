package main

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/explain"
	"github.com/pipegen/pipegen/internal/report"
	"github.com/pipegen/pipegen/internal/rules"
)

// hasCriterion reports whether the spec has a criterion with an id. A missing or invalid spec has none, so that rules
// are explained without a valid spec.
func (o explainOptions) hasCriterion(id string) bool {
	r, _, err := o.loadAndRender()
	if err != nil || r == nil {
		return false
	}
	ok, _, _ := explain.Build(r.plan, r.set.Files()).Find(id)
	return ok
}

func explainRule(o explainOptions, id string, s streams) error {
	rule, ok := rules.Find(id)
	if !ok {
		return exitError{exitUsage, unknownRule(id)}
	}
	return explainPage(o, id, "a rule", rule.Markdown(), report.Rule(rule), s)
}

func unknownRule(id string) error {
	near := rules.Nearest(id)
	if len(near) == 0 {
		return fmt.Errorf("there is no rule %s, and no criterion of that name: the ids of rules are such as W29, K10, A06, X07, T24 and O02", id)
	}
	return fmt.Errorf("there is no rule %s, and no criterion of that name: did you mean %s?", id, strings.Join(near, ", "))
}
