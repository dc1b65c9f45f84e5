package standins

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// docker is the part of the command line that the generated scripts use.
// Anything else is an error, so that a new call is noticed here.
func docker(w World, args []string) error {
	if err := w.record(Call{Name: "docker", Args: args}); err != nil {
		return err
	}
	commands := []struct {
		words string
		run   func(World, []string) error
	}{
		{"image inspect", dockerImageInspect},
		{"run", dockerRun},
		{"inspect", dockerInspect},
		{"logs", dockerLogs},
		{"rm", dockerRemove},
		{"buildx imagetools inspect", imagetoolsInspect},
		{"buildx imagetools create", imagetoolsCreate},
	}
	for _, command := range commands {
		words := strings.Fields(command.words)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == command.words {
			return command.run(w, args[len(words):])
		}
	}
	return fmt.Errorf("not imitated: docker %s", strings.Join(args, " "))
}

// parse reads options strictly and returns the arguments after them.
func parse(flags *flag.FlagSet, args []string, want int) ([]string, error) {
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() < want {
		return nil, fmt.Errorf("%d arguments wanted, have %q", want, flags.Args())
	}
	return flags.Args(), nil
}

// printFormat prints value as docker's --format does.
func printFormat(format string, value any) error {
	parsed, err := template.New("format").Option("missingkey=error").Parse(format)
	if err != nil {
		return err
	}
	if err := parsed.Execute(os.Stdout, value); err != nil {
		return err
	}
	_, err = fmt.Println()
	return err
}

// imageFile is where a machine keeps the configuration of a loaded image.
func (w World) imageFile(tag string) string {
	return filepath.Join(w.machine(), "images", tag+".json")
}

func dockerImageInspect(w World, args []string) error {
	flags := flag.NewFlagSet("docker image inspect", flag.ContinueOnError)
	format := flags.String("format", "", "")
	names, err := parse(flags, args, 1)
	if err != nil {
		return err
	}
	var image v1.ConfigFile
	if err := readJSON(w.imageFile(names[0]), &image); err != nil {
		return fmt.Errorf("no such image: %s", names[0])
	}
	return printFormat(*format, image)
}

// container is one started process.
type container struct {
	Pid  int
	Port string
	// Log is the output of the program, and OOMKilled says that the kernel ended it.
	Log       string
	OOMKilled bool
}

const appProgram = "standin-app"

func (w World) containerFile(name string) string {
	return filepath.Join(w.machine(), "containers", name+".json")
}

func (w World) container(name string) (container, error) {
	var found container
	if err := readJSON(w.containerFile(name), &found); err != nil {
		return container{}, fmt.Errorf("no such container: %s", name)
	}
	return found, nil
}

// running asks the kernel whether the process still exists and is ours; a zombie has no command line.
func (c container) running() bool {
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.Pid))
	return err == nil && strings.HasPrefix(string(command), appProgram+"\x00")
}

func (c container) kill() error {
	if !c.running() {
		return nil
	}
	return syscall.Kill(c.Pid, syscall.SIGKILL)
}

// dockerRun starts the image as a process of its own. The two legs of a matrix
// have a machine each on GitHub; here they take turns for the port.
func dockerRun(w World, args []string) error {
	flags := flag.NewFlagSet("docker run", flag.ContinueOnError)
	name := flags.String("name", "", "")
	publish := flags.String("publish", "", "")
	user := flags.String("user", "", "")
	envFile := flags.String("env-file", "", "")
	detach := flags.Bool("detach", false, "")
	readOnly := flags.Bool("read-only", false, "")
	memory := flags.String("memory", "", "")
	swap := flags.String("memory-swap", "", "")
	var mounts []string
	flags.Func("tmpfs", "", func(text string) error {
		mounts = append(mounts, text)
		return nil
	})
	for _, ignored := range []string{"cap-drop", "security-opt"} {
		flags.String(ignored, "", "")
	}
	rest, err := parse(flags, args, 1)
	if err != nil {
		return err
	}
	if _, err := os.Stat(w.imageFile(rest[0])); err != nil {
		return fmt.Errorf("unable to find image %s", rest[0])
	}
	if _, err := os.Stat(*envFile); err != nil {
		return err
	}
	if _, err := w.container(*name); err == nil {
		return fmt.Errorf("the container name %s is in use", *name)
	}
	address := strings.Split(*publish, ":")
	if !*detach || *user == "" || len(address) != 3 || address[0] != "127.0.0.1" {
		return fmt.Errorf("not imitated: docker run %s", strings.Join(args, " "))
	}

	limits, err := w.confined(*user, *readOnly, mounts, *memory, *swap)
	if err != nil {
		return err
	}
	said, killed := limits.complaint(w)

	turn, err := lock(filepath.Join(w.root, "port.lock"))
	if err != nil {
		return err
	}
	defer turn.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	process := exec.Command(self)
	process.Args = []string{appProgram, address[1]}
	if said != "" || killed {
		process.Args = append(process.Args, "stop")
	}
	process.ExtraFiles = []*os.File{turn}
	process.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := process.Start(); err != nil {
		return err
	}
	started := container{Pid: process.Process.Pid, Port: address[1], Log: said, OOMKilled: killed}
	if err := writeJSON(w.containerFile(*name), started); err != nil {
		return errors.Join(err, started.kill())
	}
	_, err = fmt.Println(started.Pid)
	return err
}

func dockerInspect(w World, args []string) error {
	flags := flag.NewFlagSet("docker inspect", flag.ContinueOnError)
	format := flags.String("format", "", "")
	names, err := parse(flags, args, 1)
	if err != nil {
		return err
	}
	found, err := w.container(names[0])
	if err != nil {
		return err
	}
	var answer struct {
		State struct{ Running, OOMKilled bool }
	}
	answer.State.Running, answer.State.OOMKilled = found.running(), found.OOMKilled
	return printFormat(*format, answer)
}

func dockerLogs(w World, args []string) error {
	names, err := parse(flag.NewFlagSet("docker logs", flag.ContinueOnError), args, 1)
	if err != nil {
		return err
	}
	found, err := w.container(names[0])
	if err != nil {
		return err
	}
	_, err = fmt.Printf("the log of the container at port %s\n%s\n", found.Port, found.Log)
	return err
}

func dockerRemove(w World, args []string) error {
	flags := flag.NewFlagSet("docker rm", flag.ContinueOnError)
	force := flags.Bool("force", false, "")
	names, err := parse(flags, args, 1)
	if err != nil {
		return err
	}
	found, err := w.container(names[0])
	if err != nil {
		return err
	}
	if found.running() && !*force {
		return fmt.Errorf("container %s is running", names[0])
	}
	fmt.Println(names[0])
	return errors.Join(found.kill(), os.Remove(w.containerFile(names[0])))
}

// KillContainers ends the containers of the world under root that still run and
// returns their process ids.
func KillContainers(root string) ([]int, error) {
	files, err := filepath.Glob(filepath.Join(root, "machines", "*", "containers", "*.json"))
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, file := range files {
		var left container
		if err = errors.Join(err, readJSON(file, &left)); left.running() {
			err = errors.Join(err, left.kill())
			pids = append(pids, left.Pid)
		}
	}
	return pids, err
}
