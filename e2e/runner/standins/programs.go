package standins

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// bash runs the real one and records what it prints.
func bash(w World, args []string) error {
	var heard bytes.Buffer
	shell := exec.Command(w.Bash, args...)
	shell.Stdin = os.Stdin
	shell.Stdout = io.MultiWriter(os.Stdout, &heard)
	shell.Stderr = shell.Stdout
	// When a step is stopped, this process is killed, and the script must not outlive it. The kernel watches the
	// thread, hence the lock.
	runtime.LockOSThread()
	shell.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err := shell.Run()
	return errors.Join(err, w.record(Call{Name: "bash", Args: args, Output: heard.String()}))
}

// pipx installs nothing: poetry is on the PATH.
func pipx(w World, args []string) error {
	if len(args) != 2 || args[0] != "install" {
		return fmt.Errorf("not imitated: pipx %s", strings.Join(args, " "))
	}
	return w.record(Call{Name: "pipx", Args: args})
}

// poetry passes the test suite or fails it, as the world wants.
func poetry(w World, args []string) error {
	if err := w.record(Call{Name: "poetry", Args: args}); err != nil {
		return err
	}
	called := strings.Join(args, " ")
	switch {
	case called == "check --lock", called == "sync --no-interaction":
		if _, err := os.Stat("poetry.lock"); err != nil {
			return errors.New("poetry.lock not found")
		}
		return nil
	case strings.HasPrefix(called, "run python -m pytest "):
		// The report is written even when the tests fail.
		err := os.WriteFile("coverage.xml", []byte("<coverage line-rate=\"0.91\"/>\n"), 0o644)
		if err == nil && w.PytestStatus != 0 {
			return statusError(w.PytestStatus)
		}
		return err
	case called == "run coverage report --format=markdown":
		fmt.Println("| **TOTAL** | 91.00% |")
		return nil
	case strings.HasPrefix(called, "run coverage report --show-missing --precision=2 --fail-under="):
		_, least, _ := strings.Cut(called, "--fail-under=")
		if n, err := strconv.ParseFloat(least, 64); err != nil || n > 91 {
			return fmt.Errorf("total of 91.00 is less than fail-under=%s", least)
		}
		return nil
	}
	return fmt.Errorf("not imitated: poetry %s", called)
}
