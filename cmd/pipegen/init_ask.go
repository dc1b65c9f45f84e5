package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/pipegen/pipegen/internal/onramp/fromsource"
)

// questions are the questions of init, by setting. Other guesses are not worth a question.
var questions = []struct{ setting, text string }{
	{"name", "Name of the pipeline and the workload"},
	{"repository", "GitHub repository of the source"},
	{"branch", "Branch that is released"},
	{"gitops", "GitOps repository"},
	{"namespace", "Namespace to deploy to"},
	{"port", "Port that the program listens on"},
	{"readiness", "Path that answers 200 once a pod is ready"},
}

// onTerminal reports whether input and output are a terminal.
func onTerminal(s streams) bool {
	in, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return false
	}
	out, ok := s.out.(*os.File)
	return ok && term.IsTerminal(int(out.Fd()))
}

// ask asks about each guess until the schema accepts the answer; an empty answer takes the guess. The end of the input
// accepts all remaining guesses.
func ask(d *fromsource.Draft, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	for _, q := range questions {
		for guess, guessed := d.Guess(q.setting); guessed; {
			fmt.Fprintf(out, "%s [%v]: ", q.text, guess)
			if !lines.Scan() {
				fmt.Fprintln(out)
				return lines.Err()
			}
			answer := guess
			if text := strings.TrimSpace(lines.Text()); text != "" {
				answer = text
				if n, err := strconv.Atoi(text); err == nil && q.setting == "port" {
					answer = n
				}
			}
			refused, err := d.Answer(q.setting, answer)
			if err != nil {
				return undrafted(err)
			}
			for _, p := range refused {
				fmt.Fprintf(out, "  %s\n", p.Message)
			}
			guessed = len(refused) > 0
		}
	}
	return nil
}
