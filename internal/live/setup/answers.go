package setup

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/lazy"
)

// placeholder is a word that stands for what only a person knows, where commands have such words.
var placeholder = lazy.Regexp(`(--body |username=|=|< |users/|https://|--context |--patch-file |label secret )(VALUE|SECRET-OF-CLUSTER|USER|TOKEN-FILE|FILE|PRIVATE-KEY\.pem|REVIEWER|YOUR-ARGOCD|CONTEXT-OF-[A-Z0-9-]+)(['"/ ]|$)`)

// taken is an answer that no shell takes for anything but a word, within quotes and without.
var taken = lazy.Regexp(`^[A-Za-z0-9_./:@=+][A-Za-z0-9_./:@=+-]*$`)

// everywhere are the words that mean the same in each command.
var everywhere = lazy.Regexp(`^(REVIEWER|YOUR-ARGOCD|CONTEXT-OF-.*)$`)

// filled puts into what looks the words that it shares with the commands.
func (s System) filled(p generate.SetupPart, known map[string]string) (generate.SetupPart, error) {
	looks := make([]generate.Look, len(p.Looks))
	for i, l := range p.Looks {
		text, err := s.answered(l.Command, known)
		if err != nil {
			return p, err
		}
		looks[i] = generate.Look{Command: text, Line: l.Line}
	}
	p.Looks = looks
	return p, nil
}

// answered asks for each placeholder of a command.
func (s System) answered(command string, known map[string]string) (string, error) {
	var out strings.Builder
	for rest := command; ; {
		at := placeholder().FindStringSubmatchIndex(rest)
		if at == nil {
			out.WriteString(rest)
			return out.String(), nil
		}
		word := rest[at[4]:at[5]]
		answer, ok := known[word]
		if !ok {
			var err error
			if answer, err = s.Ask(word, command); err != nil {
				return "", err
			}
			if answer = strings.TrimSpace(answer); !taken().MatchString(answer) {
				return "", fmt.Errorf("%s is %q: a word of letters, digits and any of _./:@=+- is wanted", word, answer)
			}
			if everywhere().MatchString(word) {
				known[word] = answer
			}
		}
		out.WriteString(rest[:at[4]] + answer)
		rest = rest[at[5]:]
	}
}
