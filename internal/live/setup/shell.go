package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Shell runs commands as they are printed, at the terminal of the person: gh asks there for a secret by itself, and its
// value never passes through here.
func Shell(in io.Reader, out, problems io.Writer) (run func(dir, script string) error, output func(dir, script string) (string, error)) {
	run = func(dir, script string) error {
		cmd := shell(dir, script)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, problems
		return explained(cmd.Run(), nil)
	}
	output = func(dir, script string) (string, error) {
		cmd := shell(dir, script)
		var said bytes.Buffer
		cmd.Stderr = &said
		text, err := cmd.Output()
		return string(text), explained(err, said.Bytes())
	}
	return run, output
}

func shell(dir, script string) *exec.Cmd {
	cmd := exec.Command("sh", "-e", "-c", script)
	cmd.Dir = dir
	// What is looked up is read by a program.
	cmd.Env = append(os.Environ(), "GH_PAGER=", "NO_COLOR=1", "CLICOLOR_FORCE=")
	return cmd
}

// explained says why a command has failed, by what it said itself.
func explained(err error, said []byte) error {
	exit := (*exec.ExitError)(nil)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("there is no sh, which runs the commands: on Windows, start pipegen in Git Bash")
	case errors.As(err, &exit) && len(bytes.TrimSpace(said)) > 0:
		return fmt.Errorf("%s", strings.TrimSpace(string(said)))
	case errors.As(err, &exit):
		return fmt.Errorf("the command ended with %d", exit.ExitCode())
	}
	return err
}
