package main

import (
	"fmt"
	"io"
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
	switch {
	case !ok:
		return exitError{exitFindings, unknownRule(id)}
	case o.gates:
		return exitError{exitUsage, fmt.Errorf("--gates lists the gates of a spec: leave out %s", id)}
	case o.format == "mermaid":
		return exitError{exitUsage, fmt.Errorf("%s is a rule, which has no drawing: --format takes text, json or markdown", rule.ID)}
	}
	if o.format == "markdown" {
		_, err := io.WriteString(s.out, rule.Markdown())
		return failed(err)
	}
	return failed(show(s, o.format, report.Rule(rule)))
}

func unknownRule(id string) error {
	near := rules.Nearest(id)
	if len(near) == 0 {
		return fmt.Errorf("there is no rule %s, and no criterion of that name: the ids of rules are such as W29, K10, A06, X07, T24 and O02", id)
	}
	return fmt.Errorf("there is no rule %s, and no criterion of that name: did you mean %s?", id, strings.Join(near, ", "))
}
