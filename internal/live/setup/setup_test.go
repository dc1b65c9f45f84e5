package setup

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/generate"
)

// system makes what its commands name, such as "make a", and lists it.
func system(made *[]string, ran *[]string) System {
	return System{
		Run: func(_, script string) error {
			for command := range strings.SplitSeq(script, "\n") {
				*ran = append(*ran, command)
				what, found := strings.CutPrefix(command, "make ")
				if command == "fail" {
					return errors.New("no right to do that")
				}
				if found {
					*made = append(*made, what)
				}
			}
			return nil
		},
		Output: func(_, script string) (string, error) {
			if script == "broken" {
				return "", errors.New("no network")
			}
			return strings.Join(*made, "\n") + "\n", nil
		},
		Ask:   func(word, _ string) (string, error) { return "my-" + strings.ToLower(word), nil },
		Begin: func(string, []string) {},
	}
}

func part(what string) generate.SetupPart {
	return generate.SetupPart{Commands: []string{"make " + what}, Looks: []generate.Look{{Command: "list", Line: what}}}
}

// TestTake: what is there is passed over, what is not is made and seen, and the first part that fails or waits is the last.
func TestTake(t *testing.T) {
	again, last, useless, lies, fails := part("a"), part("k"), part("u"), part("x"), part("y")
	again.Again = true
	last.Last = []string{"take away"}
	useless.Unless = generate.Look{Command: "list", Line: "a"}
	lies.Commands = []string{"nothing"}
	fails.Commands, fails.Last = []string{"fail"}, []string{"take away"}
	for name, c := range map[string]struct {
		parts []generate.SetupPart
		want  string
		ran   []string
	}{
		"there":             {[]generate.SetupPart{part("a"), part("b")}, "there done", []string{"make b"}},
		"again":             {[]generate.SetupPart{again}, "done", []string{"make a"}},
		"leaves nothing":    {[]generate.SetupPart{last}, "done", []string{"make k", "take away"}},
		"not needed":        {[]generate.SetupPart{useless}, "useless", nil},
		"by hand":           {[]generate.SetupPart{{Commands: []string{"make c"}}, part("b")}, "by hand done", []string{"make b"}},
		"waits":             {[]generate.SetupPart{{Looks: []generate.Look{{Command: "list", Line: "z"}}}, part("b")}, "waits left", nil},
		"fails":             {[]generate.SetupPart{fails, part("b")}, "failed left", []string{"fail", "take away"}},
		"is not there":      {[]generate.SetupPart{lies, part("b")}, "failed left", []string{"nothing"}},
		"nobody can look":   {[]generate.SetupPart{{Commands: []string{"make c"}, Looks: []generate.Look{{Command: "broken", Line: "c"}}}}, "failed", nil},
		"what a person has": {[]generate.SetupPart{{Commands: []string{"make --body VALUE"}, Looks: []generate.Look{{Command: "list", Line: "--body my-value"}}}}, "done", []string{"make --body my-value"}},
	} {
		made, ran := []string{"a"}, []string(nil)
		s := system(&made, &ran)
		var got []string
		for _, p := range s.Take([]generate.SetupStep{{Title: "one", Parts: c.parts}}, func(generate.SetupStep) string { return "." }) {
			got = append(got, string(p.State))
		}
		if strings.Join(got, " ") != c.want || !slices.Equal(ran, c.ran) {
			t.Errorf("%s: %v, ran %v", name, got, ran)
		}
	}
}

// TestAnswers: words are asked for where commands have them, the same for all where it is one thing, and an answer is a word.
func TestAnswers(t *testing.T) {
	var asked []string
	s := System{Ask: func(word, _ string) (string, error) {
		asked = append(asked, word)
		return fmt.Sprintf("answer-%d", len(asked)), nil
	}}
	known := map[string]string{}
	for command, want := range map[string]string{
		"gh secret set VALUE --repo a/FILE":                     "gh secret set VALUE --repo a/FILE",
		"kubectl create secret generic s --from-file=FILE=FILE": "kubectl create secret generic s --from-file=FILE=answer-1",
	} {
		asked = nil
		if got, err := s.answered(command, known); got != want || err != nil {
			t.Errorf("%s: %s, %v", command, got, err)
		}
	}
	asked = nil
	for range 2 {
		if got, err := s.answered("-f 'config[url]=https://YOUR-ARGOCD/api/webhook'", known); got != "-f 'config[url]=https://answer-1/api/webhook'" || err != nil {
			t.Error(got, err)
		}
	}
	for _, answer := range []string{"", "a b", "a;b", "$(x)", "-x", "a'b"} {
		s.Ask = func(string, string) (string, error) { return answer, nil }
		if _, err := s.answered("--body VALUE", known); err == nil {
			t.Errorf("%q is taken", answer)
		}
	}
}
