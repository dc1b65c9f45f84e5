package guess

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

var stage = lazy.Regexp(`^[a-z][a-z0-9_.-]{0,99}$`)

// Part guesses what concerns one of several programs, and how it is tested. It returns the fragment of its tests.
func Part(p detect.Part) (s draft.Settings, test string) {
	s = draft.Settings{}
	program(p.Project, s)
	test, _ = Tests(p.Project, s)
	file := s["dockerfile"]
	if p.Dockerfile != "" {
		file.Value = p.Dockerfile
	}
	switch {
	case stage().MatchString(p.Target):
		s["target"] = draft.Setting{Value: p.Target}
	case p.Target != "":
		file = file.Noted("its stage cannot be written here: name it as target in small letters")
	}
	s["dockerfile"] = file
	switch p.Context {
	case "":
	case ".":
		delete(s, "context")
	default:
		s["context"] = draft.Setting{Value: p.Context, Spare: ".", Why: "the folder's name cannot be written here"}
	}
	return s, test
}

// Said returns what runs, without the processes whose commands a spec cannot hold: those are named beside. There is none
// if nothing is left that stays.
func Said(f detect.Project, s draft.Settings) []detect.Process {
	var out []detect.Process
	var left []string
	for _, p := range f.Processes {
		if slices.ContainsFunc(append(slices.Clone(p.Command), p.Args...), unsayable) {
			left = append(left, p.Name+" (its command is not one of plain text)")
		} else {
			out = append(out, p)
		}
	}
	if beside, ok := s["beside"].Value.(string); ok {
		left = append([]string{beside}, left...)
	}
	if len(left) > 0 {
		s["beside"] = draft.Setting{Value: strings.Join(left, ", ")}
	}
	if !slices.ContainsFunc(out, func(p detect.Process) bool { return !p.First }) {
		return nil
	}
	return out
}

// Process guesses how something runs, from the guesses for its program.
func Process(p detect.Process, of draft.Settings) draft.Settings {
	s := draft.Settings{}
	for _, name := range []string{"memoryRequest", "memoryLimit", "user", "group"} {
		s[name] = of[name]
	}
	for name, words := range map[string][]string{"command": p.Command, "args": p.Args} {
		if len(words) > 0 {
			s[name] = draft.Setting{Value: words, Note: p.From + " says so: is it what runs in production?"}
		}
	}
	if p.Worker {
		return s
	}
	s["readiness"], s["liveness"], s["port"] = of["readiness"], of["liveness"], of["port"]
	if p.Port > 0 {
		s["port"] = draft.Setting{Value: p.Port, Spare: 8080, Why: fmt.Sprintf("the port was %d, which is none", p.Port)}
	}
	s["from"] = draft.Setting{Value: []string{"outside"}, Note: "name the workloads that call it as well"}
	return s
}

// unsayable reports a word of a command that a spec cannot hold.
func unsayable(word string) bool {
	const longest = 1000
	return len(word) > longest || strings.Contains(word, "${{") || strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) })
}
