package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// questions are what init may ask for, by setting. Nothing else is worth stopping
// a person for.
var questions = []struct{ setting, text string }{
	{"name", "Name of the pipeline and the workload"},
	{"repository", "GitHub repository of the source"},
	{"branch", "Branch that is released"},
	{"gitops", "GitOps repository"},
	{"namespace", "Namespace to deploy to"},
	{"port", "Port that the program listens on"},
	{"readiness", "Path that answers 200 once a pod is ready"},
}

// onTerminal reports whether a person sits at both ends.
func onTerminal(s streams) bool {
	in, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return false
	}
	out, ok := s.out.(*os.File)
	return ok && term.IsTerminal(int(out.Fd()))
}

// ask puts a question for each guess, with the guess as what an empty answer
// means, and again until the schema takes the answer. The end of the input accepts
// all that is left.
func ask(d *draft, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	for _, q := range questions {
		guess := d.settings[q.setting]
		for guess.check != "" {
			fmt.Fprintf(out, "%s [%v]: ", q.text, guess.value)
			if !lines.Scan() {
				fmt.Fprintln(out)
				return lines.Err()
			}
			answer := setting{value: guess.value}
			if text := strings.TrimSpace(lines.Text()); text != "" {
				answer.value = text
				if n, err := strconv.Atoi(text); err == nil && q.setting == "port" {
					answer.value = n
				}
			}
			d.settings[q.setting] = answer
			refused, elsewhere, err := d.problems()
			if err != nil {
				return bug(err)
			}
			if len(refused)+len(elsewhere) == 0 {
				d.follow()
				break
			}
			for _, name := range sortedKeys(refused) {
				elsewhere = append(elsewhere, refused[name])
			}
			for _, p := range elsewhere.Sorted() {
				fmt.Fprintf(out, "  %s\n", p.Message)
			}
			d.settings[q.setting] = guess
		}
	}
	return nil
}
