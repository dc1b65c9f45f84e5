package standins

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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
	// Whoever ends a step ends this process; the script must not outlive it. The kernel watches the
	// thread, hence the lock.
	runtime.LockOSThread()
	shell.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err := shell.Run()
	return errors.Join(err, w.record(Call{Name: "bash", Args: args, Output: heard.String()}))
}

// gh knows the two calls of the scripts. `gh auth setup-git` needs a token, as
// the real one does; `gh api` asks the world's API.
func gh(w World, args []string) error {
	token := os.Getenv("GH_TOKEN")
	if err := w.record(Call{Name: "gh", Args: args, Inputs: map[string]string{"GH_TOKEN": token}}); err != nil {
		return err
	}
	if token == "" {
		return errors.New("set the GH_TOKEN environment variable")
	}
	switch {
	case strings.Join(args, " ") == "auth setup-git":
		return nil
	case len(args) == 4 && args[0] == "api" && args[2] == "--jq":
		answer, err := w.ask(args[1], token)
		if err != nil {
			return err
		}
		query := exec.Command("jq", "--raw-output", args[3])
		query.Stdin, query.Stdout, query.Stderr = bytes.NewReader(answer), os.Stdout, os.Stderr
		return query.Run()
	}
	return fmt.Errorf("not imitated: gh %s", strings.Join(args, " "))
}

// ask puts a question to the API, or finds its answer in a file under Root/api where the
// world has no API.
func (w World) ask(path, token string) ([]byte, error) {
	if w.API == "" {
		answer, err := os.ReadFile(filepath.Join(w.root, "api", filepath.FromSlash(path)+".json"))
		if err != nil {
			return nil, fmt.Errorf("HTTP 404: Not Found (%s)", path)
		}
		return answer, nil
	}
	request, err := http.NewRequest(http.MethodGet, w.API+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("HTTP %d: %s (%s)", response.StatusCode, http.StatusText(response.StatusCode), path)
	}
	return answer, err
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
	case strings.HasPrefix(called, "run pytest "):
		// The report is written even when the tests fail.
		err := os.WriteFile("coverage.xml", []byte("<coverage line-rate=\"0.91\"/>\n"), 0o644)
		if err == nil && w.PytestStatus != 0 {
			return statusError(w.PytestStatus)
		}
		return err
	case called == "run coverage report --format=markdown":
		fmt.Println("| **TOTAL** | 91.00% |")
		return nil
	}
	return fmt.Errorf("not imitated: poetry %s", called)
}
