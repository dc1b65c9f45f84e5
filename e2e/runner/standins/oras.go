package standins

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// oras is the real one, at the registry of the world. Images of any other are an error, and so is a machine that has not
// logged in.
func oras(w World, args []string) error {
	if err := w.record(Call{Name: "oras", Args: args}); err != nil {
		return err
	}
	plain := map[string][]string{"cp": {"--from-plain-http", "--to-plain-http"}, "resolve": {"--plain-http"}}
	switch {
	case len(args) == 1 && args[0] == "version":
		// The release that the workflow would fetch otherwise: the real one, built from its module, does not know its own.
		fmt.Println("Version:        1.3.4")
		return nil
	case len(args) == 0 || plain[args[0]] == nil:
		return fmt.Errorf("not imitated: oras %s", strings.Join(args, " "))
	}
	if err := w.private(); err != nil {
		return err
	}
	words := append([]string{args[0]}, plain[args[0]]...)
	for _, word := range args[1:] {
		if !strings.HasPrefix(word, "-") {
			reference, err := w.Reference(word)
			if err != nil {
				return err
			}
			word = reference.Name()
		}
		words = append(words, word)
	}
	real := exec.Command(w.ORAS, words...)
	real.Stdout, real.Stderr = os.Stdout, os.Stderr
	return real.Run()
}
