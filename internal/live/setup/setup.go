// Package setup takes the first steps of a pipeline one by one, with the commands that 'pipegen setup' prints: it looks
// whether a part is done, runs its commands where it is not, and looks again. It ends with the first part that fails, and
// with what has to wait for a person.
package setup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
)

// State is what became of a part of a step.
type State string

// The states.
const (
	There   State = "there"   // it was done already
	Done    State = "done"    // it is done now, and was seen
	Useless State = "useless" // nobody needs it
	ByHand  State = "by hand" // no command does it, or nothing shows whether it is done
	Failed  State = "failed"
	Waits   State = "waits" // a person has to do it before the steps go on
	Left    State = "left"  // it comes after what failed or waits
)

// Part is a part of a step with what became of it.
type Part struct {
	Step  string `json:"step"`
	State State  `json:"state"`
	// Commands are those of the part as they are printed, with placeholders: what was asked for is in none of them.
	Commands []string `json:"commands"`
	// Says is the reason of a failure, or "".
	Says string `json:"says"`
}

// System is what a setup works on.
type System struct {
	// Run runs commands in a folder, at the terminal, and ends with the first that fails. Output runs one and returns what
	// it prints.
	Run    func(dir, script string) error
	Output func(dir, script string) (string, error)
	// Ask returns what a person has to put into a command in place of a word.
	Ask func(word, command string) (string, error)
	// Begin is called before a part is run.
	Begin func(step string, commands []string)
}

// Take takes steps in their order. In is the folder of each.
func (s System) Take(steps []generate.SetupStep, in func(generate.SetupStep) string) []Part {
	var out []Part
	known := map[string]string{}
	stopped := false
	for _, step := range steps {
		parts := step.Parts
		if len(parts) == 0 {
			parts = []generate.SetupPart{{}}
		}
		for _, p := range parts {
			one := Part{Step: step.Title, State: Left, Commands: slices.Concat(p.Commands, p.Last)}
			if !stopped {
				state, err := s.take(step.Title, in(step), p, known)
				if one.State = state; err != nil {
					one.Says = err.Error()
				}
				stopped = state == Failed || state == Waits
			}
			out = append(out, one)
		}
	}
	return out
}

// Stopped returns the part with which the steps ended before their end.
func Stopped(parts []Part) (Part, bool) {
	i := slices.IndexFunc(parts, func(p Part) bool { return p.State == Failed || p.State == Waits })
	if i < 0 {
		return Part{}, false
	}
	return parts[i], true
}

func (s System) take(title, dir string, p generate.SetupPart, known map[string]string) (State, error) {
	if len(p.Looks) == 0 {
		return ByHand, nil
	}
	p, err := s.filled(p, known)
	if err != nil {
		return Failed, err
	}
	if p.Unless.Command != "" {
		switch useless, err := s.sees(dir, p.Unless); {
		case err != nil:
			return Failed, err
		case useless:
			return Useless, nil
		}
	}
	there, err := s.seesAll(dir, p.Looks)
	switch {
	case err != nil:
		return Failed, err
	case there && !p.Again:
		return There, nil
	case len(p.Commands) == 0:
		return Waits, nil
	}
	return s.done(title, dir, p, known)
}

func (s System) done(title, dir string, p generate.SetupPart, known map[string]string) (State, error) {
	shown := slices.Concat(p.Commands, p.Last)
	commands := slices.Clone(p.Commands)
	for i := range commands {
		var err error
		if commands[i], err = s.answered(commands[i], known); err != nil {
			return Failed, err
		}
	}
	s.Begin(title, shown)
	err := s.Run(dir, strings.Join(commands, "\n"))
	if len(p.Last) > 0 {
		err = errors.Join(err, s.Run(dir, strings.Join(p.Last, "\n")))
	}
	if err != nil {
		return Failed, err
	}
	switch there, err := s.seesAll(dir, p.Looks); {
	case err != nil:
		return Failed, err
	case !there:
		return Failed, errors.New("the commands have run, and what they do is not there")
	}
	return Done, nil
}

func (s System) seesAll(dir string, looks []generate.Look) (bool, error) {
	for _, l := range looks {
		if there, err := s.sees(dir, l); err != nil || !there {
			return false, err
		}
	}
	return true, nil
}

// sees reports whether a look prints its line. That nobody could look is no proof that something is missing.
func (s System) sees(dir string, l generate.Look) (bool, error) {
	out, err := s.Output(dir, l.Command)
	if err != nil {
		return false, fmt.Errorf("cannot look whether it is done: %w", err)
	}
	return slices.Contains(strings.Split(strings.ReplaceAll(out, "\r\n", "\n"), "\n"), l.Line), nil
}
