package shell

import (
	"maps"

	"mvdan.cc/sh/v3/syntax"
)

// variables are those of a state. States that were forked from one another share them until one of them sets any: most
// branches of a script set none.
type variables struct {
	all    *map[string]*value
	shared bool
}

func newVariables() variables { return variables{all: &map[string]*value{}} }

// get is the value of a variable, nil where nobody has set it.
func (v *variables) get(name string) *value { return (*v.all)[name] }

// put sets a variable, or takes it away with nil.
func (v *variables) put(name string, to *value) {
	if v.shared {
		own := maps.Clone(*v.all)
		v.all, v.shared = &own, false
	}
	if to == nil {
		delete(*v.all, name)
		return
	}
	(*v.all)[name] = to
}

// fork lets another state begin with the same variables.
func (v *variables) fork() variables {
	v.shared = true
	return *v
}

// mix keeps what is the same in the variables of two states.
func (v *variables) mix(w *variables) variables {
	out := v.fork()
	if v.all == w.all {
		return out
	}
	for name, value := range *v.all {
		if mixed := value.mix(w.get(name)); mixed != value {
			out.put(name, mixed)
		}
	}
	for name, value := range *w.all {
		if v.get(name) == nil {
			out.put(name, value.mix(nil))
		}
	}
	return out
}

// set gives a variable a value, unless the word is no name.
func (s *state) set(name, text string) { s.assign(name, &value{list: []string{text}}) }

func (s *state) assign(name string, to *value) {
	if syntax.ValidName(name) {
		s.vars.put(name, to)
	}
}
