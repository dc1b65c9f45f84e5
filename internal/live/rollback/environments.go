package rollback

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
)

// Environments returns the environment of a plan with a name, or all without a name. If one is needed, several are an
// error.
func Environments(p plan.Plan, name string, one bool) ([]plan.Environment, error) {
	var names []string
	for _, e := range p.Environments {
		if e.Name == name {
			return []plan.Environment{e}, nil
		}
		names = append(names, e.Name)
	}
	takes := "--env takes " + strings.Join(names, " or ")
	switch near := diag.Closest(name, names); {
	case name != "" && near != "":
		return nil, fmt.Errorf("there is no environment %q: did you mean %s?", name, near)
	case name != "":
		return nil, fmt.Errorf("there is no environment %q: %s", name, takes)
	case one && len(names) > 1:
		return nil, fmt.Errorf("say where to take a deploy back: %s", takes)
	}
	return p.Environments, nil
}
